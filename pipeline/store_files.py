"""A store's files on disk: copied whole, read through for damage, published by a rename, the version before kept."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb

from pipeline.errors import InputError

# DuckDB's own mark, behind the checksum that a file begins with.
_MARK, _MARK_AT = b"DUCK", 8
_SQLITE = b"SQLite format 3\x00"


def beside(db: Path, suffix: str) -> Path:
    """Return a file beside a store, named after it."""
    return db.with_name(f"{db.name}.{suffix}")


def previous(db: Path) -> Path:
    """Return where the version published before the live one is kept; there from the second run on."""
    return beside(db, "previous")


def check_header(db: Path) -> None:
    """Raise InputError unless a file begins as a DuckDB file.

    DuckDB takes a file of some other kinds for a database of theirs, and would fetch an extension to read it.
    """
    with db.open("rb") as handle:
        start = handle.read(len(_SQLITE))
    if start[_MARK_AT:].startswith(_MARK):
        return
    if not start:
        what = "it is empty"
    elif start == _SQLITE:
        what = "it is an SQLite file"
    else:
        what = "it does not begin as one"
    raise InputError(f"{db} is not a readable DuckDB file: {what}{_way_back(db)}")


def damaged(db: Path, error: duckdb.Error) -> InputError:
    """Return the error that names a store as damaged, and the version before it where that is kept."""
    return InputError(f"{db} is damaged: {str(error).splitlines()[0]}{_way_back(db)}")


def _way_back(db: Path) -> str:
    kept = previous(db)
    return f"; the version before it is kept: cp {kept} {db}" if kept.is_file() else ""


def read_through(connection: duckdb.DuckDBPyConnection) -> None:
    """Read every row once: DuckDB checks a block of its file only when it reads it.

    Raises
    ------
    duckdb.Error
        If a block is damaged or missing.
    """
    tables = connection.execute("SELECT table_name FROM duckdb_tables() WHERE NOT temporary").fetchall()
    for (table,) in tables:
        connection.execute(f'SELECT bit_xor(hash(rows)) FROM "{table}" AS rows')


def copy(db: Path, work: Path) -> None:
    """Copy a store so that the copy is there whole or not at all.

    What another program committed to the file and left in its write-ahead log comes along.
    """
    half = beside(db, "copying")
    try:
        shutil.copyfile(db, half)
        if _log(db).exists():
            shutil.copyfile(_log(db), _log(work))
    except OSError:
        half.unlink(missing_ok=True)
        _log(work).unlink(missing_ok=True)
        raise
    half.replace(work)


def write_anew(work: Path) -> None:
    """Write a store's content into a new file in its place, without what was deleted from the old one."""
    new = beside(work, "anew")
    remove(new)
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{_quoted(work)}' AS old (READ_ONLY)")
        connection.execute(f"ATTACH '{_quoted(new)}' AS new")
        connection.execute("COPY FROM DATABASE old TO new")
    new.replace(work)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def publish(work: Path, db: Path) -> None:
    """Put a finished store in the place of the live one, and keep that as the version before.

    The live file is there at every moment, as the old version or the new one.
    """
    with work.open("rb") as handle:
        os.fsync(handle.fileno())
    if db.exists():
        _keep(db)
        # The work file has what it holds, and beside another file than its own DuckDB refuses to open that.
        _log(db).unlink(missing_ok=True)
    work.replace(db)
    if os.name == "posix":
        folder = os.open(db.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def remove(work: Path) -> None:
    """Remove a work file with its write-ahead log."""
    work.unlink(missing_ok=True)
    _log(work).unlink(missing_ok=True)


def remove_spilled(work: Path) -> None:
    """Remove what a killed process left of that which did not fit into its memory."""
    shutil.rmtree(beside(work, "tmp"), ignore_errors=True)


def _keep(db: Path) -> None:
    kept = beside(db, "keeping")
    kept.unlink(missing_ok=True)
    try:
        os.link(db, kept)
    except OSError:
        # Some file systems have no hard links.
        shutil.copyfile(db, kept)
    kept.replace(previous(db))
    # Renaming a file to another name of itself does nothing.
    kept.unlink(missing_ok=True)


def _log(db: Path) -> Path:
    return beside(db, "wal")
