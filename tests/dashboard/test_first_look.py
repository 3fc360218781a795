"""The first look: compared with the year before, favourites, the tour, what hurts and pleases at once, one tweet."""

import json
import re
from typing import Any
from urllib.parse import parse_qs, unquote

import duckdb
import pandas as pd
import pytest
from scipy.stats import binomtest
from streamlit.runtime.context import ContextProxy, StreamlitCookies
from streamlit.testing.v1 import AppTest

from dashboard import palette
from pipeline.store import P_LABELS

CHECKOUT = 1  # the topic that hurts Harrow & Pine


def metric(app: AppTest, label: str) -> Any:
    assert not app.exception
    return next(element for element in app.metric if element.label == label)


def written(app: AppTest) -> str:
    assert not app.exception
    shown = [*app.main.markdown, *app.main.caption]
    return "\n".join(element.value for element in shown).replace("\\", "")


def links(app: AppTest, label: str) -> list[dict[str, list[str]]]:
    found = [link for link in app.main.get("page_link") if link.label == label]
    return [parse_qs(link.proto.query_string) for link in found]


def cookies_written(app: AppTest) -> dict[str, str]:
    """Return what the page hands to the browser to remember."""
    scripts = "".join(element.proto.body for element in app.sidebar.get("html"))
    return {
        name: unquote(value) for name, value in re.findall(r'document\.cookie = "(\w+)=([^;]*);', scripts)
    }


@pytest.fixture
def come_back(monkeypatch, open_page):
    """Open a page as a browser does that remembers something."""

    def opened(remembered: dict[str, str], page: str = "overview", **query: str) -> AppTest:
        monkeypatch.setattr(ContextProxy, "cookies", StreamlitCookies(remembered))
        return open_page(page, **query)

    return opened


@pytest.fixture
def two_years(make_store, tweets):
    """A store that holds every tweet of Velvet Row a second time, a year earlier, and all its Place tweets negative."""
    last = tweets[tweets.brands.map(lambda brands: brands == ["velvet-row"])]
    last = last.assign(
        tweet_id=[f"9{tweet_id}" for tweet_id in last.tweet_id],
        created_at=last.created_at - pd.DateOffset(years=1),
        sentiment=last.sentiment.mask(last.place, "negative"),
    ).iloc[::2]
    return make_store(pd.concat([last, tweets], ignore_index=True)), last


def test_figures_are_compared_with_the_year_before_where_chosen(open_page, two_years, mentioned):
    store, last = two_years
    app = open_page(store=store, brand="velvet-row", period="90d", against="year")
    inside = mentioned[mentioned.created_at >= "2026-08-03"]
    now = inside[inside.brand_id == "velvet-row"]
    before = last[(last.created_at >= "2025-08-03") & (last.created_at < "2025-11-01")]
    assert metric(app, "Mentions").delta == f"up {len(now) - len(before)}"
    negative, negative_before = (100 * (rows.sentiment == "negative").mean() for rows in (now, before))
    assert metric(app, "Negative").delta == f"down {negative_before - negative:.0f} pts"
    said = "on the same 90 days a year before"
    assert f"Down {negative_before - negative:.0f} pts {said}" in written(app)
    assert metric(app, "Place mentions").delta == f"up {now.place.sum() - before.place.sum()}"
    place, place_before = (
        100 * ((rows.sentiment == "positive").mean() - (rows.sentiment == "negative").mean())
        for rows in (now[now.place], before[before.place])
    )
    assert f"up {place - place_before:.0f} pts {said}" in written(app)


def test_comparison_is_in_the_link_and_taken_from_it(open_page):
    app = open_page(brand="velvet-row", period="30d")
    assert "against" not in app.query_params
    app.segmented_control(key="against").select("year").run()
    assert app.query_params["against"] == "year"
    assert "do not reach back over the same 30 days a year before" in written(app)
    opened = open_page("compare", brand="velvet-row", period="30d", against="year")
    assert opened.segmented_control(key="against").value == "year"
    assert "against=year" in opened.code[0].value
    opened.button(key="reset").click().run()
    assert opened.segmented_control(key="against").value == "before"


def test_all_dates_cannot_be_compared(open_page):
    assert open_page(period="all").segmented_control(key="against").disabled
    assert not open_page(period="7d").segmented_control(key="against").disabled


