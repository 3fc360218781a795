"""Lists of topics for a question: over the whole store, a brand, a P, a period, or zoomed in on a brand's one P."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import duckdb

from pipeline.export import check_choice, find_brand
from pipeline.progress import Reporter
from pipeline.store import P_LABELS
from pipeline.topic_fitting import TweetTopics, fit_tweets

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ["topic_id", "label", "keywords", "size", "p", "tweet_ids"]


@dataclass(frozen=True)
class Wanted:
    """Which tweets' topics are wanted.

    Attributes
    ----------
    brand_id, p
        None for all. With both, a fresh model is fitted on just these tweets.
    since, until
        First and last day (UTC); None: no limit, tweets without a date are in.
    reduce_outliers
        Whether a tweet that is in no topic counts in the one nearest in meaning.
    """

    brand_id: str | None = None
    p: str | None = None
    since: date | None = None
    until: date | None = None
    reduce_outliers: bool = False

    @property
    def zoomed_in(self) -> bool:
        """Whether a fresh model answers."""
        return self.brand_id is not None and self.p is not None

    def where(self) -> tuple[str, list[Any]]:
        """Return the SQL condition on the tables `tweets t` and `classifications c`, and its values."""
        conditions, values = ["TRUE"], list[Any]()
        if self.brand_id is not None:
            conditions.append("t.tweet_id IN (SELECT tweet_id FROM mentions WHERE brand_id = ?)")
            values.append(self.brand_id)
        if self.p is not None:
            conditions.append(f"c.{check_choice(self.p, P_LABELS, 'P')}")
        if self.since is not None:
            conditions.append("t.created_at >= ?")
            values.append(self.since)
        if self.until is not None:
            conditions.append("t.created_at < ?")
            values.append(self.until + timedelta(days=1))
        return " AND ".join(conditions), values


def wanted(
    connection: duckdb.DuckDBPyConnection,
    brand: str | None = None,
    p: str | None = None,
    since: date | None = None,
    until: date | None = None,
    *,
    reduce_outliers: bool = False,
) -> Wanted:
    """Return what a user asks for, who may write a brand by its name, handle or id and a P in any case.

    Raises
    ------
    InputError
        If the store does not know the brand, or there is no such P.
    """
    brand_id = None if brand is None else find_brand(connection, brand)
    label = None if p is None else check_choice(p, P_LABELS, "P")
    return Wanted(brand_id, label, since, until, reduce_outliers)


def list_topics(connection: duckdb.DuckDBPyConnection, asked: Wanted, reporter: Reporter) -> pd.DataFrame:
    """List topics with their tweets, largest first.

    Returns
    -------
    pandas.DataFrame
        Columns `topic_id`, `label`, `keywords` (list), `size`, `p` (the P that most of its tweets are about;
        None where no P has any) and `tweet_ids` (list, most typical first). No row where there are too few tweets
        for topics.
    """
    if asked.zoomed_in:
        fitted = zoom_in(connection, asked, reporter)
        return list_zoomed(fitted.model.topics, fitted.assignments, asked)
    return _of_the_store(connection, asked)


def zoom_in(connection: duckdb.DuckDBPyConnection, asked: Wanted, reporter: Reporter) -> TweetTopics:
    """Fit a topic model on just the tweets that are wanted, from the embeddings kept in the store."""
    condition, values = asked.where()
    return fit_tweets(
        connection,
        reporter,
        "Zoom in on topics",
        ignore_words=brand_words(connection),
        condition=condition,
        values=values,
    )


def list_zoomed(topics: pd.DataFrame, assignments: pd.DataFrame, asked: Wanted) -> pd.DataFrame:
    """List the topics that `zoom_in` found, and the tweets assigned to them, as `list_topics` does."""
    topic = _topic(asked)
    in_order = assignments.sort_values(["probability", "tweet_id"], ascending=[False, True])
    by_topic = in_order.groupby(topic)["tweet_id"]
    found = topics[["topic_id", "label", "keywords"]].assign(
        p=asked.p,
        size=lambda table: table.topic_id.map(by_topic.size()),
        tweet_ids=lambda table: table.topic_id.map(by_topic.agg(list)),
    )
    return found.sort_values(["size", "topic_id"], ascending=[False, True])[COLUMNS]


def brand_words(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the words of all brand names and handles in a store, which say nothing of a topic."""
    rows = connection.execute("SELECT name, ltrim(coalesce(handle, ''), '@') FROM brands").fetchall()
    return sorted({word for row in rows for word in row if word})


def _topic(asked: Wanted) -> str:
    """Return the column that says which topic a tweet counts in."""
    return "nearest_topic_id" if asked.reduce_outliers else "topic_id"


def _of_the_store(connection: duckdb.DuckDBPyConnection, asked: Wanted) -> pd.DataFrame:
    condition, values = asked.where()
    topic = _topic(asked)
    return connection.execute(
        f"""
        WITH chosen AS (
            SELECT tt.{topic} AS topic_id, count(*) AS size,
                   list(tt.tweet_id ORDER BY tt.probability DESC, tt.tweet_id) AS tweet_ids,
                   sum(c.product::INT) AS product, sum(c.place::INT) AS place,
                   sum(c.price::INT) AS price, sum(c.promotion::INT) AS promotion
            FROM tweet_topics tt JOIN classifications c USING (tweet_id) JOIN tweets t USING (tweet_id)
            WHERE tt.{topic} >= 0 AND {condition} GROUP BY tt.{topic}
        )
        SELECT topic_id, tp.label, tp.keywords, chosen.size, CASE greatest(product, place, price, promotion)
                   WHEN 0 THEN NULL WHEN product THEN 'product' WHEN place THEN 'place'
                   WHEN price THEN 'price' ELSE 'promotion' END AS p, tweet_ids
        FROM chosen JOIN topics tp USING (topic_id) ORDER BY chosen.size DESC, topic_id""",
        values,
    ).df()[COLUMNS]
