"""The first visit and the next, in a real browser: tour, favourites, /overview, a phone, marks that lead on."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HARROW = "brand=harrow-pine&period=90d"


def settled(page: Page) -> Locator:
    """Wait until the page is drawn; return its main part. A page may show no error."""
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_timeout(500)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    return page.get_by_test_id("stMain")


def test_tour_is_taken_once_and_favourites_come_back(page: Page) -> None:
    page.goto("/")
    settled(page).get_by_role("button", name="Take the tour").click()
    dialog = page.get_by_role("dialog")
    for number in range(1, 5):
        expect(dialog.get_by_text(f"{number} of 5")).to_be_visible()
        dialog.get_by_role("button", name="Next").click()
    dialog.get_by_role("button", name="Done").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("New here?")).to_have_count(0)

    page.get_by_test_id("stSidebar").get_by_role("combobox").click()
    page.keyboard.type("Harrow")
    page.keyboard.press("Enter")
    settled(page)
    page.get_by_role("button", name="Add to favourites").click()
    expect(page.get_by_role("button", name="Remove from favourites")).to_be_visible()
    settled(page)

    # Another window of the same browser, opened at the bare address.
    later = page.context.new_page()
    later.goto("/")
    main = settled(later)
    expect(later).to_have_url(re.compile("brand=harrow-pine"))
    expect(main.get_by_text("Harrow & Pine · Fashion")).to_be_visible()
    expect(later.get_by_text("New here?")).to_have_count(0)
    later.locator(".st-key-help button").click()
    expect(later.get_by_role("dialog")).to_contain_text("The four Ps of the marketing mix")
    later.get_by_role("button", name="Take the one-minute tour").click()
    expect(later.get_by_role("dialog").get_by_text("1 of 5")).to_be_visible()
    later.keyboard.press("Escape")
    expect(later.get_by_role("dialog")).to_have_count(0)


def test_overview_by_its_name_on_a_phone(browser: Browser, server: str) -> None:
    context = browser.new_context(base_url=server, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"/overview?{HARROW}")
    main = settled(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    expect(page.get_by_text("Page not found")).to_have_count(0)
    subtitle = main.get_by_text("Harrow & Pine · Fashion · ").first.bounding_box()
    assert subtitle is not None
    assert subtitle["width"] > 300
    assert subtitle["height"] < 30  # one line
    context.close()


def test_the_bar_of_a_p_leads_to_its_tweets(page: Page) -> None:
    page.goto(f"/?{HARROW}")
    settled(page)
    card = page.locator(".st-key-p_card_place")
    number = card.get_by_test_id("stMetricValue").inner_text()
    bar = card.locator(".barlayer path").first
    bar.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    box = bar.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 18, box["y"] + box["height"] / 2 - 1)
    page.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2)
    page.mouse.click(box["x"] + 20, box["y"] + box["height"] / 2)
    expect(page.get_by_role("heading", level=1)).to_have_text("Tweets")
    expect(settled(page).get_by_text(f"{number} tweets", exact=True)).to_be_visible()
