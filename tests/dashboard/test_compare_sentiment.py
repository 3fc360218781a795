"""Compare's view of sentiment: what its charts show, counted by hand, and where a click leads."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import duckdb
import pandas as pd
import pytest
from offers import read, recorded
from streamlit.testing.v1 import AppTest
from streamlit.util import AttributeDictionary

ALL = {"brand": "harrow-pine", "period": "all", "view": "Sentiment"}


def chart(app: AppTest, key: str) -> list[dict[str, Any]]:
    assert not app.exception
    found = next(element for element in app.get("plotly_chart") if element.key == key)
    return json.loads(found.proto.spec)["data"]


def click(app: AppTest, key: str, mark: list[Any]) -> AppTest:
    """Click the mark that has this customdata in the chart."""
    assert mark in [list(custom) for trace in chart(app, key) for custom in trace["customdata"]]
    points = {"points": [{"customdata": mark}], "point_indices": [0], "box": [], "lasso": []}
    app.session_state[key] = AttributeDictionary({"selection": AttributeDictionary(points)})
    return app.run()


@pytest.fixture
def harrow(mentioned) -> pd.DataFrame:
    return mentioned[mentioned.brand_id == "harrow-pine"]


@pytest.mark.parametrize("source", ["specialist", "vader"])
def test_spread_counts_each_score_and_sentiment(open_page, harrow, store_file, monkeypatch, source):
    with duckdb.connect(str(store_file), read_only=True) as connection:
        sure = connection.execute("SELECT tweet_id, p_negative, p_positive FROM sentiments").df()
    harrow = harrow.merge(sure, on="tweet_id")
    offers = recorded(monkeypatch)
    app = open_page("compare", **ALL, source=source)
    drawn = {trace["name"]: trace for trace in chart(app, "sentiment_spread")}
    saved = read("spread.csv", offers["sentiment_spread_harrow-pine.csv"]())
    score = harrow.compound if source == "vader" else harrow.p_positive - harrow.p_negative
    felt = harrow.vader if source == "vader" else harrow.sentiment
    for about, of in {"overall": harrow.index, "place": harrow.index[harrow.place]}.items():
        rows = saved[saved.about == about]
        assert dict(zip(rows.score.round(1), rows.mentions, strict=True)) == Counter(
            (score[of].astype("float32").astype(float) * 10).round().div(10).round(1) + 0.0
        )
        assert rows.negative.sum() == (felt[of] == "negative").sum()
        assert rows["mean"].iloc[0] == pytest.approx(score[of].mean(), abs=1e-6)
    assert set(saved.about) == {"overall", "product", "place", "promotion"}  # 4 mentions about Price: too few
    # Of equal area: the heights of each shape's bars add up to the same.
    heights: Counter[str | None] = Counter()
    for name in ("Negative", "Neutral", "Positive"):
        for (p, _), height in zip(drawn[name]["customdata"], drawn[name]["y"], strict=True):
            heights[p] += height
    assert len(heights) == 4
    assert max(heights.values()) == pytest.approx(min(heights.values()))
    assert drawn["Mean"]["x"][0] == pytest.approx(score.mean(), abs=1e-6)


def test_violins_lie_around_their_place(open_page):
    edges: dict[tuple[str | None, float], list[float]] = {}
    for trace in chart(open_page("compare", **ALL), "sentiment_spread")[:3]:
        for (p, _), x, base, height in zip(
            trace["customdata"], trace["x"], trace["base"], trace["y"], strict=True
        ):
            edges.setdefault((p, x), []).extend((base, base + height))
    places = {None: 0, "product": 1, "place": 2, "promotion": 4}
    for (p, _), ends in edges.items():
        assert (min(ends) + max(ends)) / 2 == pytest.approx(places[p], abs=1e-9)
        assert max(ends) - min(ends) <= 0.9 + 1e-9


def test_the_score_is_said_in_words_of_its_source(open_page):
    for source, words in {"specialist": "how sure the specialist is", "vader": "words of feeling"}.items():
        app = open_page("compare", **ALL, source=source)
        helps = [text.proto.help for text in app.markdown]
        assert any(words in one for one in helps)


@pytest.mark.parametrize(
    ("counted", "of"), [("Number", lambda n, _: n), ("Share", lambda n, total: n / total)]
)
def test_course_and_topics_of_a_p_add_up(open_page, harrow, counted, of):
    app = open_page("compare", **ALL, about="Place", counted=counted)
    place = harrow[harrow.place]
    negative = next(trace for trace in chart(app, "sentiment_by_topic") if trace["name"] == "Negative")
    assert negative["x"] == [of(40, 40)]
    (label,) = negative["y"]
    assert label.endswith(" · 40")
    course = {trace["name"]: trace["y"] for trace in chart(app, "sentiment_over_time")}
    if counted == "Number":
        assert sum(course["Negative"]) == len(place)
        assert sum(course["Positive"]) == 0
    else:
        known = [share for share in course["Negative"] if share is not None]
        assert known
        assert set(known) == {1.0}


def test_the_brand_is_beside_the_others_of_its_industry(open_page, mentioned, harrow):
    app = open_page("compare", **ALL, source="vader")
    own, others = chart(app, "sentiment_profile")
    rest = mentioned[(mentioned.industry == "Fashion") & (mentioned.brand_id != "harrow-pine")]
    assert own["y"] == ["Overall", "Product", "Place", "Promotion"]
    assert own["x"][2] == pytest.approx(harrow[harrow.place].compound.mean(), abs=1e-6)
    assert others["x"][others["y"].index("Place")] == pytest.approx(
        rest[rest.place].compound.mean(), abs=1e-6
    )
    assert "differs from the others" in own["hovertext"][2]


@pytest.mark.parametrize(
    ("key", "mark", "leads_to"),
    [
        ("sentiment_spread", [None, "negative"], {"brand": "harrow-pine", "sentiment": "negative"}),
        ("sentiment_spread", ["place", None], {"brand": "harrow-pine", "p": "place"}),
        ("sentiment_profile", ["place", "harrow-pine"], {"brand": "harrow-pine", "p": "place"}),
        ("sentiment_profile", ["place", None], {"industry": "Fashion", "p": "place"}),
        (
            "sentiment_by_topic",
            [None, "negative", 1],
            {"brand": "harrow-pine", "sentiment": "negative", "topic": "1"},
        ),
    ],
)
def test_a_mark_leads_to_its_tweets(open_page, key, mark, leads_to):
    app = click(open_page("compare", **ALL), key, mark)
    assert app.title[0].value == "Tweets"
    assert app.query_params == {"period": "all", "via": "compare"} | leads_to


def test_a_bar_of_the_course_leads_to_just_its_tweets(open_page):
    app = open_page("compare", **ALL)
    negative = next(trace for trace in chart(app, "sentiment_over_time") if trace["name"] == "Negative")
    row = max(range(len(negative["y"])), key=lambda i: negative["y"][i])
    app = click(app, "sentiment_over_time", negative["customdata"][row])
    assert app.title[0].value == "Tweets"
    assert app.query_params["sentiment"] == "negative"
    assert app.query_params["period"] == "custom"
    assert any(text.value == f"**{negative['y'][row]} tweets**" for text in app.markdown)


@pytest.mark.parametrize("who", [{}, {"industry": "Fashion"}, {"brand": "lumen"}])
def test_without_others_there_is_no_chart_beside_them(open_page, who):
    app = open_page("compare", period="all", view="Sentiment", **who)
    keys = [element.key for element in app.get("plotly_chart")]
    assert keys == ["sentiment_spread", "sentiment_over_time", "sentiment_by_topic"]


def test_without_dates_the_spread_is_there_all_the_same(open_page, make_store, tweets):
    app = open_page("compare", store=make_store(tweets.assign(created_at=pd.NaT)), view="Sentiment")
    assert [element.key for element in app.get("plotly_chart")] == ["sentiment_spread", "sentiment_by_topic"]
    assert any("no dates" in info.value for info in app.info)
