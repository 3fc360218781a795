"""A manager without a terminal: from no store to the first tweets, and many tweets judged live, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.store import connect

PATIENCE = 60_000  # ms; a page takes a second, but a busy machine may take its time

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TWEETS = [
    "The new coat of @HarrowPine is lovely and so warm",
    "The queue at the @HarrowPine shop was endless again",
    "<img src=x onerror=alert(1)> @HarrowPine is far too expensive now",
]
FILE = "when;post body;hearts\n" + "".join(
    f"2026-02-{i + 1:02};{text};{i}\n" for i, text in enumerate(TWEETS)
)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "new.duckdb"


@pytest.fixture
def first_visit(browser: Browser, serve, db: Path, tmp_path: Path) -> Iterator[Page]:
    """A window on a dashboard whose store is not there yet; dialogs that a text opens fail the test."""
    with serve(db, tmp_path / "log.txt") as address:
        context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 1000})
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        dialogs: list[str] = []
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        yield page
        context.close()
        assert not dialogs


def test_from_no_store_to_the_first_tweets(first_visit: Page, db: Path) -> None:
    page = first_visit
    page.goto("/")
    page.get_by_role("link", name="Begin with a file of your tweets").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Let's begin with your tweets")
    page.locator("input[type=file]").set_input_files(
        {"name": "<b>my</b>.csv", "mimeType": "text/csv", "buffer": FILE.encode()}
    )
    expect(page.get_by_text("3 tweets can be read and 0 rows cannot")).to_be_visible()
    page.get_by_test_id("stSelectbox").filter(has_text="Date").get_by_role("combobox").click()
    page.get_by_role("option", name="when").click()
    page.get_by_role("button", name="Add these tweets").click()
    expect(page.get_by_text("Adding b_.csv")).to_be_visible()
    # It goes on while the page is closed.
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    expect(page.get_by_test_id("stAlert").get_by_text("3 rows, 3 new tweets")).to_be_visible(
        timeout=4 * PATIENCE
    )
    expect(page.get_by_role("heading", level=1)).to_have_text("Data")
    with connect(db) as connection:
        assert connection.execute("SELECT count(*), count(created_at) FROM tweets").fetchone() == (3, 3)


def test_many_tweets_are_judged_while_the_page_stays_usable(first_visit: Page) -> None:
    page = first_visit
    page.goto("/live")
    page.get_by_role("radio", name="A file").click()
    many = "text\n" + "".join(f"{TWEETS[i % 2]}, number {i}\n" for i in range(9_000))
    page.locator("input[type=file]").set_input_files(
        {"name": "many.csv", "mimeType": "text/csv", "buffer": many.encode()}
    )
    expect(page.get_by_text("9,000 tweets can be read and 0 rows cannot")).to_be_visible()
    page.get_by_role("button", name="Judge these tweets").click()
    expect(page.get_by_text("of 9,000 tweets", exact=False).first).to_be_visible()
    # Figures are there before all are judged.
    expect(page.get_by_test_id("stMetric").first).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("not judged.", exact=False).first).to_be_visible()
    expect(page.get_by_role("button", name="Download", exact=True)).to_be_visible()
    expect(page.get_by_text("nothing was sent anywhere", exact=False)).to_be_visible()
