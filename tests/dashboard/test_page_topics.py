"""The page Topics: list, map and details, counted apart from the store."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.topic_colors import topic_color
from dashboard.topic_map import LINE
from pipeline.unlike import unlike

LABELS = [
    "wool coats",
    "online checkout and billing address",
    "giveaway for followers",
    "price rise",
    "morning flat white",
    "signal lost in the evening",
]


@pytest.fixture
def judged(tweets: pd.DataFrame) -> pd.DataFrame:
    """All tweets that the page can show."""
    return tweets[tweets.lang == "en"]


def of(judged: pd.DataFrame, brand: str) -> pd.DataFrame:
    return judged[judged.brands.map(lambda brands: brand in brands)]


def written_in(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(element.value for element in [*app.markdown, *app.caption])


def chart(app: AppTest, key: str) -> dict[str, Any]:
    found = [element for element in app.get("plotly_chart") if f"-{key}" in element.proto.id]
    return json.loads(found[0].proto.spec)


def dots(app: AppTest) -> dict[str, int]:
    """Count the map's dots by the name of their colour."""
    counts: dict[str, int] = {}
    for trace in chart(app, "topic_map")["data"]:
        counts[trace["name"]] = counts.get(trace["name"], 0) + len(trace["text"])
    return counts


def links(app: AppTest) -> dict[str, dict[str, list[str]]]:
    """Return each link's label and the parameters it carries."""
    return {link.label: parse_qs(link.proto.query_string) for link in app.get("page_link")}


def test_list_counts_the_topics_of_the_selection(open_page, judged):
    app = open_page("topics", brand="velvet-row", period="all")
    table = app.dataframe[0].value.set_index("Topic")
    row = of(judged, "velvet-row")
    assert table["Tweets"].to_dict() == {"wool coats": 76, LABELS[1]: 50}
    assert table["Tweets"].sum() == (row.topic_id >= 0).sum()
    assert table["Negative"].to_dict() == pytest.approx({"wool coats": 0, LABELS[1]: 40})
    assert list(table.loc["wool coats", "About"]) == ["Product 100 %", "Price 92 %"]
    assert list(table.loc[LABELS[1], "About"]) == ["Place 100 %"]
    assert [sum(counts) for counts in table["Trend"]] == [76, 50]


def test_a_tweet_about_two_brands_counts_once(open_page, judged):
    app = open_page("topics", industry="Fashion", period="all")
    table = app.dataframe[0].value.set_index("Topic")
    fashion = judged[
        judged.brands.map(lambda brands: bool({"harrow-pine", "velvet-row", "long-name"} & {*brands}))
    ]
    assert table["Tweets"]["wool coats"] == (fashion.topic_id == 0).sum()


def test_too_few_tweets_show_no_share(open_page):
    app = open_page("topics", brand="harrow-pine", period="all", p="price")
    table = app.dataframe[0].value
    assert table["Tweets"].tolist() == [4]
    assert table["Negative"].isna().all()
    assert list(table["About"][0]) == []
    assert "**4 tweets**: too few for shares" in written_in(
        open_page("topics", brand="harrow-pine", period="all", p="price", topic="3")
    )


def test_map_shows_each_tweet_once_and_outliers_apart(open_page, judged):
    app = open_page("topics", brand="harrow-pine", period="all")
    row = of(judged, "harrow-pine")
    assert dots(app) == {"Not in any topic": 10, "Topics": len(row) - 10}
    share = round(100 * 10 / len(row))
    assert f"**{len(row)} tweets; {share} % in no topic**" in written_in(app)
    named = {note["text"] for note in chart(app, "topic_map")["layout"]["annotations"]}
    assert named == {"wool coats", "online checkout and …", "giveaway for followers", "price rise"}


def test_map_is_coloured_by_p_and_by_sentiment(open_page, judged):
    app = open_page("topics", brand="lumen", period="all")
    row = of(judged, "lumen")
    app = app.segmented_control(key="color_by").set_value("p").run()
    assert dots(app) == {"Product": 45, "Price": 1, "Promotion": 21}
    app = app.segmented_control(key="color_by").set_value("sentiment").run()
    assert {
        name.lower(): count for name, count in dots(app).items()
    } == row.sentiment.value_counts().to_dict()


def test_hover_shows_the_tweet_never_as_markup(open_page):
    spec = chart(open_page("topics", brand="lumen", period="all", p="price"), "topic_map")
    (hover,) = spec["data"][0]["text"]
    assert hover.replace("<br>", " ").startswith(
        "**Not bold** $5 or $6 [link](x) &lt;b&gt;tag&lt;/b&gt; `code` :red[x] #1 Lumen"
    )
    assert hover.endswith("<i>price rise</i>")


