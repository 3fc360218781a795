"""What a tweet says of each P that it is about: the one place where sentiment by P is read from the store."""

from __future__ import annotations

import duckdb

from pipeline.store import P_LABELS

# As SQL to join rows with the columns product, place, price, promotion to: one row for each P `p` that they are about.
EACH_P = f"""(VALUES {", ".join(f"('{p}')" for p in P_LABELS)}) each_p(p)
    ON CASE p {" ".join(f"WHEN '{p}' THEN {p}" for p in P_LABELS)} END"""

# As SQL to read from: a row for each tweet and P it is about, with `sentiment` and how much it is so, `p_negative` and
# `p_positive` in [0, 1]. Where the specialist has no sentiment head VADER's compound stands for them. A store that
# another program wrote may have nothing by P: then a tweet says of each P what it says as a whole.
P_SENTIMENT = f"""(
    SELECT c.tweet_id, each_p.p, coalesce(f.sentiment, s.sentiment) AS sentiment,
           coalesce(f.p_negative, s.p_negative, (1 - s.compound) / 2) AS p_negative,
           coalesce(f.p_positive, s.p_positive, (1 + s.compound) / 2) AS p_positive
    FROM classifications c JOIN {EACH_P} JOIN sentiments s USING (tweet_id)
    LEFT JOIN p_sentiments f ON f.tweet_id = c.tweet_id AND f.p = each_p.p
)"""


def copy_whole_sentiment(connection: duckdb.DuckDBPyConnection) -> None:
    """Store, for tweets of which no sentiment by P is stored yet, their own for each P that they are about."""
    connection.execute(
        f"""INSERT INTO p_sentiments
        SELECT tweet_id, p, sentiment, p_negative, p_neutral, p_positive
        FROM classifications JOIN {EACH_P} JOIN sentiments USING (tweet_id)
        WHERE tweet_id NOT IN (SELECT tweet_id FROM p_sentiments)"""
    )
