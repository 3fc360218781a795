"""Brands beside each other: what each cell of the comparison says, and which differences may be chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from math import comb
from operator import add
from typing import Any, Final, Literal, TypeVar

import numpy as np
import pandas as pd

from dashboard import formatting, palette
from dashboard.queries.compare import MEAN, NET, OVERALL, BrandSums, Sums
from pipeline.alert_statistics import stand_out
from pipeline.chance import Mean, difference_chance
from pipeline.counts import net_interval
from pipeline.store import P_LABELS

Looked = TypeVar("Looked", bound=Hashable)
BEST: Final = "▲"
WORST: Final = "▼"
FALSE_SHARE = 0.05  # of the differences shown as such, how many may be chance all the same


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
    groups = _groups(brands, of_all)
    sure = _sure(groups)
    marks = _marks(groups)
    return [
        Row(
            group.name,
            group.brand_id,
            group.industry,
            {
                column: Cell(sums.mean, (number, column) in sure, marks.get((number, column), ""))
                for column, sums in group.total.items()
            },
        )
        for number, group in enumerate(groups)
    ]


def text(cell: Cell, measure: str, *, intervals: bool = False) -> str:
    """Return what a cell shows: its mark, the mean, its interval (always, or where few), and the number of mentions."""
    with_interval = intervals or cell.mean.total < formatting.SMALL
    value = amount(cell.mean, measure, interval=with_interval)
    return f"{cell.mark} {value} · {formatting.short(cell.mean.total)}".strip()


def amount(mean: Mean, measure: str, *, interval: bool = True) -> str:
    """Return a mean sentiment in the words of its measure, with its 95 % interval: +0.31 ±0.12 · +31 (+19 to +43)."""
    if measure == MEAN:
        return formatting.mean_sentiment(mean.value) + (f" ±{mean.half_interval:.2f}" if interval else "")
    value = formatting.net_sentiment(mean.value)
    return f"{value} ({formatting.net_range(bounds(mean, measure))})" if interval else value


def bounds(mean: Mean, measure: str) -> tuple[float, float]:
    """Return the ends of a mean sentiment's 95 % interval, from -1 to 1; of net sentiment as on every page."""
    if measure == NET:
        return net_interval(mean.value, mean.total)
    return mean.value - mean.half_interval, mean.value + mean.half_interval


def error_bars(means: Sequence[Mean], measure: str) -> dict[str, Any]:
    """Return Plotly's error bars that reach to the ends of the means' intervals, in the measure's unit."""
    scale = 1.0 if measure == MEAN else 100.0
    ends = [bounds(mean, measure) for mean in means]
    return {
        "symmetric": False,
        "array": [(high - mean.value) * scale for mean, (_, high) in zip(means, ends, strict=True)],
        "arrayminus": [(mean.value - low) * scale for mean, (low, _) in zip(means, ends, strict=True)],
    }


def table(found: Sequence[Row], measure: str, columns: Sequence[str]) -> pd.DataFrame:
    """Return the rows to take away: of each column mean, 95 % interval, mentions, mark, and whether it stands out.

    What is not shown, since there are too few mentions, is empty here, too.
    """
    scale = 1 if measure == MEAN else 100
    lines = []
    for row in found:
        line: dict[str, object] = {"brand": row.name, "industry": row.industry}
        for column in columns:
            cell = row.cells[column]
            mean = cell.mean
            low, high = bounds(mean, measure)
            numbers = (mean.value * scale, low * scale, high * scale, mean.total)
            names = ("", "_low", "_high", "_mentions")
            line |= {
                f"{column}{name}": number if cell.known else None
                for name, number in zip(names, numbers, strict=True)
            }
            if column != OVERALL:
                line |= {f"{column}_mark": cell.mark, f"{column}_differs": cell.sure if cell.known else None}
        lines.append(line | {"stands_out": row.stands_out})
    return pd.DataFrame(lines)


def not_by_chance(chances: Mapping[Looked, float]) -> set[Looked]:
    """Return which of the differences looked at, by how likely chance alone makes them, are more than chance.

    Of those returned at most `FALSE_SHARE` are chance all the same, on average. A chance of 1 means that there were too
    few mentions to look.
    """
    looked = {one: chance for one, chance in chances.items() if chance < 1}
    kept = stand_out(np.array(list(looked.values())), FALSE_SHARE)
    return {one for one, is_kept in zip(looked, kept, strict=True) if is_kept}


@dataclass(frozen=True)
class _Group:
    """A row in the making: its sums for "overall" and each P."""

    name: str
    brand_id: str | None
    industry: str | None
    total: dict[str, Sums]


def _groups(brands: Sequence[BrandSums], of_all: str) -> list[_Group]:
    industries = list(dict.fromkeys(brand.industry for brand in brands))
    named = Counter(brand.brand for brand in brands)
    found = []
    if len(industries) > 1:
        found.append(_Group(of_all, None, None, _total(brands)))
    for industry in industries:
        members = [brand for brand in brands if brand.industry == industry]
        found.append(_Group(f"All in {industry}", None, industry, _total(members)))
        for brand in members:
            name = brand.brand if named[brand.brand] == 1 else f"{brand.brand} ({brand.brand_id})"
            found.append(_Group(name, brand.brand_id, industry, _total([brand])))
    return found


def _total(brands: Sequence[BrandSums]) -> dict[str, Sums]:
    return {column: reduce(add, (brand.sums[column] for brand in brands)) for column in (OVERALL, *P_LABELS)}


def _sure(groups: Sequence[_Group]) -> set[tuple[int, str]]:
    """Return the row and P of each cell that differs from its row's other mentions by more than chance explains.

    All cells are looked at together: of a hundred tested one by one, five would seem to differ by chance.
    """
    chances = {
        (number, p): difference_chance(group.total[p].mean, (group.total[OVERALL] - group.total[p]).mean)
        for number, group in enumerate(groups)
        for p in P_LABELS
    }
    return not_by_chance(chances)


def _marks(groups: Sequence[_Group]) -> dict[tuple[int, str], Literal["▲", "▼"]]:
    """Return the best and the worst P of each row in which those two differ by more than chance explains."""
    ends: dict[tuple[int, str], str] = {}
    chances: dict[tuple[int, str], float] = {}
    for number, group in enumerate(groups):
        means = {p: group.total[p].mean for p in P_LABELS if group.total[p].number >= formatting.TOO_SMALL}
        if len(means) < 2:
            continue
        best = max(means, key=lambda p: means[p].value)
        worst = min(means, key=lambda p: means[p].value)
        # The two farthest apart were picked out of all pairs (Bonferroni).
        pairs = comb(len(means), 2)
        chances[number, best] = min(1.0, pairs * difference_chance(means[best], means[worst]))
        ends[number, best] = worst
    found: dict[tuple[int, str], Literal["▲", "▼"]] = {}
    for number, best in not_by_chance(chances):
        found[number, best] = BEST
        found[number, ends[number, best]] = WORST
    return found
