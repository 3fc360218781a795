"""Draws what so many tweets cost, as an SVG that can be read on light and on dark pages.

    python benchmarks/cost_chart.py

A run's costs come from benchmarks/scale.py, which draws the chart too, the dashboard's from
benchmarks/dashboard_browser.py; what they kept in benchmarks/results/ is drawn into docs/images/cost_curve.svg.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from math import log10
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
CHART = Path(__file__).parents[1] / "docs" / "images" / "cost_curve.svg"
WIDTH, HEIGHT = 300, 310
LEFT, RIGHT, TOP, BOTTOM = 58, 30, 62, 44
RUN, DASHBOARD, TEXT, GRID = "#0072B2", "#D55E00", "#727D88", "#9AA5AF"
UNITS = ((1e6, "M"), (1e3, "k"))


@dataclass(frozen=True)
class Cost:
    """What a run, or the dashboard at a change of a filter, took: seconds, peak memory and store in MB."""

    seconds: float
    memory: float
    disk: float


Costs = dict[int, Cost]


def _time(seconds: float) -> str:
    if seconds < 10:
        return f"{seconds:.1f} s"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _size(megabytes: float) -> str:
    return f"{megabytes:.0f} MB" if megabytes < 1000 else f"{megabytes / 1000:.1f} GB"


PANELS: tuple[tuple[str, Callable[[Cost], float], Callable[[float], str]], ...] = (
    ("Time", lambda cost: cost.seconds, _time),
    ("Peak memory", lambda cost: cost.memory, _size),
    ("Store on disk", lambda cost: cost.disk, _size),
)


def main() -> None:
    """Draw the chart from what was kept."""
    sizes = json.loads((RESULTS / "scale.json").read_text(encoding="utf-8"))
    write({int(size): Cost(*one["stages"]["together"][::2], one["disk"]) for size, one in sizes.items()})


def write(runs: Costs) -> None:
    """Write the chart of these runs, and of the dashboard as far as it was measured."""
    kept = RESULTS / "dashboard_browser.json"
    served = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    chart = draw(runs, {int(size): Cost(*one) for size, one in served.items()})
    CHART.write_text(chart, encoding="utf-8")


def draw(runs: Costs, dashboard: Costs) -> str:
    """Return the chart: time, memory and disk by the number of tweets; a tenfold is as long on every axis and panel."""
    panels = "".join(_panel(index * WIDTH, runs, dashboard, *panel) for index, panel in enumerate(PANELS))
    series = (("a run", RUN, runs), ("the dashboard at a change of a filter", DASHBOARD, dashboard))
    told = "; ".join(
        f"{name}, {size:,} tweets: "
        + ", ".join(f"{title.lower()} {say(value(costs[size]))}" for title, value, say in PANELS)
        for name, _, costs in series
        for size in sorted(costs)
    )
    legend = "".join(
        f'<circle cx="{x}" cy="40" r="4" fill="{color}"/>{_text(x + 10, 44, name, "start")}'
        for x, (name, color, costs) in zip((LEFT - 20, LEFT + 60), series, strict=True)
        if costs
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH * len(PANELS)} {HEIGHT}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="12"><title>{told}</title>{legend}{panels}</svg>\n'
    )


def _panel(
    x: float,
    runs: Costs,
    dashboard: Costs,
    title: str,
    value: Callable[[Cost], float],
    say: Callable[[float], str],
) -> str:
    sizes = sorted({*runs, *dashboard})
    values = [value(cost) for costs in (runs, dashboard) for cost in costs.values()]
    tenfolds = max(1.0, log10(sizes[-1] / sizes[0]), log10(max(values) / min(values)))
    across = _axis(sizes[0], tenfolds, x + LEFT, x + WIDTH - RIGHT)
    up = _axis(min(values), tenfolds, HEIGHT - BOTTOM - 24, TOP + 12)
    drawn = [
        f'<text x="{x + LEFT - 24}" y="18" font-size="14" font-weight="600" fill="{TEXT}">{title}</text>',
        f'<line x1="{x + LEFT - 24}" x2="{x + WIDTH - 8}" y1="{HEIGHT - BOTTOM + 8}" y2="{HEIGHT - BOTTOM + 8}" '
        f'stroke="{GRID}"/>',
        _text(x + (LEFT - 24 + WIDTH - 8) / 2, HEIGHT - 6, "tweets"),
    ]
    for color, costs, below in ((RUN, runs, False), (DASHBOARD, dashboard, True)):
        places = [(across(size), up(value(costs[size])), say(value(costs[size]))) for size in sorted(costs)]
        line = " ".join(f"{left:.1f},{top:.1f}" for left, top, _ in places)
        drawn.append(f'<polyline points="{line}" fill="none" stroke="{color}" stroke-width="2"/>')
        for left, top, text in places:
            drawn.append(f'<circle cx="{left:.1f}" cy="{top:.1f}" r="4" fill="{color}"/>')
            drawn.append(_text(left - (0 if below else 6), top + (20 if below else -9), text))
    ticks = {round(log10(size)): size for size in sizes if log10(size) % 1 == 0}
    drawn += [_text(across(size), HEIGHT - BOTTOM + 23, _short(size)) for size in ticks.values()]
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


if __name__ == "__main__":
    main()
