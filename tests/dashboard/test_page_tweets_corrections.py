"""The page Tweets as an analyst corrects labels in it: shown at once, marked, undone, found again and taken away."""

import io
import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.testing.v1 import AppTest

from dashboard.palette import PS
from pipeline import corrections
from pipeline.corrections import Labels
from pipeline.store import connect

# Velvet Row's newest tweet: about product and price, positive.
BRAND = {"brand": "velvet-row", "period": "all", "p": "price"}


@pytest.fixture
def store(make_store: Callable[[pd.DataFrame], Path], tweets: pd.DataFrame) -> Path:
    return make_store(tweets)


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[[], bytes]]:
    """What each file on offer would hold when asked for, by its name."""
    files: dict[str, Callable[[], bytes]] = {}
    add = MediaFileManager.add_deferred

    def record(self: MediaFileManager, build: Callable[[], bytes], *args: str, **named: str) -> str:
        files[named["file_name"]] = build
        return add(self, build, *args, **named)

    monkeypatch.setattr(MediaFileManager, "add_deferred", record)
    return files


def form_of(app: AppTest) -> tuple:
    """Return the form's two choices: the Ps and the sentiment."""
    ps = next(group for group in app.button_group if (group.key or "").startswith("right_ps"))
    sentiment = next(group for group in app.button_group if (group.key or "").startswith("right_sentiment"))
    return ps, sentiment


def save(app: AppTest, ps: list[str], sentiment: str) -> AppTest:
    chosen_ps, chosen_sentiment = form_of(app)
    chosen_ps.set_value(ps)
    chosen_sentiment.set_value(sentiment)
    app = next(button for button in app.button if button.label == "Save").click().run()
    assert not app.exception
    return app


def row(app: AppTest, number: int = 0) -> dict[str, object]:
    values = app.dataframe[0].value.iloc[number].to_dict()
    return {
        column: list(value) if isinstance(value, np.ndarray) else value for column, value in values.items()
    }


def written_in(app: AppTest) -> str:
    return "\n".join(element.value for element in [*app.markdown, *app.caption])


def test_a_correction_shows_at_once_and_is_marked(open_page, store):
    before = store.read_bytes()
    app = open_page("tweets", store, **BRAND)
    assert (row(app)["About"], row(app)["Sentiment"]) == (["Product", "Price"], ["Positive"])
    assert "Corrected" not in app.dataframe[0].value
    assert [choice.value for choice in form_of(app)] == [["product", "price"], "positive"]
    app = save(app, ["place"], "negative")
    assert (row(app)["About"], row(app)["Sentiment"]) == (["Place"], ["Negative"])
    assert app.dataframe[0].value["Corrected"].map(bool).sum() == 1
    assert row(app)["Corrected"]
    told = written_in(app)
    assert f"**About:** {PS['place'].colored}\n" in told
    assert "The specialist said: Product and Price, positive." in told
    assert "1 tweet corrected by hand" in told
    assert [choice.value for choice in form_of(app)] == [["place"], "negative"]
    assert store.read_bytes() == before, "the analysis store was written to"


def test_undo_brings_the_specialists_labels_back(open_page, store):
    app = save(open_page("tweets", store, **BRAND), [], "neutral")
    assert (row(app)["About"], row(app)["Sentiment"]) == ([], ["Neutral"])
    app = app.button(key="undo").click().run()
    assert (row(app)["About"], row(app)["Sentiment"]) == (["Product", "Price"], ["Positive"])
    assert "Corrected" not in app.dataframe[0].value
    assert "corrected by hand" not in written_in(app)
    assert "undo" not in [button.key for button in app.button]


def test_another_session_sees_it_and_may_ask_for_the_corrected_only(open_page, store):
    first = save(open_page("tweets", store, **BRAND), ["place"], "negative")
    text = row(first)["Text"]
    app = open_page("tweets", store, period="all")
    assert len(app.dataframe[0].value) == 50
    app = app.toggle(key="corrected").set_value(True).run()
    assert app.dataframe[0].value["Text"].tolist() == [text]
    assert row(app)["About"] == ["Place"]
    assert "**1 tweet**" in written_in(app)
    app = open_page("tweets", store, period="all", corrected="true")
    assert app.dataframe[0].value["Text"].tolist() == [text]
    app = open_page("tweets", store, brand="lumen", period="all", corrected="true")
    assert "No tweet in this selection matches" in written_in(app)
    app = app.button(key="search_everything").click().run()
    assert len(app.dataframe[0].value) == 50


def test_the_tweet_at_hand_stays_chosen_when_it_is_corrected_again(open_page, store):
    for tweet_id, text in zip(*_two_of(store), strict=True):
        corrections.correct(corrections.beside(store), tweet_id, text, Labels((), "neutral"))
    app = open_page("tweets", store, period="all", corrected="true")
    app.session_state["tweets"] = {"selection": {"rows": [1], "columns": [], "cells": []}}
    app = save(app.run(), ["promotion"], "positive")
    assert [row(app, number)["About"] for number in (0, 1)] == [[], ["Promotion"]]
    assert [choice.value for choice in form_of(app)] == [["promotion"], "positive"]


def _two_of(store: Path) -> tuple[list[str], list[str]]:
    with connect(store) as connection:
        rows = connection.execute("SELECT tweet_id, text FROM tweets ORDER BY tweet_id LIMIT 2").fetchall()
    return [tweet_id for tweet_id, _ in rows], [text for _, text in rows]


