"""Commands that read tweet files: run (into a store) and classify (file to file)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import Quiet, reporter
from pipeline.cli.store_option import store_location
from pipeline.engine import EngineName

Inputs = Annotated[
    list[str],
    typer.Argument(
        help="CSV, JSON lines, Parquet or X API v2 JSON files: paths, patterns such as '2026/*.csv', or URLs "
        "(s3://, gs://, abfs://, https://).",
        metavar="INPUT…",
    ),
]
Brands = Annotated[
    Path | None, typer.Option(help="A CSV of further brands: brand, industry, handle, aliases.")
]
SpecialistName = Annotated[
    str, typer.Option("--specialist", help="`default`, a folder, or a Hugging Face Hub id.")
]
TextColumn = Annotated[
    str | None, typer.Option(help="The column that holds the text, if its name is unusual.")
]
DateColumn = Annotated[str | None, typer.Option(help="The column that holds the time.")]
IdColumn = Annotated[str | None, typer.Option(help="The column that holds the tweet's id.")]
DateFormat = Annotated[
    str | None, typer.Option(help="How dates are written, as in `%d/%m/%Y %H:%M`, if guessed wrongly.")
]
Delimiter = Annotated[
    str | None, typer.Option(help="What separates the columns of a CSV, if guessed wrongly.")
]


def register(app: typer.Typer) -> None:
    """Add this module's commands to the app."""
    app.command(epilog="Example: `mmx run tweets.csv --db tweets.duckdb`")(run)
    app.command(epilog="Example: `mmx classify tweets.csv -o classified.csv`")(classify)


def run(
    inputs: Inputs,
    db: Annotated[Path, typer.Option("--db", parser=store_location, help="The store to make or to add to.")],
    brands: Brands = None,
    specialist: SpecialistName = "default",
    engine: Annotated[
        EngineName,
        typer.Option(help="Where tweets are classified and embedded: here, or by Ray on a cluster."),
    ] = EngineName.LOCAL,
    staging: Annotated[
        str | None,
        typer.Option(
            help="With Ray: a folder or object-store URL that all nodes can read and write, by default the store's "
            "folder.",
            metavar="FOLDER",
        ),
    ] = None,
    text_column: TextColumn = None,
    date_column: DateColumn = None,
    id_column: IdColumn = None,
    date_format: DateFormat = None,
    delimiter: Delimiter = None,
    keep_raw: Annotated[
        bool, typer.Option("--keep-raw", help="Keep the original text, with users' names.")
    ] = False,
    wait: Annotated[
        float, typer.Option(min=0, help="Seconds to wait for another run on this store to end.")
    ] = 0,
    quiet: Quiet = False,
) -> None:
    """Take tweets through all stages into a store: ingest, brands, Ps, sentiment, topics, pain points.

    What an earlier run classified is kept; an interrupted run goes on where it stopped.
    """
    from pipeline.ingest import ColumnNames
    from pipeline.locations import local_files
    from pipeline.run import Settings, run_stages

    progress = reporter(quiet)
    with local_files(inputs, progress) as paths:
        settings = Settings(
            inputs=paths,
            brands=brands,
            specialist=specialist,
            columns=ColumnNames(text=text_column, created_at=date_column, tweet_id=id_column),
            date_format=date_format,
            delimiter=delimiter,
            keep_raw=keep_raw,
            engine=engine,
            staging=staging,
        )
        summary = run_stages(db, settings, progress, wait=wait)
    for line in summary.lines():
        progress.note(line)


def classify(
    source: Annotated[
        Path, typer.Argument(help="A CSV, JSON lines, Parquet or X API v2 JSON file.", metavar="INPUT")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="A .csv, .jsonl or .parquet file.")],
    brands: Brands = None,
    specialist: SpecialistName = "default",
    text_column: TextColumn = None,
    delimiter: Delimiter = None,
    english_only: Annotated[
        bool, typer.Option("--english-only", help="Leave the answers empty for tweets in other languages.")
    ] = False,
    by_p: Annotated[
        bool, typer.Option("--by-p", help="Add sentiment_product …: what a tweet says of each P it is about.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Add the four Ps and sentiment to each row of a file; columns and order stay as they are."""
    from pipeline.classify import classify_file

    progress = reporter(quiet)
    summary = classify_file(
        source,
        output,
        specialist=specialist,
        brands=brands,
        text_column=text_column,
        delimiter=delimiter,
        english_only=english_only,
        by_p=by_p,
        reporter=progress,
    )
    for line in summary.lines():
        progress.note(line)
