"""Takes the pictures of the docs: every page of the dashboard on the demo's store.

    make screenshots

Builds the store in a folder of its own, unless a store is given. Needs a Chromium in the system.
"""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from pipeline.demo import build_demo
from pipeline.progress import Silent
from pipeline.serve import command

IMAGES = Path(__file__).parent / "images"
HARROW = "brand=harrow-pine&period=90d"
TWEETS = (
    "Fourth attempt to pay in the online shop of @HarrowPine. Fourth crash.",
    "The new coat of @HarrowPine is lovely and so warm",
    "Nine dollars for butter, far too expensive",
)
PATIENCE = 120_000  # ms
COLORS = 128  # flat colours and text need no more, and a file is a third of the size


def judge(page: Page) -> None:
    """Have tweets judged on the page Live."""
    page.get_by_role("textbox").first.fill("\n".join(TWEETS))
    page.get_by_role("button", name="Judge these tweets").click()
    expect(page.get_by_text("nothing was sent anywhere").first).to_be_visible(timeout=PATIENCE)


def search(page: Page) -> None:
    """Search on the page Tweets."""
    page.get_by_placeholder("a phrase").fill("checkout")
    page.get_by_placeholder("a phrase").press("Enter")


@dataclass(frozen=True)
class Picture:
    """What is taken: the page's address, what is done there, and the window."""

    address: str
    act: Callable[[Page], None] | None = None
    width: int = 1440
    height: int = 1080
    dark: bool = False


PICTURES = {
    "overview": Picture(f"?{HARROW}"),
    "overview_dark": Picture(f"?{HARROW}", dark=True),
    "overview_phone": Picture(f"?{HARROW}", width=390, height=844),
    "compare": Picture("compare?period=year"),
    "compare_sentiment": Picture("compare?brand=harrow-pine&period=all&view=Sentiment"),
    "topics": Picture("topics?period=all"),
    "pain_points": Picture(f"pain_points?{HARROW}"),
    "tweets": Picture(f"tweets?{HARROW}", search),
    "live": Picture("live", judge),
    "data": Picture("data"),
    "about": Picture("about"),
}


def main() -> None:
    """Take all pictures, of the store that is named on the command line or of the demo's."""
    with tempfile.TemporaryDirectory() as folder:
        db = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder) / "demo.duckdb"
        if not db.exists():
            build_demo(db, Silent())
        with serving(db) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"),
                args=["--no-sandbox", "--disable-quic", "--disable-background-networking"],
            )
            for name, picture in PICTURES.items():
                file = IMAGES / f"{name}.png"
                file.write_bytes(taken(browser, address, picture))
                print(f"{file.name}: {file.stat().st_size / 1000:,.0f} kB", flush=True)
            browser.close()


@contextmanager
def serving(db: Path) -> Iterator[str]:
    """Serve the dashboard on a store, on a port that was free; give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://localhost:{port}"
    process = subprocess.Popen(command(port, open_browser=False), env=os.environ | {"MMX_DB": str(db)})
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).close()
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=30)


def taken(browser: Browser, address: str, picture: Picture) -> bytes:
    """Return what a window shows, as a PNG with few colours."""
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme="dark" if picture.dark else "light",
    )
    # Not the first visit: the tour is not offered.
    context.add_cookies([{"name": "mmx_tour", "value": "done", "url": address}])
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{address}/{picture.address}")
    page.get_by_role("heading", level=1).wait_for()
    drawn(page)
    if picture.act is not None:
        picture.act(page)
        drawn(page)
    page.mouse.move(0, 0)
    image = Image.open(io.BytesIO(page.screenshot()))
    context.close()
    file = io.BytesIO()
    image.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()


def drawn(page: Page) -> None:
    """Wait until the page's script has run and its charts stand still."""
    page.wait_for_timeout(1000)
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=PATIENCE)
    page.wait_for_timeout(2000)


if __name__ == "__main__":
    main()
