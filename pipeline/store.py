"""The store: one DuckDB file, built beside the live one and published by an atomic rename."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock, Timeout

from pipeline.errors import InputError

SCHEMA_VERSION = 2

P_LABELS = ("product", "place", "price", "promotion")
SENTIMENTS = ("negative", "neutral", "positive")

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key VARCHAR PRIMARY KEY, value VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS tweets (
    tweet_id VARCHAR PRIMARY KEY,
    content_id VARCHAR NOT NULL,
    created_at TIMESTAMP,
    text VARCHAR NOT NULL,
    lang VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    likes BIGINT,
    reposts BIGINT,
    raw_text VARCHAR
);
CREATE TABLE IF NOT EXISTS brands (
    brand_id VARCHAR PRIMARY KEY, name VARCHAR NOT NULL, industry VARCHAR NOT NULL, handle VARCHAR
);
CREATE TABLE IF NOT EXISTS mentions (
    tweet_id VARCHAR NOT NULL, brand_id VARCHAR NOT NULL, PRIMARY KEY (tweet_id, brand_id)
);
CREATE TABLE IF NOT EXISTS classifications (
    tweet_id VARCHAR PRIMARY KEY,
    specialist VARCHAR NOT NULL,
    p_product FLOAT NOT NULL, p_place FLOAT NOT NULL, p_price FLOAT NOT NULL, p_promotion FLOAT NOT NULL,
    product BOOLEAN NOT NULL, place BOOLEAN NOT NULL, price BOOLEAN NOT NULL, promotion BOOLEAN NOT NULL
);
CREATE TABLE IF NOT EXISTS sentiments (
    tweet_id VARCHAR PRIMARY KEY,
    compound FLOAT NOT NULL,
    vader VARCHAR NOT NULL,
    p_negative FLOAT, p_neutral FLOAT, p_positive FLOAT,
    sentiment VARCHAR NOT NULL
);
CREATE TABLE IF NOT EXISTS embeddings (
    tweet_id VARCHAR PRIMARY KEY, model VARCHAR NOT NULL, embedding FLOAT[384] NOT NULL
);
CREATE TABLE IF NOT EXISTS topics (
    topic_id INTEGER PRIMARY KEY, label VARCHAR NOT NULL, keywords VARCHAR[] NOT NULL, size INTEGER NOT NULL,
    x FLOAT NOT NULL, y FLOAT NOT NULL, embedding FLOAT[384] NOT NULL, named_by VARCHAR
);
CREATE TABLE IF NOT EXISTS tweet_topics (
    tweet_id VARCHAR PRIMARY KEY, topic_id INTEGER NOT NULL, probability FLOAT NOT NULL,
    x FLOAT NOT NULL, y FLOAT NOT NULL, nearest_topic_id INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS topic_hierarchy (
    step INTEGER PRIMARY KEY, kept_id INTEGER NOT NULL, joined_id INTEGER NOT NULL, distance FLOAT NOT NULL,
    label VARCHAR NOT NULL, keywords VARCHAR[] NOT NULL, named_by VARCHAR
);
CREATE TABLE IF NOT EXISTS pain_points (
    brand_id VARCHAR NOT NULL, rank INTEGER NOT NULL, p VARCHAR NOT NULL, topic_id INTEGER NOT NULL,
    since DATE, until DATE, tweets INTEGER NOT NULL, negative INTEGER NOT NULL,
    negative_share DOUBLE NOT NULL, low DOUBLE, high DOUBLE,
    baseline_share DOUBLE NOT NULL, others_share DOUBLE, rivals_share DOUBLE, score DOUBLE NOT NULL,
    words VARCHAR[], examples VARCHAR[], tweet_ids VARCHAR[] NOT NULL,
    mean_negative DOUBLE NOT NULL, usual_mean_negative DOUBLE NOT NULL, likes BIGINT, reposts BIGINT,
    engagement DOUBLE, usual_engagement DOUBLE, brand_tweets INTEGER NOT NULL, going BOOLEAN,
    days INTEGER, now INTEGER, before INTEGER, PRIMARY KEY (brand_id, rank)
);
CREATE TABLE IF NOT EXISTS strengths (
    brand_id VARCHAR NOT NULL, rank INTEGER NOT NULL, p VARCHAR NOT NULL, topic_id INTEGER NOT NULL,
    since DATE, until DATE, tweets INTEGER NOT NULL, positive INTEGER NOT NULL,
    positive_share DOUBLE NOT NULL, low DOUBLE, high DOUBLE,
    baseline_share DOUBLE NOT NULL, others_share DOUBLE, rivals_share DOUBLE, score DOUBLE NOT NULL,
    words VARCHAR[], examples VARCHAR[], tweet_ids VARCHAR[] NOT NULL,
    mean_positive DOUBLE NOT NULL, usual_mean_positive DOUBLE NOT NULL, likes BIGINT, reposts BIGINT,
    engagement DOUBLE, usual_engagement DOUBLE, brand_tweets INTEGER NOT NULL, going BOOLEAN,
    days INTEGER, now INTEGER, before INTEGER, PRIMARY KEY (brand_id, rank)
);
CREATE TABLE IF NOT EXISTS alerts (
    brand_id VARCHAR NOT NULL, since DATE NOT NULL, until DATE NOT NULL, kinds VARCHAR[] NOT NULL,
    tweets INTEGER NOT NULL, usual_tweets DOUBLE NOT NULL, negative INTEGER NOT NULL,
    usual_negative DOUBLE NOT NULL, negative_share DOUBLE NOT NULL, usual_share DOUBLE NOT NULL,
    chance DOUBLE NOT NULL, going BOOLEAN NOT NULL,
    topics STRUCT(topic_id INTEGER, label VARCHAR, tweets INTEGER, usual DOUBLE)[] NOT NULL,
    words VARCHAR[] NOT NULL, examples VARCHAR[] NOT NULL, tweet_ids VARCHAR[] NOT NULL,
    PRIMARY KEY (brand_id, since)
);
CREATE TABLE IF NOT EXISTS runs (
    run_id VARCHAR PRIMARY KEY, started_at TIMESTAMP NOT NULL, finished_at TIMESTAMP, version VARCHAR NOT NULL,
    specialist VARCHAR, parameters JSON NOT NULL, inputs JSON NOT NULL,
    rows_in BIGINT, rows_accepted BIGINT, rows_duplicate BIGINT, rows_rejected BIGINT, rows_classified BIGINT
);
CREATE TABLE IF NOT EXISTS rejects (
    run_id VARCHAR NOT NULL, source VARCHAR NOT NULL, line BIGINT, reason VARCHAR NOT NULL, excerpt VARCHAR NOT NULL
);
"""


