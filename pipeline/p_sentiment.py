"""What a tweet says of each P that it is about: the one place where sentiment by P is read from the store."""

from __future__ import annotations

from pipeline.store import P_LABELS

# As SQL to read from: a row for each tweet and P it is about, with `sentiment` and how much it is so, `p_negative` and
# `p_positive` in [0, 1]. Where the specialist has no sentiment head VADER's compound stands for them.
P_SENTIMENT = f"""(
    SELECT tweet_id, p, sentiment, coalesce(p_negative, (1 - compound) / 2) AS p_negative,
           coalesce(p_positive, (1 + compound) / 2) AS p_positive
    FROM classifications JOIN sentiments USING (tweet_id), (VALUES {", ".join(f"('{p}')" for p in P_LABELS)}) ps(p)
    WHERE CASE p {" ".join(f"WHEN '{p}' THEN {p}" for p in P_LABELS)} END
)"""
