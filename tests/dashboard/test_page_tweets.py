"""The page Tweets: what it lists, finds and lets the user take away, counted apart from the store."""

import io
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from shown_text import shown_texts
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.testing.v1 import AppTest

from dashboard.queries.tweets import terms

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TRICKY = [
    "100% of orders late_again Lumen",
    "1000 of orders lateXagain Lumen",
    "O'Brien said “don’t” to Lumen; DROP TABLE tweets; --",
    "+44 is the number Lumen calls from",
    "-5 stars for Lumen",
    "@lumen are you there",
    "\tLumen, indented",
    "=SUM(A1:A9) Lumen",
    "GROSSE ÄNDERUNG bei Lumen",
    "سوء خدمة Lumen كل يوم",
    "Lumen " + "w" * 3000,
    'Lumen, "quoted", and\na line break',
]


@pytest.fixture
def judged(tweets: pd.DataFrame) -> pd.DataFrame:
    """All tweets that the page can list, newest first."""
    return newest_first(tweets[tweets.lang == "en"])


@pytest.fixture
def tricky_store(make_store: Callable[[pd.DataFrame], Path], tweets: pd.DataFrame) -> Path:
    """The small store, where Lumen's first tweets read as `TRICKY`."""
    lumen = tweets.index[tweets.brands.map(lambda brands: brands == ["lumen"])][: len(TRICKY)]
    tweets.loc[lumen, "text"] = TRICKY
    return make_store(tweets)


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[[], bytes]]:
    """What each file on offer would hold when asked for, by its suffix; the page offers anew on each run."""
    files: dict[str, Callable[[], bytes]] = {}
    add = MediaFileManager.add_deferred

    def record(self: MediaFileManager, build: Callable[[], bytes], *args: str, **named: str) -> str:
        files[Path(named["file_name"]).suffix] = build
        return add(self, build, *args, **named)

    monkeypatch.setattr(MediaFileManager, "add_deferred", record)
    return files


def newest_first(tweets: pd.DataFrame) -> pd.DataFrame:
    return tweets.sort_values(["created_at", "tweet_id"], ascending=[False, True], ignore_index=True)


def texts(app: AppTest) -> list[str]:
    assert not app.exception
    return list(app.dataframe[0].value["Text"])


def page_of(app: AppTest, number: int) -> AppTest:
    return app.get("pagination")[0].set_value(number).run()


def search(app: AppTest, words: str) -> AppTest:
    return app.text_input(key="search").set_value(words).run()


def written_in(app: AppTest) -> str:
    return "\n".join(element.value for element in [*app.markdown, *app.caption])