def test_hover_wraps_long_words_and_any_script():
    assert max(map(len, LINE.findall("w" * 500))) <= 46
    assert "".join(LINE.findall("w" * 500)) == "w" * 500
    assert "".join(LINE.findall("قهوة الصباح ممتازة " * 9)) == "قهوة الصباح ممتازة " * 9


def test_a_link_opens_a_topic(open_page, judged):
    app = open_page("topics", brand="harrow-pine", period="all", topic="1")
    text = written_in(app)
    assert f"### {LABELS[1]}" in text
    assert "**40 tweets**, 100 % negative, 0 % positive" in text
    assert "Place] 100 %" in text
    assert "Keywords: online, checkout, and, billing, address" in text
    quotes = [element.value for element in app.text]
    row = judged[judged.topic_id == 1]
    assert quotes
    assert set(quotes) <= set(of(row, "harrow-pine").text)
    assert links(app)["All 40 tweets of this topic"] == {
        "brand": ["harrow-pine"],
        "period": ["all"],
        "topic": ["1"],
    }
    course = chart(app, "topic_over_time")["data"]
    assert {trace["name"]: sum(trace["y"]) for trace in course} == {
        "Negative": 40,
        "Neutral": 0,
        "Positive": 0,
    }
    assert dots(app) == {"Not in any topic": 10, "Topics": 122}


def test_a_topic_of_all_brands_shows_which(open_page, judged):
    app = open_page("topics", period="all", topic="1")
    bars = chart(app, "topic_brands")["data"]
    assert bars[0]["y"][:2] == ["Velvet Row · 54 %", "Harrow &amp; Pine · 43 %"]
    totals = [sum(trace["x"][i] for trace in bars) for i in range(2)]
    assert totals == [50, 40]


def test_closing_a_topic_takes_it_out_of_the_url(open_page):
    app = open_page("topics", period="all", topic="1")
    app = app.button(key="close_topic").click().run()
    assert "topic" not in app.query_params
    assert LABELS[1] not in written_in(app)


def test_a_topic_outside_the_selection_says_so(open_page):
    app = open_page("topics", brand="sabah", period="all", topic="5")
    assert [info.value.split("”")[0] for info in app.info] == [
        "No tweet of the topic “signal lost in the evening"
    ]


@pytest.mark.parametrize("topic", ["77", "-1", "x'; --", "9" * 30])
def test_a_topic_that_is_none_is_ignored(open_page, topic):
    app = open_page("topics", period="all", topic=topic)
    assert not app.info
    assert len(app.dataframe[0].value) == 6


def test_without_topics_it_says_what_to_do(open_page, make_store, tweets):
    app = open_page("topics", make_store(tweets.assign(topic_id=-1)), period="all")
    assert "No topic among these tweets" in written_in(app)
    assert "Read the tweets" in links(app)


def test_without_tweets_it_says_what_to_do(open_page):
    app = open_page("topics", brand="long-name", p="promotion")
    assert "No tweets for" in written_in(app)


def test_without_dates_there_is_no_trend(open_page, make_store, tweets):
    app = open_page("topics", make_store(tweets.assign(created_at=pd.NaT)), topic="1")
    assert "Trend" not in app.dataframe[0].value
    assert f"### {LABELS[1]}" in written_in(app)


@pytest.mark.parametrize(
    ("query", "ready"),
    [
        ({"brand": "lumen", "p": "product"}, True),
        ({"brand": "lumen"}, False),
        ({"brand": "lumen", "p": ["product", "price"]}, False),
        ({"p": "product"}, False),
    ],
)
def test_zooming_in_wants_a_brand_and_one_p(open_page, query, ready):
    app = open_page("topics", period="all", **query)
    assert app.button(key="zoom_in").disabled is not ready


@pytest.mark.slow
def test_zooming_in_sorts_one_brands_tweets_afresh(open_page: Callable[..., AppTest], demo_store: Path):
    days = {"period": "custom", "from": "2026-09-01", "to": "2026-10-31"}
    app = open_page("topics", demo_store, brand="harrow-pine", p="place", **days)
    app = app.button(key="zoom_in").click().run(timeout=120)
    text = written_in(app)
    assert "of Harrow & Pine · Place, 1 Sep – 31 Oct 2026" in text.replace("\\", "")
    assert app.expander
    listed = sum(len(table.value) for table in app.dataframe)
    assert listed >= 20
    assert all("Place" in list(about) for table in app.dataframe for about in table.value["About"])
    app = app.button(key="zoom_out").click().run()
    assert "topics, largest first" in written_in(app)


def test_quotes_do_not_repeat_each_other():
    texts = ["Crash number one at checkout", "crash number one at the checkout", "My card was refused twice"]
    assert unlike(texts, 3) == [0, 2]


def test_topics_keep_apart_colours():
    colors = [topic_color(topic) for topic in range(200)]
    assert colors == [topic_color(topic) for topic in range(200)]
    assert len(set(colors)) > 190
