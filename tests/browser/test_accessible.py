"""What a click opens, and where there is nothing to show: no serious violation of accessibility, light and dark."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from test_dashboard import HARROW, opened, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def tour(page: Page) -> None:
    page.get_by_role("button", name="Take the tour").click()
    expect(page.get_by_role("dialog").get_by_text("1 of 5")).to_be_visible()


def help_dialog(page: Page) -> None:
    page.locator(".st-key-help button").click()
    expect(page.get_by_role("dialog")).to_contain_text("The four Ps")


def popover(name: str) -> Callable[[Page], None]:
    def open_it(page: Page) -> None:
        page.get_by_role("button", name=name, exact=True).first.click()
        expect(page.get_by_test_id("stPopoverBody").first).to_be_visible()

    return open_it


def judge(page: Page) -> None:
    page.get_by_role("textbox").first.fill("The checkout of your online shop crashed again 😀")
    page.get_by_role("button", name="Judge these tweets").click()
    expect(page.get_by_text(re.compile("nothing was sent anywhere")).first).to_be_visible()


def correct(page: Page) -> None:
    form = page.locator(".st-key-correct")
    form.get_by_text("Correct the labels").click()
    expect(form.get_by_role("button", name="Save")).to_be_visible()


# What is looked at: the page's address, and what is opened in it.
VIEWS: dict[str, tuple[str, Callable[[Page], None] | None]] = {
    "tour": ("", tour),
    "help": ("", help_dialog),
    "a brand": (f"?{HARROW}", None),
    "share link": (f"compare?{HARROW}", popover("Share link")),
    "sentiment": ("compare?brand=harrow-pine&period=all&view=Sentiment", popover("Save")),
    "topics over time": ("topics?period=all&look=Over+time", None),
    "a topic": (f"topics?{HARROW}&topic=0", None),
    "pain points": (f"pain_points?{HARROW}", None),
    "strengths": (f"pain_points?{HARROW}&view=Strengths", None),
    "alerts": (f"pain_points?{HARROW}&view=Alerts", None),
    "correcting": ("tweets?brand=ollo&period=year", correct),
    "downloads": ("tweets?brand=ollo&period=year", popover("Download")),
    "no tweet matches": ("tweets?q=zzzzqq", None),
    "nothing selected": ("?brand=ollo&period=custom&from=2026-10-30&to=2026-10-30&p=promotion", None),
    "judged": ("live", judge),
}


@pytest.fixture(params=["light", "dark"])
def window(request: pytest.FixtureRequest, browser: Browser, server: str) -> Iterator[Page]:
    context = browser.new_context(
        base_url=server, viewport={"width": 1440, "height": 900}, color_scheme=request.param
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()


def test_whatever_is_opened_is_accessible(window: Page, accessible) -> None:
    for name, (address, act) in VIEWS.items():
        opened(window, address)
        if act is not None:
            act(window)
            settled(window)
        accessible(window, name)
