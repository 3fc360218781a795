"""Takes the picture in README from a running demo.

    mmx demo --no-browser, then: python docs/screenshot.py http://localhost:8501

Needs a Chromium in the system.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

PICTURE = Path(__file__).parent / "images" / "overview.png"
VIEW = "?brand=harrow-pine&period=90d"


def main(address: str) -> None:
    """Open the overview of a brand and save what a wide window shows."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-quic", "--disable-background-networking"],
        )
        page = browser.new_page(viewport={"width": 1440, "height": 1080}, color_scheme="light")
        page.goto(f"{address}/{VIEW}")
        page.locator(".st-key-trend .barlayer").wait_for(timeout=60_000)
        page.wait_for_timeout(3000)
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
