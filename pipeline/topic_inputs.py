"""What topics are made from: tweets with their embeddings, and what the specialist says of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np

from pipeline.store import P_LABELS

if TYPE_CHECKING:
    import pyarrow as pa

# How likely a tweet is about each P, how likely it is negative and positive: of one story people speak alike. Where
# the specialist gives no probabilities for sentiment, its answer counts as certain.
_ASPECTS = (
    *(f"c.p_{p}" for p in P_LABELS),
    *(f"coalesce(s.p_{tone}, (s.sentiment = '{tone}')::FLOAT)" for tone in ("negative", "positive")),
)

_TABLES = """tweets t JOIN embeddings e USING (tweet_id) JOIN classifications c USING (tweet_id)
JOIN sentiments s USING (tweet_id)"""


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


def matching(
    connection: duckdb.DuckDBPyConnection, condition: str = "TRUE", values: Sequence[Any] = ()
) -> list[str]:
    """Return the ids of the embedded and classified tweets that meet an SQL condition on `t`, `c`, `s`.

    In an order that is as good as random, but the same for a tweet whatever others there are.
    """
    found = connection.execute(
        f"SELECT t.tweet_id FROM {_TABLES} WHERE {condition} ORDER BY md5(t.tweet_id), t.tweet_id",
        list(values),
    ).fetchall()
    return [str(row[0]) for row in found]


def read_inputs(
    connection: duckdb.DuckDBPyConnection, condition: str = "TRUE", values: Sequence[Any] = ()
) -> TopicInputs:
    """Read the embedded and classified tweets that meet an SQL condition on `t`, `c`, `s` (see the store's tables)."""
    return _inputs(
        connection.sql(f"{_query(condition)} ORDER BY t.tweet_id", params=list(values)).to_arrow_table()
    )


def read_in_batches(
    connection: duckdb.DuckDBPyConnection, condition: str, values: Sequence[Any], size: int
) -> Iterator[TopicInputs]:
    """Yield what `read_inputs` returns, a batch of about `size` tweets at a time, in any order."""
    import pyarrow as pa

    # Not in order: sorting would hold them all.
    for batch in connection.sql(_query(condition), params=list(values)).to_arrow_reader(size):
        yield _inputs(pa.Table.from_batches([batch]))


def _query(condition: str) -> str:
    aspects = ", ".join(f"{aspect} AS a{i}" for i, aspect in enumerate(_ASPECTS))
    return f"SELECT t.tweet_id, t.text, e.embedding, {aspects} FROM {_TABLES} WHERE {condition}"


def _inputs(table: pa.Table) -> TopicInputs:
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
