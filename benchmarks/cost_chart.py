"""Draws what so many tweets cost, as an SVG that can be read on light and on dark pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log10

WIDTH, HEIGHT = 300, 250
LEFT, RIGHT, TOP, BOTTOM = 58, 30, 40, 44
COLOR, TEXT, GRID = "#0072B2", "#727D88", "#9AA5AF"
UNITS = ((1e6, "M"), (1e3, "k"))


@dataclass(frozen=True)
class Cost:
    """What a run took: seconds by the clock, seconds of computing, peak memory and store in MB."""

    seconds: float
    computing: float
    memory: float
    disk: float


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _size(megabytes: float) -> str:
    return f"{megabytes:.0f} MB" if megabytes < 1000 else f"{megabytes / 1000:.1f} GB"


PANELS: tuple[tuple[str, Callable[[Cost], float], Callable[[float], str]], ...] = (
    ("Run time", lambda cost: cost.seconds, _time),
    ("Peak memory", lambda cost: cost.memory, _size),
    ("Store on disk", lambda cost: cost.disk, _size),
)


def draw(costs: dict[int, Cost]) -> str:
    """Return the chart: time, memory and disk by the number of tweets; a tenfold is as long on every axis and panel."""
    sizes = sorted(costs)
    panels = "".join(
        _panel(index * WIDTH, title, [(size, value(costs[size])) for size in sizes], say)
        for index, (title, value, say) in enumerate(PANELS)
    )
    told = "; ".join(
        f"{size:,} tweets: "
        + ", ".join(f"{title.lower()} {say(value(costs[size]))}" for title, value, say in PANELS)
        for size in sizes
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH * len(PANELS)} {HEIGHT}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="12"><title>{told}</title>{panels}</svg>\n'
    )


def _panel(x: float, title: str, points: list[tuple[int, float]], say: Callable[[float], str]) -> str:
    sizes, values = zip(*points, strict=True)
    tenfolds = max(1.0, log10(max(sizes) / min(sizes)), log10(max(values) / min(values)))
    across = _axis(min(sizes), tenfolds, x + LEFT, x + WIDTH - RIGHT)
    up = _axis(min(values), tenfolds, HEIGHT - BOTTOM, TOP + 12)
    places = [(across(size), up(value)) for size, value in points]
    line = " ".join(f"{left:.1f},{top:.1f}" for left, top in places)
    drawn = [
        f'<text x="{x + LEFT - 24}" y="18" font-size="14" font-weight="600" fill="{TEXT}">{title}</text>',
        f'<line x1="{x + LEFT - 24}" x2="{x + WIDTH - 8}" y1="{HEIGHT - BOTTOM + 8}" y2="{HEIGHT - BOTTOM + 8}" '
        f'stroke="{GRID}"/>',
        f'<polyline points="{line}" fill="none" stroke="{COLOR}" stroke-width="2"/>',
        _text(x + (LEFT - 24 + WIDTH - 8) / 2, HEIGHT - 6, "tweets"),
    ]
    for (left, top), (size, value) in zip(places, points, strict=True):
        drawn += [
            f'<circle cx="{left:.1f}" cy="{top:.1f}" r="4" fill="{COLOR}"/>',
            _text(left - 8, top - 8, say(value), "end" if left > places[0][0] else "middle"),
            _text(left, HEIGHT - BOTTOM + 23, _short(size)),
        ]
    return "".join(drawn)


def _text(x: float, y: float, text: str, anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{TEXT}">{text}</text>'


def _axis(least: float, tenfolds: float, start: float, end: float) -> Callable[[float], float]:
    """Return where a value lies between two ends that are so many tenfolds apart."""
    return lambda value: start + (end - start) * log10(value / least) / tenfolds


def _short(number: float) -> str:
    for unit, letter in UNITS:
        if number >= unit:
            return f"{number / unit:g}{letter}"
    return f"{number:g}"
