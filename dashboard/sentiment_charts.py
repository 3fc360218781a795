"""Charts of how people feel: spread of the scores in each P, the Ps beside others', over time, by topic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard import charts, formatting, palette
from dashboard.comparison import amount, bounds, error_bars, not_by_chance
from dashboard.queries.compare import MEAN, OVERALL, BrandSums, Sums
from dashboard.queries.sentiment import BINS
from dashboard.selection import VADER, Source
from pipeline.chance import Mean, difference_chance
from pipeline.counts import Steps

HALF = 0.45  # of the room between two violins
NUMBER, SHARE = "Number", "Share"

SCORE = {
    "specialist": "The score is how sure the specialist is that a mention is positive, less how sure it is that it is "
    "negative: near +1 surely positive, near −1 surely negative, near 0 neutral, mixed or not clear.",
    "vader": "VADER's score adds up words of feeling, from −1 (very negative) to +1 (very positive); mentions in which "
    "it finds none are at 0.",
}


def title_of(column: str) -> str:
    """Return what "overall" or a P is called on an axis."""
    return "Overall" if column == OVERALL else palette.PS[column].title


def spread(found: pd.DataFrame, sums: Mapping[str, Sums], source: Source) -> go.Figure:
    """Return a violin for each column, of equal area, in the colours of sentiment; and its mean with 95 % interval.

    A mark's customdata is (P or None, sentiment or None): mentions overall are told apart by sentiment.

    Parameters
    ----------
    found
        From `dashboard.queries.sentiment.spread`.
    sums
        The sums of each column to draw; columns with too few mentions are drawn empty.
    """
    drawn = charts.figure(
        height=90 + 74 * len(sums),
        barmode="overlay",
        bargap=0,
        hovermode="closest",
        xaxis={
            "title": "VADER's score" if source == VADER else "Score: surely negative −1, surely positive +1",
            "range": [-1.1, 1.1],
            "tickformat": "+.1f",
        },
    )
    labels = [f"{title_of(column)}<br>{_number(of.number)}" for column, of in sums.items()]
    shares = {
        column: found[found["column"] == column].assign(of=sums[column].number)
        for column in sums
        if sums[column].number >= formatting.TOO_SMALL
    }
    widest = max(((rows.mentions / rows.of).max() for rows in shares.values()), default=1.0)
    for sentiment, mark in palette.SENTIMENTS.items():
        parts = [
            _violin(rows, list(sums).index(column), widest, sentiment) for column, rows in shares.items()
        ]
        bars = pd.concat(parts) if parts else pd.DataFrame(columns=["score", "height", "base", "of"])
        drawn.add_bar(
            x=bars.score.tolist(),
            y=bars.height.tolist(),
            base=bars.base.tolist(),
            width=1 / BINS,
            name=mark.title,
            marker={
                "color": [palette.rgba(mark.color, 0.5 if of < formatting.SMALL else 1) for of in bars.of],
                "line": {"width": 0},
            },
            customdata=[
                (None, sentiment) if column == OVERALL else (column, None)
                for column in bars.get("column", [])
            ],
            text=[
                f"{title_of(column)}<br>{number:,} {mark.title.lower()} at about {score:+.1f}"
                for column, number, score in zip(
                    bars.get("column", []), bars.get(sentiment, []), bars.score, strict=True
                )
            ],
            textposition="none",
            hovertemplate="%{text}<extra></extra>",
        )
    means = [(row, column, sums[column].mean) for row, column in enumerate(sums) if column in shares]
    drawn.add_scatter(
        x=[mean.value for _, _, mean in means],
        y=[row for row, _, _ in means],
        error_x={
            **error_bars([mean for _, _, mean in means], MEAN),
            "thickness": 2,
            "width": 0,
            "color": palette.pale(),
        },
        mode="markers",
        name="Mean",
        marker={
            "symbol": "diamond",
            "size": 10,
            "color": "#FFFFFF",
            "line": {"width": 2, "color": "#10161C"},
        },
        customdata=[(None if column == OVERALL else column, None) for _, column, _ in means],
        text=[f"{title_of(column)}<br>mean {_worded(mean, MEAN)}" for _, column, mean in means],
        hovertemplate="%{text}<extra></extra>",
    )
    drawn.update_yaxes(
        tickvals=list(range(len(labels))), ticktext=labels, range=[len(labels) - 0.5, -0.5], showgrid=False
    )
    return drawn


def _violin(rows: pd.DataFrame, place: int, widest: float, sentiment: str) -> pd.DataFrame:
    """Return a sentiment's part of a violin around its place: bars one above the other, their middle at the place."""
    scale = 2 * HALF / widest / rows.of
    order = list(palette.SENTIMENTS)
    below = rows[order[: order.index(sentiment)]].sum(axis=1) if sentiment != order[0] else 0
    found = rows.assign(
        height=rows[sentiment] * scale, base=place - rows.mentions * scale / 2 + below * scale
    )
    return found[found[sentiment] > 0]


