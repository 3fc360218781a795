"""Whose sentiment the pages show: the specialist's unless VADER is chosen; pain points go by the specialist's."""

from urllib.parse import parse_qs

import duckdb
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pipeline import posts

HARROW = {"brand": "harrow-pine", "period": "all"}


@pytest.fixture
def torn_store(make_store, tweets: pd.DataFrame):
    """A store in which VADER calls every tweet positive, whatever the specialist says."""
    return make_store(tweets.assign(vader="positive", compound=0.7))


def negative_share(app: AppTest) -> str:
    assert not app.exception
    return next(element.value for element in app.metric if element.label == "Negative")


def said(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(element.value for element in [*app.main.markdown, *app.main.caption])


def test_overview_counts_by_the_chosen_source(open_page, torn_store, mentioned):
    share = (mentioned[mentioned.brand_id == "harrow-pine"].sentiment == "negative").mean()
    app = open_page(store=torn_store, **HARROW)
    assert negative_share(app) == f"{share * 100:.0f} %"
    app.segmented_control(key="source").set_value("vader").run()
    assert negative_share(app) == "0 %"
    assert app.query_params == {**HARROW, "source": "vader"}
    assert "sentiment by VADER" in said(app)


def test_the_source_holds_on_other_pages_and_is_set_back(open_page, torn_store):
    app = open_page(store=torn_store, **HARROW, source="vader")
    app.query_params.clear()  # as Streamlit does between pages
    app.switch_page("app_pages/tweets.py").run()
    assert app.query_params == {**HARROW, "source": "vader"}
    assert {label for labels in app.dataframe[0].value.Sentiment for label in labels} == {"Positive"}
    app.button(key="reset").click().run()
    assert "source" not in app.query_params
    assert app.segmented_control(key="source").value == "specialist"


def test_filters_and_order_of_tweets_go_by_the_source(open_page, torn_store):
    negative = open_page("tweets", torn_store, **HARROW, sentiment="negative")
    assert "**40 tweets**" in said(negative)
    by_vader = open_page("tweets", torn_store, **HARROW, sentiment="negative", source="vader")
    assert "No tweets for" in said(by_vader)


def test_compare_goes_by_the_source(open_page, torn_store):
    found = {
        source: open_page("compare", torn_store, **HARROW, source=source).dataframe[0].value
        for source in ("specialist", "vader")
    }
    assert found["vader"].loc["● Harrow & Pine", "overall"] == pytest.approx(0.7)
    assert found["specialist"].loc["● Harrow & Pine", "place"] < 0


def test_topics_go_by_the_source(open_page, torn_store):
    app = open_page("topics", torn_store, **HARROW, topic="1", source="vader")
    assert "100 % positive" in said(app) or "0 % negative" in said(app)


def test_details_show_both_whatever_the_source(open_page, torn_store):
    app = open_page("tweets", torn_store, **HARROW, p="place", source="vader")
    assert "**Sentiment:** :material/sentiment_dissatisfied: Negative" in said(app)
    assert "**Word list (VADER):** positive, +0.70: differs" in said(app)


def test_pain_points_go_by_the_specialist_and_say_so(open_page, torn_store):
    note = "By the specialist's sentiment, though VADER is chosen"
    plain = open_page("pain_points", torn_store, **HARROW)
    app = open_page("pain_points", torn_store, **HARROW, source="vader")
    assert note in said(app)
    assert note not in said(plain)
    assert said(app).replace(f"{note}: pain points always go by it.", "").split() == said(plain).split()
    assert note in said(open_page(store=torn_store, **HARROW, source="vader"))


def test_the_negative_tweets_to_read_are_those_that_were_counted(open_page, torn_store):
    app = open_page("pain_points", torn_store, **HARROW, p="product", source="vader")
    assert "40 of the tweets are negative" in said(app)
    (link,) = [link for link in app.get("page_link") if link.label == "Read the negative tweets"]
    query = {key: values[0] for key, values in parse_qs(link.proto.query_string).items()}
    assert "**40 tweets**" in said(open_page("tweets", torn_store, **query))


def test_without_a_sentiment_of_the_specialists_own_there_is_no_choice(open_page, torn_store):
    with duckdb.connect(str(torn_store)) as connection:
        connection.execute(
            "UPDATE sentiments SET p_negative = NULL, p_neutral = NULL, p_positive = NULL, sentiment = vader"
        )
        posts.rebuild(connection)
    app = open_page(store=torn_store, **HARROW, source="vader")
    assert not [control for control in app.sidebar.segmented_control if control.key == "source"]
    assert any("Sentiment is VADER's on all pages" in caption.value for caption in app.sidebar.caption)
    assert negative_share(app) == "0 %"
    tweets = open_page("tweets", torn_store, **HARROW)
    assert "gives no sentiment" in said(tweets)
    assert "sentiment" not in tweets.segmented_control(key="words_for").options