def test_corrections_hold_in_a_store_made_anew_unless_the_text_changed(open_page, store, make_store, tweets):
    save(open_page("tweets", store, **BRAND), ["place"], "negative")
    store.unlink()
    make_store(tweets)
    assert row(open_page("tweets", store, **BRAND))["About"] == ["Place"]
    store.unlink()
    make_store(tweets.assign(text=tweets.text + " (edited)"))
    app = open_page("tweets", store, **BRAND)
    assert row(app)["About"] == ["Product", "Price"]
    assert "corrected by hand" not in written_in(app)


def test_downloads_hold_the_labels_as_shown_and_the_corrections_apart(open_page, store, offered):
    save(open_page("tweets", store, **BRAND), ["place"], "negative")
    offered.clear()
    app = open_page("tweets", store, **BRAND)
    listed = pd.read_parquet(
        io.BytesIO(
            next(offered[name] for name in offered if "tweets_" in name and name.endswith(".parquet"))()
        )
    )
    assert listed.corrected.tolist() == [1] + [0] * (len(listed) - 1)
    first = listed.iloc[0]
    assert (first.text, first["product"], first.place, first.price) == (row(app)["Text"], 0, 1, 0)
    assert first.sentiment == "negative"
    right = pd.read_csv(io.BytesIO(offered["corrections_velvet-row.csv"]()), dtype=str)
    assert right[["text", "product", "place", "price", "promotion", "sentiment"]].values.tolist() == [
        [first.text, "0", "1", "0", "0", "negative"]
    ]
    offered.clear()
    open_page("tweets", store, brand="lumen", period="all")
    other = pd.read_parquet(io.BytesIO(offered["corrections_lumen.parquet"]()))
    assert other.empty, "a selection's file holds no other selection's corrections"


def test_read_only_shows_corrections_but_no_form(open_page, store, monkeypatch):
    save(open_page("tweets", store, **BRAND), ["place"], "negative")
    monkeypatch.setenv("MMX_READ_ONLY", "1")
    app = open_page("tweets", store, **BRAND)
    assert row(app)["About"] == ["Place"]
    assert "undo" not in [button.key for button in app.button]
    assert "Save" not in [button.label for button in app.button]


def test_who_corrects_is_kept_where_somebody_is_logged_in(open_page, store, monkeypatch):
    monkeypatch.setattr(st, "user", {"is_logged_in": True, "email": "*ann*@example.org"})
    app = save(open_page("tweets", store, **BRAND), ["place"], "negative")
    assert [one.by for one in corrections.every(corrections.beside(store))] == ["*ann*@example.org"]
    assert r"by \*ann\*@example\.org" in written_in(app)
    monkeypatch.undo()
    save(open_page("tweets", store, period="all", brand="lumen"), [], "neutral")
    assert [one.by for one in corrections.every(corrections.beside(store))] == ["*ann*@example.org", ""]


def test_hostile_texts_are_corrected_like_any_other(open_page, make_store, tweets):
    hostile = (
        "<script>alert(1)</script> **bold** $x$ :material/delete: :red[x] \u202ereversed '); DROP TABLE x; --"
    )
    last = tweets.index[tweets.brands.map(lambda brands: brands == ["velvet-row"]) & tweets.price][-1]
    tweets.loc[last, "text"] = hostile
    store = make_store(tweets)
    app = save(open_page("tweets", store, **BRAND), ["promotion"], "neutral")
    assert row(app)["Text"] == hostile
    assert row(app)["About"] == ["Promotion"]
    assert hostile not in written_in(app)
    assert [one.text for one in corrections.every(corrections.beside(store))] == [hostile]


def test_a_file_that_is_none_of_corrections_is_said_in_words(open_page, store):
    corrections.beside(store).write_bytes(b"not a database" * 500)
    app = open_page("tweets", store, **BRAND)
    assert not app.exception
    assert "Move that file away" in app.error[0].value


def test_what_cannot_be_saved_is_said_and_nothing_else_lost(open_page, store):
    app = open_page("tweets", store, **BRAND)
    with sqlite3.connect(corrections.beside(store)) as connection:
        connection.execute("PRAGMA user_version = 99")
        connection.execute("CREATE TABLE other (x)")
    chosen, _ = form_of(app)
    chosen.set_value(["place"])
    app = next(button for button in app.button if button.label == "Save").click().run()
    assert not app.exception
    assert "another version" in app.error[0].value


def test_sentiment_by_vader_takes_corrections_as_well(open_page, store):
    app = save(open_page("tweets", store, **BRAND, source="vader"), ["price"], "negative")
    assert row(app)["Sentiment"] == ["Negative"]
    assert "The specialist said: Product and Price, positive." in written_in(app)


def test_columns_are_chosen_or_come_by_a_link(open_page, store):
    app = open_page("tweets", store, **BRAND)
    columns = next(group for group in app.button_group if group.key == "columns")
    app = columns.set_value(["Sentiment", "Language", "File", "Word list", "Tweet id"]).run()
    table = app.dataframe[0].value
    assert list(table.columns) == ["Text", "Sentiment", "Word list", "Language", "File", "Tweet id"]
    assert table["Language"].unique().tolist() == ["en"]
    assert table["File"].unique().tolist() == ["tweets.csv"]
    app = open_page("tweets", store, **BRAND, columns=["Likes"])
    assert list(app.dataframe[0].value.columns) == ["Text", "Likes"]
    corrections.correct(corrections.beside(store), "1142", "no such text", Labels((), "neutral"))
    assert list(open_page("tweets", store, **BRAND, columns=["Likes"]).dataframe[0].value.columns) == [
        "Text",
        "Likes",
    ]
