"""The page Pain points: the ranking's cards, and what they say, counted apart from the store."""

import json
from typing import Any
from urllib.parse import parse_qs

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

CHECKOUT = "online checkout and billing address"


@pytest.fixture
def judged(tweets: pd.DataFrame) -> pd.DataFrame:
    """All tweets that the page can weigh."""
    return tweets[tweets.lang == "en"]


def written_in(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(element.value for element in [*app.markdown, *app.caption])


def headings(app: AppTest) -> list[str]:
    assert not app.exception
    return [element.value for element in app.markdown if element.value.startswith("### ")]


def chart(app: AppTest, key: str) -> dict[str, Any]:
    found = [element for element in app.get("plotly_chart") if element.proto.id.endswith(f"-{key}")]
    return json.loads(found[0].proto.spec) | {"alt": found[0].proto.alt}


def links(app: AppTest) -> list[tuple[str, str, dict[str, list[str]]]]:
    return [(link.label, link.page, parse_qs(link.proto.query_string)) for link in app.get("page_link")]


def test_the_planted_trouble_is_the_first_card(open_page):
    app = open_page("pain_points", brand="harrow-pine", period="90d")
    first = headings(app)[0]
    assert first.startswith("### 1. ")
    assert "Place" in first
    assert first.endswith(CHECKOUT)
    assert "**40 tweets**, **100 % negative**, " in written_in(app)


def test_the_card_says_why_it_ranks_here(open_page, judged):
    app = open_page("pain_points", brand="harrow-pine", period="90d")
    own = judged[judged.brands.map(lambda brands: "harrow-pine" in brands)]
    rest = own[own.topic_id != 1]
    fashion = judged.explode("brands").query("brands in ('velvet-row', 'long-name') and place")
    bars, _, usual = chart(app, "pain_why_1")["data"]
    assert bars["y"] == ["Volume", "Negative", "Severity", "Growth", "Against others", "Engagement"]
    length = dict(zip(bars["y"], bars["x"], strict=True))
    normal = dict(zip(usual["y"], usual["x"], strict=True))
    here = own[own.created_at >= "2026-08-03"]
    assert length["Volume"] == pytest.approx(40 / len(here))
    assert length["Negative"] == pytest.approx(1)
    # The ranking draws both a little towards what is usual everywhere.
    assert normal["Negative"] == pytest.approx((rest.sentiment == "negative").mean(), abs=0.1)
    assert normal["Against others"] == pytest.approx((fashion.sentiment == "negative").mean(), abs=0.1)
    assert length["Growth"] == 1  # none before
    ours = here[here.topic_id == 1]
    said = dict(zip(bars["y"], bars["customdata"], strict=True))
    assert said["Engagement"][0].startswith(f"{(ours.likes + ours.reposts).mean():.1f} a tweet")
    assert "Surely over 8" in written_in(app)
    assert "negative tweets more than usual." in written_in(app)


def test_the_card_compares_the_same_topic_at_competitors(open_page, judged):
    app = open_page("pain_points", brand="harrow-pine", period="all")
    assert not app.dataframe
    app.session_state["rivals_negative_place_1"] = True
    app.run()
    table = app.dataframe[0].value.set_index("Brand")
    velvet = judged.explode("brands").query("brands == 'velvet-row' and place and topic_id == 1")
    assert table.loc["Velvet Row", "Here"] == len(velvet) == 50
    assert table.loc["Velvet Row", "Share here"] == pytest.approx(40)
    assert "Kettle & Crow" not in table.index
    assert any(page == "compare" and query["p"] == ["place"] for _, page, query in links(app))


def test_strengths_mirror_pain_points(open_page):
    app = open_page("pain_points", brand="harrow-pine", period="all", view="Strengths")
    first = headings(app)[0]
    assert "Product" in first
    assert first.endswith("wool coats")
    assert "**66 tweets**, **91 % positive**" in written_in(app)


def test_an_alert_says_what_drives_it_and_leads_to_its_tweets(open_page):
    app = open_page("pain_points", brand="harrow-pine", period="90d", view="Alerts")
    text = written_in(app)
    assert "more negative tweets" in text.lower()
    assert f"Driven by **{CHECKOUT}" in text
    (label, page, query) = links(app)[0]
    assert (label, page) == ("See the tweets of these days", "tweets")
    assert query["period"] == ["custom"]
    assert "2026-09-07" <= query["from"][0] <= "2026-09-16"
    assert "2026-10-10" <= query["to"][0] <= "2026-10-25"
    bars = chart(app, "alert_over_time_1")["data"]
    assert sum(sum(bar["y"]) for bar in bars) > 40


def test_a_brand_without_alerts_says_what_was_checked(open_page):
    app = open_page("pain_points", brand="sabah", period="all", view="Alerts")
    assert "No alerts in this period" in written_in(app)


def test_without_a_brand_all_alerts_are_listed(open_page):
    app = open_page("pain_points", period="all", view="Alerts")
    table = app.dataframe[0].value
    assert "Harrow & Pine" in set(table["Brand"])
    assert CHECKOUT in " ".join(table["Driven by"])


def test_the_card_says_since_when_and_shades_it(open_page):
    app = open_page("pain_points", brand="harrow-pine", period="90d")
    assert "since 10 Sep 2026, still going, none in the 90 days before." in written_in(app)
    (band,) = chart(app, "pain_over_time_1")["layout"]["shapes"]
    assert pd.Timestamp(band["x0"]) <= pd.Timestamp("2026-09-10")
    assert pd.Timestamp(band["x1"]) >= pd.Timestamp("2026-10-17")


def test_the_card_says_which_words_set_its_tweets_apart(open_page):
    app = open_page("pain_points", brand="harrow-pine", period="90d")
    words = [caption.value for caption in app.caption if caption.value.startswith("Typical words: ")]
    assert words
    assert "crash" in words[0].lower()


def test_the_course_counts_every_tweet_once(open_page):
    app = open_page("pain_points", brand="harrow-pine", period="90d")
    bars = chart(app, "pain_over_time_1")["data"]
    assert {bar["name"]: sum(bar["y"]) for bar in bars} == {"Negative": 40, "Neutral": 0, "Positive": 0}


def test_quotes_are_negative_tweets_of_the_pain_point(open_page, judged):
    app = open_page("pain_points", brand="kettle-crow", period="all")
    assert headings(app)[0].endswith("price rise")
    row = judged[judged.brands.map(lambda brands: "kettle-crow" in brands)]
    negative = set(row[(row.topic_id == 3) & row.price & (row.sentiment == "negative")].text)
    quotes = [element.value for element in app.text]
    assert 1 <= len(quotes) <= 3
    assert set(quotes) <= negative


def test_links_lead_to_the_same_tweets(open_page):
    app = open_page("pain_points", brand="harrow-pine", period="90d")
    (_, page, query), *_ = links(app)
    assert page == "tweets"
    assert query == {"brand": ["harrow-pine"], "period": ["90d"], "p": ["place"], "topic": ["1"]}
    linked = open_page("tweets", **{key: values[0] for key, values in query.items()})
    assert "**40 tweets**" in written_in(linked)


def test_only_the_chosen_ps_are_shown(open_page):
    app = open_page("pain_points", brand="harrow-pine", period="90d", p="product")
    assert headings(app) == []
    assert "Nothing stands out in this period" in written_in(app)


def test_the_sentiment_filter_does_not_change_the_shares(open_page):
    app = open_page("pain_points", brand="harrow-pine", period="all", sentiment="positive")
    text = written_in(app)
    assert "**40 tweets**, **100 % negative**" in text
    assert "The sentiment filter has no effect here" in text


def test_a_quiet_brand_says_so_and_what_was_checked(open_page):
    app = open_page("pain_points", brand="sabah", period="all")
    text = written_in(app)
    assert "Nothing stands out in this period" in text
    markdown = " ".join(element.value for element in app.markdown)
    assert "Checked: 40 tweets in 1 topic" in markdown
    assert "0 of the tweets are negative" in markdown


def test_without_a_brand_the_worst_of_each_brand_is_listed(open_page):
    app = open_page("pain_points", period="all")
    table = app.dataframe[0].value.set_index("Brand")
    assert {"Harrow & Pine", "Kettle & Crow", "Lumen"} <= set(table.index)
    assert table.loc["Harrow & Pine", "Worst pain point"] == CHECKOUT
    assert list(table.loc["Harrow & Pine", "About"]) == ["Place"]
    assert table.loc["Harrow & Pine", "Tweets"] == 40
    assert table.loc["Kettle & Crow", "Worst pain point"] == "price rise"
    assert "قهوة الصباح" not in table.index
    assert any("Choose a brand" in info.value for info in app.info)


def test_an_industry_lists_its_brands(open_page):
    app = open_page("pain_points", industry="Coffee", period="all")
    assert app.dataframe[0].value["Brand"].tolist() == ["Kettle & Crow"]


def test_no_tweets_say_what_to_do(open_page):
    app = open_page("pain_points", brand="long-name", p="promotion")
    assert "No tweets for" in written_in(app)


def test_without_dates_it_ranks_all_tweets(open_page, make_store, tweets):
    app = open_page("pain_points", make_store(tweets.assign(created_at=pd.NaT)), brand="harrow-pine")
    assert CHECKOUT in headings(app)[0]
    text = written_in(app)
    assert "**40 tweets**, **100 % negative**." in text
    assert "The tweets have no dates" in text
