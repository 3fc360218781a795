"""Commands that show the dashboard: demo and dashboard."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import Quiet, reporter
from pipeline.cli.store_option import store_location

Port = Annotated[int, typer.Option(min=1, max=65535, help="The port of the page on this machine.")]
NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Do not open a browser window.")]


def register(app: typer.Typer) -> None:
    """Add this module's commands to the app."""
    app.command(epilog="Example: `mmx demo --port 8600`")(demo)
    app.command(epilog="Example: `mmx dashboard --db tweets.duckdb`")(dashboard)


def demo(
    port: Port = 8501,
    no_browser: NoBrowser = False,
    db: Annotated[
        Path | None, typer.Option("--db", help="Where the demo store is kept; by default your data folder.")
    ] = None,
    build_only: Annotated[
        bool, typer.Option("--build-only", help="Build the demo store, but serve nothing.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Build the demo store from tweets about fictional brands, if it is not there, and show it."""
    from pipeline.demo import build_demo, default_path
    from pipeline.serve import check_port, serve

    path = db or default_path()
    if not build_only:
        # Before minutes of building, not after.
        check_port(port)
    build_demo(path, reporter(quiet))
    if not build_only:
        serve(path, port, open_browser=not no_browser)


def dashboard(
    db: Annotated[
        Path,
        typer.Option(
            "--db",
            parser=store_location,
            help="The store; one that is not there yet is made by the first upload. `md:NAME`, `s3://…` or "
            "`https://…` for one elsewhere, to read only.",
        ),
    ],
    port: Port = 8501,
    no_browser: NoBrowser = False,
) -> None:
    """Show a store in the browser, on this machine only."""
    from pipeline.errors import InputError, OlderStoreError
    from pipeline.serve import serve
    from pipeline.store import connect

    if db.exists():
        try:
            connect(db).close()
        except OlderStoreError:
            print(f"{db} was made by an older version of mmx: the dashboard brings it up to date at a click.")
    elif not db.absolute().parent.is_dir():
        raise InputError(f"there is no folder {db.absolute().parent}, in which to make the store {db.name}")
    else:
        print(f"There is no store at {db} yet: the page Data makes it from the file that you give there.")
    serve(db, port, open_browser=not no_browser)
