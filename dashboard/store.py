"""The one module that opens the analysis store: read-only, and noticing when a run published a new one."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import streamlit as st

from dashboard.selection import SPECIALIST, VADER, Source
from pipeline.errors import InputError
from pipeline.p_sentiment import EACH_P
from pipeline.store import check_schema

# What the pages query beside the store's own tables. A tweet that the specialist has not judged (another
# language, say) is in none of them. In `about` a mention is a row for each P `p` it is about, with its sentiment
# towards that P, or as a whole where the store has none by P. In the schema `vader` the views' sentiment is VADER's,
# which has a score (`compound`) in place of probabilities: as in a store whose specialist gives no sentiment of its
# own.
VIEWS = f"""
CREATE VIEW judged AS
    SELECT t.tweet_id, t.created_at, t.text, t.lang, t.source, t.likes, t.reposts,
           c.specialist, c.p_product, c.p_place, c.p_price, c.p_promotion,
           c.product, c.place, c.price, c.promotion,
           s.sentiment, s.p_negative, s.p_neutral, s.p_positive, s.compound, s.vader,
           coalesce(tt.topic_id, -1) AS topic_id, tt.x, tt.y
    FROM store.tweets t
    JOIN store.classifications c USING (tweet_id)
    JOIN store.sentiments s USING (tweet_id)
    LEFT JOIN store.tweet_topics tt USING (tweet_id);
CREATE VIEW mentioned AS
    SELECT b.brand_id, b.name AS brand, b.industry, j.*
    FROM store.mentions m
    JOIN store.brands b USING (brand_id)
    JOIN judged j USING (tweet_id);
CREATE VIEW about AS
    SELECT each_p.p, j.* REPLACE (
        coalesce(f.sentiment, j.sentiment) AS sentiment, coalesce(f.p_negative, j.p_negative) AS p_negative,
        coalesce(f.p_neutral, j.p_neutral) AS p_neutral, coalesce(f.p_positive, j.p_positive) AS p_positive)
    FROM mentioned j JOIN {EACH_P}
    LEFT JOIN store.p_sentiments f ON f.tweet_id = j.tweet_id AND f.p = each_p.p;
CREATE SCHEMA vader;
CREATE VIEW vader.judged AS SELECT * REPLACE (
    vader AS sentiment, NULL::REAL AS p_negative, NULL::REAL AS p_neutral, NULL::REAL AS p_positive)
    FROM memory.main.judged;
CREATE VIEW vader.mentioned AS SELECT * REPLACE (
    vader AS sentiment, NULL::REAL AS p_negative, NULL::REAL AS p_neutral, NULL::REAL AS p_positive)
    FROM memory.main.mentioned;
CREATE VIEW vader.about AS SELECT * REPLACE (
    vader AS sentiment, NULL::REAL AS p_negative, NULL::REAL AS p_neutral, NULL::REAL AS p_positive)
    FROM memory.main.about;
"""
CURSOR_PATHS: dict[str, str] = {
    SPECIALIST: "SET search_path = 'memory.main,store.main'",
    VADER: "SET search_path = 'memory.vader,memory.main,store.main'",
}

Version = tuple[int, int, int]


@dataclass(frozen=True)
class Store:
    """One published version of the analysis store, open for reading.

    Attributes
    ----------
    path
        The file.
    version
        Its inode, time of change in ns and size in bytes: another one means another file.
    connection
        Never queried itself: each query gets a cursor of its own, since threads may not share one.
    source
        Whose sentiment the views `judged` and `mentioned` hold.
    """

    path: Path
    version: Version
    connection: duckdb.DuckDBPyConnection
    source: Source = SPECIALIST

    def by(self, source: Source) -> Store:
        """Return the same store with another source of sentiment."""
        return replace(self, source=source)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a new cursor that sees the store's tables and the views `judged` and `mentioned`."""
        cursor = self.connection.cursor()
        cursor.execute(CURSOR_PATHS[self.source])
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
        return _frame(str(self.path), self.version, self.source, sql, tuple(parameters), self)


def store_path() -> Path | None:
    """Return the file given as `-- --db FILE` on the command line or in MMX_DB, or None."""
    arguments = sys.argv[1:]
    for i, argument in enumerate(arguments):
        if argument == "--db" and i + 1 < len(arguments):
            return Path(arguments[i + 1]).expanduser()
        if argument.startswith("--db="):
            return Path(argument.removeprefix("--db=")).expanduser()
    given = os.environ.get("MMX_DB")
    return Path(given).expanduser() if given else None


def current(path: Path) -> Store:
    """Return the store that is published at a path now.

    Raises
    ------
    InputError
        If there is no such file, or it is no readable store of this program's schema version.
    """
    if not path.is_file():
        raise InputError(f"there is no store at {path}")
    return _open(str(path.absolute()))


def _version(path: Path) -> Version:
    status = path.stat()
    return status.st_ino, status.st_mtime_ns, status.st_size


def _is_current(store: Store) -> bool:
    return store.path.is_file() and _version(store.path) == store.version


# A version that was replaced is dropped here; DuckDB closes it when the last page drawing from it is done.
@st.cache_resource(max_entries=4, validate=_is_current, show_spinner=False)
def _open(path: str) -> Store:
    file = Path(path)
    version = _version(file)
    connection = duckdb.connect(":memory:")
    quoted = path.replace("'", "''")
    try:
        connection.execute(f"ATTACH '{quoted}' AS store (READ_ONLY)")
        connection.execute("USE store")
        check_schema(connection, file)
        connection.execute("USE memory")
        connection.execute(VIEWS)
    except duckdb.Error as error:
        connection.close()
        raise InputError(f"{path} cannot be read: {str(error).splitlines()[0]}") from error
    except InputError:
        connection.close()
        raise
    return Store(file, version, connection)


@st.cache_data(max_entries=300, show_spinner=False)
def _frame(
    path: str, version: Version, source: str, sql: str, parameters: tuple[Any, ...], _store: Store
) -> pd.DataFrame:
    with _store.cursor() as cursor:
        return cursor.execute(sql, list(parameters)).df()
