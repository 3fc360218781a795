"""The sidebar's filters: in the URL both ways, kept from page to page, and set back."""

import json
from datetime import date

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest


def mentions(app: AppTest) -> str:
    assert not app.exception
    return next(element.value for element in app.metric if element.label == "Mentions")


def heading(app: AppTest) -> str:
    return app.main.caption[0].value.replace("\\", "")


def test_first_look_is_all_brands_over_90_days(open_page, mentioned):
    app = open_page()
    assert app.query_params == {"period": "90d"}
    assert heading(app) == "All brands · 3 Aug – 31 Oct 2026"
    assert mentions(app) == str((mentioned.created_at >= "2026-08-03").sum())


def test_link_reproduces_the_view(open_page, mentioned):
    link = {"brand": "velvet-row", "period": "custom", "from": "2026-05-01", "to": "2026-06-30"}
    app = open_page(**link, p=["place", "price"], sentiment="positive")
    assert app.query_params == {**link, "p": ["place", "price"], "sentiment": "positive"}
    rows = mentioned[(mentioned.brand_id == "velvet-row") & (mentioned.sentiment == "positive")]
    rows = rows[(rows.place | rows.price) & rows.created_at.between("2026-05-01", "2026-07-01")]
    assert mentions(app) == str(len(rows))
    assert heading(app) == "Velvet Row · Fashion · 1 May – 30 Jun 2026 · Place or Price · positive only"
    assert app.selectbox(key="brand").value == "velvet-row"
    assert app.date_input(key="dates").value == (date(2026, 5, 1), date(2026, 6, 30))


def test_choosing_changes_figures_and_link(open_page, mentioned):
    app = open_page()
    app.selectbox(key="brand").select("industry:Coffee").run()
    assert app.query_params == {"industry": "Coffee", "period": "90d"}
    app.pills(key="period").select("30d").run()
    app.pills(key="p").select("place").run()
    app.pills(key="sentiment").select("positive").run()
    assert app.query_params == {"industry": "Coffee", "period": "30d", "p": "place", "sentiment": "positive"}
    rows = mentioned[(mentioned.industry == "Coffee") & mentioned.place & (mentioned.sentiment == "positive")]
    assert mentions(app) == str((rows.created_at >= "2026-10-02").sum())


def test_share_link_carries_filters_and_the_pages_own_choices(open_page):
    app = open_page("compare", brand="lumen", period="7d", measure="Net sentiment", via="overview")
    link = app.code[0].value
    assert link.endswith("?brand=lumen&period=7d&measure=Net+sentiment")


@pytest.mark.parametrize("page", ["compare", "topics", "pain_points", "tweets"])
def test_filters_hold_on_other_pages(open_page, page):
    app = open_page(brand="kettle-crow", period="30d", p="price")
    app.query_params.clear()  # as Streamlit does between pages
    app.switch_page(f"app_pages/{page}.py").run()
    assert not app.exception
    assert app.query_params == {"brand": "kettle-crow", "period": "30d", "p": "price"}
    assert heading(app) == "Kettle & Crow · Coffee · 2 Oct – 31 Oct 2026 · Price"


def test_link_that_is_opened_later_replaces_the_filters(open_page):
    app = open_page(brand="kettle-crow", period="30d", p="price")
    app.query_params = {"brand": "lumen", "period": "7d"}
    app.run()
    assert app.query_params == {"brand": "lumen", "period": "7d"}
    assert heading(app) == "Lumen · Telecom · 25 Oct – 31 Oct 2026"


def test_reset_takes_all_filters_away(open_page):
    app = open_page(brand="lumen", period="custom", **{"from": "2026-05-01", "to": "2026-06-30"}, p="price")
    app.button(key="reset").click().run()
    assert app.query_params == {"period": "90d"}
    assert heading(app) == "All brands · 3 Aug – 31 Oct 2026"


def test_what_a_link_says_wrongly_is_left_out(open_page):
    app = open_page(brand="nobody", period="century", p=["place", "people"], sentiment="furious")
    assert not app.exception
    assert app.query_params == {"period": "90d", "p": "place"}


def test_dates_outside_the_store_are_drawn_in(open_page):
    app = open_page(period="custom", **{"from": "1999-01-01", "to": "2099-01-01"})
    assert not app.exception
    assert (app.query_params["from"], app.query_params["to"]) == ("2026-04-01", "2026-10-31")


def test_one_of_two_dates_is_enough_while_the_other_is_chosen(open_page):
    app = open_page(period="custom", **{"from": "2026-05-01", "to": "2026-06-30"})
    app.date_input(key="dates").set_value((date(2026, 10, 1),)).run()
    assert not app.exception
    assert heading(app) == "All brands · 1 Oct – 31 Oct 2026"


def test_custom_period_starts_from_the_one_shown(open_page):
    app = open_page(period="30d")
    app.pills(key="period").select("custom").run()
    assert not app.exception
    assert heading(app) == "All brands · 2 Oct – 31 Oct 2026"


def test_brands_stand_under_their_industry(open_page, brands):
    options = open_page().selectbox(key="brand").options
    assert options[0] == "All brands"
    assert options[1:4] == ["Coffee: all 2 brands", "Kettle & Crow · Coffee", "قهوة الصباح · Coffee"]
    assert len(options) == 1 + brands.industry.nunique() + len(brands)


def test_how_far_the_tweets_reach_is_said(open_page, tweets):
    said = open_page().sidebar.caption[-1].value.replace("\\", "")
    assert (
        said
        == f"{len(tweets)} tweets until 31 Oct 2026 · fictional brands · 5 of them in other languages, not counted"
    )


def test_without_dates_the_period_cannot_be_chosen(open_page, make_store, tweets, mentioned):
    app = open_page(store=make_store(tweets.assign(created_at=pd.NaT)), period="7d")
    assert mentions(app) == str(len(mentioned))
    assert not [pills for pills in app.pills if pills.key == "period"]
    assert "no dates" in app.sidebar.caption[0].value


def test_new_store_is_noticed_and_lost_choices_are_undone(open_page, make_store, tweets, mentioned):
    store = make_store(tweets)
    app = open_page(store=store, brand="lumen", period="all")
    assert mentions(app) == str((mentioned.brand_id == "lumen").sum())
    fewer = tweets[~tweets.brands.map(lambda of_tweet: "lumen" in of_tweet)]
    store.unlink()
    make_store(fewer)
    app.run()
    assert not app.exception
    assert app.query_params == {"period": "all"}
    assert mentions(app) == str((mentioned.brand_id != "lumen").sum())


def test_clicked_part_of_the_trend_is_a_period_of_the_store(open_page):
    """The first step may begin before the period does; a click on it must not leave the period."""
    app = open_page(brand="harrow-pine", period="90d")
    trend = next(element for element in app.get("plotly_chart") if element.key == "trend")
    starts = json.loads(trend.proto.spec)["data"][0]["x"]
    assert starts[0][:10] == "2026-08-02"
    assert starts[-1][:10] == "2026-10-25"
