"""The map of tweets: near each other where they speak alike, coloured by topic, P or sentiment."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import charts, figure_data, formatting, palette
from dashboard.queries.topic_groups import OUTLIERS
from dashboard.topic_colors import topic_color

KEY = "topic_map"
COLOR_BY = {"topic": "Topic", "p": "Marketing mix", "sentiment": "Sentiment"}
GREY = "#9AA5B1"
NO_P = "#6B7785"
HEIGHT = 520
HOVER_WIDTH, HOVER_LINES = 46, 5
# As many whole words as a line holds, or a piece of a word that is longer.
LINE = re.compile(rf".{{1,{HOVER_WIDTH}}}(?:\s|$)|\S{{{HOVER_WIDTH}}}")
LABELS = 12  # topics named on the map
LEAST_NAMED = 3  # dots of a topic that is named
LABEL_LENGTH = 26
# A label takes this share of the map's width and height: others keep clear of it.
LABEL_ROOM = (0.24, 0.055)
EDGE = 0.15  # share of the map's width at either side where labels point inwards
# Words and ground of the labels go together, so that they can be read even just after the theme changed.
LABEL_LOOK = {
    "light": {"font": {"color": "#1F2933", "size": 12}, "bgcolor": "rgba(255, 255, 255, 0.8)"},
    "dark": {"font": {"color": "#E6EAEE", "size": 12}, "bgcolor": "rgba(18, 23, 28, 0.8)"},
}


def figure(points: pd.DataFrame, color_by: str, chosen: int | None, theme: str) -> go.Figure:
    """Return the map; each mark's customdata is its row number in `points`.

    Parameters
    ----------
    points
        From `queries.topics.points`.
    color_by
        A key of `COLOR_BY`.
    chosen
        The topic that stands out; None: all alike.
    theme
        "light" or "dark".
    """
    drawn = charts.figure(height=HEIGHT, hovermode="closest", dragmode="pan", showlegend=color_by != "topic")
    drawn.update_xaxes(visible=False, fixedrange=False, range=_reach(points.x, 0.12))
    drawn.update_yaxes(visible=False, fixedrange=False, range=_reach(points.y, 0.06))
    rows = points.assign(row=np.arange(len(points)), hover=hover_texts(points))
    in_topic = rows.topic_id != OUTLIERS
    _add(drawn, rows[~in_topic], "Not in any topic", {"color": GREY}, size=4, opacity=0.35)
    faint = 0.75 if chosen is None else 0.22
    for name, part, colors in _groups(rows[in_topic & (rows.topic_id != chosen)], color_by):
        _add(drawn, part, name, colors, size=6, opacity=faint)
    if chosen is not None:
        for name, part, colors in _groups(rows[rows.topic_id == chosen], color_by):
            _add(drawn, part, name, colors, size=9, opacity=1.0)
    for note in _labels(rows[in_topic], chosen, theme):
        drawn.add_annotation(**note)
    return drawn


def show(drawn: go.Figure, title: str, on_select: Callable[[], None]) -> list[int]:
    """Draw the map.

    Parameters
    ----------
    title
        What the map shows.
    on_select
        Called before the page runs again, when the user clicked or circled points.

    Returns
    -------
    list of int
        The row numbers of the points that are clicked or circled.
    """
    buttons = ["pan2d", "lasso2d", "zoomIn2d", "zoomOut2d", "resetScale2d", "toImage"]
    picture = charts.CONFIG["toImageButtonOptions"] | {"filename": KEY}
    with st.container(border=True):
        charts.titled(
            title,
            "Each dot is a tweet; tweets that speak alike lie near each other. Click a dot to see its "
            "topic. With the lasso, circle dots to read those tweets.",
            KEY,
            partial(figure_data.table, drawn),
            picture=True,
        )
        state: Any = st.plotly_chart(
            drawn,
            key=KEY,
            config=charts.CONFIG
            | {"modeBarButtons": [buttons], "displayModeBar": True, "toImageButtonOptions": picture},
            alt=title,
            on_select=on_select,
            selection_mode=("points", "lasso"),
        )
    return selected(state)


def selected(state: Any) -> list[int]:
    """Return the row numbers of the points in the map's selection."""
    return [int(point["customdata"]) for point in state.selection.points if "customdata" in point]


