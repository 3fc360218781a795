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
from pipeline.schema import OLDEST_VERSION, SCHEMA_VERSION, apply_schema

P_LABELS = ("product", "place", "price", "promotion")
SENTIMENTS = ("negative", "neutral", "positive")


def connect(db: Path, *, oldest: int = SCHEMA_VERSION) -> duckdb.DuckDBPyConnection:
    """Open a published store for reading.

    Parameters
    ----------
    oldest
        The oldest schema version to take.

    Raises
    ------
    InputError
        If there is no such file, it is no store, or its schema version is none of those to take.
    """
    if not db.is_file():
        raise InputError(f"there is no store at {db}; build one with: mmx run TWEETS.csv --db {db}")
    try:
        connection = duckdb.connect(str(db), read_only=True)
    except duckdb.Error as error:
        raise InputError(f"{db} is not a readable DuckDB file: {_first_line(error)}") from error
    try:
        check_schema(connection, db, oldest=oldest)
    except InputError:
        connection.close()
        raise
    return connection


def check_schema(connection: duckdb.DuckDBPyConnection, db: Path, *, oldest: int = SCHEMA_VERSION) -> None:
    """Raise InputError unless the open file is a store of a schema version from `oldest` to this program's."""
    try:
        found = read_meta(connection, "schema_version")
    except duckdb.CatalogException as error:
        raise InputError(f"{db} is a DuckDB file, but not a store made by mmx") from error
    version = int(found) if found and found.isdigit() else 0
    if not oldest <= version <= SCHEMA_VERSION:
        what_to_do = (
            f"bring it up to date with mmx run TWEETS.csv --db {db} (tweets that it has will do)"
            if OLDEST_VERSION <= version < SCHEMA_VERSION
            else "it was made by another version of mmx"
        )
        raise InputError(
            f"{db} has schema version {found}, this program reads {SCHEMA_VERSION}: {what_to_do}"
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
        apply_schema(connection)
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
    with connect(db, oldest=OLDEST_VERSION) as connection:
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
