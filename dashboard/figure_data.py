"""The data behind a chart as a table: the very marks that are drawn, one a row."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

LINE_BREAK = re.compile(r"<br\s*/?>")
MONTH = "%b"  # is in how an axis writes days
# What a chart writes without an axis of its own: no data.
NOTES = {"text"}


def table(drawn: go.Figure) -> pd.DataFrame:
    """Return a figure's marks.

    Returns
    -------
    pandas.DataFrame
        One row a mark, in the order drawn: `series` where there is more than one or it has a name; the values of the
        axes under their titles (where they have none: "from" for days, x or y); `low` and `high` (the ends of the
        interval, on the axis that is measured) where one is drawn; and `value` in a field of squares. Marks without
        a value are left out, as they are in the chart.
    """
    across, up = _title(drawn.layout.xaxis, "x"), _title(drawn.layout.yaxis, "y")
    if across == up:
        across, up = f"{across} (x)", f"{up} (y)"
    parts = [_rows(trace, drawn, across, up) for trace in drawn.data if _is_data(trace)]
    if not parts:
        return pd.DataFrame(columns=[across, up])
    found = pd.concat(parts, ignore_index=True)
    if not found["series"].str.len().any():
        found = found.drop(columns="series")
    return found


def _rows(trace: Any, drawn: go.Figure, across: str, up: str) -> pd.DataFrame:
    if trace.type == "heatmap":
        values = np.asarray(trace.z, dtype=float)
        xs = _named(drawn.layout.xaxis, trace.x)
        ys = _named(drawn.layout.yaxis, trace.y)
        rows = {across: xs * len(ys), up: [y for y in ys for _ in xs], "value": values.ravel().tolist()}
        return pd.DataFrame({"series": _plain(trace.name), **rows})
    rows = {across: _values(trace.x), up: _values(trace.y)}
    for error, values in (("error_x", trace.x), ("error_y", trace.y)):
        if (above := getattr(trace, error).array) is not None:
            below = getattr(trace, error).arrayminus
            measured = np.asarray(values, dtype=float)
            rows["low"] = (measured - np.asarray(above if below is None else below, dtype=float)).tolist()
            rows["high"] = (measured + np.asarray(above, dtype=float)).tolist()
    found = pd.DataFrame({"series": _plain(trace.name), **rows})
    return found.dropna(subset=[across, up])


def _is_data(trace: Any) -> bool:
    return trace.visible is not False and not (trace.type == "scatter" and trace.mode in NOTES)


def _title(axis: Any, otherwise: str) -> str:
    return _plain(axis.title.text) or ("from" if MONTH in (axis.tickformat or "") else otherwise)


def _named(axis: Any, values: Any) -> list[Any]:
    """Return an axis's values, by the names at its ticks where it has some."""
    if axis.ticktext is None:
        return _values(values)
    names = dict(zip(axis.tickvals, map(_plain, axis.ticktext), strict=True))
    return [names.get(value, value) for value in _values(values)]


def _values(values: Sequence[Any] | np.ndarray) -> list[Any]:
    return [_plain(value) if isinstance(value, str) else value for value in list(values)]


def _plain(text: str | None) -> str:
    """Return text as it reads in the chart: names are escaped there (see `charts.plain`)."""
    return html.unescape(LINE_BREAK.sub(" ", text or "")).replace("\u200b", "")
