"""A selection as SQL, as a link, and the period before it."""

from datetime import date

import duckdb
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.selection import PERIODS, Selection, from_url, limits

FIRST, NEWEST = date(2026, 4, 1), date(2026, 10, 31)
BRANDS = {"harrow-pine": "Fashion", "lumen": "Telecom", "a&b=c": "Food & drink"}
DAYS = st.dates(FIRST, NEWEST)


@given(
    brand=st.sampled_from([None, *BRANDS]),
    industry=st.sampled_from([None, *BRANDS.values()]),
    period=st.sampled_from(list(PERIODS)),
    dates=st.tuples(DAYS, DAYS).map(sorted),
    ps=st.sets(st.sampled_from(["product", "place", "price", "promotion"])),
    sentiments=st.sets(st.sampled_from(["negative", "neutral", "positive"])),
)
def test_link_says_all_that_a_selection_does(brand, industry, period, dates, ps, sentiments):
    since, until = limits(period, FIRST, NEWEST, dates)
    selection = Selection(
        brand_id=brand,
        industry=None if brand else industry,
        period=period,
        since=since,
        until=until,
        ps=tuple(p for p in ("product", "place", "price", "promotion") if p in ps),
        sentiments=tuple(s for s in ("negative", "neutral", "positive") if s in sentiments),
    )
    given_values = {
        key: [value] if isinstance(value, str) else value for key, value in selection.url().items()
    }
    assert from_url(given_values, BRANDS, FIRST, NEWEST) == selection


@given(
    parameters=st.dictionaries(st.sampled_from(["brand", "period", "from", "to", "p"]), st.lists(st.text()))
)
def test_any_link_gives_a_selection_within_the_store(parameters):
    selection = from_url(parameters, BRANDS, FIRST, NEWEST)
    assert selection.brand_id is None or selection.brand_id in BRANDS
    assert selection.period in PERIODS


def test_days_of_a_period_include_the_newest():
    since, until = limits("7d", FIRST, NEWEST)
    assert (since, until) == (date(2026, 10, 25), date(2026, 10, 31))


def test_the_period_before_is_as_long_and_ends_the_day_before():
    selection = Selection(brand_id="lumen", period="30d", since=date(2026, 10, 2), until=NEWEST)
    before = selection.previous()
    assert before is not None
    assert (before.since, before.until) == (date(2026, 9, 2), date(2026, 10, 1))
    assert before.days == selection.days == 30
    assert before.brand_id == "lumen"


def test_all_dates_have_no_period_before():
    assert Selection(period="all").previous() is None


def test_brand_replaces_industry_and_the_other_way_round():
    assert Selection(industry="Fashion").only(brand_id="lumen") == Selection(brand_id="lumen")
    assert Selection(brand_id="lumen").only(industry="Fashion") == Selection(industry="Fashion")


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(), "abcde"),
        (Selection(brand_id="x"), "abc"),
        (Selection(industry="B"), "de"),
        (Selection(ps=("place",)), "bd"),
        (Selection(ps=("place", "price")), "bcd"),
        (Selection(sentiments=("negative", "neutral")), "acd"),
        (Selection(since=date(2026, 1, 2), until=date(2026, 1, 3)), "bc"),
        (Selection(brand_id="x", ps=("place",), sentiments=("positive",), since=date(2026, 1, 1)), "b"),
    ],
)
def test_sql_chooses_the_rows(selection, expected):
    mentioned = pd.DataFrame(
        {
            "tweet_id": list("abcde"),
            "brand_id": list("xxxyy"),
            "industry": list("AAABB"),
            "created_at": pd.to_datetime(
                ["2026-01-01 23:59:59", "2026-01-02 00:00", "2026-01-03 23:59:59", "2026-01-04", None],
                format="ISO8601",
            ),
            "product": [True, False, False, False, False],
            "place": [False, True, False, True, False],
            "price": [False, False, True, False, False],
            "promotion": False,
            "sentiment": ["negative", "positive", "neutral", "negative", "positive"],
        }
    )
    with duckdb.connect() as connection:
        connection.register("mentioned", mentioned)
        # Tweet a mentions a second brand, of the same industry.
        told = pd.concat([mentioned, mentioned[:1].assign(brand_id="z")]).assign(
            is_first=[True] * 5 + [False], is_first_in_industry=[True] * 5 + [False]
        )
        connection.register("told", told.rename(columns={"brand_id": "of_brand", "industry": "of_industry"}))
        for per, view in (("mention", "mentioned"), ("tweet", "told")):
            condition, values = selection.where(per)
            sql = f"SELECT string_agg(tweet_id, '' ORDER BY tweet_id) FROM {view} WHERE {condition}"
            assert connection.execute(sql, values).fetchone() == (expected,)