def connect(db: Path) -> duckdb.DuckDBPyConnection:
    """Open a published store for reading.

    Raises
    ------
    InputError
        If there is no such file, it is no store, or its schema version is not this program's.
    """
    if not db.is_file():
        raise InputError(f"there is no store at {db}; build one with: mmx run TWEETS.csv --db {db}")
    try:
        connection = duckdb.connect(str(db), read_only=True)
    except duckdb.Error as error:
        raise InputError(f"{db} is not a readable DuckDB file: {_first_line(error)}") from error
    try:
        check_schema(connection, db)
    except InputError:
        connection.close()
        raise
    return connection


def check_schema(connection: duckdb.DuckDBPyConnection, db: Path) -> None:
    """Raise InputError unless the open file is a store of this program's schema version."""
    try:
        found = read_meta(connection, "schema_version")
    except duckdb.CatalogException as error:
        raise InputError(f"{db} is a DuckDB file, but not a store made by mmx") from error
    if found != str(SCHEMA_VERSION):
        raise InputError(
            f"{db} has schema version {found}, this program reads {SCHEMA_VERSION}: build it again with mmx run"
        )


def read_meta(connection: duckdb.DuckDBPyConnection, key: str) -> str | None:
    """Return the value of a key in `meta`, or None."""
    rows = connection.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchall()
    return str(rows[0][0]) if rows else None


def write_meta(connection: duckdb.DuckDBPyConnection, key: str, value: str) -> None:
    """Set a key in `meta`."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", [key, value])


def insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Any, *, on_conflict: str = "") -> None:
    """Insert a DataFrame or Arrow table into a table of the store, columns matched by name.

    Parameters
    ----------
    on_conflict
        "" (a row whose key exists is an error), "OR REPLACE" or "OR IGNORE".
    """
    connection.register("incoming", rows)
    try:
        connection.execute(f"INSERT {on_conflict} INTO {table} BY NAME SELECT * FROM incoming")
    finally:
        connection.unregister("incoming")


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit what happens inside as one step, or none of it."""
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


@contextmanager
def building(db: Path, *, wait: float = 0) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the next version of a store for writing; publish it when the block ends without an error.

    The next version grows in `<db>.building`, starting as a copy of the live file. If the block fails or the
    process dies, that file stays, holds all that was committed, and is what the next call goes on with. The
    live file is only ever replaced as a whole.

    Parameters
    ----------
    db
        The live file; need not exist yet.
    wait
        Seconds to wait for another run on the same store to end.

    Raises
    ------
    InputError
        If another run holds the store, the folder cannot be written, or the file is no store.
    """
    try:
        db.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(_beside(db, "lock"), timeout=wait):
            connection = _open_work_file(db)
            try:
                yield connection
                write_meta(connection, "published_at", datetime.now(UTC).isoformat(timespec="microseconds"))
                connection.execute("CHECKPOINT")
            finally:
                connection.close()
            _publish(_beside(db, "building"), db)
    except Timeout as error:
        raise InputError(f"another run is writing {db}; wait for it to end, or give another --db") from error
    except PermissionError as error:
        raise InputError(f"cannot write in {db.parent}: {error.strerror}") from error


def _open_work_file(db: Path) -> duckdb.DuckDBPyConnection:
    work = _beside(db, "building")
    if work.exists():
        connection = _reopen(work)
        if connection is not None and read_meta(connection, "base") == _published_at(db):
            return connection
        if connection is not None:
            connection.close()
        _remove(work)
    base = _published_at(db)
    if db.exists():
        copy = _beside(db, "copying")
        shutil.copyfile(db, copy)
        copy.replace(work)
    connection = duckdb.connect(str(work))
    with transaction(connection):
        connection.execute(SCHEMA)
        write_meta(connection, "schema_version", str(SCHEMA_VERSION))
        write_meta(connection, "base", base)
    return connection


def _reopen(work: Path) -> duckdb.DuckDBPyConnection | None:
    """Open an interrupted run's file, or return None where it was cut off before its schema was whole."""
    try:
        connection = duckdb.connect(str(work))
    except duckdb.Error:
        return None
    try:
        check_schema(connection, work)
    except InputError:
        connection.close()
        return None
    return connection


def _published_at(db: Path) -> str:
    if not db.exists():
        return ""
    with connect(db) as connection:
        return read_meta(connection, "published_at") or ""


def _publish(work: Path, db: Path) -> None:
    with work.open("rb") as handle:
        os.fsync(handle.fileno())
    work.replace(db)
    if os.name == "posix":
        folder = os.open(db.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _remove(work: Path) -> None:
    work.unlink(missing_ok=True)
    work.with_name(work.name + ".wal").unlink(missing_ok=True)


def _beside(db: Path, suffix: str) -> Path:
    return db.with_name(f"{db.name}.{suffix}")


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
