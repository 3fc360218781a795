"""A run: all offline stages over the given files, into a store, going on from what is there."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from pipeline import posts, stages
from pipeline.brand_list import read_brand_file
from pipeline.brands import Catalogue
from pipeline.engine import EngineName, open_engine, staging_folder
from pipeline.errors import InputError
from pipeline.ingest import ColumnNames, FoundColumns, read_tweets
from pipeline.intake import FileIntake, file_sha256, refresh_brands, take_in
from pipeline.own_brands import catalogue_of
from pipeline.progress import Advance, Reporter
from pipeline.schema import OLDEST_VERSION
from pipeline.store import building, connect, transaction, write_meta


@dataclass(frozen=True)
class Settings:
    """What a run is asked to do; see `mmx run --help`. The engine changes nothing in what comes out.

    Without inputs a run brings a store of an older version up to date, its tweets' brands as they are.
    """

    inputs: tuple[Path, ...]
    brands: Path | None
    specialist: str
    columns: ColumnNames | FoundColumns
    date_format: str | None = None
    delimiter: str | None = None
    keep_raw: bool = False
    note: str = ""
    engine: EngineName = EngineName.LOCAL
    staging: str | None = None

    def parameters(self) -> dict[str, Any]:
        """Return what is kept in `runs.parameters`: enough to tell the same run from another."""
        return {
            "inputs": [file_sha256(path) for path in self.inputs],
            "brands": None if self.brands is None else file_sha256(self.brands),
            "specialist": self.specialist,
            "columns": asdict(self.columns),
            "date_format": self.date_format,
            "delimiter": self.delimiter,
            "keep_raw": self.keep_raw,
        }


@dataclass
class Summary:
    """What a run did, for the user to read."""

    db: Path
    files: list[FileIntake] = field(default_factory=list)
    went_on: bool = False
    classified: int = 0
    tweets: int = 0
    brands: int = 0
    topics: int = 0
    languages: Counter[str] = field(default_factory=Counter)

    def lines(self) -> list[str]:
        """Return the summary, a sentence a line."""
        lines = [line for file in self.files for line in _file_lines(file)]
        if self.went_on:
            lines.append("Went on from an interrupted run: what it had done was kept.")
        if self.classified:
            lines.append(f"{_count(self.classified, 'tweet')} classified.")
        else:
            lines.append("Nothing new to classify: all tweets were classified by earlier runs.")
        if self.languages:
            found = ", ".join(f"{language} {count:,}" for language, count in self.languages.most_common(5))
            lines.append(f"Not in English and left out: {_count(self.languages.total(), 'tweet')} ({found}).")
        counts = [(self.tweets, "tweet"), (self.brands, "brand"), (self.topics, "topic")]
        return [*lines, f"{self.db}: {', '.join(_count(*count) for count in counts)}."]


def _file_lines(file: FileIntake) -> list[str]:
    counts = f"{_count(file.rows, 'row')}, {_count(file.accepted, 'new tweet')}"
    if file.duplicates:
        counts += f", {file.duplicates:,} already known or repeated"
    if file.rejected:
        counts += f", {file.rejected:,} not taken"
    lines = [f"{Path(file.path).name}: {counts}.", *(f"  {note}" for note in file.notes)]
    return lines + [f"  not taken, {reason}: {count:,}" for reason, count in file.rejects.most_common()]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def run_stages(db: Path, settings: Settings, reporter: Reporter, *, wait: float = 0) -> Summary:
    """Take the input files through all stages and publish the store.

    Tweets that the store has are not classified or embedded again. If the process dies, the published store
    stays as it was and the next run goes on from the last chunk that was finished.

    Parameters
    ----------
    db
        The store to make or to add to.
    wait
        Seconds to wait for another run on the same store.

    Raises
    ------
    InputError
        If an input cannot be read, or another run holds the store.
    """
    _check_inputs(settings)
    if settings.brands is not None:
        # One that cannot be used is named before anything is built.
        read_brand_file(settings.brands)
    parameters = settings.parameters()
    summary = Summary(db)
    with (
        building(db, wait=wait) as connection,
        open_engine(settings.engine, staging_folder(db, settings.staging), reporter) as engine,
    ):
        run_id, summary.went_on = _begin(connection, parameters)
        catalogue = catalogue_of(connection, settings.brands)
        if settings.inputs:
            # A store of an older version does not remember the list of brands that its tweets were matched with.
            _refresh(connection, catalogue, reporter)
        try:
            _take_in_all(connection, settings, parameters["inputs"], run_id, catalogue, reporter, summary)
        except InputError:
            _forget(connection, run_id)
            raise
        specialist = _load_specialist(settings.specialist, reporter)
        summary.classified = stages.classify_pending(connection, specialist, reporter, engine)
        stages.tell_ps_apart(connection, specialist, reporter, engine)
        stages.embed_pending(connection, reporter, engine)
        stages.fit_topics(connection, reporter)
        posts.refresh(connection)
        stages.rank_pain_points(connection, reporter)
        _finish(connection, run_id, specialist.name, settings, summary)
    return summary


def specialist_of(db: Path) -> str:
    """Return the specialist, as `Settings` names it, that the latest run on a store had; of a new store, the default.

    Raises
    ------
    InputError
        If there is such a file, but it is no store that a run could go on with.
    """
    if not db.exists():
        return "default"
    with connect(db, oldest=OLDEST_VERSION) as connection:
        row = connection.execute(
            """SELECT parameters->>'specialist' FROM runs WHERE finished_at IS NOT NULL
            ORDER BY started_at DESC LIMIT 1"""
        ).fetchone()
    return str(row[0]) if row and row[0] else "default"


def _check_inputs(settings: Settings) -> None:
    """Raise InputError before anything is built if an input is missing, of a wrong kind, or has no text column."""
    for path in settings.inputs:
        read_tweets(
            path,
            columns=settings.columns,
            date_format=settings.date_format,
            delimiter=settings.delimiter,
            on_reject=lambda _: None,
        )


def _begin(connection: duckdb.DuckDBPyConnection, parameters: dict[str, Any]) -> tuple[str, bool]:
    """Return the id of this run and whether it is an interrupted one that goes on."""
    text = json.dumps(parameters, sort_keys=True)
    row = connection.execute(
        """SELECT run_id FROM runs WHERE finished_at IS NULL AND parameters::VARCHAR = ?
        ORDER BY started_at DESC LIMIT 1""",
        [text],
    ).fetchone()
    if row is not None:
        return str(row[0]), True
    interrupted = connection.execute("SELECT count(*) FROM runs WHERE finished_at IS NULL").fetchone()
    now = datetime.now(UTC).replace(tzinfo=None)
    run_id = now.strftime("%Y%m%d-%H%M%S-%f")
    connection.execute(
        """INSERT INTO runs (run_id, started_at, version, parameters, inputs) VALUES (?, ?, ?, ?, '[]')""",
        [run_id, now, version("synthetic-specialist"), text],
    )
    return run_id, bool(interrupted and interrupted[0])


def _forget(connection: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Drop a run that took nothing in, so that the next one does not go on from it."""
    connection.execute("DELETE FROM runs WHERE run_id = ? AND inputs::VARCHAR = '[]'", [run_id])


