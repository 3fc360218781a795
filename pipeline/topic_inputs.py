"""What topics are made from: tweets with their embeddings, and what the specialist says of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from pipeline.store import P_LABELS

# How likely a tweet is about each P, how likely it is negative and positive: of one story people speak alike. Where
# the specialist gives no probabilities for sentiment, its answer counts as certain.
_ASPECTS = (
    *(f"c.p_{p}" for p in P_LABELS),
    *(f"coalesce(s.p_{tone}, (s.sentiment = '{tone}')::FLOAT)" for tone in ("negative", "positive")),
)


@dataclass(frozen=True)
class TopicInputs:
    """The n tweets to find topics in, in the order of their ids.

    Attributes
    ----------
    tweet_ids, texts
        n of each.
    embeddings
        (n, 384) float32, rows of length 1.
    aspects
        (n, 6) float32 in [0, 1], for `pipeline.topics.fit`.
    """

    tweet_ids: list[str]
    texts: list[str]
    embeddings: np.ndarray
    aspects: np.ndarray


def read_inputs(
    connection: duckdb.DuckDBPyConnection, condition: str = "TRUE", values: list[Any] | None = None
) -> TopicInputs:
    """Read the embedded and classified tweets that meet an SQL condition on `t`, `c`, `s` (see the store's tables)."""
    aspects = ", ".join(f"{aspect} AS a{i}" for i, aspect in enumerate(_ASPECTS))
    table = connection.sql(
        f"""SELECT t.tweet_id, t.text, e.embedding, {aspects}
        FROM tweets t JOIN embeddings e USING (tweet_id) JOIN classifications c USING (tweet_id)
        JOIN sentiments s USING (tweet_id) WHERE {condition} ORDER BY t.tweet_id""",
        params=values or [],
    ).to_arrow_table()
    count = table.num_rows
    embeddings = (
        table["embedding"].combine_chunks().flatten().to_numpy() if count else np.empty(0, np.float32)
    )
    columns = [table[f"a{i}"].to_numpy().astype(np.float32) for i in range(len(_ASPECTS))]
    return TopicInputs(
        table["tweet_id"].to_pylist(),
        table["text"].to_pylist(),
        embeddings.reshape(count, -1) if count else np.empty((0, 1), np.float32),
        np.stack(columns, axis=1),
    )
