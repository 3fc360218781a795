"""The table `daily`: mentions counted by day, brand, Ps and sentiment, from which what is counted is added up."""

from __future__ import annotations

import duckdb

from pipeline.store import P_LABELS

# As in the dashboard's views: the specialist's sentiment from -1 to 1, VADER's where it has none of its own.
_SCORES = {
    "score": "coalesce(p_positive - p_negative, compound)",
    "compound": "compound",
    **{
        f"{p}_score": f"CASE WHEN {p} THEN coalesce({p}_positive - {p}_negative, p_positive - p_negative, compound) END"
        for p in P_LABELS
    },
}
_SUMS = ", ".join(f"sum({name}) AS {name}, sum({name} * {name}) AS {name}_squares" for name in _SCORES)
_OF_P = ", ".join(
    f"CASE WHEN {p} THEN coalesce({p}_sentiment, sentiment) END AS {p}_sentiment" for p in P_LABELS
)
_BUILD = f"""
INSERT INTO daily BY NAME
SELECT brand_id, industry, day, {", ".join(P_LABELS)}, sentiment, vader,
       {", ".join(f"{p}_sentiment" for p in P_LABELS)}, count(*) AS mentions, {_SUMS}
FROM (SELECT brand_id, industry, created_at::DATE AS day, {", ".join(P_LABELS)}, sentiment, vader,
             {_OF_P}, {", ".join(f"({score})::DOUBLE AS {name}" for name, score in _SCORES.items())}
      FROM posts WHERE brand_id IS NOT NULL)
GROUP BY ALL ORDER BY brand_id, day
"""


def rebuild(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill `daily` anew from `posts`; call it inside a transaction."""
    connection.execute("DELETE FROM daily")
    connection.execute(_BUILD)
