"""Measures how soon the dashboard has drawn a changed view in a real Chromium, for one manager and for twenty.

    python benchmarks/dashboard_browser.py 5k.duckdb 1m.duckdb 10m.duckdb --crowd 1m.duckdb

On each page, brand, period, P and sentiment are changed one after the other by chance. The time is from the click to
the last change of anything drawn in the page. Stores of millions come from benchmarks/large_store.py. What each store
costs is kept beside the page of results, for benchmarks/cost_chart.py.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from playwright.async_api import Browser, Page, async_playwright

from pipeline.serve import check_port, command
from pipeline.store import connect

RESULT = Path(__file__).with_name("results") / "dashboard_browser.md"
PORT = 8790
PAGES = {
    "Overview": "",
    "Compare": "compare",
    "Topics": "topics",
    "Pain points": "pain_points",
    "Tweets": "tweets",
}
PERIODS = ("7 days", "30 days", "90 days", "Year", "All")
PILLS = ("Product", "Place", "Price", "Promotion", "Negative", "Neutral", "Positive")
LIMITS = {"5k": 0.5, "1m": 0.7, "10m": 1.0}  # s, by what a store's file is called
CROWD, SECONDS, PAUSE = 20, 60, 10  # browsers, how long, and how long each of them reads what it sees
QUIET = 500  # ms without any change: drawn
BROWSER = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
# The click or key that changes a filter, and the last change in the page's main part after it.
WATCH = """
window.asked = 0; window.drawn = 0;
for (const kind of ["click", "keydown"]) addEventListener(kind, () => { window.asked = performance.now() }, true);
addEventListener("DOMContentLoaded", () => new MutationObserver(changes => {
    if (changes.some(one => one.target.closest?.("[data-testid=stMain]"))) window.drawn = performance.now();
}).observe(document, {subtree: true, childList: true, attributes: true}));
"""
SETTLED = """quiet => {
    const app = document.querySelector("[data-testid=stApp]");
    return app?.dataset.testScriptState === "notRunning" && window.drawn > window.asked
        && performance.now() - window.drawn > quiet && !document.querySelector("[data-testid=stSkeleton]");
}"""


@dataclass(frozen=True)
class Measured:
    """Of one store: seconds of each change by page, seconds of the first view, MB of the server, load before.

    And what the store is: how many tweets, how many MB.
    """

    changes: dict[str, list[float]]
    first: float
    memory: float
    load: float
    tweets: int
    disk: float

    @property
    def every(self) -> list[float]:
        """The seconds of all changes."""
        return [seconds for of_page in self.changes.values() for seconds in of_page]


def main() -> None:
    """Measure, and write the page of results."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("stores", type=Path, nargs="*")
    parser.add_argument("--crowd", type=Path, help="the store that many browsers look at at once")
    parser.add_argument("--changes", type=int, default=12, help="changes of a filter on each page")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--output", "-o", type=Path, default=RESULT)
    given = parser.parse_args()
    parts = [head()]
    alone = {path.stem: asyncio.run(one(path, given.changes, given.chromium)) for path in given.stores}
    if alone:
        parts.append(table_of_one(alone))
    if given.crowd:
        parts.append(asyncio.run(many(given.crowd, given.chromium)))
    page = "\n\n".join(parts) + "\n"
    print(page)
    given.output.write_text(page, encoding="utf-8")
    if alone:
        costs = {one.tweets: (float(np.median(one.every)), one.memory, one.disk) for one in alone.values()}
        given.output.with_suffix(".json").write_text(json.dumps(costs, indent=1) + "\n", encoding="utf-8")


async def one(path: Path, changes: int, chromium: str) -> Measured:
    """Measure one browser on a store."""
    load = os.getloadavg()[0]
    times: dict[str, list[float]] = {}
    with serving(path) as server:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=BROWSER)
            await opened(browser, "")  # the first of all starts what all others use
            page = await opened(browser, "")
            first = await page.evaluate("window.drawn / 1000")
            for title, address in PAGES.items():
                page = await opened(browser, address)
                chance = random.Random(title)
                times[title] = [await changed(page, chance) for _ in range(changes)]
                print(path.stem, title, spread(times[title]), flush=True)
                await page.context.close()
            await browser.close()
        used = memory(server.pid)
    with connect(path) as connection:
        tweets = connection.execute("SELECT count(*) FROM tweets").fetchall()[0][0]
    return Measured(times, first, used, load, tweets, path.stat().st_size / 1e6)


