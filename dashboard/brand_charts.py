"""Charts that set brands beside each other: share of voice over time, and volume against sentiment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Literal

import pandas as pd
import plotly.graph_objects as go

from dashboard import charts, formatting, key_figures, palette
from dashboard.comparison import amount, bounds, error_bars, not_by_chance
from dashboard.queries.compare import MEAN, BrandSums, Sums
from pipeline.chance import Mean, difference_chance
from pipeline.counts import Steps

LINES = 6  # more cannot be told apart
# Names in the scatter, as parts of its width and height: about a letter, a mark and a line of text.
LETTER, MARK, LINE = 0.016, 0.03, 0.06
LABEL_LENGTH = 22


def share_of_voice(voices: pd.DataFrame, cut: Steps, chosen: str | None) -> go.Figure:
    """Return lines of the most mentioned brands' shares; a mark's customdata is (brand_id, first day).

    Parameters
    ----------
    voices
        Columns start, brand_id, brand, mentions, field (see `dashboard.queries.compare.voices`).
    cut
        The steps of the period.
    chosen
        brand_id of the brand that is drawn thick, however little it is mentioned.
    """
    drawn = charts.figure(
        height=430,
        yaxis={"title": f"Share of mentions per {cut.word}", "tickformat": ".0%", "rangemode": "tozero"},
        hovermode="closest",
    )
    starts = pd.to_datetime(cut.starts)
    field = voices.groupby("start").field.first().reindex(starts, fill_value=0)
    pale = [total < formatting.SMALL for total in field]
    for i, brand_id in enumerate(_most_mentioned(voices, chosen)):
        brand = voices[voices.brand_id == brand_id]
        mentions = brand.set_index("start").mentions.reindex(starts, fill_value=0)
        color, size = palette.BRANDS[i], 9 if brand_id == chosen else 6
        drawn.add_scatter(
            x=starts,
            y=(mentions / field).where(field >= formatting.TOO_SMALL).tolist(),
            name=charts.plain(formatting.clipped(brand.brand.iloc[0], 26)),
            mode="lines+markers",
            line={"color": color, "dash": palette.DASHES[i], "width": 4 if brand_id == chosen else 2},
            marker={"size": size, "color": [palette.rgba(color, 0.4 if few else 1) for few in pale]},
            customdata=[(brand_id, start.date().isoformat()) for start in starts],
            text=[_voice(count, total) for count, total in zip(mentions, field, strict=True)],
            hovertemplate=f"%{{fullData.name}}<br>{cut.word} from %{{x|%-d %b %Y}}<br>%{{text}}<extra></extra>",
        )
    drawn.update_xaxes(tickformat="%-d %b\n%Y")
    return drawn


def _voice(mentions: int, field: int) -> str:
    if field < formatting.TOO_SMALL:
        return "too few mentions"
    likely = key_figures.interval(mentions, field)
    words = f"{formatting.share(mentions / field)}: {mentions:,} of {field:,} mentions"
    return f"{words}<br>few: {likely}" if likely else words


def _most_mentioned(voices: pd.DataFrame, chosen: str | None) -> list[str]:
    order = (
        voices.groupby("brand_id").mentions.sum().sort_values(ascending=False, kind="stable").index.tolist()
    )
    if chosen in order[LINES:]:
        return [chosen, *order[: LINES - 1]]
    return order[:LINES]


@dataclass(frozen=True)
class Position:
    """Where a brand stands: its mean sentiment, and that of all other brands together.

    `sure` is whether the two differ by more than chance explains, all brands looked at together.
    """

    brand_id: str
    brand: str
    mean: Mean
    others: Mean
    sure: bool

    @property
    def verdict(self) -> str:
        """A key of `VERDICTS`."""
        if not self.sure:
            return "chance"
        return "better" if self.mean.value > self.others.value else "worse"


# How a brand stands to the others: in words, colour and shape.
VERDICTS = {
    "better": ("Better than the others", palette.SENTIMENTS["positive"].color, "triangle-up"),
    "worse": ("Worse than the others", palette.SENTIMENTS["negative"].color, "triangle-down"),
    "chance": ("Difference may be chance", palette.NEUTRAL, "circle"),
}


def positions(brands: Sequence[BrandSums], column: str) -> list[Position]:
    """Return where each brand stands overall or in one P; brands with too few mentions are left out."""
    everyone = sum((brand.sums[column] for brand in brands), Sums())
    known = [brand for brand in brands if brand.sums[column].number >= formatting.TOO_SMALL]
    pairs = {
        brand.brand_id: (brand.sums[column].mean, (everyone - brand.sums[column]).mean) for brand in known
    }
    differing = not_by_chance({brand_id: difference_chance(*pair) for brand_id, pair in pairs.items()})
    return [
        Position(brand.brand_id, brand.brand, *pairs[brand.brand_id], brand.brand_id in differing)
        for brand in known
    ]


def positioning(found: Sequence[Position], measure: str, chosen: str | None, field: Mean) -> go.Figure:
    """Return brands by volume and sentiment, with 95 % intervals; a mark's customdata is (brand_id,).

    Parameters
    ----------
    found
        At least one.
    measure
        MEAN or NET (`dashboard.queries.compare`).
    chosen
        brand_id of the brand whose name is written whatever happens.
    field
        All brands together, drawn as a line.
    """
    scale = 1.0 if measure == MEAN else 100.0
    volumes = [position.mean.total for position in found]
    drawn = charts.figure(
        height=360,
        xaxis={"title": "Mentions", "type": "log" if max(volumes) > 30 * min(volumes) else "linear"},
        yaxis={
            "title": "Mean sentiment" if measure == MEAN else "Net sentiment",
            "tickformat": "+.2f" if measure == MEAN else "+d",
        },
        legend={
            "orientation": "h",
            "yanchor": "bottom",
            "y": 1.02,
            "xanchor": "left",
            "x": 0,
            "itemsizing": "constant",
        },
    )
    sides = _label_sides(found, measure, chosen, logarithmic=drawn.layout.xaxis.type == "log")
    for verdict, (title, color, symbol) in VERDICTS.items():
        members = [position for position in found if position.verdict == verdict]
        if not members:
            continue
        drawn.add_scatter(
            x=[position.mean.total for position in members],
            y=[position.mean.value * scale for position in members],
            error_y={
                **error_bars([position.mean for position in members], measure),
                "thickness": 1,
                "width": 0,
                "color": palette.rgba(color, 0.45),
            },
            name=title,
            mode="markers+text",
            text=[
                charts.plain(formatting.clipped(position.brand, LABEL_LENGTH))
                if position.brand_id in sides
                else ""
                for position in members
            ],
            textposition=[f"middle {sides.get(position.brand_id, 'right')}" for position in members],
            textfont={"size": 11},
            marker={
                "color": [
                    palette.rgba(color, 0.45 if position.mean.total < formatting.SMALL else 1)
                    for position in members
                ],
                "symbol": symbol,
                "opacity": 1,
                "size": [15 if position.brand_id == chosen else 10 for position in members],
            },
            customdata=[(position.brand_id,) for position in members],
            hovertext=[_hover(position, measure) for position in members],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    drawn.add_hline(y=field.value * scale, line={"dash": "dot", "color": palette.NEUTRAL, "width": 1.5})
    return drawn


def _label_sides(
    found: Sequence[Position], measure: str, chosen: str | None, *, logarithmic: bool
) -> dict[str, Literal["left", "right"]]:
    """Choose the brands to name, and on which side, so that no name lies on another name or mark.

    The chosen brand comes first, then those that differ from the others, then the most mentioned.
    """
    across = _unit([log(p.mean.total) if logarithmic else p.mean.total for p in found])
    up = _unit([at for p in found for at in (p.mean.value, *bounds(p.mean, measure))])
    heights = up[::3]
    spots = list(zip(found, across, heights, strict=True))
    sides: dict[str, Literal["left", "right"]] = {}
    taken: list[tuple[float, float, float]] = []  # left, right, height of each name
    for position, x, y in sorted(
        spots, key=lambda spot: (spot[0].brand_id != chosen, spot[0].verdict == "chance", -spot[0].mean.total)
    ):
        length = LETTER * len(formatting.clipped(position.brand, LABEL_LENGTH)) + MARK
        left, right = (x - length, x - MARK / 2) if x > 0.6 else (x + MARK / 2, x + length)
        on_name = any(abs(y - at) < LINE and left < to and right > start for start, to, at in taken)
        on_mark = any(abs(y - at) < LINE / 2 and left < mark < right for _, mark, at in spots)
        if position.brand_id == chosen or not (on_name or on_mark):
            sides[position.brand_id] = "left" if x > 0.6 else "right"
            taken.append((left, right, y))
    return sides


def _unit(values: Sequence[float]) -> list[float]:
    low, high = min(values), max(values)
    return [(value - low) / (high - low) if high > low else 0.5 for value in values]


def _hover(position: Position, measure: str) -> str:
    return (
        f"{charts.plain(position.brand)}<br>{formatting.plural(position.mean.total, 'mention')}<br>"
        f"{amount(position.mean, measure)}<br>{VERDICTS[position.verdict][0]}"
    )