def test_favourites_stand_first_and_are_handed_to_the_browser(open_page):
    app = open_page(brand="lumen", period="30d")
    app.button(key="favourite").click().run()
    app.selectbox(key="brand").select("sabah").run()
    app.button(key="favourite").click().run()
    options = app.selectbox(key="brand").options
    assert options[1:3] == ["★ Lumen · Telecom", "★ قهوة الصباح · Coffee"]
    assert len(options) == len(set(options)) == len(open_page().selectbox(key="brand").options)
    assert json.loads(cookies_written(app)["mmx_favourites"]) == ["lumen", "sabah"]
    app.button(key="favourite").click().run()
    assert json.loads(cookies_written(app)["mmx_favourites"]) == ["lumen"]
    assert not [key for key in app.query_params if "fav" in key]


def test_who_comes_back_sees_the_first_favourite(come_back):
    remembered = {"mmx_favourites": "%5B%22gone%22%2C%22lumen%22%2C%22sabah%22%5D"}
    app = come_back(remembered)
    assert app.query_params == {"brand": "lumen", "period": "90d"}
    assert app.selectbox(key="brand").options[1] == "★ Lumen · Telecom"


def test_a_link_shows_its_view_whatever_is_remembered(come_back):
    remembered = {"mmx_favourites": "%5B%22lumen%22%5D"}
    assert come_back(remembered, period="90d").query_params == {"period": "90d"}
    assert come_back(remembered, brand="sabah").selectbox(key="brand").value == "sabah"


@pytest.mark.parametrize("broken", ["%5B%22lumen", "7", "%7B%7D", "%5B7%5D", ""])
def test_what_others_left_in_the_browser_does_no_harm(come_back, broken):
    app = come_back({"mmx_favourites": broken})
    assert not app.exception
    assert app.query_params == {"period": "90d"}


def test_favourites_end_where_the_browser_would_forget_them(come_back, brands):
    many = json.dumps([f"brand-{i}" for i in range(240)])
    app = come_back({"mmx_favourites": many}, brand="lumen")
    assert app.button(key="favourite").disabled
    assert "no more favourites" in app.button(key="favourite").help


def test_tour_is_offered_once_and_leads_through(open_page):
    app = open_page()
    app.button(key="tour_take").click().run()
    seen = []
    while app.button(key="tour_end").label == "Skip":
        seen.append("\n".join(element.value for element in app.markdown))
        app.button(key="tour_next").click().run()
    assert "Say what you want to see" in seen[0]
    assert all(mark.title in seen[1] for mark in palette.PS.values())
    assert len(seen) == 4
    app.button(key="tour_end").click().run()
    assert not app.exception
    assert cookies_written(app)["mmx_tour"] == "done"
    assert "New here?" not in written(app)
    assert not [button for button in app.button if button.key == "tour_end"]


def test_tour_that_is_declined_is_not_offered_again(open_page, come_back):
    app = open_page()
    app.button(key="tour_decline").click().run()
    assert "New here?" not in written(app)
    remembered = cookies_written(app)
    assert remembered == {"mmx_tour": "done"}
    assert "New here?" not in written(come_back(remembered))


def test_tour_stands_in_nobodys_way_who_comes_by_a_link(open_page):
    for link in ({"brand": "lumen"}, {"period": "30d"}, {"p": "place"}, {"against": "year"}):
        assert "New here?" not in written(open_page(**link))
    assert "New here?" in written(open_page(period="90d"))


def test_help_says_what_words_mean_and_has_the_tour_again(come_back):
    app = come_back({"mmx_tour": "done"}, "compare")
    app.button(key="help").click().run()
    told = "\n".join(element.value for element in app.markdown)
    for mark in palette.PS.values():
        assert mark.definition in told
    for word in ("Share of voice", "Net sentiment", "May be chance"):
        assert f"**{word}:**" in told
    app.button(key="help_tour").click().run()
    assert app.button(key="tour_end").label == "Skip"


def test_ps_are_explained_where_they_are_chosen(open_page):
    explained = open_page().pills(key="p").help
    for said in ("where or how an offer is obtained", "what it costs or is worth", "marketing communication"):
        assert said in explained


