"""Brands beside each other: what each cell of the comparison says, and which differences may be chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Final, Literal

from dashboard import formatting, palette
from dashboard.queries.compare import MEAN, OVERALL, BrandSums, Sums
from pipeline.chance import Mean, means_differ
from pipeline.store import P_LABELS

BEST: Final = "▲"
WORST: Final = "▼"


@dataclass(frozen=True)
class Cell:
    """The sentiment of a row's mentions, or of those about one P.

    Attributes
    ----------
    mean
        From -1 to 1.
    sure
        Whether it differs from the row's other mentions by more than chance explains.
    mark
        BEST or WORST of the row's Ps, where those two differ by more than chance explains.
    """

    mean: Mean
    sure: bool = False
    mark: Literal["▲", "▼", ""] = ""

    @property
    def known(self) -> bool:
        """Whether there are enough mentions to show a mean."""
        return self.mean.total >= formatting.TOO_SMALL


@dataclass(frozen=True)
class Row:
    """A brand, or all brands of an industry, or all brands.

    Attributes
    ----------
    brand_id, industry
        None where the row stands for several brands, or several industries.
    cells
        For "overall" and each P.
    """

    name: str
    brand_id: str | None
    industry: str | None
    cells: dict[str, Cell]

    def strength(self, column: str) -> float:
        """Return how far a P is above (to 1) or below (to -1) the row's overall; 0 where chance may explain it.

        The P farthest from overall is at 1 or -1: rows differ in level and spread, and each is read by itself.
        """
        reach = max((abs(self._above(p)) for p in P_LABELS if self.cells[p].sure), default=0.0)
        return self._above(column) / reach if reach and self.cells[column].sure else 0.0

    def _above(self, column: str) -> float:
        return self.cells[column].mean.value - self.cells[OVERALL].mean.value

    @property
    def stands_out(self) -> str:
        """What the row says, in words."""
        titles: dict[str, str] = {self.cells[p].mark: palette.PS[p].title for p in P_LABELS}
        if BEST in titles:
            return f"{titles[BEST]} better than {titles[WORST]}"
        if sum(self.cells[p].known for p in P_LABELS) < 2:
            return "Too few mentions"
        sure = [f"{palette.PS[p].title} {self._side(p)}" for p in P_LABELS if self.cells[p].sure]
        return f"{' and '.join(sure)} than the rest" if sure else "Differences may be chance"

    def _side(self, column: str) -> str:
        return "better" if self._above(column) > 0 else "worse"


def rows(brands: Sequence[BrandSums], *, of_all: str) -> list[Row]:
    """Return a row for each brand, under a row for all brands of its industry; each has a name of its own.

    Parameters
    ----------
    of_all
        Name of the first row, for all brands where they are of several industries.
    """
    industries = list(dict.fromkeys(brand.industry for brand in brands))
    named = Counter(brand.brand for brand in brands)
    found = []
    if len(industries) > 1:
        found.append(_row(of_all, None, None, [brand.sums for brand in brands]))
    for industry in industries:
        members = [brand for brand in brands if brand.industry == industry]
        found.append(_row(f"All in {industry}", None, industry, [brand.sums for brand in members]))
        for brand in members:
            name = brand.brand if named[brand.brand] == 1 else f"{brand.brand} ({brand.brand_id})"
            found.append(_row(name, brand.brand_id, industry, [brand.sums]))
    return found


def text(cell: Cell, measure: str) -> str:
    """Return what a cell shows: its mark, the mean, the mean's interval where mentions are few, their number."""
    value, interval = amount(cell.mean, measure)
    pale = cell.mean.total < formatting.SMALL
    return (
        f"{cell.mark} {value}{f' ±{interval}' if pale else ''} · {formatting.short(cell.mean.total)}".strip()
    )


def amount(mean: Mean, measure: str) -> tuple[str, str]:
    """Return a mean sentiment and half its 95 % interval, in the words of its measure."""
    if measure == MEAN:
        return formatting.mean_sentiment(mean.value), f"{mean.half_interval:.2f}"
    return formatting.net_sentiment(mean.value), f"{mean.half_interval * 100:.0f}"


def _row(name: str, brand_id: str | None, industry: str | None, sums: Sequence[dict[str, Sums]]) -> Row:
    total = {column: reduce(add, (one[column] for one in sums)) for column in (OVERALL, *P_LABELS)}
    marks = _marks({p: total[p].mean for p in P_LABELS})
    cells = {OVERALL: Cell(total[OVERALL].mean)}
    for p in P_LABELS:
        rest = (total[OVERALL] - total[p]).mean
        cells[p] = Cell(total[p].mean, means_differ(total[p].mean, rest), marks.get(p, ""))
    return Row(name, brand_id, industry, cells)


def _marks(means: dict[str, Mean]) -> dict[str, Literal["▲", "▼"]]:
    known = [p for p, mean in means.items() if mean.total >= formatting.TOO_SMALL]
    if len(known) < 2:
        return {}
    best = max(known, key=lambda p: means[p].value)
    worst = min(known, key=lambda p: means[p].value)
    if not means_differ(means[best], means[worst]):
        return {}
    return {best: BEST, worst: WORST}
