"""What was forgotten on request stays out: hashes of users and tweets, and the rows that they keep from coming back."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from pipeline.identity import author_key, user_name

FORGOTTEN = "forgotten on request"


def remember(connection: duckdb.DuckDBPyConnection, authors: Sequence[str], tweet_ids: Sequence[str]) -> None:
    """Keep hashes of what must not come back, and drop raw texts that name a forgotten user."""
    for tweet_id in tweet_ids:
        connection.execute(
            "INSERT OR IGNORE INTO forgotten VALUES ('tweet', sha256(?), current_timestamp::TIMESTAMP)",
            [tweet_id],
        )
    for author in authors:
        connection.execute(
            "INSERT OR IGNORE INTO forgotten VALUES ('author', ?, current_timestamp::TIMESTAMP)",
            [author_key(author)],
        )
        connection.execute(
            "UPDATE tweets SET raw_text = NULL WHERE contains(lower(raw_text), ?)",
            [f"@{user_name(author)}"],
        )


def leave_out(connection: duckdb.DuckDBPyConnection, staging: str, run_id: str, source: str) -> int:
    """Take the rows that are to stay forgotten out of a staging table, and note them as not taken; return how many.

    Parameters
    ----------
    staging
        A table with `source_id`, `content_id`, `author_key` and `line`.
    """
    asked = """author_key IN (SELECT key FROM forgotten WHERE kind = 'author')
        OR sha256(source_id) IN (SELECT key FROM forgotten WHERE kind = 'tweet')
        OR sha256(content_id) IN (SELECT key FROM forgotten WHERE kind = 'tweet')"""
    connection.execute(
        f"INSERT INTO rejects SELECT ?, ?, line, ?, '' FROM {staging} WHERE {asked}",
        [run_id, source, FORGOTTEN],
    )
    row = connection.execute(f"DELETE FROM {staging} WHERE {asked}").fetchone()
    return int(row[0]) if row else 0
