"""The page Overview: every figure counted apart from the store, and where it leads."""

import base64
import json
import re
from typing import Any
from urllib.parse import parse_qs

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

NOW = ("2026-08-03", "2026-10-31")  # 90 days
BEFORE = ("2026-05-05", "2026-08-02")


def between(rows: pd.DataFrame, days: tuple[str, str]) -> pd.DataFrame:
    first, last = (pd.Timestamp(day) for day in days)
    return rows[(rows.created_at >= first) & (rows.created_at < last + pd.Timedelta(days=1))]


def net(rows: pd.DataFrame) -> float:
    return ((rows.sentiment == "positive").mean() - (rows.sentiment == "negative").mean()) * 100


def metric(app: AppTest, label: str) -> Any:
    assert not app.exception
    return next(element for element in app.metric if element.label == label)


def captions(app: AppTest) -> str:
    return "\n".join(element.value for element in app.main.caption)


def written(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(element.value for element in app.main.markdown)


def links(app: AppTest) -> dict[str, dict[str, list[str]]]:
    return {link.label: parse_qs(link.proto.query_string) for link in app.main.get("page_link")}


def bars(app: AppTest, key: str, along: str) -> dict[str, list[float]]:
    chart = next(element for element in app.get("plotly_chart") if element.key == key)
    return {trace["name"]: trace[along] for trace in json.loads(chart.proto.spec)["data"] if along in trace}


def test_key_figures_of_a_brand_against_the_days_before(open_page, mentioned):
    app = open_page("overview", brand="harrow-pine", period="90d")
    brand = mentioned[mentioned.brand_id == "harrow-pine"]
    now, before = between(brand, NOW), between(brand, BEFORE)

    assert metric(app, "Mentions").value == str(len(now))
    assert metric(app, "Mentions").delta == f"up {len(now) - len(before)}"
    change = round(net(now) - net(before))
    assert metric(app, "Net sentiment").value == f"{net(now):+.0f}".replace("-", "−")
    assert metric(app, "Net sentiment").delta == f"down {abs(change)} pts"
    negative, negative_before = (100 * (rows.sentiment == "negative").mean() for rows in (now, before))
    assert metric(app, "Negative").value == f"{negative:.0f} %"
    assert metric(app, "Negative").delta == f"up {negative - negative_before:.0f} pts"
    assert "on the 90 days before" in captions(app)


def test_share_of_voice_is_of_the_brands_industry(open_page, mentioned):
    app = open_page("overview", brand="harrow-pine", period="90d")
    fashion = between(mentioned[mentioned.industry == "Fashion"], NOW)
    share = (fashion.brand_id == "harrow-pine").mean()
    assert metric(app, "Share of voice").value == f"{share * 100:.0f} %"
    app = open_page("overview", industry="Fashion", period="90d")
    everyone = between(mentioned, NOW)
    assert metric(app, "Share of voice").value == f"{(everyone.industry == 'Fashion').mean() * 100:.0f} %"


def test_sparkline_has_a_point_a_week_that_adds_up(open_page, mentioned):
    app = open_page("overview", brand="harrow-pine", period="90d")
    now = between(mentioned[mentioned.brand_id == "harrow-pine"], NOW)
    (picture,) = [html.proto.body for html in app.main.get("html") if 'alt="Mentions over' in html.proto.body]
    svg = base64.b64decode(picture.split("base64,")[1].split('"')[0]).decode()
    heights = [float(height) for height in re.findall(r'height="([\d.]+)"', svg)]
    assert len(heights) == 13
    weeks = (pd.Timestamp("2026-10-31") - now.created_at.dt.normalize()).dt.days // 7
    counted = weeks.value_counts().reindex(reversed(range(13)), fill_value=0)
    assert heights == pytest.approx((counted / counted.max() * max(heights)).tolist(), abs=0.01)
    assert f"from {counted[12]} to {counted[0]}, lowest {counted.min()}, highest {counted.max()}" in picture


def test_change_that_may_be_chance_says_so_and_is_grey(open_page):
    app = open_page("overview", brand="velvet-row", period="90d")
    assert metric(app, "Negative").proto.color == metric(app, "Negative").proto.GRAY
    assert "on the 90 days before; may be chance" in captions(app)


def test_worse_sentiment_is_red(open_page):
    app = open_page("overview", brand="harrow-pine", period="90d")
    for figure in ("Net sentiment", "Negative"):
        assert metric(app, figure).proto.color == metric(app, figure).proto.RED


def test_small_numbers_are_said_to_be_small(open_page, mentioned):
    app = open_page("overview", brand="long-name", period="all")
    rows = mentioned[mentioned.brand_id == "long-name"]
    assert 5 <= len(rows) < 30
    assert metric(app, "Negative").value == f":gray[{(rows.sentiment == 'negative').mean() * 100:.0f} %]"
    assert "Few mentions: 43 to 90 % likely" in captions(app)
    assert "Too few mentions for shares." in written(app)  # of the three about Place
    app = open_page("overview", brand="long-name", period="7d")
    assert len(between(rows, ("2026-10-25", "2026-10-31"))) < 5
    assert metric(app, "Negative").value == ":gray[too few]"


def test_cards_of_the_ps(open_page, mentioned):
    app = open_page("overview", brand="velvet-row", period="year")
    brand = mentioned[mentioned.brand_id == "velvet-row"]
    for p in ("product", "place", "price", "promotion"):
        assert metric(app, f"{p.title()} mentions").value == str(brand[p].sum())
        assert links(app)[f"{p.title()} tweets"] == {"brand": ["velvet-row"], "period": ["year"], "p": [p]}
    place = brand[brand.place]
    assert f"{(place.sentiment == 'negative').mean() * 100:.0f} % negative, " in written(app)
    others = mentioned[
        (mentioned.industry == "Fashion") & (mentioned.brand_id != "velvet-row") & mentioned.place
    ]
    share = (others.sentiment == "negative").mean()
    assert f"{share * 100:.0f} % negative at others in Fashion" in written(app)


def test_chosen_ps_have_cards_and_the_others_have_none(open_page):
    app = open_page("overview", brand="velvet-row", period="year", p=["place", "price"])
    assert [m.label for m in app.metric if m.label.endswith(" mentions")] == [
        "Place mentions",
        "Price mentions",
    ]


def test_trend_adds_up_by_sentiment(open_page, mentioned):
    app = open_page("overview", brand="harrow-pine", period="90d")
    now = between(mentioned[mentioned.brand_id == "harrow-pine"], NOW)
    drawn = bars(app, "trend", "y")
    for sentiment in ("negative", "neutral", "positive"):
        assert sum(drawn[sentiment.title()]) == (now.sentiment == sentiment).sum()


def test_top_topics_are_the_most_frequent(open_page, tweets):
    app = open_page("overview", brand="harrow-pine", period="90d")
    now = between(tweets[(tweets.lang == "en") & tweets.brands.map(lambda b: "harrow-pine" in b)], NOW)
    counted = now[now.topic_id >= 0].topic_id.value_counts()
    totals = [sum(parts) for parts in zip(*bars(app, "top_topics", "x").values(), strict=True)]
    assert totals == counted.tolist()


def test_all_brands_has_no_share_of_voice_and_a_table_of_brands(open_page, mentioned):
    app = open_page("overview", period="90d")
    now = between(mentioned, NOW)
    assert [m.label for m in app.metric][:3] == ["Mentions", "Net sentiment", "Negative"]
    assert metric(app, "Mentions").value == f"{len(now):,}"
    table = app.dataframe[0].value
    counted = now["name"].value_counts()
    assert dict(zip(table.brand, table.mentions, strict=True)) == counted.to_dict()
    assert table.mentions.is_monotonic_decreasing
    lumen = table.set_index("brand").loc["Lumen"]
    assert lumen.net * 100 == pytest.approx(net(now[now["name"] == "Lumen"]))


def test_brand_in_the_table_leads_to_its_overview(open_page):
    app = open_page("overview", period="90d")
    row = app.dataframe[0].value.brand.tolist().index("Kettle & Crow")
    app.session_state["brand_table"] = {"selection": {"rows": [], "columns": [], "cells": [(row, "brand")]}}
    app.run()
    assert app.query_params == {"brand": "kettle-crow", "period": "90d"}
    assert "Kettle & Crow · Coffee" in captions(app).replace("\\", "")


def test_worst_pain_point_in_a_customers_words(open_page, mentioned):
    app = open_page("overview", brand="harrow-pine", period="90d")
    behind = between(mentioned[(mentioned.brand_id == "harrow-pine") & (mentioned.topic_id == 1)], NOW)
    text = written(app).replace("\\", "")
    assert "online checkout and billing address" in text
    assert (
        f"**{len(behind)} tweets**, **100 % negative**, since 10 Sep 2026, still going, none in the 90 days before."
        in text
    )
    assert any(f"“{' '.join(tweet.split())}”" in text for tweet in behind.text)
    queries = [
        link.proto.query_string for link in app.main.get("page_link") if link.label == "See the tweets"
    ]
    lead = next(query for query in queries if "topic=" in query)
    assert parse_qs(lead) == {"brand": ["harrow-pine"], "period": ["90d"], "p": ["place"], "topic": ["1"]}


def test_top_strength_and_alerts_stand_beside_the_worst_pain_point(open_page):
    app = open_page("overview", brand="harrow-pine", period="all")
    text = written(app).replace("\\", "")
    assert "Top strength" in text
    assert "wool coats**: **66 tweets**" in text
    assert "ore negative tweets" in text
    assert "more negative tweets" in bars(app, "trend", "text")["Alert"][0].lower()
    assert any(link.label == "What drives them" for link in app.main.get("page_link"))


def test_quiet_brand_has_no_pain_point(open_page):
    app = open_page("overview", brand="sabah", period="90d")
    assert "Nothing stands out in this period." in written(app)


def test_no_shares_where_the_sentiment_filter_leaves_mentions_out(open_page, mentioned):
    app = open_page("overview", brand="harrow-pine", period="90d", sentiment="negative")
    rows = between(mentioned[mentioned.brand_id == "harrow-pine"], NOW)
    assert metric(app, "Mentions").value == str((rows.sentiment == "negative").sum())
    assert not {"Net sentiment", "Negative"} & {m.label for m in app.metric}
    assert "Net sentiment and shares are not shown" in captions(app)


def test_nothing_found_says_what_to_do_and_reset_does_it(open_page):
    app = open_page("overview", brand="sabah", period="7d", sentiment="negative")
    assert "No tweets for قهوة الصباح · Coffee" in written(app)
    app.button(key="reset_empty").click().run()
    assert app.query_params == {"period": "90d"}
    assert metric(app, "Mentions").value


def test_period_without_days_before_says_that_there_is_nothing_to_compare(open_page):
    app = open_page("overview", brand="harrow-pine", period="year")
    assert not metric(app, "Mentions").delta
    assert "do not reach back over the 365 days before" in captions(app)


def test_tweets_without_dates(open_page, make_store, tweets, mentioned):
    app = open_page("overview", store=make_store(tweets.assign(created_at=pd.NaT)), brand="harrow-pine")
    assert metric(app, "Mentions").value == str((mentioned.brand_id == "harrow-pine").sum())
    assert any("no dates" in info.value for info in app.info)


def test_names_of_any_characters_are_shown_as_they_are(open_page, mentioned):
    for brand_id, name in mentioned.groupby("brand_id")["name"].first().items():
        app = open_page("overview", brand=brand_id, period="all")
        assert metric(app, "Mentions").value == str((mentioned.brand_id == brand_id).sum())
        assert f"{name} · " in captions(app).replace("\\", "")


def test_figure_that_did_not_change_is_not_called_chance(open_page):
    app = open_page("overview", brand="sabah", period="90d")
    changes = [caption.value for caption in app.main.caption if caption.value.startswith("on the ")]
    assert [m.delta for m in app.metric][2:4] == ["no change", "no change"]  # net sentiment, negative
    assert changes[2:4] == ["on the 90 days before"] * 2
