"""Topics beside each other: over time, by P, by brand, and how like they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import charts, formatting, frame, palette, topic_grouping
from dashboard.frame import View
from dashboard.queries import topics
from dashboard.queries.topic_groups import Grouping
from dashboard.topic_colors import topic_color
from pipeline.counts import Steps
from pipeline.store import P_LABELS

LINES = 8  # topics in the chart over time
BARS = 6  # topics of each P
COLUMNS = 12  # topics across the brands
SQUARES = 30  # topics that are compared with each other
LABEL_LENGTH = 26
ROW = 26  # pixels of a heat map's row
# A scale from nothing to much that reads in light and dark.
AMOUNT = ((0.0, "rgba(138, 148, 160, 0.10)"), (1.0, "#7A4FB5"))


@dataclass(frozen=True)
class Chosen:
    """What the charts of the page have in common.

    Attributes
    ----------
    found
        From `queries.topics.listed`.
    topic_id
        The chosen topic, or None.
    choose
        Called with a topic_id when the user clicks a topic's mark.
    """

    shown: View
    grouping: Grouping
    found: pd.DataFrame
    topic_id: int | None
    choose: Callable[[int], None]

    def first(self, count: int) -> pd.DataFrame:
        """Return the largest topics, the chosen one among them in any case."""
        largest = self.found.head(count)
        if self.topic_id is None or (largest.topic_id == self.topic_id).any():
            return largest
        return pd.concat([largest.head(count - 1), self.found[self.found.topic_id == self.topic_id]])


def over_time(chosen: Chosen, cut: Steps | None, trend: pd.DataFrame | None) -> None:
    """Draw the largest topics' tweets in each step as lines; without dates say so.

    Parameters
    ----------
    trend
        From `queries.topics.counts_over_time`.
    """
    if cut is None or trend is None:
        st.info("The tweets have no dates, so there is no course to show.", icon=":material/event_busy:")
        return
    lines = chosen.first(LINES)
    drawn = charts.figure(
        height=430,
        yaxis_title=f"Tweets per {cut.word}",
        yaxis_rangemode="tozero",
        xaxis_tickformat="%-d %b\n%Y",
        hovermode="closest",
    )
    for topic in lines.to_dict("records"):
        stands_out = chosen.topic_id in (None, topic["topic_id"])
        name = charts.plain(formatting.clipped(topic["label"], 34))
        drawn.add_scatter(
            x=list(trend.columns),
            y=trend.loc[topic["topic_id"]].tolist(),
            name=name,
            mode="lines+markers",
            line={"color": topic_color(topic["topic_id"]), "width": 2.5},
            marker={"size": 6},
            opacity=1.0 if stands_out else 0.35,
            customdata=[[topic["topic_id"]]] * len(trend.columns),
            hovertemplate=f"{name}<br>%{{y:,}} in the {cut.word} from %{{x|%-d %b %Y}}<extra></extra>",
        )
    state = charts.show(
        drawn,
        "topics_over_time",
        f"The {len(lines)} topics most spoken of, tweets per {cut.word}",
        f"Each line is a topic, each dot a {cut.word}. Click a dot to read about its topic.",
        select=True,
    )
    _choose(chosen, state)


def by_p(chosen: Chosen) -> None:
    """Draw each P's topics as bars by sentiment; clicking one leads to the tweets."""
    ps = chosen.shown.selection.ps or P_LABELS
    places = [place for _ in range(0, len(ps), 2) for place in st.columns(2)]
    for p, place in zip(ps, places, strict=False):
        with place:
            _one_p(chosen, p)


def _one_p(chosen: Chosen, p: str) -> None:
    selection, mark = chosen.shown.selection, palette.PS[p]
    counted = topics.of_p(chosen.shown.store, selection, p, BARS, chosen.grouping)
    title = f"{mark.colored}: topics most spoken of"
    if counted.empty:
        with st.container(border=True, height="stretch"):
            st.markdown(f"**{title}**")
            st.caption("No topic of tweets about this P in this selection.")
        return
    state = charts.show(
        charts.sentiment_bars(
            counted,
            _unique([formatting.clipped(label, LABEL_LENGTH) for label in counted.label]),
            sideways=True,
            hover="%{y}",
            xaxis_title=f"Tweets about {mark.title}",
            height=90 + 34 * len(counted),
            showlegend=False,
        ),
        f"topics_of_{p}",
        title,
        "Each bar is a topic, as long as it has tweets about this P; red negative, grey neutral, blue-green positive. "
        "A tweet about two Ps counts in both. Click a part to read its tweets.",
        alt=f"{mark.title}: topics most spoken of",
        select=True,
    )
    if (part := charts.clicked(state)) is not None:
        clicked = selection.only(ps=(p,), sentiments=(part[1],))
        topic_id = int(counted.topic_id.iloc[part[0]])
        frame.go(
            "tweets",
            clicked,
            topic=topic_id,
            **topic_grouping.parameters(chosen.shown.store, chosen.grouping),
        )


