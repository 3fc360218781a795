"""Tweets one by one: searched, sorted and a page at a time; and the same as a table to take away."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import duckdb
import pandas as pd

from dashboard.queries.topic_groups import AS_FOUND, OUTLIERS, Grouping, named
from dashboard.selection import Selection
from dashboard.store import Store
from pipeline.export import TWEETS

# How a page of tweets may be sorted: title and SQL. Ties go by id, so that no tweet shows on two pages.
ORDERS = {
    "newest": ("Newest first", "created_at DESC NULLS LAST, tweet_id"),
    "oldest": ("Oldest first", "created_at NULLS LAST, tweet_id"),
    "likes": ("Most liked", "likes DESC NULLS LAST, tweet_id"),
    "reposts": ("Most reposted", "reposts DESC NULLS LAST, tweet_id"),
    "negative": ("Most negative", "coalesce(p_negative, (1 - compound) / 2) DESC, tweet_id"),
    "positive": ("Most positive", "coalesce(p_positive, (1 + compound) / 2) DESC, tweet_id"),
}
# People type straight quotation marks where texts have typographic ones.
FOLDED = "translate(lower({}), '‘’“”', '''''\"\"')"


@dataclass(frozen=True)
class Wanted:
    """Which tweets, and in which order.

    Attributes
    ----------
    selection
        What the filters say.
    search
        What the user typed; see `terms`.
    topic_id
        Only tweets in this topic; -1: in none; None: whatever the topic.
    grouping
        How the topics are told apart.
    order
        A key of `ORDERS`.
    """

    selection: Selection
    search: str = ""
    topic_id: int | None = None
    order: str = "newest"
    grouping: Grouping = AS_FOUND

    def where(self) -> tuple[str, list[Any]]:
        """Return the SQL condition for the view `judged`, and its parameters."""
        condition, values = self.selection.where("tweet")
        for term in terms(self.search):
            condition += f" AND contains({FOLDED.format('text')}, {FOLDED.format('?')})"
            values.append(term)
        if self.topic_id is not None:
            condition += f" AND {self.grouping.within(self.topic_id)}"
        return condition, values

    @property
    def sql_order(self) -> str:
        """For an ORDER BY clause."""
        return ORDERS[self.order][1]


def terms(search: str) -> list[str]:
    """Return what a tweet must contain: each word, and each "phrase in quotation marks" as it stands.

    No character has another meaning than itself: % and _ are no wildcards, a lone " is a ".
    """
    return [phrase or word for phrase, word in re.findall(r'[“"]([^"“”]*[^"“”\s][^"“”]*)["”]|(\S+)', search)]


def count(store: Store, wanted: Wanted) -> int:
    """Count the tweets."""
    condition, values = wanted.where()
    return int(store.frame(f"SELECT count(*) AS n FROM judged WHERE {condition}", values)["n"].iloc[0])


def page(store: Store, wanted: Wanted, size: int, number: int) -> pd.DataFrame:
    """Return one page of tweets.

    Parameters
    ----------
    size
        Tweets a page.
    number
        Which page, from 1.

    Returns
    -------
    pandas.DataFrame
        The columns of the view `judged`, `brands` (names, separated by semicolons) and `topic` (its label).
    """
    condition, values = wanted.where()
    # The page's ids come first, so that only its own rows are joined and carried, however large the store.
    return store.frame(
        f"""WITH here AS (SELECT tweet_id FROM judged WHERE {condition}
                          ORDER BY {wanted.sql_order} LIMIT ? OFFSET ?),
                 named AS (SELECT tweet_id, string_agg(name, '; ' ORDER BY name) AS brands
                           FROM mentions JOIN brands USING (brand_id)
                           WHERE tweet_id IN (FROM here) GROUP BY tweet_id)
            SELECT judged.*, named.brands, topics.label AS topic
            FROM judged LEFT JOIN named USING (tweet_id) LEFT JOIN topics USING (topic_id)
            WHERE tweet_id IN (FROM here) ORDER BY {wanted.sql_order}""",
        [*values, size, (number - 1) * size],
    )


def table(cursor: duckdb.DuckDBPyConnection, wanted: Wanted) -> duckdb.DuckDBPyRelation:
    """Return all the tweets in their order, with the columns that `mmx export` writes.

    Parameters
    ----------
    cursor
        Of the store; the table is read when it is used, so it must stay open until then.
    """
    condition, values = wanted.where()
    return cursor.sql(
        f"""SELECT written.* FROM ({TWEETS}) written
            JOIN (SELECT tweet_id, row_number() OVER (ORDER BY {wanted.sql_order}) AS position
                  FROM judged WHERE {condition}) listed USING (tweet_id)
            ORDER BY listed.position""",
        params=values,
    )


def specialist_sentiment(store: Store, tweet_id: str) -> pd.Series:
    """Return a tweet's sentiment, p_negative, p_neutral and p_positive by the specialist, whatever the source."""
    return store.frame(
        "SELECT sentiment, p_negative, p_neutral, p_positive FROM sentiments WHERE tweet_id = ?", [tweet_id]
    ).iloc[0]


def sentiment_by_p(store: Store, tweet_id: str) -> dict[str, str]:
    """Return what a tweet says of each P that it is about, by the specialist, whatever the source."""
    found = store.frame("SELECT p, sentiment FROM p_sentiments WHERE tweet_id = ?", [tweet_id])
    return dict(zip(found.p, found.sentiment, strict=True))


def topic_label(store: Store, topic_id: int, grouping: Grouping = AS_FOUND) -> str | None:
    """Return a topic's label, or None where the store has no such topic."""
    if topic_id == OUTLIERS:
        return "Not in any topic"
    labels = named(store, grouping).label
    return str(labels[topic_id]) if topic_id in labels.index else None
