"""Tweets one by one: searched, sorted and a page at a time; and the same as a table to take away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pandas as pd

from dashboard.queries.topic_groups import AS_FOUND, OUTLIERS, Grouping, named
from dashboard.selection import Selection
from dashboard.store import Store
from dashboard.views import JUDGED
from pipeline.corrections import Correction
from pipeline.export import TWEETS
from pipeline.store import P_LABELS

# How far each P is from even odds: where the nearest is near, the specialist hardly knows.
_DOUBT = ", ".join(f"abs(p_{p} - 0.5)" for p in P_LABELS)
# How a page of tweets may be sorted: title and SQL. Ties go by id, so that no tweet shows on two pages.
ORDERS = {
    "newest": ("Newest first", "created_at DESC NULLS LAST, tweet_id"),
    "oldest": ("Oldest first", "created_at NULLS LAST, tweet_id"),
    "likes": ("Most liked", "likes DESC NULLS LAST, tweet_id"),
    "reposts": ("Most reposted", "reposts DESC NULLS LAST, tweet_id"),
    "negative": ("Most negative", "coalesce(p_negative, (1 - compound) / 2) DESC, tweet_id"),
    "positive": ("Most positive", "coalesce(p_positive, (1 + compound) / 2) DESC, tweet_id"),
    "unsure": ("Least sure first", f"least({_DOUBT}), tweet_id"),
}
# People type straight quotation marks where texts have typographic ones.
QUOTES = {mark: marks for marks in ("'‘’", '"“”') for mark in marks}
# What a correction replaces in what is taken away.
CORRECTION = "STRUCT(tweet_id VARCHAR, sentiment VARCHAR, " + ", ".join(f"{p} INT" for p in P_LABELS) + ")[]"


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
    only
        Ids of the tweets to choose from; None: all.
    """

    selection: Selection
    search: str = ""
    topic_id: int | None = None
    order: str = "newest"
    grouping: Grouping = AS_FOUND
    only: tuple[str, ...] | None = None

    def where(self) -> tuple[str, list[Any]]:
        """Return the SQL condition for the view `told`, and its parameters."""
        condition, values = self.selection.where("tweet")
        for term in terms(self.search):
            # Folding the quotation marks of every text would take six times as long.
            matches = "regexp_matches" if set(QUOTES) & set(term) else "contains"
            condition += f" AND {matches}(lower(text), lower(?))"
            values.append(_any_quotes(term) if matches == "regexp_matches" else term)
        if self.topic_id is not None:
            condition += f" AND {self.grouping.within(self.topic_id)}"
        if self.only is not None:
            condition += " AND tweet_id IN (SELECT unnest(?::VARCHAR[]))"
            values.append(list(self.only))
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


def _any_quotes(term: str) -> str:
    """Return a regular expression for a term whose quotation marks may be straight or typographic."""
    return "".join(f"[{QUOTES[letter]}]" if letter in QUOTES else re.escape(letter) for letter in term)


def count(store: Store, wanted: Wanted, size: int) -> int:
    """Count the tweets.

    Parameters
    ----------
    size
        Tweets a page. The first page comes first: where it is not full, it is all, and nothing is searched twice.
    """
    first = len(page(store, wanted, size, 1))
    if first < size:
        return first
    condition, values = wanted.where()
    return int(store.frame(f"SELECT count(*) AS n FROM told WHERE {condition}", values)["n"].iloc[0])


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
    # Where a tweet's other brands stand is found by its moment: numbers are looked through quicker than ids.
    return store.frame(
        f"""WITH here AS MATERIALIZED (
                SELECT {JUDGED} FROM told WHERE {condition} ORDER BY {wanted.sql_order} LIMIT ? OFFSET ?),
                 named AS (SELECT tweet_id, string_agg(name, '; ' ORDER BY name) AS brands
                           FROM told t JOIN here h USING (tweet_id) JOIN brands ON brand_id = t.of_brand
                           WHERE t.created_at IS NOT DISTINCT FROM h.created_at GROUP BY tweet_id)
            SELECT here.*, named.brands, topics.label AS topic
            FROM here LEFT JOIN named USING (tweet_id) LEFT JOIN topics USING (topic_id)
            ORDER BY {wanted.sql_order}""",
        [*values, size, (number - 1) * size],
    )


def ids(store: Store, wanted: Wanted) -> list[str]:
    """Return the ids of all the tweets; meant for few."""
    condition, values = wanted.where()
    found = store.frame(f"SELECT tweet_id FROM told WHERE {condition} ORDER BY {wanted.sql_order}", values)
    return [str(tweet_id) for tweet_id in found.tweet_id]


def texts(store: Store, tweet_ids: Sequence[str]) -> dict[str, str]:
    """Return the texts of those of the tweets that the store has, by id."""
    found = store.frame(
        "SELECT tweet_id, text FROM tweets WHERE tweet_id IN (SELECT unnest(?::VARCHAR[]))", [list(tweet_ids)]
    )
    return dict(zip(found.tweet_id, found.text, strict=True))


def table(
    cursor: duckdb.DuckDBPyConnection, wanted: Wanted, corrections: Iterable[Correction] = ()
) -> duckdb.DuckDBPyRelation:
    """Return all the tweets in their order, with the columns that `mmx export` writes and `corrected` (0 or 1).

    Parameters
    ----------
    cursor
        Of the store; the table is read when it is used, so it must stay open until then.
    corrections
        Whose labels stand in place of the specialist's.
    """
    condition, values = wanted.where()
    labels = ", ".join(
        f"coalesce(fixed.{name}, written.{name}) AS {name}" for name in (*P_LABELS, "sentiment")
    )
    return cursor.sql(
        f"""SELECT written.* REPLACE ({labels}), (fixed.tweet_id IS NOT NULL)::INT AS corrected
            FROM ({TWEETS}) written
            JOIN (SELECT tweet_id, row_number() OVER (ORDER BY {wanted.sql_order}) AS position
                  FROM told WHERE {condition}) listed USING (tweet_id)
            LEFT JOIN (SELECT unnest(?::{CORRECTION}, recursive := true)) fixed USING (tweet_id)
            ORDER BY listed.position""",
        params=[*values, [_row(correction) for correction in corrections]],
    )


def _row(correction: Correction) -> dict[str, Any]:
    labels = correction.labels
    return {
        "tweet_id": correction.tweet_id,
        "sentiment": labels.sentiment,
        **{p: int(p in labels.ps) for p in P_LABELS},
    }


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
