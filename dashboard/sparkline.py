"""A key figure's course as a small picture, with its ends and extremes in words for who cannot see it.

Streamlit's own in `st.metric` has marks without a name, over which screen readers stumble.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from html import escape
from typing import Literal

from dashboard import palette

WIDTH, HEIGHT = 200, 56
PEN = 2  # half a line's width lies beyond its points


def picture(
    values: Sequence[float], kind: Literal["line", "bar"], title: str, worded: Callable[[float], str]
) -> str:
    """Return HTML of the picture.

    Parameters
    ----------
    values
        At least one; a bar begins at 0, a line's lowest point is at the bottom.
    title
        What they are values of.
    worded
        How a value is written.
    """
    drawn = _bars(values) if kind == "bar" else _line(values)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none">'
        f"{drawn}</svg>"
    )
    told = (
        f"{title} over time: from {worded(values[0])} to {worded(values[-1])}, "
        f"lowest {worded(min(values))}, highest {worded(max(values))}"
    )
    source = f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
    return f'<img src="{source}" alt="{escape(told)}" title="{escape(told)}" style="width:100%;height:{HEIGHT}px"/>'


def _bars(values: Sequence[float]) -> str:
    step, most = WIDTH / len(values), max(*values, 1)
    heights = [value / most * HEIGHT for value in values]
    return "".join(
        f'<rect x="{step * (i + 0.2):.2f}" y="{HEIGHT - height:.2f}" width="{step * 0.6:.2f}" '
        f'height="{height:.2f}" fill="{palette.NEUTRAL}"/>'
        for i, height in enumerate(heights)
    )


def _line(values: Sequence[float]) -> str:
    low, span = min(values), max(values) - min(values)
    step = (WIDTH - 2 * PEN) / max(len(values) - 1, 1)
    heights = [(value - low) / span if span else 0.5 for value in values]
    points = " ".join(
        f"{PEN + step * i:.2f},{HEIGHT - PEN - height * (HEIGHT - 2 * PEN):.2f}"
        for i, height in enumerate(heights)
    )
    return (
        f'<polyline points="{points}" fill="none" stroke="{palette.NEUTRAL}" stroke-width="{PEN}" '
        'vector-effect="non-scaling-stroke"/>'
    )
