"""Tweets as a table: the same columns wherever tweets are listed."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import palette
from pipeline.store import P_LABELS

P_TITLES = {p: palette.PS[p].title for p in P_LABELS}
SENTIMENT_TITLES = {name: mark.title for name, mark in palette.SENTIMENTS.items()}
ROW_HEIGHT = 66  # three lines of text: Streamlit wraps text only in rows of over 4 rem
HEADER_HEIGHT = 36
CORRECTED = "✎"
NO_TOPIC = "Not in any topic"
# Those that a user may choose from, and what they are made of; the text is always there.
COLUMNS = {
    "Date": "created_at",
    "About": "about",
    "Sentiment": "sentiment",
    "Brands": "brands",
    "Topic": "topic",
    "Likes": "likes",
    "Reposts": "reposts",
    "Word list": "vader",
    "Language": "lang",
    "File": "source",
    "Tweet id": "tweet_id",
}
USUAL = tuple(COLUMNS)[:7]


def of(tweets: pd.DataFrame, columns: Collection[str] = USUAL) -> pd.DataFrame:
    """Return the table that `show` draws; columns that say nothing of any tweet are left out.

    Parameters
    ----------
    tweets
        Columns created_at, text, the four Ps (bool), sentiment, and optionally others that `COLUMNS` names and
        corrected (bool).
    columns
        Keys of `COLUMNS` to show.
    """
    about = [
        [P_TITLES[p] for p, on in zip(P_LABELS, row, strict=True) if on]
        for row in tweets[list(P_LABELS)].itertuples(index=False)
    ]
    table = pd.DataFrame({"Date": tweets.created_at, "Text": tweets.text, "About": about})
    table["Sentiment"] = _titles(tweets.sentiment)
    if "corrected" in tweets and tweets.corrected.any():
        # At the left, where it is in sight however narrow the window.
        table.insert(0, "Corrected", [CORRECTED if by_hand else "" for by_hand in tweets.corrected])
    known = tweets.assign(topic=tweets.topic.fillna(NO_TOPIC)) if "topic" in tweets else tweets
    for title, column in list(COLUMNS.items())[3:]:
        if title in columns and column in known and known[column].notna().any():
            table[title] = _titles(known[column]) if column == "vader" else known[column]
    dated = tweets.created_at.notna().any()
    left_out = [title for title in COLUMNS if title not in columns or (title == "Date" and not dated)]
    return table.drop(columns=left_out, errors="ignore")


def _titles(sentiments: pd.Series) -> list[list[str]]:
    return [[SENTIMENT_TITLES[name]] for name in sentiments]


def show(table: pd.DataFrame, key: str, alt: str, *, height: int) -> None:
    """Draw a table of tweets.

    Parameters
    ----------
    table
        From `of`.
    height
        At most so many pixels; longer tables scroll.
    """
    _draw(table, key, alt, height)


def pick(table: pd.DataFrame, key: str, alt: str, *, height: int) -> int:
    """Draw a table of tweets as `show` does, one of which is chosen: by clicking anywhere in its row.

    Returns
    -------
    int
        The number of the chosen row; the first until the user chooses another.
    """
    modes = ["single-row-required", "single-cell"]
    state = _draw(table, key, alt, height, on_select=partial(_choose_row_of_cell, key), selection_mode=modes)
    rows = state.selection.rows
    return min(int(rows[0]), len(table) - 1) if rows else 0


def _draw(table: pd.DataFrame, key: str, alt: str, height: int, **options: Any) -> Any:
    return st.dataframe(
        table,
        key=key,
        hide_index=True,
        height=min(height, HEADER_HEIGHT + ROW_HEIGHT * len(table) + 2),
        row_height=ROW_HEIGHT,
        column_config=_columns(),
        placeholder="",
        alt=alt,
        **options,
    )


def choose(key: str, row: int) -> None:
    """Choose a row of a table before it is drawn."""
    st.session_state[key] = {"selection": {"rows": [row], "columns": [], "cells": []}}


def _choose_row_of_cell(key: str) -> None:
    """Choose the whole row when a cell is clicked: Streamlit itself wants a click on the row's first cell."""
    cells = st.session_state[key].selection.cells
    if cells:
        choose(key, cells[0][0])


def _columns() -> dict[str, Any]:
    return {
        "Date": st.column_config.DatetimeColumn(format="D MMM YYYY", width=92),
        "Text": st.column_config.TextColumn(width=300),
        "Sentiment": _sentiments(),
        "Corrected": st.column_config.TextColumn(
            CORRECTED, width=38, help="Corrected: the tweet's labels are a person's, not the specialist's."
        ),
        "About": st.column_config.MultiselectColumn(
            options=list(P_TITLES.values()),
            color=[mark.color for mark in palette.PS.values()],
            width=112,
            help="Which of the four Ps the tweet is about: none, one or several.",
        ),
        "Brands": st.column_config.TextColumn(width=130),
        "Topic": st.column_config.TextColumn(width=150),
        "Likes": st.column_config.NumberColumn(format="localized", width=70),
        "Reposts": st.column_config.NumberColumn(format="localized", width=75),
        "Word list": _sentiments(help="The sentiment by VADER, a list of words with ratings."),
        "Language": st.column_config.TextColumn(width=75),
        "File": st.column_config.TextColumn(width=130, help="The file that the tweet came from."),
        "Tweet id": st.column_config.TextColumn(width=170),
    }


def _sentiments(**options: Any) -> Any:
    return st.column_config.MultiselectColumn(
        options=list(SENTIMENT_TITLES.values()),
        color=[mark.color for mark in palette.SENTIMENTS.values()],
        width=86,
        **options,
    )
