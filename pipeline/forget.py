"""Forgets tweets: a person's, single ones or old ones, in the store and in all that is kept beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from pipeline import corrections, posts, stages
from pipeline.errors import InputError
from pipeline.forgotten import remember
from pipeline.identity import is_by, user_name
from pipeline.progress import Reporter
from pipeline.store import building, connect, discard_unfinished, transaction

_AT_ONCE = 100_000


@dataclass(frozen=True)
class Request:
    """What is to be forgotten.

    Attributes
    ----------
    authors
        Users' names, with or without "@"; their later tweets are not taken in either.
    tweet_ids
        Ids as in the store; these tweets are not taken in again.
    before
        Tweets from before this moment (UTC); a later run may take them in again. Those without a date stay.
    """

    authors: Sequence[str] = ()
    tweet_ids: Sequence[str] = ()
    before: datetime | None = None


@dataclass(frozen=True)
class Forgotten:
    """How much was forgotten: tweets of the store, and corrections of their labels."""

    tweets: int
    corrections: int


def count(db: Path, request: Request) -> int:
    """Return how many of a store's tweets a request is about, without forgetting them.

    Raises
    ------
    InputError
        If there is no store of this version, or the request names nothing.
    """
    _check(request)
    with connect(db) as connection:
        return len(_found(connection, request))


def forget(db: Path, request: Request, reporter: Reporter, *, wait: float = 0) -> Forgotten:
    """Remove tweets and all that was made from them, from the store and from the copies kept beside it.

    Topics, pain points and alerts are made anew without them. The file is written anew, so that nothing of them
    stays in its free space; the version published before and what an interrupted run left are removed. Excerpts of
    rows that were not taken are emptied, since whose they were is not known.

    Parameters
    ----------
    wait
        Seconds to wait for a run on the same store.

    Raises
    ------
    InputError
        If there is no store, another run holds it, or the request names nothing.
    """
    _check(request)
    connect(db).close()
    discard_unfinished(db)
    with building(db, wait=wait, erase=True) as connection:
        ids = _found(connection, request)
        with transaction(connection):
            _remove(connection, ids)
            remember(connection, request.authors, request.tweet_ids)
        stages.fit_topics(connection, reporter)
        posts.refresh(connection)
        stages.rank_pain_points(connection, reporter)
        # Before the store is published: if this fails, the next call still knows whose corrections they are.
        corrected = corrections.remove(corrections.beside(db), [*ids, *request.tweet_ids])
    return Forgotten(len(ids), corrected)


def _check(request: Request) -> None:
    if not (request.authors or request.tweet_ids or request.before):
        raise InputError("say what to forget: --author, --tweet, --before or --older-than")
    # Without a name they would be the tweets of nobody: all whose file gives no author.
    if not all(user_name(author) for author in request.authors):
        raise InputError("--author needs a user's name")


def _found(connection: duckdb.DuckDBPyConnection, request: Request) -> set[str]:
    named = connection.execute(
        "SELECT tweet_id FROM tweets WHERE list_contains(?, tweet_id) OR created_at < ?",
        [list(request.tweet_ids), request.before],
    ).fetchall()
    return {tweet_id for (tweet_id,) in named} | set(_by(connection, request.authors))


def _by(connection: duckdb.DuckDBPyConnection, authors: Collection[str]) -> Iterator[str]:
    """Give the tweets of these authors: the store has no names, but each tweet's hash of its second and author."""
    if not authors:
        return
    rows = connection.cursor().execute("SELECT tweet_id, content_id, created_at FROM tweets")
    while chunk := rows.fetchmany(_AT_ONCE):
        for tweet_id, content, moment in chunk:
            if any(is_by(author, content, moment) for author in authors):
                yield str(tweet_id)


def _remove(connection: duckdb.DuckDBPyConnection, ids: set[str]) -> None:
    connection.execute("CREATE OR REPLACE TEMP TABLE gone (tweet_id VARCHAR)")
    connection.execute("INSERT INTO gone SELECT unnest(?)", [sorted(ids)])
    tables = connection.execute(
        """SELECT table_name FROM duckdb_columns() JOIN duckdb_tables() USING (table_oid, table_name)
        WHERE column_name = 'tweet_id' AND NOT temporary ORDER BY table_name"""
    ).fetchall()
    for (table,) in tables:
        connection.execute(f'DELETE FROM "{table}" WHERE tweet_id IN (SELECT tweet_id FROM gone)')
    connection.execute("DELETE FROM brands WHERE brand_id NOT IN (SELECT brand_id FROM mentions)")
    connection.execute("UPDATE rejects SET excerpt = ''")
    connection.execute("DROP TABLE gone")
