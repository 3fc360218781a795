"""The first stages of a run: files in, tweets with their language and brands in the store."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from pipeline import memory
from pipeline.brands import Catalogue
from pipeline.forgotten import FORGOTTEN, leave_out
from pipeline.ingest import ColumnNames, FoundColumns, Reject, read_tweets, resolve_ids
from pipeline.language import UNKNOWN, detect, is_language
from pipeline.progress import Advance
from pipeline.store import insert, read_meta, transaction, write_meta
from specialist.preprocess import preprocess

if TYPE_CHECKING:
    import pandas as pd

_CHUNK = 20_000


@dataclass
class FileIntake:
    """What became of one input file; kept in `runs.inputs`."""

    path: str
    sha256: str
    rows: int = 0
    accepted: int = 0
    duplicates: int = 0
    rejects: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    @property
    def rejected(self) -> int:
        """Return how many rows were not taken."""
        return sum(self.rejects.values())

    def record(self) -> dict[str, Any]:
        """Return it as JSON can hold it; `dataclasses.asdict` would break the counter."""
        return vars(self) | {"rejects": dict(self.rejects)}


def file_sha256(path: Path) -> str:
    """Return a file's SHA-256 in hex."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def take_in(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    sha256: str,
    run_id: str,
    catalogue: Catalogue,
    advance: Advance,
    *,
    columns: ColumnNames | FoundColumns,
    date_format: str | None,
    delimiter: str | None,
    keep_raw: bool,
) -> FileIntake:
    """Take one file's new tweets into the store: ids resolved, text preprocessed, language and brands found.

    The caller wraps this in a transaction, so that a file is in the store whole or not at all.

    Raises
    ------
    InputError
        If the file cannot be read or has no text column.
    """
    intake = FileIntake(str(path), sha256)
    total = _stage(connection, path, run_id, intake, columns, date_format, delimiter, advance)
    for start in range(1, total + 1, _CHUNK):
        new = connection.execute(
            """SELECT tweet_id, content_id, created_at, text, lang, likes, reposts FROM staging
            WHERE position BETWEEN ? AND ? AND NOT is_duplicate ORDER BY position""",
            [start, start + _CHUNK - 1],
        ).df()
        if not new.empty:
            _insert(connection, new, path, catalogue, keep_raw)
            intake.accepted += len(new)
    intake.rows, intake.duplicates = total + intake.rejected, total - intake.accepted
    connection.execute("DROP TABLE staging")
    return intake


def match_all(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, advance: Advance) -> None:
    """Find the brands of all tweets in the store again, as after a change of the catalogue."""
    connection.execute("DELETE FROM mentions")
    connection.execute("DELETE FROM brands")
    last = ""
    while True:
        tweets = connection.execute(
            "SELECT tweet_id, text FROM tweets WHERE tweet_id > ? ORDER BY tweet_id LIMIT ?", [last, _CHUNK]
        ).df()
        if tweets.empty:
            return
        last = str(tweets["tweet_id"].iloc[-1])
        _insert_mentions(connection, tweets, catalogue)
        advance(len(tweets))


def refresh_brands(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, stage: Callable[[], Advance]
) -> bool:
    """Match all tweets again if the catalogue is another than the one they were matched with; return whether."""
    if read_meta(connection, "catalogue") == catalogue.fingerprint:
        return False
    with transaction(connection):
        match_all(connection, catalogue, stage())
        write_meta(connection, "catalogue", catalogue.fingerprint)
    return True


def _stage(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    run_id: str,
    intake: FileIntake,
    columns: ColumnNames | FoundColumns,
    date_format: str | None,
    delimiter: str | None,
    advance: Advance,
) -> int:
    """Put a file's tweets into the table `staging`, ids resolved; return how many these are."""
    rejects: list[Reject] = []
    source = read_tweets(
        path, columns=columns, date_format=date_format, delimiter=delimiter, on_reject=rejects.append
    )
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE staging (source_id VARCHAR, content_id VARCHAR, author_key VARCHAR,
        created_at TIMESTAMP, text VARCHAR, lang VARCHAR, likes BIGINT, reposts BIGINT, line BIGINT)"""
    )
    for table in source:
        insert(connection, "staging", table)
        advance(table.num_rows)
        _keep_rejects(connection, rejects, run_id, intake)
    _keep_rejects(connection, rejects, run_id, intake)
    intake.notes = list(source.notes)
    forgotten = leave_out(connection, "staging", run_id, path.name)
    intake.rejects.update({FORGOTTEN: forgotten} if forgotten else {})
    total = resolve_ids(connection, "staging")
    memory.bound(connection, total)
    return total


def _keep_rejects(
    connection: duckdb.DuckDBPyConnection, rejects: list[Reject], run_id: str, intake: FileIntake
) -> None:
    if not rejects:
        return
    import pyarrow as pa

    rows = {
        "run_id": [run_id] * len(rejects),
        "source": [Path(reject.source).name for reject in rejects],
        "line": [reject.line for reject in rejects],
        "reason": [reject.reason for reject in rejects],
        "excerpt": [reject.excerpt for reject in rejects],
    }
    insert(connection, "rejects", pa.table(rows))
    intake.rejects.update(reject.reason for reject in rejects)
    rejects.clear()


def _insert(
    connection: duckdb.DuckDBPyConnection, new: pd.DataFrame, path: Path, catalogue: Catalogue, keep_raw: bool
) -> None:
    texts = [preprocess(text, catalogue.handles) for text in new["text"]]
    # A text too short to tell its language from has the one that the file gives, if it gives any.
    languages = [
        given if found == UNKNOWN and is_language(given) else found
        for found, given in zip(detect(texts), new["lang"], strict=True)
    ]
    tweets = new.assign(
        raw_text=new["text"] if keep_raw else None, text=texts, lang=languages, source=path.name
    )
    insert(connection, "tweets", tweets)
    _insert_mentions(connection, tweets, catalogue)


def _insert_mentions(
    connection: duckdb.DuckDBPyConnection, tweets: pd.DataFrame, catalogue: Catalogue
) -> None:
    pairs = [
        (tweet_id, brand_id)
        for tweet_id, text in zip(tweets["tweet_id"], tweets["text"], strict=True)
        for brand_id in catalogue.match(text)
    ]
    if not pairs:
        return
    import pandas as pd

    mentions = pd.DataFrame(pairs, columns=["tweet_id", "brand_id"])
    named = [catalogue.brands[brand_id] for brand_id in mentions["brand_id"].unique()]
    brands = pd.DataFrame(
        [(brand.brand_id, brand.name, brand.industry, brand.handle or None) for brand in named],
        columns=["brand_id", "name", "industry", "handle"],
    )
    insert(connection, "brands", brands, on_conflict="OR IGNORE")
    insert(connection, "mentions", mentions)
