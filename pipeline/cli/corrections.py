"""Commands about labels that were corrected in the dashboard: corrections export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.ask import Database
from pipeline.cli.console import Quiet, reporter

if TYPE_CHECKING:
    import pandas as pd


def register(app: typer.Typer) -> None:
    """Add this module's commands to the app."""
    group = typer.Typer(help="Labels that were corrected in the dashboard.", no_args_is_help=True)
    group.command(
        epilog="Example: `mmx corrections export --db tweets.duckdb -o corrections.csv`",
    )(export)
    # A group of one command would be taken for that command.
    group.callback()(lambda: None)
    app.add_typer(group, name="corrections")


def export(
    db: Database,
    output: Annotated[Path, typer.Option("--output", "-o", help="A .csv, .xlsx, .parquet or .jsonl file.")],
    quiet: Quiet = False,
) -> None:
    """Write the corrected tweets as labelled texts, oldest correction first.

    `mmx train` and `mmx validate` read the CSV; they also take the file of corrections itself.
    """
    import duckdb

    from pipeline.corrections import beside, labelled
    from pipeline.errors import InputError
    from pipeline.export import check_format, write_relation

    check_format(output)
    file = beside(db)
    if not file.exists():
        what = f"no tweet of {db} was corrected" if db.is_file() else f"there is no store at {db}"
        raise InputError(what)
    corrected = labelled(file)
    with duckdb.connect() as connection:
        # To train on: the texts as they are.
        rows = write_relation(connection.from_df(corrected), output, raw_texts=True)
    reporter(quiet).note(f"{rows:,} corrected tweets written to {output}")


def read_if_corrections(path: Path) -> Path | pd.DataFrame:
    """Return the labelled texts of a file of corrections; any other file as it is.

    Raises
    ------
    InputError
        If it is an SQLite file without corrections.
    """
    from pipeline.corrections import is_file_of_corrections, labelled

    return labelled(path) if is_file_of_corrections(path) else path