def spread_table(found: pd.DataFrame, sums: Mapping[str, Sums]) -> pd.DataFrame:
    """Return what the violins show: about, score, mentions and those by sentiment, mean with its interval's ends."""
    known = {column: of.mean for column, of in sums.items() if of.number >= formatting.TOO_SMALL}
    rows = found[found["column"].isin(known)].rename(columns={"column": "about"})
    order = list(known)
    rows = rows.sort_values(
        ["about", "score"], key=lambda of: of.map(order.index) if of.name == "about" else of
    )
    return rows.assign(
        mean=rows.about.map(lambda column: known[column].value),
        low=rows.about.map(lambda column: bounds(known[column], MEAN)[0]),
        high=rows.about.map(lambda column: bounds(known[column], MEAN)[1]),
    )


def profile(brand: BrandSums, others: Mapping[str, Sums], of_others: str, measure: str) -> go.Figure:
    """Return a bar for each column, and a diamond where the others stand.

    A mark's customdata is (P or None, brand_id or None: the others).

    Parameters
    ----------
    others
        Sums of the other brands together, for each column to draw.
    of_others
        What they are called.
    measure
        MEAN or NET (`dashboard.queries.compare`).
    """
    scale = 1.0 if measure == MEAN else 100.0
    own = {column: brand.sums[column] for column in others}
    differing = not_by_chance(
        {column: difference_chance(own[column].mean, others[column].mean) for column in others}
    )
    drawn = charts.figure(
        height=90 + 52 * len(own),
        xaxis={
            "title": "Mean sentiment" if measure == MEAN else "Net sentiment",
            "tickformat": "+.1f" if measure == MEAN else "+d",
            "zeroline": True,
        },
        hovermode="closest",
    )
    for is_theirs, (name, of) in enumerate(zip((brand.brand, of_others), (own, others), strict=True)):
        known = {column: sums.mean for column, sums in of.items() if sums.number >= formatting.TOO_SMALL}
        common = {
            "x": [mean.value * scale for mean in known.values()],
            "y": [title_of(column) for column in known],
            "name": charts.plain(formatting.clipped(name, 30)),
            "error_x": {
                **error_bars(list(known.values()), measure),
                "width": 4,
                "color": palette.NEUTRAL if is_theirs else palette.pale(),
            },
            "customdata": [
                (None if column == OVERALL else column, None if is_theirs else brand.brand_id)
                for column in known
            ],
            "hovertext": [
                f"{charts.plain(name)}, {title_of(column)}<br>{_worded(mean, measure)}"
                f"<br>{_verdict(column in differing)}"
                for column, mean in known.items()
            ],
            "hovertemplate": "%{hovertext}<extra></extra>",
        }
        if is_theirs:
            marker = {"symbol": "diamond", "size": 11, "color": palette.NEUTRAL}
            drawn.add_scatter(**common, mode="markers", marker=marker)
        else:
            colors = [palette.rgba(_color(column), 1 if column in differing else 0.35) for column in known]
            drawn.add_bar(**common, orientation="h", marker={"color": colors, "line": {"width": 0}})
    titles = [title_of(column) for column in own]
    drawn.update_yaxes(
        autorange="reversed",
        categoryorder="array",
        categoryarray=titles,
        tickvals=titles,
        # Not by a pale bar alone.
        ticktext=[
            f"{title}<br>{'differs' if column in differing else 'may be chance'}"
            for column, title in zip(own, titles, strict=True)
        ],
    )
    return drawn


