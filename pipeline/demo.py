"""The demo: the same stages as any run, on tweets about fictional brands that ship in the package."""

from __future__ import annotations

from pathlib import Path

from pipeline.ingest import ColumnNames
from pipeline.progress import Reporter
from pipeline.run import Settings, run_stages

TWEETS = Path(__file__).parent / "data" / "demo_tweets.csv"
NOTE = "fictional brands"


def default_path() -> Path:
    """Return where the demo store is kept: the user's data folder."""
    from platformdirs import user_data_path

    return user_data_path("synthetic-specialist", appauthor=False) / "demo.duckdb"


def build_demo(db: Path, reporter: Reporter) -> None:
    """Bring the demo store up to date; where it is whole already, that takes a moment."""
    if db.exists() and _is_current(db):
        return
    settings = Settings(inputs=(TWEETS,), brands=None, specialist="default", columns=ColumnNames(), note=NOTE)
    reporter.note(f"Building the demo store ({db}). This is done once and takes a few minutes.")
    for line in run_stages(db, settings, reporter).lines():
        reporter.note(line)