async def many(path: Path, chromium: str) -> str:
    """Measure many browsers on a store; return what is said of it."""
    load = os.getloadavg()[0]
    with serving(path) as server:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=BROWSER)
            pages = [await opened(browser, "") for _ in range(CROWD)]
            until = time.monotonic() + SECONDS
            found = await asyncio.gather(
                *(visit(page, until, random.Random(i)) for i, page in enumerate(pages)),
                return_exceptions=True,
            )
            errors = [one for one in found if isinstance(one, BaseException)]
            shown = [await page.get_by_test_id("stException").count() for page in pages]
            await browser.close()
        peak = memory(server.pid)
    times = [seconds for one in found if isinstance(one, list) for seconds in one]
    return (
        f"{CROWD} browsers at once on {path.stem} for {SECONDS} s, each changing a filter and reading for {PAUSE} s "
        f"on average: {len(times)} changes, {spread(times)}; {len(errors) + sum(shown)} errors; memory of the server "
        f"at most {peak:,.0f} MB; load average before {load:.1f}. The browsers themselves run on the same cores."
    )


async def visit(page: Page, until: float, chance: random.Random) -> list[float]:
    """Change filters until a moment; return the seconds that each change took."""
    times = []
    await asyncio.sleep(chance.uniform(0, PAUSE))
    while time.monotonic() < until:
        times.append(await changed(page, chance))
        await asyncio.sleep(chance.uniform(0.5, 1.5) * PAUSE)
    return times


async def opened(browser: Browser, address: str) -> Page:
    """Open a page in a window of its own and wait until it is drawn."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    page = await context.new_page()
    page.set_default_timeout(120_000)
    await page.add_init_script(WATCH)
    await page.goto(f"http://localhost:{PORT}/{address}?period=90d")
    await page.get_by_role("heading", level=1).wait_for()
    await settled(page)
    return page


async def settled(page: Page) -> None:
    """Wait until the script has run and nothing changes any more."""
    await page.wait_for_function(SETTLED, arg=QUIET, polling=50)
    assert await page.get_by_test_id("stException").count() == 0, "the page shows an error"


async def changed(page: Page, chance: random.Random) -> float:
    """Change a filter by chance as a user does; return the seconds until all is drawn."""
    sidebar = page.get_by_test_id("stSidebar")
    kind = chance.choices(("brand", "period", "pill"), (3, 2, 1))[0]
    if kind == "brand":
        # From where the pointer was, a hint may lie over the list.
        await page.mouse.move(0, 0)
        await page.get_by_role("tooltip").wait_for(state="hidden")
        await sidebar.get_by_role("combobox").click()
        # Another than the one that is chosen: choosing it again changes nothing.
        options = page.get_by_role("option", selected=False)
        await options.first.wait_for()
        await options.nth(chance.randrange(await options.count())).click()
    elif kind == "period":
        pressed = (
            sidebar.get_by_test_id("stButtonGroup")
            .filter(has_text="Period")
            .get_by_role("radio", checked=True)
        )
        now = await pressed.all_inner_texts()
        other = chance.choice([period for period in PERIODS if period not in now])
        await sidebar.get_by_text(other, exact=True).click()
    else:
        await sidebar.get_by_role("button", name=chance.choice(PILLS)).click()
    await settled(page)
    return float(await page.evaluate("(window.drawn - window.asked) / 1000"))


@contextmanager
def serving(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Serve the dashboard on a store in a process of its own."""
    check_port(PORT)  # else what listens there already would be measured
    process = subprocess.Popen(
        command(PORT, open_browser=False), env=os.environ | {"MMX_DB": str(path.resolve())}
    )
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://localhost:{PORT}/_stcore/health", timeout=1).close()
                break
            except OSError:
                time.sleep(0.2)
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def memory(pid: int) -> float:
    """Return the most memory (RSS) that a process ever had, in MB, as Linux counts it."""
    line = next(
        line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM")
    )
    return int(line.split()[1]) / 1000


def spread(seconds: list[float]) -> str:
    """Say the median, and between what the middle half and all but 5 % lie."""
    low, median, high, most = np.percentile(seconds, [25, 50, 75, 95])
    return f"{median:.2f} s ({low:.2f} to {high:.2f}; 95 % under {most:.2f})"


def head() -> str:
    """Return the beginning of the page of results."""
    return f"""# The dashboard in a browser

Made by `python benchmarks/dashboard_browser.py`: from the click that changes a filter to the last change of anything
drawn, as median (middle half; 95th percentile). Choices are by chance, so that few answers are remembered.
{platform.machine()}, {os.cpu_count()} cores
for server and Chromium together, {platform.system()}, Python {platform.python_version()}."""


def table_of_one(alone: dict[str, Measured]) -> str:
    """Return the times of one browser as Markdown."""
    rows = [("", *alone)]
    rows.append(("---",) * (len(alone) + 1))
    rows += [(title, *(spread(one.changes[title]) for one in alone.values())) for title in PAGES]
    rows.append(("**all pages**", *(f"**{spread(one.every)}**" for one in alone.values())))
    rows.append(("wanted: median under", *(f"{LIMITS[name]} s" if name in LIMITS else "" for name in alone)))
    rows.append(("first view of Overview", *(f"{one.first:.2f} s" for one in alone.values())))
    rows.append(("memory of the server, at most", *(f"{one.memory:,.0f} MB" for one in alone.values())))
    rows.append(("load average before", *(f"{one.load:.1f}" for one in alone.values())))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    main()
