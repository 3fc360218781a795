"""The brand report in a real browser: one click away, whole without a network, on a telephone and on paper."""

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from pipeline.report import render
from pipeline.store import connect

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def report_file(demo_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("report") / "report.html"
    with connect(demo_store) as connection:
        page = render(connection, "harrow-pine", date(2026, 8, 3), None, date(2026, 11, 1))
    file.write_text(page, encoding="utf-8")
    return file


@pytest.mark.parametrize("width", [1440, 390])
def test_report_fits_the_window_and_asks_for_nothing(browser: Browser, report_file: Path, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
    page = context.new_page()
    asked, said = list[str](), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(report_file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.get_by_role("heading", level=1).inner_text() == "Harrow & Pine"
    assert asked == [report_file.as_uri()]
    assert said == []
    context.close()


def test_report_prints_without_cutting_cards(browser: Browser, report_file: Path) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(report_file.as_uri())
    page.emulate_media(media="print")
    breaks = page.locator(".card").evaluate_all(
        "cards => cards.map(one => getComputedStyle(one).breakInside)"
    )
    assert len(breaks) >= 9
    assert set(breaks) == {"avoid"}
    for size in ("A4", "Letter"):
        assert page.pdf(format=size).startswith(b"%PDF")
    context.close()


def test_report_is_one_click_away(page: Page) -> None:
    page.goto("?brand=harrow-pine&period=90d")
    with page.expect_download() as download:
        page.get_by_role("button", name="Brand report").click()
    assert download.value.suggested_filename == "report_harrow-pine_2026-08-03_2026-10-31.html"
    content = Path(download.value.path()).read_text(encoding="utf-8")
    assert "<h1" in content
    assert "Harrow &amp; Pine" in content
