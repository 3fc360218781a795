"""Charts in a real browser: a click on a mark leads to its tweets; picture and data are saved as they are shown."""

import io
import re
import struct
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from playwright.sync_api import Download, Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HARROW = "brand=harrow-pine&period=90d"
SENTIMENT = "/compare?brand=harrow-pine&period=all&view=Sentiment"
# Every kind of bars by sentiment, and where it is drawn.
CHARTS = {
    "trend": f"/?{HARROW}",
    "top_topics": f"/?{HARROW}",
    "sentiment_by_topic": SENTIMENT,
    "topics_of_place": "/topics?period=all&look=Marketing+mix",
    "topic_over_time": "/topics?period=all&topic=0",
    "topic_ps": "/topics?period=all&topic=0",
    "topic_brands": "/topics?period=all&topic=0",
    "alert_over_time_1": f"/pain_points?{HARROW}&view=Alerts",
}


def settled(page: Page) -> Locator:
    """Wait until the page is drawn; return its main part. A page may show no error."""
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_timeout(500)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    return page.get_by_test_id("stMain")


def saved(page: Page, key: str, button: str) -> Download:
    """Save a chart or a table by its menu."""
    page.wait_for_timeout(300)
    menu = page.get_by_test_id("stPopoverBody")
    if not menu.is_visible():
        page.locator(f".st-key-save_{key}").get_by_role("button").click()
    with page.expect_download() as download:
        menu.get_by_role("button", name=button, exact=True).click()
    return download.value


def content(download: Download) -> bytes:
    return Path(download.path()).read_bytes()


@pytest.mark.parametrize("key", CHARTS)
def test_a_bar_leads_to_the_tweets_that_it_counts(page: Page, key: str) -> None:
    page.goto(CHARTS[key])
    settled(page)
    chart = page.locator(f".st-key-{key}")
    bars = chart.locator(".barlayer .trace path")
    expect(bars.first).to_be_attached()
    bar = widest(bars)
    bar.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    box = bar.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    lines = chart.locator(".hoverlayer tspan.line")
    expect(lines).to_have_count(2)
    counted = re.fullmatch(r"([\d,]+) (negative|neutral|positive)", lines.all_text_contents()[1])
    assert counted
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.get_by_role("heading", level=1)).to_have_text("Tweets")
    expect(page).to_have_url(re.compile(f"sentiment={counted[2]}"))
    said = re.compile(rf"^{counted[1]} tweets?$")
    expect(settled(page).get_by_text(said).first).to_be_visible()


def widest(bars: Locator) -> Locator:
    """Return the bar that is easiest to hit."""
    boxes = [bar.bounding_box() for bar in bars.all()]
    areas = [box["width"] * box["height"] if box else 0 for box in boxes]
    return bars.nth(areas.index(max(areas)))


def test_a_chart_is_saved_as_png_svg_and_table(page: Page) -> None:
    page.goto(SENTIMENT)
    settled(page)
    picture = saved(page, "sentiment_over_time", "Save the chart as PNG")
    assert picture.suggested_filename == "sentiment_over_time_harrow-pine.png"
    data = content(picture)
    assert data.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", data[16:24])
    assert (width > 600, height) == (True, 800)  # twice what it is on the screen

    drawing = saved(page, "sentiment_over_time", "Save the chart as SVG")
    assert drawing.suggested_filename == "sentiment_over_time_harrow-pine.svg"
    words = " ".join(ElementTree.fromstring(content(drawing)).itertext())
    assert "Mentions per 4 weeks" in words
    assert {"Negative", "Neutral", "Positive"} <= set(words.split())

    table = pd.read_csv(io.BytesIO(content(saved(page, "sentiment_over_time", "CSV"))), encoding="utf-8-sig")
    bars = page.locator(".st-key-sentiment_over_time .barlayer .point")
    assert len(table) == bars.count()
    assert list(table) == ["series", "from", "Mentions per 4 weeks"]


def test_the_comparison_is_saved_for_excel_and_there_is_no_other_download(page: Page) -> None:
    page.goto("/compare?industry=Fashion&period=all")
    settled(page)
    expect(page.get_by_role("button", name=re.compile("Download as CSV"))).to_have_count(0)
    file = saved(page, "comparison", "Excel")
    assert file.suggested_filename == "comparison_Fashion.xlsx"
    table = pd.read_excel(io.BytesIO(content(file)))
    assert table.brand.tolist()[0] == "All in Fashion"
    assert table.overall_mentions[0] == table.overall_mentions[1:].sum()
