"""What a manager does with the dashboard, in a real browser: every page, filters, pain points, live, downloads."""

import io
import re
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from dashboard.frame import PAGES
from pipeline.store import P_LABELS, connect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HARROW = "brand=harrow-pine&period=90d"
PASTED = ["The checkout of your online shop crashed again", "Nine dollars for butter, far too expensive"]


def opened(page: Page, address: str) -> Locator:
    """Open a page and wait until Streamlit has drawn all of it."""
    page.goto(f"/{address}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return settled(page)


def settled(page: Page) -> Locator:
    """Wait until the page is drawn; return its main part. A page may show no error."""
    page.wait_for_timeout(500)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    return page.get_by_test_id("stMain")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_fits_and_is_accessible(
    browser: Browser, server: str, accessible, width: int, scheme: str
) -> None:
    context = browser.new_context(
        base_url=server,
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    for name, (title, _) in PAGES.items():
        main = opened(page, "" if name == "overview" else name)
        expect(main.get_by_role("heading", level=1)).to_have_text(re.compile(title, re.IGNORECASE))
        spilled = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert spilled <= 1, f"{name} is {spilled} pixels too wide"
        brightness = page.evaluate(
            "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor.match(/\\d+/g)"
        )
        assert (sum(map(int, brightness[:3])) < 200) == (scheme == "dark"), name
        accessible(page, f"{name} {scheme} {width}")
    context.close()


def test_filters_hold_on_every_page_and_in_the_link(page: Page, demo_store: Path) -> None:
    opened(page, "")
    page.get_by_test_id("stSidebar").get_by_role("combobox").click()
    page.keyboard.type("Harrow")
    page.keyboard.press("Enter")
    settled(page)
    page.get_by_test_id("stSidebar").get_by_text("Year", exact=True).click()
    settled(page)
    page.get_by_test_id("stSidebar").get_by_role("button", name="Place").click()
    settled(page)
    expect(page).to_have_url(re.compile("brand=harrow-pine.*p=place"))
    page.get_by_role("link", name="Tweets", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tweets")
    main = settled(page)
    with connect(demo_store) as connection:
        expected = connection.execute(
            """SELECT count(*) FROM tweets JOIN mentions USING (tweet_id) JOIN classifications USING (tweet_id)
            WHERE brand_id = 'harrow-pine' AND place"""
        ).fetchall()[0][0]
    expect(main.get_by_text(f"{expected} tweets", exact=True)).to_be_visible()
    page.reload()
    expect(settled(page).get_by_text(f"{expected} tweets", exact=True)).to_be_visible()
    page.get_by_test_id("stSidebar").get_by_role("button", name="Reset").click()
    settled(page)
    expect(page).not_to_have_url(re.compile("brand="))


def test_a_pain_point_leads_to_the_tweets_behind_it(page: Page) -> None:
    main = opened(page, f"pain_points?{HARROW}")
    card = page.locator(".st-key-pain_point_1")
    expect(card.get_by_role("heading")).to_contain_text("Place")
    expect(card).to_contain_text("checkout")
    said = re.search(r"(\d+) tweets", card.inner_text())
    assert said
    card.get_by_role("link", name="See the tweets").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tweets")
    main = settled(page)
    expect(main.get_by_text(f"{said[1]} tweets", exact=True)).to_be_visible()


def test_tweets_are_searched_and_downloaded_as_they_are_listed(page: Page) -> None:
    main = opened(page, "tweets?brand=ollo&period=year")
    search = main.get_by_placeholder("a phrase")
    search.fill("return")
    search.press("Enter")
    settled(page)
    listed = main.get_by_text(re.compile(r"^\d+ tweets$")).first.inner_text()
    found = downloaded(page, main, "CSV")
    assert len(found) == int(listed.split()[0]) > 5
    assert found["text"].str.contains("return", case=False).all()
    assert found["brands"].str.contains("Ollo").all()


def test_pasted_tweets_are_judged_and_downloaded(page: Page) -> None:
    main = opened(page, "live")
    main.get_by_role("textbox").first.fill("\n".join(PASTED))
    main.get_by_role("button", name="Judge these tweets").click()
    expect(main.get_by_text(re.compile("nothing was sent anywhere")).first).to_be_visible()
    settled(page)
    for text in PASTED:
        expect(main.get_by_text(text).last).to_be_visible()
    found = downloaded(page, main, "CSV")
    assert found["text"].tolist() == PASTED
    assert found.loc[0, "place"] == 1
    assert found.loc[1, "price"] == 1
    assert found[[f"p_{p}" for p in P_LABELS]].stack().between(0, 1).all()


def test_a_bar_of_the_trend_leads_to_its_tweets(page: Page) -> None:
    main = opened(page, f"?{HARROW}")
    bar = main.locator(".st-key-trend .barlayer .trace").first.locator(".point path").nth(6)
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(300)
    page.mouse.down()
    page.mouse.up()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tweets")
    expect(page).to_have_url(re.compile(r"period=custom.*from=.*sentiment="))
    expect(settled(page).get_by_text(re.compile(r"^\d+ tweets?$")).first).to_be_visible()


def downloaded(page: Page, main: Locator, title: str) -> pd.DataFrame:
    """Take a file from the popover of downloads and read it."""
    main.get_by_role("button", name="Download", exact=True).click()
    with page.expect_download() as download:
        page.get_by_test_id("stPopoverBody").get_by_role("button", name=title).click()
    content = Path(download.value.path()).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf"), "Excel needs the mark to read UTF-8"
    return pd.read_csv(io.BytesIO(content))