def hover_texts(points: pd.DataFrame) -> list[str]:
    """Return what shows over each point: the tweet, clipped and wrapped, and its topic; never as markup."""
    labels = points.label.fillna("Not in any topic")
    return [
        f"{_wrapped(text)}<br><i>{charts.plain(formatting.clipped(label, HOVER_WIDTH))}</i>"
        for text, label in zip(points.text, labels, strict=True)
    ]


def _reach(values: pd.Series, margin: float) -> list[float]:
    """Return an axis's range; the margin, a share of it, leaves room for labels."""
    low, high = float(values.min()), float(values.max())
    room = max(high - low, 1.0) * margin
    return [low - room, high + room]


def _wrapped(text: str) -> str:
    """Return a text on a few lines; textwrap does it too, but in half a second for a map."""
    lines = LINE.findall(formatting.clipped(" ".join(text.split()), HOVER_WIDTH * HOVER_LINES))
    return charts.plain("\n".join(line.strip() for line in lines)).replace("\n", "<br>")


def _groups(rows: pd.DataFrame, color_by: str) -> list[tuple[str, pd.DataFrame, dict[str, Any]]]:
    """Return the points to colour alike: their name, the points, and their markers' colours."""
    if color_by == "topic":
        return [("Topics", rows, _topic_colors(rows.topic_id))]
    marks: Mapping[str, palette.Mark] = palette.PS if color_by == "p" else palette.SENTIMENTS
    groups = [(mark.title, rows[rows[color_by] == key], {"color": mark.color}) for key, mark in marks.items()]
    if color_by == "p":
        groups.insert(0, ("None of the four", rows[rows.p.isna()], {"color": NO_P}))
    return groups


def _topic_colors(topic_ids: pd.Series) -> dict[str, Any]:
    """Return marker options that give each topic its colour: numbers and a scale, far smaller than names."""
    numbers, topics = pd.factorize(topic_ids)
    colors = [topic_color(int(topic)) for topic in topics]
    if len(colors) < 2:
        return {"color": colors[0] if colors else GREY}
    scale = [(i / (len(colors) - 1), color) for i, color in enumerate(colors)]
    return {"color": numbers.astype(np.float32), "colorscale": scale, "cmin": 0, "cmax": len(colors) - 1}


def _add(
    drawn: go.Figure, rows: pd.DataFrame, name: str, colors: dict[str, Any], *, size: int, opacity: float
) -> None:
    if rows.empty:
        return
    drawn.add_trace(
        go.Scattergl(
            x=rows.x.to_numpy(np.float32),
            y=rows.y.to_numpy(np.float32),
            mode="markers",
            name=name,
            marker={"size": size, "opacity": opacity, "line": {"width": 0}} | colors,
            text=rows.hover.to_numpy(object),
            customdata=rows.row.to_numpy(np.int32),
            hovertemplate="%{text}<extra></extra>",
            showlegend=all(trace.name != name for trace in drawn.data),
        )
    )


def _labels(rows: pd.DataFrame, chosen: int | None, theme: str) -> list[dict[str, Any]]:
    """Return the names of the largest topics as annotations, leaving out those that would cover another."""
    if rows.empty:
        return []
    middles = rows.groupby(["topic_id", "label"], as_index=False).agg(
        x=("x", "median"), y=("y", "median"), size=("x", "size")
    )
    middles["first"] = middles.topic_id == chosen
    middles = middles[middles["first"] | (middles["size"] >= LEAST_NAMED)]
    middles = middles.sort_values(["first", "size", "topic_id"], ascending=[False, False, True])
    width, height = (max(float(np.ptp(rows[axis])), 1e-9) for axis in "xy")
    left = float(rows.x.min())
    placed: list[tuple[float, float]] = []
    notes: list[dict[str, Any]] = []
    for topic in middles.head(3 * LABELS).to_dict("records"):
        across, up = topic["x"] / width, topic["y"] / height
        if any(abs(across - x) < LABEL_ROOM[0] and abs(up - y) < LABEL_ROOM[1] for x, y in placed):
            continue
        placed.append((across, up))
        name = charts.plain(formatting.clipped(topic["label"], LABEL_LENGTH))
        side = (topic["x"] - left) / width
        anchor = "left" if side < EDGE else "right" if side > 1 - EDGE else "center"
        place = {"x": topic["x"], "y": topic["y"], "xanchor": anchor}
        notes.append(place | {"text": name, "showarrow": False, "borderpad": 1} | LABEL_LOOK[theme])
        if len(notes) == LABELS:
            break
    return notes
