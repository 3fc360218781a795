"""How charts look: one theme for light and dark, a title that says what is shown, and how to read it."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Literal

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import download_menu, figure_data, palette

# Plotly's bar with nothing but the download; the chart is sharp enough to print.
CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "modeBarButtons": [["toImage"]],
    "toImageButtonOptions": {"format": "png", "scale": 2},
    "scrollZoom": False,
}


def figure(**layout: Any) -> go.Figure:
    """Return an empty figure in the common look; keywords are Plotly's layout options."""
    common: dict[str, Any] = {
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "height": 300,
        "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.02, "xanchor": "left", "x": 0},
        "hoverlabel": {"namelength": -1},
        "dragmode": False,
        "bargap": 0.15,
        "separators": ".,",
    }
    drawn = go.Figure(layout=common)
    drawn.update_layout(**layout)
    drawn.update_xaxes(automargin=True, title_standoff=8, fixedrange=True)
    drawn.update_yaxes(automargin=True, title_standoff=16, fixedrange=True)
    return drawn


def sentiment_bars(
    counts: pd.DataFrame, labels: Sequence[Any], *, sideways: bool = False, hover: str, **layout: Any
) -> go.Figure:
    """Return stacked bars of mentions by sentiment; each mark's customdata is (row number, sentiment).

    Parameters
    ----------
    counts
        Columns negative, neutral, positive (mentions); one row a bar.
    labels
        Where each bar stands on the other axis.
    sideways
        Bars to the right, the first row at the top.
    hover
        What the hover says of a bar before its number: Plotly's %{x} or %{y}.
    """
    drawn = figure(barmode="stack", **layout)
    for name, mark in palette.SENTIMENTS.items():
        values = counts[name].tolist()
        along, across = (values, list(labels)) if sideways else (list(labels), values)
        value = "%{x:,}" if sideways else "%{y:,}"
        drawn.add_bar(
            x=along,
            y=across,
            name=mark.title,
            orientation="h" if sideways else "v",
            marker={"color": mark.color, "line": {"width": 0}},
            customdata=[(row, name) for row in range(len(values))],
            hovertemplate=f"{hover}<br>{value} {mark.title.lower()}<extra></extra>",
        )
    if sideways:
        drawn.update_yaxes(autorange="reversed")
    if counts[list(palette.SENTIMENTS)].sum(axis=1).max() < 6:
        (drawn.update_xaxes if sideways else drawn.update_yaxes)(dtick=1)
    return drawn


def show(
    drawn: go.Figure,
    key: str,
    title: str,
    how: str,
    *,
    alt: str | None = None,
    card: bool = True,
    table: Callable[[], pd.DataFrame] | None = None,
    select: bool = False,
    selection_mode: Iterable[Literal["points", "box", "lasso"]] = ("points",),
) -> Any:
    """Draw a figure under its title.

    Parameters
    ----------
    key
        Names the chart for tests, and its downloaded files: the picture, and the data of the marks drawn.
    title
        States what the chart shows.
    how
        One line on how to read it, shown on hover.
    alt
        What the chart shows, for who cannot see it; the title where not given.
    card
        Whether to frame it; not where it is drawn in a frame already.
    table
        Makes the data to save where that is not best a row a mark (see `figure_data.table`).
    select
        Whether clicking a mark reruns the page.

    Returns
    -------
    PlotlyState
        What is selected, where `select` is set; see `clicked`.
    """
    config = CONFIG | {"toImageButtonOptions": CONFIG["toImageButtonOptions"] | {"filename": key}}
    with st.container(border=card, height="stretch"):
        titled(title, how, key, table or partial(figure_data.table, drawn), picture=True)
        return st.plotly_chart(
            drawn,
            key=key,
            config=config,
            alt=alt or title,
            on_select="rerun" if select else "ignore",
            selection_mode=tuple(selection_mode),
        )


def titled(
    title: str, how: str, key: str, table: Callable[[], pd.DataFrame], *, picture: bool = False
) -> None:
    """Write the title of a chart or table, with the menu to save it beside it; see `download_menu.draw`."""
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", wrap=False
    ):
        st.markdown(f"**{title}**", help=how)
        download_menu.draw(key, table, picture=picture)


def plain(text: str) -> str:
    """Return text that Plotly shows as it is: names and labels may hold what it would take for markup."""
    return html.escape(text, quote=False)


def clicked(state: Any) -> list[Any] | None:
    """Return the customdata of the mark that was clicked, or None."""
    points = state.selection.points if state else []
    return list(points[0]["customdata"]) if points and "customdata" in points[0] else None