def excel_rows(data: bytes) -> list[list[str | None]]:
    """Read the cells of an Excel file's first sheet as they are stored."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        strings = [
            "".join(text.text or "" for text in item.iter(f"{SHEET}t"))
            for item in ET.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert not list(sheet.iter(f"{SHEET}f")), "a cell is a formula"
    assert not list(sheet.iter(f"{SHEET}hyperlink")), "a cell is a link"
    rows = []
    for row in sheet.iter(f"{SHEET}row"):
        cells = {}
        for cell in row:
            value = cell.findtext(f"{SHEET}v")
            column = "".join(letter for letter in cell.get("r", "") if letter.isalpha())
            cells[column] = strings[int(value)] if cell.get("t") == "s" and value else value
        rows.append([cells.get(chr(ord("A") + i)) for i in range(23)])
    return rows


def test_all_tweets_of_the_selection_are_listed_once_over_the_pages(open_page, judged):
    app = open_page("tweets", period="all", rows="100")
    listed = texts(app)
    for number in range(2, app.get("pagination")[0].num_pages + 1):
        app = page_of(app, number)
        listed += texts(app)
    assert listed == judged.text.tolist()
    assert f"**{len(judged)} tweets**" in written_in(app)


def test_filters_narrow_the_list(open_page, judged):
    app = open_page("tweets", brand="velvet-row", period="30d", p="place", sentiment="negative")
    since = pd.Timestamp("2026-10-02")
    wanted = judged[
        judged.brands.map(lambda brands: "velvet-row" in brands)
        & judged.place
        & (judged.sentiment == "negative")
        & (judged.created_at >= since)
    ]
    assert 0 < len(wanted) < 20
    assert texts(app) == wanted.text.tolist()
    table = app.dataframe[0].value
    assert table["Brands"].unique().tolist() == ["Velvet Row"]
    assert [list(about) for about in table["About"]] == [["Place"]] * len(wanted)
    assert table["Likes"].tolist() == wanted.likes.tolist()
    assert table["Topic"].unique().tolist() == ["online checkout and billing address"]


def test_tweets_in_no_topic_say_so(open_page):
    app = open_page("tweets", brand="harrow-pine", period="all", topic="-1")
    assert app.dataframe[0].value["Topic"].unique().tolist() == ["Not in any topic"]
    assert len(texts(app)) == 10


@pytest.mark.parametrize(
    ("order", "column", "ascending"), [("oldest", "created_at", True), ("likes", "likes", False)]
)
def test_sorting_holds_for_all_pages(open_page, judged, order, column, ascending):
    app = open_page("tweets", period="all")
    app = app.selectbox(key="sort").set_value(order).run()
    first = texts(app)
    second = texts(page_of(app, 2))
    wanted = judged.sort_values([column, "tweet_id"], ascending=[ascending, True]).text.tolist()
    assert first + second == wanted[:100]


def test_what_the_specialist_is_least_sure_of_comes_first(open_page, tweets):
    app = open_page("tweets", period="all", sort="Least sure first")
    # Each fourth tweet of the small store has probabilities of 0.6 and 0.4, the others further from even odds.
    assert texts(app) == tweets[tweets.lang == "en"].text.tolist()[::4][:50]


def test_another_search_begins_with_its_first_page(open_page, judged):
    app = page_of(open_page("tweets", period="all"), 3)
    assert app.query_params["page"] == "3"
    app = search(app, "harrow")
    harrow = judged[judged.text.str.lower().str.contains("harrow")]
    assert texts(app) == harrow.text.tolist()[:50]
    assert "page" not in app.query_params
    assert app.query_params["q"] == "harrow"
    assert app.code[0].value.endswith("?period=all&q=harrow")


def test_a_link_reproduces_search_page_and_topic(open_page, judged):
    app = open_page("overview", period="all")
    app.query_params |= {"period": "all", "q": "order", "topic": "1", "rows": "25", "page": "2"}
    app = app.switch_page("app_pages/tweets.py").run()
    wanted = judged[judged.text.str.contains("order") & (judged.topic_id == 1)]
    assert texts(app) == wanted.text.tolist()[25:50]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("100%", TRICKY[0:1]),
        ("late_again", TRICKY[0:1]),
        ("o'brien DON'T", TRICKY[2:3]),
        ("; drop table tweets; --", TRICKY[2:3]),
        ('"lumen calls from"', TRICKY[3:4]),
        ("änderung", TRICKY[8:9]),
        ("خدمة", TRICKY[9:10]),
        ("wwwwwwwwww", TRICKY[10:11]),
        ('"calls lumen"', []),
        ("%", TRICKY[0:1]),
        ("' OR '1'='1", []),
        ("<b>tag</b>", ["**Not bold** $5 or $6 [link](x) <b>tag</b> `code` :red[x] #1 Lumen"]),
    ],
)
def test_search_takes_every_character_as_itself(open_page, tricky_store, words, found):
    app = search(open_page("tweets", tricky_store, period="all"), words)
    assert not app.exception
    if found:
        assert texts(app) == found
    else:
        assert "No tweet in this selection matches" in written_in(app)


def test_words_and_phrases():
    assert terms('late "two words"  back') == ["late", "two words", "back"]
    assert terms('one " alone') == ["one", '"', "alone"]
    assert terms("  ") == []


def test_nothing_found_offers_a_way_out(open_page, judged):
    app = search(open_page("tweets", brand="lumen", period="7d"), "Velvet")
    assert not app.dataframe
    app = app.button(key="search_everything").click().run()
    found = judged[judged.text.str.contains("Velvet")]
    assert texts(app) == found.text.tolist()[:50]
    assert f"**{len(found)} tweets**" in written_in(app)


def test_no_tweets_in_the_selection_says_what_to_do(open_page):
    app = open_page("tweets", brand="long-name", p="promotion")
    assert not app.dataframe
    assert "No tweets for" in written_in(app)
    assert app.button(key="reset_empty")


def test_topic_of_a_link_can_be_taken_away(open_page, judged):
    app = open_page("tweets", brand="harrow-pine", period="all", topic="1")
    assert len(texts(app)) == 40
    chip = app.button(key="drop_topic")
    assert chip.label == "Topic: online checkout and billing address"
    app = chip.click().run()
    harrow = judged[judged.brands.map(lambda brands: "harrow-pine" in brands)]
    assert f"**{len(harrow)} tweets**" in written_in(app)
    assert "topic" not in app.query_params


@pytest.mark.parametrize("topic", ["99", "1; DROP TABLE tweets", "", "-7", "--5", "1" * 40])
def test_a_topic_that_is_none_is_ignored(open_page, judged, topic):
    app = open_page("tweets", period="all", topic=topic)
    assert f"**{len(judged)} tweets**" in written_in(app)


def test_details_show_the_whole_tweet_as_it_was_written(open_page, judged):
    odd = judged[judged.text.str.startswith("**Not bold**")].iloc[0]
    app = search(open_page("tweets", period="all"), "**Not bold**")
    assert shown_texts(app) == [odd.text]
    assert odd.text not in written_in(app)
    assert "**About:** :green[:material/sell: Price]" in written_in(app)
    assert "**Sentiment:** :material/" in written_in(app)
    assert "Negative" in written_in(app)
    assert "**Word list (VADER):** negative, −0.60" in written_in(app)
    shares = app.get("plotly_chart")[0].proto.alt
    assert shares.startswith("How likely each P is: Product")
    assert "Price 6" in shares or "Price 7" in shares or "Price 8" in shares or "Price 9" in shares


def test_choosing_a_row_shows_that_tweet(open_page, judged):
    app = open_page("tweets", period="all")
    app.session_state["tweets"] = {"selection": {"rows": [7], "columns": [], "cells": []}}
    app = app.run()
    assert shown_texts(app) == [judged.text[7]]
    assert shown_texts(page_of(app, 2)) == [judged.text[50]]


def test_csv_holds_what_is_listed_and_no_formula(open_page, tricky_store, tweets, offered):
    app = search(open_page("tweets", tricky_store, brand="lumen", period="all", rows="25"), "lumen")
    listed = texts(app)
    for number in range(2, app.get("pagination")[0].num_pages + 1):
        app = page_of(app, number)
        listed += texts(app)
    data = offered[".csv"]()
    assert data.startswith(b"\xef\xbb\xbf")
    table = pd.read_csv(io.BytesIO(data), encoding="utf-8-sig", dtype={"tweet_id": str})
    risky = tuple("=+-@\t\r")
    assert [text.removeprefix("'") if text[1:2] in risky else text for text in table.text] == listed
    assert not table.text.str.startswith(risky).any()
    assert {"'=SUM(A1:A9) Lumen", "'-5 stars for Lumen", "'@lumen are you there"} <= set(table.text)
    lumen = newest_first(tweets[tweets.brands.map(lambda brands: "lumen" in brands)])
    assert table.tweet_id.tolist() == lumen.tweet_id.tolist()
    assert table["product"].tolist() == lumen["product"].astype(int).tolist()
    assert table.compound.tolist() == pytest.approx(lumen["compound"].tolist(), abs=1e-6)


def test_parquet_holds_what_is_listed_unchanged(open_page, tricky_store, offered):
    app = open_page("tweets", tricky_store, brand="lumen", period="all", rows="100", sort="Most liked")
    table = pd.read_parquet(io.BytesIO(offered[".parquet"]()))
    assert table.text.tolist() == texts(app)
    assert table.likes.is_monotonic_decreasing
    assert table.created_at.dtype.kind == "M"


def test_excel_holds_what_is_listed_as_texts(open_page, tricky_store, offered):
    app = open_page("tweets", tricky_store, brand="lumen", period="all", rows="100")
    head, *rows = excel_rows(offered[".xlsx"]())
    assert [row[head.index("text")] for row in rows] == texts(app)
    assert all(str(row[head.index("tweet_id")]).isdecimal() for row in rows)


def test_a_download_holds_only_its_topic(open_page, judged, offered):
    open_page("tweets", brand="velvet-row", period="all", topic="1")
    table = pd.read_csv(io.BytesIO(offered[".csv"]()), dtype={"tweet_id": str})
    wanted = judged[judged.brands.map(lambda brands: "velvet-row" in brands) & (judged.topic_id == 1)]
    assert table.tweet_id.tolist() == wanted.tweet_id.tolist()


def test_a_store_without_dates_and_likes_lists_its_tweets(open_page, make_store, tweets):
    bare = tweets.assign(created_at=pd.NaT, likes=None, reposts=None)
    app = open_page("tweets", make_store(bare), brand="sabah")
    assert list(app.dataframe[0].value.columns) == ["Text", "About", "Sentiment", "Brands", "Topic"]
    assert len(texts(app)) == 40
    assert shown_texts(app)[0].startswith("قهوة الصباح")


@pytest.mark.parametrize("number", ["0", "-1", "99999", "9" * 5000, "two", "²"])
def test_a_page_that_is_none_is_the_nearest_or_the_first(open_page, judged, number):
    app = open_page("overview", period="all")
    app.query_params |= {"period": "all", "rows": "100", "page": number}
    listed = texts(app.switch_page("app_pages/tweets.py").run())
    assert listed in (judged.text.tolist()[:100], judged.text.tolist()[-(len(judged) % 100) :])
