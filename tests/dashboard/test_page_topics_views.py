"""The page Topics: merged and finer topics, tweets in none put into the nearest, and the charts beside the map."""

import json
from typing import Any
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.topic_colors import topic_color


def chart(app: AppTest, key: str) -> dict[str, Any]:
    assert not app.exception
    found = [element for element in app.get("plotly_chart") if f"-{key}" in element.proto.id]
    return json.loads(found[0].proto.spec)


def table(app: AppTest) -> dict[str, int]:
    assert not app.exception
    listed = app.dataframe[0].value
    return dict(zip(listed["Topic"], listed["Tweets"], strict=True))


def of(tweets, brand):
    return tweets[(tweets.lang == "en") & tweets.brands.map(lambda brands: brand in brands)]


def map_colors(app: AppTest) -> set[str]:
    """Return the colours that topics have on the map."""
    (trace,) = [trace for trace in chart(app, "topic_map")["data"] if trace["name"] == "Topics"]
    return {color for _, color in trace["marker"]["colorscale"]}


def test_the_slider_merges_like_topics_in_list_map_and_link(open_page, tweets):
    app = open_page("topics", period="all")
    judged = tweets[tweets.lang == "en"]
    sizes = judged.topic_id.value_counts()
    assert len(table(app)) == 6
    assert len(map_colors(app)) == 6
    app = app.slider(key="detail").set_value(4).run()
    assert table(app)["daily life"] == sizes[0] + sizes[4] + sizes[5]
    assert len(table(app)) == 4
    assert map_colors(app) == {topic_color(topic) for topic in (0, 1, 2, 3)}
    named = {note["text"] for note in chart(app, "topic_map")["layout"]["annotations"]}
    assert "daily life" in named
    assert "wool coats" not in named


def test_a_merged_topic_has_its_details_and_leads_to_all_its_tweets(open_page, tweets):
    # Topic 4 has become part of topic 0.
    app = open_page("topics", period="all", detail="5", topic="4")
    assert not app.exception
    text = "\n".join(element.value for element in [*app.markdown, *app.caption])
    assert "### warm things" in text
    assert "Topic 0, 2 topics in one" in text
    judged = tweets[tweets.lang == "en"]
    count = int(judged.topic_id.isin([0, 4]).sum())
    (link,) = [link for link in app.get("page_link") if link.label == f"All {count} tweets of this topic"]
    query = parse_qs(link.proto.query_string)
    assert query == {"period": ["all"], "topic": ["0"], "detail": ["5"]}
    listed = open_page("tweets", **{key: values[0] for key, values in query.items()})
    assert f"**{count} tweets**" in [element.value for element in listed.markdown]
    assert listed.button(key="drop_topic").label == "Topic: warm things"
    listed = listed.button(key="drop_topic").click().run()
    assert "topic" not in listed.query_params
    assert "detail" not in listed.query_params


def test_tweets_in_no_topic_go_into_the_nearest_on_request(open_page, tweets):
    app = open_page("topics", period="all", brand="harrow-pine")
    before, mine = table(app), of(tweets, "harrow-pine")
    outliers = int((mine.topic_id == -1).sum())
    app = app.toggle(key="assigned").set_value(True).run()
    after = table(app)
    assert after == before | {"giveaway for followers": before["giveaway for followers"] + outliers}
    assert all(trace["name"] != "Not in any topic" for trace in chart(app, "topic_map")["data"])
    assert f"**{len(mine)} tweets**" in [element.value for element in app.markdown]
    listed = open_page("tweets", period="all", brand="harrow-pine", topic="2", assigned="true")
    assert f"**{after['giveaway for followers']} tweets**" in [element.value for element in listed.markdown]


@pytest.mark.parametrize("detail", ["0", "-3", "x", "3", "99", "9" * 30])
def test_a_detail_that_is_none_shows_topics_as_they_were_found(open_page, detail):
    assert len(table(open_page("topics", period="all", detail=detail))) == 6


def test_topics_over_time_are_lines_in_their_colours(open_page, tweets):
    app = open_page("topics", period="all", look="Over time")
    lines = chart(app, "topics_over_time")["data"]
    judged = tweets[tweets.lang == "en"]
    assert {line["name"]: sum(line["y"]) for line in lines} == {
        label: int((judged.topic_id == topic).sum())
        for topic, label in enumerate(
            [
                "wool coats",
                "online checkout and billing …",
                "giveaway for followers",
                "price rise",
                "morning flat white",
                "signal lost in the evening",
            ]
        )
    }
    assert {line["customdata"][0][0]: line["line"]["color"] for line in lines} == {
        topic: topic_color(topic) for topic in range(6)
    }


def test_topics_of_each_p_count_its_tweets_by_sentiment(open_page, tweets):
    app = open_page("topics", period="all", look="Marketing mix")
    bars = {trace["name"]: trace for trace in chart(app, "topics_of_price")["data"]}
    about = tweets[(tweets.lang == "en") & tweets.price]
    assert bars["Negative"]["y"] == ["wool coats", "price rise"]
    assert bars["Negative"]["x"] == [0, 26]
    assert bars["Positive"]["x"] == [int((about.topic_id == 0).sum()), 4]


def test_brands_show_the_share_of_their_mentions_in_each_topic(open_page, tweets):
    app = open_page("topics", period="all", look="Brands", brand="lumen")
    heat = chart(app, "topics_by_brand")
    assert heat["data"][0]["type"] == "heatmap"
    assert heat["layout"]["yaxis"]["ticktext"] == ["Lumen"]
    columns = heat["layout"]["xaxis"]["ticktext"]
    mine = of(tweets, "lumen")
    hover = heat["data"][1]["text"][columns.index("giveaway for followers")]
    count = int((mine.topic_id == 2).sum())
    assert hover == (
        f"Lumen<br>giveaway for followers<br>{count} mentions, "
        f"{count / len(mine) * 100:.0f} % of the brand's {len(mine)}"
    )


def test_similarity_is_one_with_itself_and_less_with_others(open_page):
    app = open_page("topics", period="all", look="Similarity")
    heat = chart(app, "topic_similarity")
    labels = heat["layout"]["xaxis"]["ticktext"]
    hover = dict(
        zip([(one, other) for one in labels for other in labels], heat["data"][1]["text"], strict=True)
    )
    assert all(hover[label, label].endswith("1.00 alike") for label in labels)
    assert hover["wool coats", "morning flat white"].endswith("0.71 alike")
    assert hover["wool coats", "price rise"].endswith("0.00 alike")
    assert abs(labels.index("wool coats") - labels.index("morning flat white")) == 1