def over_time(trend: pd.DataFrame, cut: Steps, shown_as: str, column: str) -> go.Figure:
    """Return stacked bars of a step's mentions by sentiment; a mark's customdata is (P or None, sentiment, first day).

    Parameters
    ----------
    trend
        From `dashboard.queries.sentiment.over_time`.
    shown_as
        NUMBER or SHARE; steps with too few mentions have no share.
    """
    drawn = charts.sentiment_bars(
        _as(trend, shown_as),
        trend["start"].tolist(),
        hover=f"{cut.word} from %{{x|%-d %b %Y}}",
        yaxis_title=f"{_measured(shown_as)} per {cut.word}",
        xaxis_tickformat="%-d %b\n%Y",
        height=400,
    )
    drawn.update_yaxes(**_axis(shown_as))
    return _leading(drawn, column, [f"{start:%Y-%m-%d}" for start in trend["start"]], shown_as, "y")


def by_topic(topics: pd.DataFrame, shown_as: str, column: str) -> go.Figure:
    """Return a topic's mentions by sentiment as bars; a mark's customdata is (P or None, sentiment, topic_id).

    Parameters
    ----------
    topics
        From `dashboard.queries.sentiment.by_topic`.
    shown_as
        NUMBER or SHARE.
    """
    drawn = charts.sentiment_bars(
        _as(topics, shown_as),
        [
            f"{charts.plain(formatting.clipped(label, 32))} · {number:,}"
            for label, number in zip(topics.label, topics.mentions, strict=True)
        ],
        sideways=True,
        hover="%{y}",
        xaxis_title=f"{_measured(shown_as)} in the topic",
        height=max(300, 90 + 30 * len(topics)),
    )
    drawn.update_xaxes(**_axis(shown_as))
    return _leading(drawn, column, topics.topic_id.tolist(), shown_as, "x")


def _leading(drawn: go.Figure, column: str, places: Sequence[object], shown_as: str, along: str) -> go.Figure:
    """Give each bar what it leads to; of a P's mentions the tweets are not told apart by sentiment (see `behind`)."""
    p = None if column == OVERALL else column
    value = f"%{{{along}:.0%}}" if shown_as == SHARE else f"%{{{along}:,}}"
    for trace, sentiment in zip(drawn.data, palette.SENTIMENTS, strict=True):
        trace.customdata = [(p, sentiment if p is None else None, place) for place in places]
        before = trace.hovertemplate.split("<br>")[0]
        trace.hovertemplate = f"{before}<br>{value} {trace.name.lower()}<extra></extra>"
    return drawn


def _as(counts: pd.DataFrame, shown_as: str) -> pd.DataFrame:
    if shown_as == NUMBER:
        return counts
    names = list(palette.SENTIMENTS)
    known = counts.mentions.where(counts.mentions >= formatting.TOO_SMALL)
    return counts.assign(**{name: counts[name] / known for name in names})


def _axis(shown_as: str) -> dict[str, object]:
    return {"tickformat": ".0%", "range": [0, 1], "dtick": 0.25} if shown_as == SHARE else {}


def _measured(shown_as: str) -> str:
    return "Share of mentions" if shown_as == SHARE else "Mentions"


def _number(mentions: int) -> str:
    if mentions < formatting.TOO_SMALL:
        return f"under {formatting.TOO_SMALL}"
    return f"{mentions:,} mentions"


def _worded(mean: Mean, measure: str) -> str:
    return f"{amount(mean, measure)}, {formatting.plural(mean.total, 'mention')}"


def _verdict(differs: bool) -> str:
    return "differs from the others" if differs else "difference may be chance"


def _color(column: str) -> str:
    return palette.NEUTRAL if column == OVERALL else palette.PS[column].color
