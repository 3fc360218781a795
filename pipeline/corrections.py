"""Corrections: labels that people gave tweets by hand, kept in an SQLite file beside the store.

The store itself is replaced as a whole by each run, and the dashboard only reads it. So what people correct lives in a
file of its own, which no run touches, and goes by the tweet's id and text: a tweet whose text is another one in a later
run is not taken for the one that was corrected.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.store import P_LABELS, SENTIMENTS

if TYPE_CHECKING:
    import pandas as pd

SUFFIX = ".corrections.sqlite"
FORMAT = 1  # SQLite's user_version of the file
WAIT = 20.0  # seconds for another session's write to end; one takes milliseconds
_AT_ONCE = 10_000  # values in one query; SQLite takes at most 32,766
_PS = ", ".join(P_LABELS)
_SENTIMENTS = ", ".join(f"'{name}'" for name in SENTIMENTS)
_TABLE = f"""
CREATE TABLE IF NOT EXISTS corrections (
    correction_id INTEGER PRIMARY KEY,
    tweet_id TEXT NOT NULL, text_sha256 TEXT NOT NULL, text TEXT NOT NULL,
    {"".join(f"{p} INTEGER NOT NULL CHECK ({p} IN (0, 1)), " for p in P_LABELS)}
    sentiment TEXT NOT NULL CHECK (sentiment IN ({_SENTIMENTS})),
    corrected_by TEXT NOT NULL, corrected_at TEXT NOT NULL,
    undone_by TEXT, undone_at TEXT
);
CREATE INDEX IF NOT EXISTS corrections_by_tweet ON corrections (tweet_id, text_sha256);
PRAGMA user_version = {FORMAT};
"""
# The last one that was not undone counts.
_CURRENT = f"""
SELECT tweet_id, text_sha256, text, {_PS}, sentiment, corrected_by, corrected_at
FROM corrections JOIN (SELECT max(correction_id) AS correction_id FROM corrections
                       WHERE undone_at IS NULL GROUP BY tweet_id, text_sha256) USING (correction_id)
"""


@dataclass(frozen=True)
class Labels:
    """What a tweet is about, and how it speaks.

    Attributes
    ----------
    ps
        Those of `P_LABELS` that it is about, in their order; none, one or several.
    sentiment
        One of `SENTIMENTS`.
    """

    ps: tuple[str, ...]
    sentiment: str

    def __post_init__(self) -> None:
        """Refuse what is no label."""
        wrong = [p for p in self.ps if p not in P_LABELS]
        if wrong or self.sentiment not in SENTIMENTS:
            raise ValueError(f'"{wrong[0] if wrong else self.sentiment}" is no label')


@dataclass(frozen=True)
class Correction:
    """A tweet's labels by a person.

    Attributes
    ----------
    tweet_id, text
        Of the tweet that was corrected.
    by
        Who corrected it; empty where nobody was logged in.
    at
        When, UTC.
    """

    tweet_id: str
    text: str
    labels: Labels
    by: str
    at: datetime


def beside(db: Path) -> Path:
    """Return the file of a store's corrections; it is there from the first correction on."""
    return db.with_name(db.name + SUFFIX)


def correct(file: Path, tweet_id: str, text: str, labels: Labels, by: str = "") -> None:
    """Keep a correction; it counts instead of an earlier one of the same tweet.

    Raises
    ------
    InputError
        If the file cannot be written, or is no file of corrections.
    """
    with _writing(file) as connection:
        connection.executescript(_TABLE)
        connection.execute(
            f"""INSERT INTO corrections (tweet_id, text_sha256, text, {_PS}, sentiment, corrected_by, corrected_at)
            VALUES ({", ".join("?" * (len(P_LABELS) + 6))})""",
            [
                tweet_id,
                _hash(text),
                text,
                *(int(p in labels.ps) for p in P_LABELS),
                labels.sentiment,
                by,
                _now(),
            ],
        )


def undo(file: Path, tweet_id: str, text: str, by: str = "") -> None:
    """Take the last correction of a tweet back: the one before counts again, else the specialist's labels.

    Raises
    ------
    InputError
        If the file cannot be written, or is no file of corrections.
    """
    if not file.exists():
        return
    with _writing(file) as connection:
        connection.execute(
            """UPDATE corrections SET undone_by = ?, undone_at = ? WHERE correction_id =
            (SELECT max(correction_id) FROM corrections
             WHERE tweet_id = ? AND text_sha256 = ? AND undone_at IS NULL)""",
            [by, _now(), tweet_id, _hash(text)],
        )


