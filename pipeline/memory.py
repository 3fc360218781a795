"""How much memory DuckDB may take for a store: little, and more only for what it cannot put on disk."""

from __future__ import annotations

import duckdb

# Bytes. Where they are not enough DuckDB sorts and joins in files beside the store. But the keys of rows that are being
# inserted it holds in memory until they are committed: 92 bytes a tweet for tweets and mentions.
_ALWAYS = 600_000_000
_A_TWEET = 120


def bound(connection: duckdb.DuckDBPyConnection, more: int = 0) -> None:
    """Let DuckDB take what the store's tweets need, instead of most of the machine's memory.

    Parameters
    ----------
    more
        How many tweets are about to be inserted.
    """
    row = connection.execute("SELECT count(*) FROM tweets").fetchone()
    tweets = (int(row[0]) if row else 0) + more
    connection.execute(f"SET memory_limit = '{(_ALWAYS + _A_TWEET * tweets) // 1_000_000} MB'")