def _refresh(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, reporter: Reporter) -> None:
    row = connection.execute("SELECT count(*) FROM tweets").fetchone()
    total = int(row[0]) if row else 0
    with ExitStack() as shown:

        def stage() -> Advance:
            return (
                shown.enter_context(reporter.stage("Match brands again", total)) if total else lambda _: None
            )

        refresh_brands(connection, catalogue, stage)


def _take_in_all(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    hashes: list[str],
    run_id: str,
    catalogue: Catalogue,
    reporter: Reporter,
    summary: Summary,
) -> None:
    for path, sha256 in zip(settings.inputs, hashes, strict=True):
        done = _known_inputs(connection, run_id)
        if sha256 in [file.sha256 for file in done]:
            summary.files.append(next(file for file in done if file.sha256 == sha256))
            continue
        with reporter.stage(f"Read {path.name}"[:28], None) as advance, transaction(connection):
            intake = take_in(
                connection,
                path,
                sha256,
                run_id,
                catalogue,
                advance,
                columns=settings.columns,
                date_format=settings.date_format,
                delimiter=settings.delimiter,
                keep_raw=settings.keep_raw,
            )
            inputs = json.dumps([file.record() for file in [*done, intake]], ensure_ascii=False)
            connection.execute("UPDATE runs SET inputs = ? WHERE run_id = ?", [inputs, run_id])
        summary.files.append(intake)


def _known_inputs(connection: duckdb.DuckDBPyConnection, run_id: str) -> list[FileIntake]:
    row = connection.execute("SELECT inputs::VARCHAR FROM runs WHERE run_id = ?", [run_id]).fetchone()
    files = json.loads(row[0]) if row else []
    return [FileIntake(**(file | {"rejects": Counter(file["rejects"])})) for file in files]


def _load_specialist(name: str, reporter: Reporter) -> Any:
    with reporter.stage("Load the specialist", 1) as advance:
        from specialist.predict import Specialist

        specialist = Specialist.load(name)
        advance(1)
    return specialist


def _finish(
    connection: duckdb.DuckDBPyConnection, run_id: str, specialist: str, settings: Settings, summary: Summary
) -> None:
    files = summary.files
    now = datetime.now(UTC).replace(tzinfo=None)
    with transaction(connection):
        connection.execute(
            """UPDATE runs SET finished_at = ?, specialist = ?, rows_in = ?, rows_accepted = ?, rows_duplicate = ?,
            rows_rejected = ?, rows_classified = ? WHERE run_id = ?""",
            [
                now,
                specialist,
                _total(files, lambda file: file.rows),
                _total(files, lambda file: file.accepted),
                _total(files, lambda file: file.duplicates),
                _total(files, lambda file: file.rejected),
                summary.classified,
                run_id,
            ],
        )
        # An interrupted run with other inputs ends here too: what it took in is part of this store.
        connection.execute("UPDATE runs SET finished_at = ? WHERE finished_at IS NULL", [now])
        if settings.note:
            write_meta(connection, "note", settings.note)
    counts = connection.execute(
        """SELECT (SELECT count(*) FROM tweets), (SELECT count(DISTINCT brand_id) FROM mentions),
        (SELECT count(*) FROM topics)"""
    ).fetchone()
    assert counts is not None
    summary.tweets, summary.brands, summary.topics = (int(count) for count in counts)
    others = connection.execute(
        "SELECT lang, count(*) FROM tweets WHERE lang NOT IN ('en', 'und') GROUP BY lang"
    ).fetchall()
    summary.languages = Counter(dict(others))


def _total(files: list[FileIntake], count: Callable[[FileIntake], int]) -> int:
    return sum(count(file) for file in files)
