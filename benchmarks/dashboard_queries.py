"""Measures every query that the dashboard's pages make, on stores of different sizes.

    python benchmarks/dashboard_queries.py 5k.duckdb 1m.duckdb 10m.duckdb

Opens each page with many choices of filters (brand, industry, P, sentiment, period, source) as Streamlit's own test
runner does, without a browser, and times each call that asks the store; one that is asked again is counted once. Stores
of millions come from benchmarks/large_store.py.
"""

from __future__ import annotations

import argparse
import itertools
import os
import platform
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from streamlit.testing.v1 import AppTest

from dashboard import store as stores
from dashboard.queries import pain_points

APP = Path(__file__).parents[1] / "dashboard" / "app.py"
RESULT = Path(__file__).with_name("results") / "dashboard_queries.md"
PAGES = ("overview", "compare", "topics", "pain_points", "tweets", "data")
PERIODS = ("30d", "90d", "year", "all")
OTHERS: tuple[dict[str, str], ...] = (
    {},
    {"p": "place"},
    {"sentiment": "negative"},
    {"source": "vader"},
)

Times = dict[str, list[float]]


def main() -> None:
    """Measure each store and write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("stores", type=Path, nargs="+")
    parser.add_argument("--quick", action="store_true", help="one period only, nothing written")
    given = parser.parse_args()
    load = os.getloadavg()[0]
    measured = {}
    for path in given.stores:
        measured[path] = measure(path, PERIODS[1:2] if given.quick else PERIODS)
        print(table({path: measured[path]}), flush=True)
    if not given.quick:
        RESULT.write_text(page(measured, load), encoding="utf-8")


def measure(path: Path, periods: tuple[str, ...]) -> Times:
    """Return the seconds of each query, by where it is asked."""
    times: Times = defaultdict(list)
    with stores.current(path).cursor() as cursor:
        brands = cursor.execute(
            "SELECT brand_id, industry FROM brands ORDER BY hash(brand_id) LIMIT 2"
        ).fetchall()
    who: list[dict[str, str]] = [{}, {"industry": brands[0][1]}, *({"brand": brand} for brand, _ in brands)]
    os.environ["MMX_DB"] = str(path)
    with _timed_calls(times):
        for name, whom, period, other in itertools.product(PAGES, who, periods, OTHERS):
            app = AppTest.from_file(str(APP), default_timeout=600)
            app.query_params.update({**whom, **other, "period": period})
            started = time.perf_counter()
            app.switch_page(f"app_pages/{name}.py").run()
            times[f"page {name}"].append(time.perf_counter() - started)
            if app.exception:
                raise RuntimeError(f"{name} {whom} {period} {other}: {app.exception[0].value}")
    return times


@contextmanager
def _timed_calls(times: Times) -> Iterator[None]:
    """Time each query where it is asked, whether its answer is remembered or not; only new ones count."""
    with ExitStack() as stack:
        asked: Any = stores._frame
        stack.enter_context(
            patch.object(stores, "_frame", _timed(asked.__wrapped__, times, lambda _: _caller()))
        )
        for name in ("_ranked", "_alerts"):
            function = getattr(pain_points, name).__wrapped__
            of_name = _timed(function, times, lambda _, name=name: f"pain_points.{name[1:]}")
            stack.enter_context(patch.object(pain_points, name, of_name))
        yield


def _timed(function: Callable[..., Any], times: Times, name: Callable[[Any], str]) -> Callable[..., Any]:
    known: dict[Any, Any] = {}

    def call(*arguments: Any) -> Any:
        key = (name(arguments), repr(arguments[:-1]))
        if key not in known:
            started = time.perf_counter()
            known[key] = function(*arguments)
            times[key[0]].append(time.perf_counter() - started)
        return known[key]

    return call


def _caller() -> str:
    """Return the function in `dashboard.queries` that asks."""
    frame = sys._getframe(2)
    while "/queries/" not in frame.f_code.co_filename:
        assert frame.f_back is not None
        frame = frame.f_back
    return f"{Path(frame.f_code.co_filename).stem}.{frame.f_code.co_name}"


def table(measured: dict[Path, Times]) -> str:
    """Return the times as Markdown: median and 95th percentile in ms."""
    names = sorted({name for times in measured.values() for name in times})
    head = "| | " + " | ".join(path.stem for path in measured) + " |"
    rows = [
        f"| {name} | " + " | ".join(_cell(times.get(name, [])) for times in measured.values()) + " |"
        for name in names
    ]
    return "\n".join([head, "|---" * (len(measured) + 1) + "|", *rows])


def _cell(seconds: list[float]) -> str:
    if not seconds:
        return "–"
    return f"{np.median(seconds) * 1000:,.0f} · {np.percentile(seconds, 95) * 1000:,.0f} ms ({len(seconds)})"


def page(measured: dict[Path, Times], load: float) -> str:
    """Return the page of results."""
    sizes = ", ".join(f"{path.stem} {path.stat().st_size / 1e6:,.0f} MB" for path in measured)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return f"""# Queries of the dashboard

Made by `python benchmarks/dashboard_queries.py`: median · 95th percentile (how many) of each query over choices of
filters, and of each page's script as a whole with all its queries. {platform.machine()}, {os.cpu_count()} cores,
{platform.system()}, Python {platform.python_version()}. Stores: {sizes}. Peak memory of the process, Streamlit's test
runner included: {peak:,.0f} MB. Processes that wanted to compute before: {load:.1f}.

{table(measured)}
"""


if __name__ == "__main__":
    main()