def remove(file: Path, tweet_ids: Collection[str]) -> int:
    """Delete all that is kept of some tweets, so that nothing of it stays in the file; return how many corrections.

    Raises
    ------
    InputError
        If the file cannot be written, or is no file of corrections.
    """
    if not file.exists():
        return 0
    removed = 0
    with _writing(file) as connection:
        for ids in _in_parts(list(tweet_ids)):
            marks = ", ".join("?" * len(ids))
            removed += connection.execute(
                f"DELETE FROM corrections WHERE tweet_id IN ({marks})", ids
            ).rowcount
    with _readable(file), closing(_open(file)) as connection:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return removed


def of(file: Path, texts: Mapping[str, str]) -> dict[str, Correction]:
    """Return the corrections of some tweets, by their ids.

    Parameters
    ----------
    texts
        The tweets' texts by id, as they are now: a correction of another text is not taken.
    """
    found = [row for ids in _in_parts(list(texts)) for row in _rows(file, ids)]
    return {row["tweet_id"]: _correction(row) for row in found if row["text"] == texts[row["tweet_id"]]}


def every(file: Path) -> list[Correction]:
    """Return all corrections that count, one for each tweet and text, oldest first."""
    return sorted(map(_correction, _rows(file)), key=lambda correction: (correction.at, correction.tweet_id))


def labelled(file: Path) -> pd.DataFrame:
    """Return all corrections as labelled texts (see `table`).

    Raises
    ------
    InputError
        If there are none, or the file is no file of corrections.
    """
    found = every(file)
    if not found:
        raise InputError(f"there are no corrections in {file}")
    return table(found)


def table(corrections: Sequence[Correction]) -> pd.DataFrame:
    """Return corrections as what training and validation read.

    Returns
    -------
    pandas.DataFrame
        id (the tweet's), text, the four Ps (0 or 1), sentiment, corrected_by and corrected_at (UTC, ISO 8601).
    """
    import pandas as pd

    rows = [
        [
            correction.tweet_id,
            correction.text,
            *(int(p in correction.labels.ps) for p in P_LABELS),
            correction.labels.sentiment,
            correction.by,
            correction.at.isoformat(timespec="seconds"),
        ]
        for correction in corrections
    ]
    columns = ["id", "text", *P_LABELS, "sentiment", "corrected_by", "corrected_at"]
    return pd.DataFrame(rows, columns=columns)


def is_file_of_corrections(path: Path) -> bool:
    """Tell by its first bytes whether a file is an SQLite file, as corrections are kept in."""
    if not path.is_file():
        return False
    with path.open("rb") as handle:
        return handle.read(16) == b"SQLite format 3\x00"


def _rows(file: Path, ids: Collection[str] | None = None) -> list[sqlite3.Row]:
    """Return the corrections that count, of all tweets or of some."""
    if not file.exists():
        return []
    only = "" if ids is None else f" WHERE tweet_id IN ({', '.join('?' * len(ids))})"
    with _readable(file), closing(_open(file)) as connection:
        return connection.execute(_CURRENT + only, list(ids or ())).fetchall()


def _correction(row: sqlite3.Row) -> Correction:
    labels = Labels(tuple(p for p in P_LABELS if row[p]), row["sentiment"])
    return Correction(
        row["tweet_id"],
        row["text"],
        labels,
        row["corrected_by"],
        datetime.fromisoformat(row["corrected_at"]),
    )


def _in_parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]


@contextmanager
def _writing(file: Path) -> Iterator[sqlite3.Connection]:
    """Open the file, made if need be, and commit what happens inside as one step."""
    with _readable(file), closing(_open(file)) as connection:
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous = FULL")
        with connection:
            yield connection


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Let readers go on while one session writes, so that a crash costs nothing that was committed.

    Of several sessions that ask this of a new file at once SQLite lets none wait, so that it is asked again.
    """
    latest = time.monotonic() + WAIT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > latest:
                raise
            time.sleep(0.02)


def _open(file: Path) -> sqlite3.Connection:
    # SQLite wants to write beside a file with a write-ahead log even to read it; where it may not, none else may.
    how = "" if os.access(file.parent, os.W_OK) else "?immutable=1"
    connection = sqlite3.connect(f"{file.absolute().as_uri()}{how}", uri=True, timeout=WAIT)
    connection.row_factory = sqlite3.Row
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found not in (0, FORMAT):
        connection.close()
        raise InputError(f"{file} was written by another version of mmx")
    return connection


@contextmanager
def _readable(file: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise InputError(f"the corrections in {file} cannot be read or written: {error}") from error


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
