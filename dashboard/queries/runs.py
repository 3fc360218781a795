"""What was loaded into the store: its runs and their files, rows not taken, languages left out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from dashboard.store import Store


@dataclass(frozen=True)
class Contents:
    """How much the store holds, and when it was published.

    Attributes
    ----------
    brands, topics
        Brands mentioned, and topics found.
    published
        When the last run ended and the pages could see it (UTC); None in a store that was never published.
    specialists
        Those that judged the tweets.
    bytes
        Size of the store's file.
    """

    tweets: int
    judged: int
    brands: int
    topics: int
    published: datetime | None
    schema_version: str
    specialists: tuple[str, ...]
    bytes: int


@dataclass(frozen=True)
class RunFile:
    """What became of the rows of one file of a run; `notes` say how it was understood, a sentence each."""

    name: str
    rows: int
    accepted: int
    duplicates: int
    rejected: int
    notes: tuple[str, ...]


def contents(store: Store) -> Contents:
    """Return how much the store holds."""
    row = store.frame(
        """SELECT (SELECT count(*) FROM tweets) AS tweets, (SELECT count(*) FROM judged) AS judged,
                  (SELECT count(DISTINCT brand_id) FROM mentions) AS brands,
                  (SELECT count(*) FROM topics) AS topics,
                  (SELECT value FROM meta WHERE key = 'published_at') AS published,
                  (SELECT value FROM meta WHERE key = 'schema_version') AS schema_version"""
    ).iloc[0]
    return Contents(
        tweets=int(row.tweets),
        judged=int(row.judged),
        brands=int(row.brands),
        topics=int(row.topics),
        published=None if pd.isna(row.published) else datetime.fromisoformat(row.published),
        schema_version=str(row.schema_version),
        specialists=tuple(
            store.frame("SELECT DISTINCT specialist FROM classifications ORDER BY specialist").specialist
        ),
        bytes=store.size,
    )


def runs(store: Store, limit: int) -> pd.DataFrame:
    """Return the newest runs: the columns of the table `runs`, and `seconds`; newest first."""
    return store.frame(
        """SELECT run_id, started_at, finished_at, version, specialist, inputs::VARCHAR AS inputs, rows_in,
                  rows_accepted, rows_duplicate, rows_rejected, rows_classified,
                  epoch(finished_at) - epoch(started_at) AS seconds
           FROM runs ORDER BY started_at DESC LIMIT ?""",
        [limit],
    )


def total_runs(store: Store) -> int:
    """Return how many runs made the store."""
    return int(store.frame("SELECT count(*) AS runs FROM runs").runs.iloc[0])


def files(inputs: str) -> list[RunFile]:
    """Return the files of a run.

    Parameters
    ----------
    inputs
        The run's column `inputs`, JSON as `pipeline.intake.FileIntake` is kept.
    """
    return [
        RunFile(
            # A run on another machine may have written a path of another system.
            name=file["path"].replace("\\", "/").rsplit("/", 1)[-1],
            rows=file["rows"],
            accepted=file["accepted"],
            duplicates=file["duplicates"],
            rejected=sum(file["rejects"].values()),
            notes=tuple(file["notes"]),
        )
        for file in json.loads(inputs)
    ]


def reasons(store: Store) -> pd.DataFrame:
    """Return why rows were not taken: reason, rows, files (how many); most frequent first."""
    return store.frame(
        """SELECT reason, count(*) AS rows, count(DISTINCT source) AS files
           FROM rejects GROUP BY reason ORDER BY rows DESC, reason"""
    )


def rejected_rows(store: Store, reason: str, first: int, limit: int) -> pd.DataFrame:
    """Return rows not taken for a reason: source, line, excerpt (its beginning), started_at of the run.

    Parameters
    ----------
    first
        How many rows to pass over.
    """
    return store.frame(
        """SELECT source, line, excerpt, started_at
           FROM rejects LEFT JOIN runs USING (run_id)
           WHERE reason = ? ORDER BY started_at DESC, source, line LIMIT ? OFFSET ?""",
        [reason, limit, first],
    )


def other_languages(store: Store) -> pd.DataFrame:
    """Return the languages of the tweets that were not judged: lang (code), tweets; most frequent first."""
    return store.frame(
        """WITH judged_of AS (SELECT lang, count(*) AS tweets FROM judged GROUP BY lang)
           SELECT lang, count(*) - coalesce(any_value(judged_of.tweets), 0) AS tweets
           FROM tweets LEFT JOIN judged_of USING (lang) GROUP BY lang
           HAVING count(*) > coalesce(any_value(judged_of.tweets), 0) ORDER BY tweets DESC, lang"""
    )
