"""Commands that make and judge specialists: train, validate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import Quiet, reporter

Labelled = Annotated[Path, typer.Argument(help="A CSV with a text column and 0/1 columns named after the labels.")]


def register(app: typer.Typer) -> None:
    """Add this module's commands to the app."""
    app.command(epilog="Example: `mmx train labelled.csv --base sentence-transformers/all-MiniLM-L6-v2 -o my-specialist`")(
        train
    )
    app.command(epilog="Example: `mmx validate expert_labels.csv --specialist my-specialist --json`")(validate)
