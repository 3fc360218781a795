"""The store: one DuckDB file, built beside the live one and published by an atomic rename."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock, Timeout

from pipeline import memory, remote_store, store_files
from pipeline.errors import InputError, OlderStoreError
from pipeline.schema import OLDEST_VERSION, SCHEMA_VERSION, apply_schema

P_LABELS = ("product", "place", "price", "promotion")
SENTIMENTS = ("negative", "neutral", "positive")
_NOT_WRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS)


def connect(db: Path, *, oldest: int = SCHEMA_VERSION) -> duckdb.DuckDBPyConnection:
    """Open a published store for reading.

    Parameters
    ----------
    oldest
        The oldest schema version to take.

    Raises
    ------
    OlderStoreError
        If its schema version is older than those to take, and a run would bring it up to date.
    InputError
        If there is no such file, it is no store, or of a version that this program cannot read.
    """
    if remote_store.is_link(db):
        return _connect_remote(db)
    if not db.is_file():
        raise InputError(f"there is no store at {db}; build one with: mmx run TWEETS.csv --db {db}")
    store_files.check_header(db)
    try:
        connection = duckdb.connect(str(db), read_only=True)
    except duckdb.Error as error:
        raise store_files.damaged(db, error) from error
    try:
        check_schema(connection, db, oldest=oldest)
    except InputError:
        connection.close()
        raise
    # Beside a store that cannot be written there is no room for what does not fit into memory.
    if os.access(db.parent, os.W_OK):
        memory.bound(connection)
    return connection


def _connect_remote(db: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    try:
        remote_store.attach(connection, db)
        connection.execute("USE store")
        check_schema(connection, db)
    except (InputError, duckdb.Error):
        connection.close()
        raise
    return connection


def check_schema(connection: duckdb.DuckDBPyConnection, db: Path, *, oldest: int = SCHEMA_VERSION) -> None:
    """Raise an error as `connect` does unless the open file is a store of a version from `oldest` to this program's."""
    place = remote_store.place(db)
    try:
        found = read_meta(connection, "schema_version")
    except duckdb.CatalogException as error:
        raise InputError(f"{place} is a DuckDB database, but not a store made by mmx") from error
    except duckdb.Error as error:
        raise store_files.damaged(db, error) from error
    version = int(found) if found and found.isdigit() else 0
    if oldest <= version <= SCHEMA_VERSION:
        return
    what = f"{place} has schema version {found}, this program reads {SCHEMA_VERSION}"
    if not OLDEST_VERSION <= version < SCHEMA_VERSION:
        raise InputError(f"{what}: it was made by another version of mmx")
    if remote_store.is_link(db):
        raise InputError(f"{what}: bring it up to date where it was made, with mmx run")
    raise OlderStoreError(
        f"{what}: bring it up to date with mmx run TWEETS.csv --db {db} (tweets that it has will do)"
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
    # Found by the name it has here: what is registered instead is kept until the transaction ends, a whole file's rows.
    connection.execute(f"INSERT {on_conflict} INTO {table} BY NAME SELECT * FROM rows")


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
def building(db: Path, *, wait: float = 0, erase: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the next version of a store for writing; publish it when the block ends without an error.

    The next version grows in `<db>.building`, starting as a copy of the live file. If the block fails or the
    process dies, that file stays, holds all that was committed, and is what the next call goes on with. The
    live file is only ever replaced as a whole, and kept as `<db>.previous`.

    Parameters
    ----------
    db
        The live file; need not exist yet.
    wait
        Seconds to wait for another run on the same store to end.
    erase
        Keep nothing of what was deleted: neither in the file's free space nor in the version before.

    Raises
    ------
    InputError
        If another run holds the store, the folder cannot be written, or the file is no store or damaged.
    """
    remote_store.check_writable(db)
    try:
        db.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(store_files.beside(db, "lock"), timeout=wait):
            connection = _open_work_file(db)
            try:
                memory.bound(connection)
                yield connection
                write_meta(connection, "published_at", datetime.now(UTC).isoformat(timespec="microseconds"))
                connection.execute("CHECKPOINT")
            finally:
                connection.close()
            work = store_files.beside(db, "building")
            if erase:
                store_files.write_anew(work)
            store_files.publish(work, db)
            if erase:
                store_files.previous(db).unlink(missing_ok=True)
    except Timeout as error:
        raise InputError(f"another run is writing {db}; wait for it to end, or give another --db") from error
    except OSError as error:
        if error.errno not in _NOT_WRITABLE:
            raise
        raise InputError(f"cannot write in {db.parent}: {error.strerror}") from error


def is_being_written(db: Path) -> bool:
    """Tell whether a run is writing the next version of a store now."""
    try:
        with FileLock(store_files.beside(db, "lock"), timeout=0):
            return False
    except Timeout:
        return True


def discard_unfinished(db: Path) -> None:
    """Throw away what an interrupted run left of the next version of a store; the published one stays as it is.

    Raises
    ------
    InputError
        If a run is writing it now.
    """
    try:
        with FileLock(store_files.beside(db, "lock"), timeout=0):
            store_files.remove(store_files.beside(db, "copying"))
            store_files.remove(store_files.beside(db, "building"))
    except Timeout as error:
        raise InputError(f"another run is writing {db}") from error


def _open_work_file(db: Path) -> duckdb.DuckDBPyConnection:
    work = store_files.beside(db, "building")
    store_files.remove_spilled(work)
    base = _published_at(db)
    if work.exists():
        connection = _reopen(work, base)
        if connection is not None:
            return connection
    store_files.remove(work)
    if db.exists():
        store_files.copy(db, work)
    try:
        connection = _open_whole(work)
    except duckdb.Error as error:
        store_files.remove(work)
        raise store_files.damaged(db, error) from error
    with transaction(connection):
        apply_schema(connection)
        write_meta(connection, "base", base)
    return connection


def _reopen(work: Path, base: str) -> duckdb.DuckDBPyConnection | None:
    """Open an interrupted run's file, or return None where it is not whole or was built on another version."""
    try:
        connection = _open_whole(work)
    except duckdb.Error:
        return None
    try:
        check_schema(connection, work)
        is_current = read_meta(connection, "base") == base
    except InputError:
        is_current = False
    if is_current:
        return connection
    connection.close()
    return None


def _open_whole(work: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(work))
    try:
        store_files.read_through(connection)
    except duckdb.Error:
        connection.close()
        raise
    return connection


def _published_at(db: Path) -> str:
    if not db.exists():
        return ""
    with connect(db, oldest=OLDEST_VERSION) as connection:
        return read_meta(connection, "published_at") or ""
