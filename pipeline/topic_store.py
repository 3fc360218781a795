"""Puts topics into the store in place of those of an earlier fit, under the same numbers where they come back."""

from __future__ import annotations

import duckdb
import pandas as pd

from pipeline.store import insert, read_meta, write_meta
from pipeline.topic_fitting import TweetTopics
from pipeline.topic_matching import numbers

# The key in `meta` of the first number that no topic of the store has had.
_FIRST_FREE = "next_topic_id"


def replace_topics(connection: duckdb.DuckDBPyConnection, found: TweetTopics) -> None:
    """Replace the store's topics; call it inside a transaction.

    A topic that continues an earlier one keeps its number, and the label that a model gave it. All others get numbers
    that no topic of this store has had.
    """
    old = connection.execute("SELECT tweet_id, topic_id FROM tweet_topics").df().set_index("tweet_id")
    named = connection.execute(
        "SELECT topic_id, label AS own, named_by FROM topics WHERE named_by IS NOT NULL"
    ).df()
    new = found.assignments.set_index("tweet_id").topic_id
    first_free = int(read_meta(connection, _FIRST_FREE) or 0)
    number = pd.Series(numbers(old.topic_id, new, first_free) | {-1: -1}, dtype="int32")

    sizes = new.value_counts()
    topics = found.model.topics.assign(size=lambda table: table.topic_id.map(sizes))
    topics = _renumbered(topics, number, ["topic_id"]).merge(named, on="topic_id", how="left")
    topics["label"] = topics.own.fillna(topics.label)
    hierarchy = _renumbered(found.model.hierarchy, number, ["kept_id", "joined_id"])
    assignments = _renumbered(found.assignments, number, ["topic_id", "nearest_topic_id"])

    for table in ("topics", "tweet_topics", "topic_hierarchy"):
        connection.execute(f"DELETE FROM {table}")
    if len(topics):
        insert(connection, "topics", topics.drop(columns="own"))
    if len(hierarchy):
        insert(connection, "topic_hierarchy", hierarchy)
    insert(connection, "tweet_topics", assignments)
    write_meta(connection, _FIRST_FREE, str(max(first_free, int(number.max()) + 1)))


def _renumbered(table: pd.DataFrame, number: pd.Series, columns: list[str]) -> pd.DataFrame:
    return table.assign(**{column: table[column].map(number).astype("int32") for column in columns})
