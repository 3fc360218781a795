"""The demo: the same stages as any run, on tweets about fictional brands that ship in the package."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

from pipeline.errors import InputError
from pipeline.ingest import ColumnNames
from pipeline.progress import Reporter
from pipeline.run import Settings, run_stages
from pipeline.store import connect
from pipeline.user_data import user_data

TWEETS = Path(__file__).parent / "data" / "demo_tweets.csv"
NOTE = "fictional brands"


def default_path() -> Path:
    """Return where the demo store is kept: the user's data folder."""
    return user_data() / "demo.duckdb"


def build_demo(db: Path, reporter: Reporter) -> None:
    """Bring the demo store up to date; where it is whole already, that takes a moment.

    Raises
    ------
    InputError
        If the file is no store, or its folder cannot be written.
    """
    settings = Settings(inputs=(TWEETS,), brands=None, specialist="default", columns=ColumnNames(), note=NOTE)
    if db.exists() and _is_current(db, settings):
        return
    reporter.note(f"Building the demo store ({db}). This is done once and takes a few minutes.")
    for line in run_stages(db, settings, reporter).lines():
        reporter.note(line)


def _is_current(db: Path, settings: Settings) -> bool:
    """Tell whether this version of the program, with the specialist it has now, made the store."""
    from specialist.predict import full_name

    made_by = [version("synthetic-specialist"), full_name(settings.specialist)]
    try:
        with connect(db) as connection:
            runs = connection.execute(
                """SELECT parameters::VARCHAR FROM runs
                WHERE finished_at IS NOT NULL AND version = ? AND specialist = ?""",
                made_by,
            ).fetchall()
    except InputError:
        # Of another schema version or no store at all: the run says so, or makes it anew.
        return False
    return settings.parameters() in [json.loads(parameters) for (parameters,) in runs]
