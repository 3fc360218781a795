"""Topics in a real browser: the map's tweets under the pointer and in the lasso, the slider, the link, zooming in."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect
from test_dashboard import opened, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def the_map(page: Page) -> tuple[Locator, dict[str, float]]:
    """Return the map and where it is in the window."""
    drawn = page.locator(".st-key-topic_map .nsewdrag").first
    drawn.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    box = drawn.bounding_box()
    assert box
    return page.locator(".st-key-topic_map"), {key: float(value) for key, value in box.items()}


def circle(page: Page, box: dict[str, float]) -> None:
    """Draw a lasso around most of the map."""
    corners = [(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9), (0.1, 0.12)]
    points = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in corners]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=8)
    page.mouse.up()


def test_the_map_is_drawn_by_webgl_and_shows_the_tweet_under_the_pointer(page: Page) -> None:
    opened(page, "topics?period=all")
    drawn, box = the_map(page)
    expect(drawn.locator("canvas").first).to_be_attached()
    hover = drawn.locator(".hoverlayer .hovertext")
    for step in range(1, 40):
        page.mouse.move(
            box["x"] + box["width"] * (0.3 + 0.01 * step), box["y"] + box["height"] * (0.3 + 0.01 * step)
        )
        page.wait_for_timeout(150)
        if hover.count():
            break
    assert len(hover.first.text_content() or "") > 20


def test_the_lasso_lists_the_tweets_within(page: Page) -> None:
    opened(page, "topics?period=all&brand=harrow-pine")
    drawn, box = the_map(page)
    drawn.hover()
    drawn.locator('[data-title="Lasso Select"]').click()
    circle(page, box)
    circled = page.locator(".st-key-circled")
    expect(circled).to_be_visible()
    expect(circled).to_contain_text(re.compile(r"\d+ tweets chosen on the map"))
    settled(page)


def test_the_slider_makes_fewer_topics_and_is_in_the_link(page: Page) -> None:
    main = opened(page, "topics?period=all")
    found = re.compile(r"(\d+) topics, largest first")
    before = int(found.search(main.inner_text())[1])  # type: ignore[index]
    slider = page.get_by_role("slider")
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile(f"detail={before - 5}"))
    expect(main.get_by_text(f"{before - 5} topics, largest first")).to_be_visible()
    settled(page)
    page.get_by_text("Put tweets in no topic into the nearest").click()
    expect(page).to_have_url(re.compile("assigned=true"))
    expect(main.get_by_text("in no topic", exact=False).filter(has_text="%")).to_have_count(0)
    page.reload()
    expect(settled(page).get_by_text(f"{before - 5} topics, largest first")).to_be_visible()


def test_zooming_in_on_a_period_shows_how_far_it_is_and_stays_in_the_link(page: Page) -> None:
    main = opened(page, "topics?brand=harrow-pine&p=place&period=90d")
    main.get_by_role("button", name="Zoom in on Harrow & Pine · Place").click()
    expect(main.get_by_role("progressbar")).to_be_visible()
    expect(main.get_by_text(re.compile(r"\d+ topics of Harrow & Pine · Place"))).to_be_visible(
        timeout=180_000
    )
    expect(page).to_have_url(re.compile("zoom=yes"))
    page.reload()
    expect(main.get_by_text(re.compile(r"\d+ topics of Harrow & Pine · Place"))).to_be_visible()
    main.get_by_role("button", name="Back to all topics").click()
    expect(main.get_by_text("topics, largest first")).to_be_visible()
