"""An analyst at work on the page Tweets, in a real browser: columns, correcting, undoing, and taking it away."""

import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from pipeline import corrections

pytestmark = [pytest.mark.browser, pytest.mark.slow]
HOSTILE = "<img src=x onerror=alert(1)> **x** $y$ :material/delete: \u202eabc"


@pytest.fixture(scope="module")
def store(demo_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo's store: corrections are kept beside it."""
    return Path(shutil.copy(demo_store, tmp_path_factory.mktemp("corrected") / "demo.duckdb"))


@pytest.fixture(scope="module")
def address(serve, store: Path) -> Iterator[str]:
    with serve(store, store.with_name("log.txt")) as started:
        yield started


@pytest.fixture
def window(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("dialog", lambda dialog: errors.append(dialog.message))
    yield opened
    context.close()
    assert not errors


def opened(page: Page, query: str) -> Locator:
    page.goto(f"/tweets?{query}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tweets")
    return settled(page)


def settled(page: Page) -> Locator:
    page.wait_for_timeout(500)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    return page.get_by_test_id("stMain")


def test_labels_are_corrected_shown_downloaded_and_undone(window: Page, store: Path) -> None:
    main = opened(window, "brand=ollo&period=year")
    details = main.locator(".st-key-tweet_details")
    form = main.locator(".st-key-correct")
    form.get_by_text("Correct the labels").click()
    for pill in form.get_by_role("button", pressed=True).all():
        pill.click()
    form.get_by_role("button", name="Promotion").click()
    form.get_by_role("radio", name="Neutral").click()
    form.get_by_role("button", name="Save").click()
    settled(window)
    expect(details).to_contain_text("The specialist said")
    about = details.get_by_test_id("stMarkdown").filter(has_text="About:").first
    expect(about).to_have_text(re.compile(r"^About:[^·]*Promotion$"))
    expect(main.get_by_text("1 tweet corrected by hand", exact=False)).to_be_visible()
    kept = corrections.every(corrections.beside(store))
    assert [(one.labels.ps, one.labels.sentiment) for one in kept] == [(("promotion",), "neutral")]

    main.get_by_text("Corrected only").click()
    settled(window)
    expect(main.get_by_text("1 tweet", exact=True)).to_be_visible()
    expect(window).to_have_url(re.compile("corrected=true"))
    main.get_by_role("button", name="Download", exact=True).click()
    body = window.get_by_test_id("stPopoverBody")
    with window.expect_download() as download:
        body.get_by_role("button", name="CSV").last.click()
    table = pd.read_csv(io.BytesIO(Path(download.value.path()).read_bytes()), dtype=str)
    assert download.value.suggested_filename.startswith("corrections_ollo")
    assert table.promotion.tolist() == ["1"]
    assert table.id.tolist() == [kept[0].tweet_id]
    window.keyboard.press("Escape")

    window.reload()
    main = settled(window)
    expect(main.get_by_text("1 tweet", exact=True)).to_be_visible()
    main.locator(".st-key-correct").get_by_text("Correct the labels").click()
    main.get_by_role("button", name="Undo the correction").click()
    settled(window)
    expect(main.get_by_text("corrected by hand", exact=False)).to_have_count(0)
    assert corrections.every(corrections.beside(store)) == []


def test_columns_are_in_the_link_and_hostile_words_are_only_words(window: Page) -> None:
    main = opened(window, "period=all")
    main.get_by_test_id("stPopover").filter(has_text="Columns").get_by_role("button").first.click()
    window.get_by_test_id("stPopoverBody").get_by_role("button", name="Language").click()
    settled(window)
    expect(window).to_have_url(re.compile("columns=.*Language"))
    window.keyboard.press("Escape")
    search = main.get_by_placeholder("a phrase")
    search.fill(HOSTILE)
    search.press("Enter")
    settled(window)
    expect(main.get_by_text("No tweet in this selection matches")).to_be_visible()
    assert main.locator("img[src=x]").count() == 0
