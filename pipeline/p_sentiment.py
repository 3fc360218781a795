"""What a tweet says of each P that it is about: the one place where sentiment by P is read from the store."""

from __future__ import annotations

import duckdb

from pipeline.store import P_LABELS

# As SQL to read from: a row for each tweet and P it is about, with `sentiment` and how much it is so, `p_negative` and
# `p_positive` in [0, 1]. Where the specialist has no sentiment head VADER's compound stands for them.
P_SENTIMENT = """(
    SELECT f.tweet_id, f.p, f.sentiment, coalesce(f.p_negative, (1 - s.compound) / 2) AS p_negative,
           coalesce(f.p_positive, (1 + s.compound) / 2) AS p_positive
    FROM p_sentiments f JOIN sentiments s USING (tweet_id)
)"""


def copy_whole_sentiment(connection: duckdb.DuckDBPyConnection) -> None:
    """Store, for tweets of which no sentiment by P is stored yet, their own for each P that they are about."""
    connection.execute(
        f"""INSERT INTO p_sentiments
        SELECT tweet_id, p, sentiment, p_negative, p_neutral, p_positive
        FROM classifications JOIN sentiments USING (tweet_id),
             (VALUES {", ".join(f"('{p}')" for p in P_LABELS)}) ps(p)
        WHERE CASE p {" ".join(f"WHEN '{p}' THEN {p}" for p in P_LABELS)} END
        AND tweet_id NOT IN (SELECT tweet_id FROM p_sentiments)"""
    )