def test_worst_pain_point_is_a_key_figure(open_page, mentioned):
    app = open_page(brand="harrow-pine", period="90d")
    behind = mentioned[
        (mentioned.brand_id == "harrow-pine")
        & (mentioned.topic_id == CHECKOUT)
        & mentioned.place
        & (mentioned.created_at >= "2026-08-03")
    ]
    figure = metric(app, "Worst pain point")
    assert figure.value == f"{len(behind)} tweets"
    assert figure.delta == f"up {len(behind)}"
    (course,) = [
        html.proto.body for html in app.main.get("html") if 'alt="Worst pain point over' in html.proto.body
    ]
    weekly = behind.groupby(
        (pd.Timestamp("2026-10-31") - behind.created_at.dt.normalize()).dt.days // 7
    ).size()
    assert f"from 0 to {weekly.get(0, 0)}, lowest 0, highest {weekly.max()}" in course
    assert metric(open_page(brand="sabah", period="90d"), "Worst pain point").value == ":gray[none]"


def test_top_strength_is_told_in_a_customers_words_and_leads_to_them(open_page, tweets):
    app = open_page(brand="harrow-pine", period="all")
    coats = tweets[(tweets.topic_id == 0) & tweets.brands.map(lambda brands: "harrow-pine" in brands)]
    assert any(f"> “{' '.join(text.split())}”" in written(app) for text in coats.text)
    assert {"brand": ["harrow-pine"], "period": ["all"], "p": ["product"], "topic": ["0"]} in links(
        app, "See the tweets"
    )


def test_net_sentiment_towards_a_p_has_its_interval(open_page):
    """All eight tweets negative: the rest of the truth may well be less so (Wilson's interval of 0 in 8)."""
    app = open_page(brand="long-name", period="all")
    assert ":gray[Net sentiment **−100**, likely −100 to −35]" in written(app)
    likely = binomtest(3, 11).proportion_ci(method="wilson")  # of the brand: 3 positive, 8 negative
    low, high = (f"{2 * 100 * bound - 100:+.0f}".replace("-", "−") for bound in (likely.low, likely.high))
    assert f"Few mentions: {low} to {high} likely" in written(app)


def test_without_a_brand_the_worst_and_best_of_all_are_told(open_page, make_store, tweets):
    store = make_store(tweets)
    row = {
        "brand_id": "lumen",
        "rank": 1,
        "p": "product",
        "topic_id": 5,
        "tweets": 45,
        "negative": 45,
        "negative_share": 1.0,
        "baseline_share": 0.4,
        "score": 9.0,
        "examples": [tweets[tweets.topic_id == 5].tweet_id.iloc[0]],
        "tweet_ids": tweets[tweets.topic_id == 5].tweet_id.tolist(),
        "mean_negative": 0.8,
        "usual_mean_negative": 0.3,
        "brand_tweets": 67,
    }
    with duckdb.connect(str(store)) as connection:
        connection.execute("DELETE FROM pain_points")
        for values in (row, row | {"brand_id": "harrow-pine", "score": 3.0, "topic_id": CHECKOUT}):
            names = ", ".join(values)
            marks = ", ".join("?" * len(values))
            connection.execute(f"INSERT INTO pain_points ({names}) VALUES ({marks})", list(values.values()))
    app = open_page(store=store)
    assert "Worst pain point of all brands, over all dates" in written(app)
    assert (
        "Lumen, **:blue[:material/inventory_2: Product] · signal lost in the evening**: **45 tweets**"
        in written(app)
    )
    assert {"brand": ["lumen"], "period": ["all"], "p": ["product"], "topic": ["5"]} in links(
        app, "See the tweets"
    )
    fashion = written(open_page(store=store, industry="Fashion"))
    assert "Worst pain point in Fashion" in fashion
    assert "Harrow & Pine, **" in fashion
    assert "signal lost" not in written(open_page(store=store, industry="Coffee"))


@pytest.mark.parametrize("page", ["overview", "compare", "topics", "pain_points", "tweets"])
def test_one_tweet_is_enough_for_every_page(open_page, make_store, tweets, page):
    app = open_page(page, store=make_store(tweets.iloc[:1]), brand="harrow-pine")
    assert not app.exception
    assert "Harrow & Pine · Fashion" in written(app)


def test_every_control_has_a_label_and_every_chart_words(open_page):
    app = open_page(brand="harrow-pine", period="90d")
    controls = [*app.selectbox, *app.pills, *app.segmented_control, *app.button, *app.metric]
    assert all(control.label.strip() for control in controls)
    charts = app.get("plotly_chart")
    assert len(charts) == 2 + sum(int(metric(app, f"{p.title()} mentions").value) >= 5 for p in P_LABELS)
    assert all(chart.proto.alt for chart in charts)
