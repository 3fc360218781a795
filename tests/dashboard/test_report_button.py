"""The brand report from the Overview: made on demand, of the same numbers as the page."""

import re
from datetime import date

import pytest

from pipeline.report import render, words
from pipeline.report.figures import count
from pipeline.store import P_LABELS, connect

SINCE, NEWEST = date(2026, 8, 3), date(2026, 10, 31)  # the default 90 days


def plain(shown: str) -> str:
    return re.sub(r":gray\[(.*)\]", r"\1", shown)


@pytest.mark.parametrize("brand_id", ["harrow-pine", "velvet-row", "sabah", "long-name"])
@pytest.mark.parametrize("source", ["specialist", "vader"])
def test_report_tells_the_same_numbers_as_the_page(open_page, store_file, brand_id, source):
    app = open_page("overview", brand=brand_id, period="90d", source=source)
    assert not app.exception
    with connect(store_file) as connection:
        figures = count(connection, brand_id, SINCE, NEWEST, source)
    cards = words.cards(figures)
    titles = ["Mentions", "Share of voice", "Net sentiment", "Negative"]
    for card, title in zip(cards, titles, strict=True):
        metric = next(one for one in app.metric if one.label == title)
        assert card.title.startswith(title)
        assert card.value == plain(metric.value)
        assert (metric.delta or "") in card.change
    for p in P_LABELS:
        metric = next(one for one in app.metric if one.label == f"{p.title()} mentions")
        assert f"{figures.ps[p].now.mentions}" == metric.value
        assert (metric.delta or "") in words.change_of(figures.ps[p], figures.period.days)


def reports(app):
    return [button for button in app.get("download_button") if "report" in button.proto.label]


def test_report_is_offered_for_a_brand_and_only_there(open_page):
    (button,) = reports(open_page("overview", brand="harrow-pine"))
    assert button.proto.label == "Brand report"
    assert not button.proto.disabled
    assert button.proto.deferred_file_id, "it is to be made when it is clicked, not at each run"
    (button,) = reports(open_page("overview"))
    assert button.proto.disabled


def test_report_is_made_on_the_pages_own_connection(store_file):
    from dashboard.store import current

    with current(store_file).cursor() as cursor:
        page = render(cursor, "harrow-pine", SINCE, NEWEST, NEWEST)
    assert "Harrow &amp; Pine" in page
    assert "online checkout and billing address" in page