def by_brand(chosen: Chosen) -> None:
    """Draw which share of each brand's mentions is in each topic; of one brand, beside its industry's others."""
    selection = chosen.shown.selection
    among = selection.only(brand_id=None, industry=chosen.shown.industry) if selection.brand_id else selection
    columns = chosen.first(COLUMNS)
    counted = topics.by_brand(chosen.shown.store, among, [int(t) for t in columns.topic_id], chosen.grouping)
    if counted.empty:
        st.info("None of these tweets mentions a brand.", icon=":material/search_off:")
        return
    wide = counted.pivot_table(
        index=["in_all", "brand"], columns="topic_id", values="mentions", aggfunc="sum", sort=False
    ).reindex(columns=columns.topic_id)
    in_all = wide.index.get_level_values("in_all").to_numpy()
    wide = wide.droplevel("in_all").fillna(0)
    shares = wide.div(in_all, axis=0)
    labels = _unique([formatting.clipped(label, LABEL_LENGTH) for label in columns.label])
    names = [formatting.clipped(name, 28) for name in wide.index]
    hover = [
        [
            f"{charts.plain(brand)}<br>{label}<br>{formatting.plural(int(count), 'mention')}, "
            f"{formatting.share(count / total)} of the brand's {formatting.number(total)}"
            for label, count in zip(labels, row, strict=True)
        ]
        for brand, row, total in zip(wide.index, wide.to_numpy(), in_all, strict=True)
    ]
    _heat_map(
        chosen,
        shares,
        names,
        labels,
        hover,
        key="topics_by_brand",
        title="What each brand is spoken of for: share of its mentions in each topic",
        how="Each row is a brand, each column a topic; the darker, the larger a share of the brand's mentions is in "
        "it. Click a field to read about its topic.",
        top=float(shares.to_numpy().max()),
    )


def similarity(chosen: Chosen) -> None:
    """Draw how like the largest topics are in meaning, like ones beside each other."""
    largest = chosen.first(SQUARES)
    if len(largest) < 2:
        st.info("There is only one topic, nothing to compare it with.", icon=":material/bubble_chart:")
        return
    like = topics.likeness(chosen.shown.store, [int(t) for t in largest.topic_id], chosen.grouping)
    label_of = dict(zip(largest.topic_id, largest.label, strict=True))
    labels = _unique([formatting.clipped(label_of[topic], LABEL_LENGTH) for topic in like.index])
    hover = [
        [f"{one}<br>{other}<br>{value:.2f} alike" for other, value in zip(labels, row, strict=True)]
        for one, row in zip(labels, like.to_numpy(), strict=True)
    ]
    _heat_map(
        chosen,
        like,
        labels,
        labels,
        hover,
        key="topic_similarity",
        title="How like topics are in meaning",
        how="0: nothing in common, 1: the same. Like topics stand beside each other; dark squares are topics that "
        "become one when you move the slider to the left. Click a field to read about its column's topic.",
        top=1.0,
    )


def _heat_map(
    chosen: Chosen,
    values: pd.DataFrame,
    rows: list[str],
    columns: list[str],
    hover: list[list[str]],
    *,
    key: str,
    title: str,
    how: str,
    top: float,
) -> None:
    """Draw squares; Streamlit tells clicks on marks only, so each field has one, unseen."""
    drawn = charts.figure(height=170 + ROW * len(rows), hovermode="closest")
    drawn.add_trace(
        go.Heatmap(
            z=values.to_numpy(),
            x=list(range(len(columns))),
            y=list(range(len(rows))),
            zmin=0,
            zmax=max(top, 1e-9),
            colorscale=AMOUNT,
            hoverinfo="skip",
            xgap=1,
            ygap=1,
            # Above the squares: beside them it would leave a phone no room for these.
            colorbar={
                "orientation": "h",
                "thickness": 8,
                "len": 0.6,
                "x": 0,
                "xanchor": "left",
                "y": 1.0,
                "yanchor": "bottom",
                "tickformat": ".0%" if key == "topics_by_brand" else ".1f",
            },
        )
    )
    fields = [(row, column) for row in range(len(rows)) for column in range(len(columns))]
    drawn.add_trace(
        go.Scatter(
            x=[column for _, column in fields],
            y=[row for row, _ in fields],
            mode="markers",
            marker={"symbol": "square", "size": ROW - 4, "opacity": 0, "color": palette.NEUTRAL},
            text=[hover[row][column] for row, column in fields],
            customdata=[[int(values.columns[column])] for _, column in fields],
            hovertemplate="%{text}<extra></extra>",
            showlegend=False,
        )
    )
    drawn.update_xaxes(
        tickvals=list(range(len(columns))),
        ticktext=columns,
        tickangle=-45,
        range=[-0.5, len(columns) - 0.5],
        showgrid=False,
        zeroline=False,
    )
    drawn.update_yaxes(
        tickvals=list(range(len(rows))),
        ticktext=[charts.plain(row) for row in rows],
        range=[len(rows) - 0.5, -0.5],
        showgrid=False,
        zeroline=False,
    )
    _choose(chosen, charts.show(drawn, key, title, how, select=True))


def _choose(chosen: Chosen, state: Any) -> None:
    mark = charts.clicked(state)
    if mark is not None and int(mark[0]) != chosen.topic_id:
        chosen.choose(int(mark[0]))


def _unique(labels: list[str]) -> list[str]:
    """Return labels that an axis keeps apart: clipped, two may have become the same."""
    seen: dict[str, int] = {}
    found = []
    for label in map(charts.plain, labels):
        seen[label] = seen.get(label, 0) + 1
        found.append(label if seen[label] == 1 else label + "\u200b" * (seen[label] - 1))
    return found
