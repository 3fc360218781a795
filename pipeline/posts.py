"""The table `posts`: all that the dashboard filters and counts, side by side and in the order that it asks for."""

from __future__ import annotations

import duckdb

from pipeline import daily
from pipeline.store import P_LABELS, SENTIMENTS, read_meta, transaction, write_meta

# What a tweet says of each P that it is about, as columns: what it says as a whole where it is not told apart.
_BY_P = ", ".join(
    f"{column} FILTER (f.p = '{p}') AS {p}_{name}"
    for p in P_LABELS
    for name, column in {
        "sentiment": "any_value(f.sentiment)",
        **{sentiment: f"any_value(f.p_{sentiment})" for sentiment in SENTIMENTS},
    }.items()
)
_BUILD = f"""
INSERT INTO posts BY NAME
WITH by_p AS (SELECT tweet_id, {_BY_P} FROM p_sentiments f GROUP BY tweet_id)
SELECT m.brand_id, b.industry,
       row_number() OVER (PARTITION BY t.tweet_id ORDER BY m.brand_id) = 1 AS is_first,
       row_number() OVER (PARTITION BY t.tweet_id, b.industry ORDER BY m.brand_id) = 1 AS is_first_in_industry,
       t.tweet_id, t.created_at, t.text, t.lang, t.source, t.likes, t.reposts,
       c.* EXCLUDE (tweet_id), s.* EXCLUDE (tweet_id), coalesce(tt.topic_id, -1) AS topic_id,
       coalesce(tt.nearest_topic_id, -1) AS nearest_topic_id, tt.probability AS topic_probability, tt.x, tt.y,
       by_p.* EXCLUDE (tweet_id)
FROM tweets t JOIN classifications c USING (tweet_id) JOIN sentiments s USING (tweet_id)
LEFT JOIN tweet_topics tt USING (tweet_id) LEFT JOIN by_p USING (tweet_id)
LEFT JOIN mentions m USING (tweet_id) LEFT JOIN brands b ON b.brand_id = m.brand_id
ORDER BY m.brand_id, t.created_at, t.tweet_id
"""
# Raised when the tables are made differently, so that stores are brought up to date.
_LAYOUT = 2
# What each of these holds is part of the table, so that it is made anew when one of them changed.
_SOURCES = ("tweets", "brands", "mentions", "classifications", "sentiments", "p_sentiments", "tweet_topics")


def refresh(connection: duckdb.DuckDBPyConnection) -> bool:
    """Bring `posts` and `daily` up to date with the other tables; return whether anything had changed."""
    fingerprint = _fingerprint(connection)
    if read_meta(connection, "posts") == fingerprint:
        return False
    rebuild(connection)
    write_meta(connection, "posts", fingerprint)
    return True


def rebuild(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill `posts`, and `daily` from it, anew from the other tables.

    As a whole: new tweets move the topics of all, and only rows in order let a query of one brand or period pass over
    the rest.
    """
    with transaction(connection):
        connection.execute("DELETE FROM posts")
        connection.execute(_BUILD)
        daily.rebuild(connection)


def _fingerprint(connection: duckdb.DuckDBPyConnection) -> str:
    sums = ", ".join(f"(SELECT sum(hash(rows)) FROM {table} AS rows)" for table in _SOURCES)
    values = connection.execute(f"SELECT {sums}").fetchall()[0]
    return "-".join(str(value) for value in (_LAYOUT, *values))
