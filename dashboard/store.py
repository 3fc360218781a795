"""The one module that opens the analysis store: read-only, and noticing when a run published a new one."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import streamlit as st

from dashboard import access, limited
from dashboard.selection import SPECIALIST, Source
from dashboard.views import EVERYBODY, TABLES, search_path, views
from pipeline import remote_store
from pipeline.access_rights import Access
from pipeline.errors import InputError
from pipeline.store import check_schema
from pipeline.store_files import check_header, damaged

# Beside Python and its libraries this keeps the server of ten million tweets under 1.5 GB.
LIMITS: dict[str, Any] = {"memory_limit": "700MB"}
REMOTE_SECONDS = 600  # after which a store elsewhere is opened anew
Version = tuple[int, ...]
Key = tuple[str, Version, str]


@dataclass(frozen=True)
class Store:
    """One published version of the analysis store, open for reading.

    Attributes
    ----------
    path
        The file.
    version
        Its inode, time of change in ns, size in bytes, and the time in ns that no program can set back: another one
        means another file. The size of a store elsewhere is 0, not known.
    connection
        Never queried itself: each query gets a cursor of its own, since threads may not share one.
    source
        Whose sentiment the views hold.
    catalogue
        The views' catalogue: everybody's, or that of who may see some brands only.
    """

    path: Path
    version: Version
    connection: duckdb.DuckDBPyConnection
    source: Source = SPECIALIST
    catalogue: str = EVERYBODY

    @property
    def key(self) -> Key:
        """What whatever is remembered of the store must be remembered by: file, version, and what may be seen."""
        return str(self.path), self.version, self.catalogue

    @property
    def place(self) -> str:
        """Where it is, for people: a path, or an address without secrets."""
        return remote_store.place(self.path)

    @property
    def size(self) -> int:
        """How many bytes it takes; 0 where that is not known."""
        return self.version[2]

    @property
    def is_whole(self) -> bool:
        """Whether all brands may be seen, and how the tweets were loaded."""
        return self.catalogue == EVERYBODY

    def seen_by(self, allowed: Access) -> Store:
        """Return the same store with just what somebody may see."""
        if allowed.everything:
            return self
        brand_ids = _covered(self.key, sorted(allowed.brands), sorted(allowed.industries), allowed, self)
        return replace(self, catalogue=limited.catalogue(self.connection, brand_ids))

    def by(self, source: Source) -> Store:
        """Return the same store with another source of sentiment."""
        return replace(self, source=source)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a new cursor that sees the store's tables and the views, of them what may be seen."""
        cursor = self.connection.cursor()
        cursor.execute(f"SET search_path = '{search_path(self.catalogue, self.source)}'")
        return cursor

    def frame(self, sql: str, parameters: Sequence[Any] = ()) -> pd.DataFrame:
        """Return a query's result, remembered as long as the store is this version.

        Parameters
        ----------
        sql
            A SELECT with a ? for each value.
        parameters
            The values, in order.
        """
        return _frame(self.key, self.source, sql, tuple(parameters), self)


def store_path() -> Path | None:
    """Return the file given as `-- --db FILE` on the command line or in MMX_DB, or None.

    Raises
    ------
    InputError
        If an address is given that cannot be used.
    """
    arguments = sys.argv[1:]
    for i, argument in enumerate(arguments):
        if argument == "--db" and i + 1 < len(arguments):
            return remote_store.store_location(arguments[i + 1]).expanduser()
        if argument.startswith("--db="):
            return remote_store.store_location(argument.removeprefix("--db=")).expanduser()
    given = os.environ.get("MMX_DB")
    return remote_store.store_location(given).expanduser() if given else None


def current(path: Path) -> Store:
    """Return the store that is published at a path now, with just what whoever looks may see of it.

    Raises
    ------
    NoAccessError
        If that is nothing.
    InputError
        If there is no such file, or it is no readable store of this program's schema version.
    """
    allowed = access.of_visitor(path)
    if not path.is_file():
        raise InputError(f"there is no store at {path}")
    return _open(str(path.absolute())).seen_by(allowed)


def _version(path: Path) -> Version:
    status = path.stat()
    if remote_store.is_link(path):
        # Nothing tells of a new version there: each ten minutes have one of their own.
        return status.st_ino, int(time.time() // REMOTE_SECONDS), 0
    return status.st_ino, status.st_mtime_ns, status.st_size, status.st_ctime_ns


def _is_current(store: Store) -> bool:
    return store.path.is_file() and _version(store.path) == store.version


# A version that was replaced is dropped here; DuckDB closes it when the last page drawing from it is done.
@st.cache_resource(max_entries=4, validate=_is_current, show_spinner=False)
def _open(path: str) -> Store:
    file = Path(path)
    version = _version(file)
    connection = duckdb.connect(":memory:", config=LIMITS)
    try:
        _attach(connection, file)
        connection.execute("USE store")
        check_schema(connection, file)
        connection.execute("USE memory")
        connection.execute(views(EVERYBODY, TABLES))
    except duckdb.Error as error:
        connection.close()
        raise damaged(file, error) from error
    except InputError:
        connection.close()
        raise
    return Store(file, version, connection)


def _attach(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    if remote_store.is_link(file):
        remote_store.attach(connection, file)
        return
    check_header(file)
    quoted = str(file).replace("'", "''")
    connection.execute(f"ATTACH '{quoted}' AS store (READ_ONLY)")


@st.cache_data(max_entries=300, show_spinner=False)
def _covered(
    key: Key, brands: Sequence[str], industries: Sequence[str], _allowed: Access, _store: Store
) -> list[str]:
    known = _store.frame("SELECT brand_id, name, industry FROM brands ORDER BY brand_id")
    return [brand[0] for brand in known.itertuples(index=False, name=None) if _allowed.covers(*brand)]


@st.cache_data(max_entries=300, show_spinner=False)
def _frame(key: Key, source: str, sql: str, parameters: tuple[Any, ...], _store: Store) -> pd.DataFrame:
    with _store.cursor() as cursor:
        return cursor.execute(sql, list(parameters)).df()
