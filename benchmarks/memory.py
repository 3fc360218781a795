"""Peak memory of what a run does with millions of tweets, and whether it stays under 2 GB.

    python benchmarks/memory.py [--tweets 5000000] [--networks 20000 200000]

Makes a CSV of so many tweets (see scale.py) and takes it through reading, brand matching, VADER, the dashboard's tables
and export into each format. An answer that is always the same stands for the specialist's, as to ask it of millions
takes hours. What asks networks, classification and embedding, is measured with as many tweets as `--networks` says, in
two sizes or more to see that the peak is the same. Each size has a process of its own. The peaks are the kernel's
(VmHWM, set back before each step), so Linux only; they are written to benchmarks/results/memory.md.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scale import Measured, Stages, write_tweets

from pipeline import posts, stages
from pipeline.brands import Catalogue
from pipeline.efficiency_report import machine
from pipeline.export import Filters, select_tweets, write_relation
from pipeline.ingest import ColumnNames
from pipeline.intake import file_sha256, take_in
from pipeline.p_sentiment import copy_whole_sentiment
from pipeline.store import P_LABELS, SENTIMENTS, building, connect, transaction

if TYPE_CHECKING:
    import pandas as pd

RESULT = Path(__file__).parent / "results" / "memory.md"
TWEETS = 5_000_000
NETWORKS = [20_000, 200_000]
BOUND = 2_000  # MB


class Unmoved:
    """Stands for the specialist with an answer that is the same for all tweets."""

    name = "unmoved"

    def predict(self, texts: list[str], progress: Callable[[int], None] | None = None) -> pd.DataFrame:
        """Answer as `specialist.predict.Specialist` does."""
        import pandas as pd

        if progress is not None:
            progress(len(texts))
        answers: dict[str, Any] = {p: p == "place" for p in P_LABELS} | {f"p_{p}": 0.5 for p in P_LABELS}
        answers |= {"sentiment": "neutral"} | {f"p_{name}": 1 / 3 for name in SENTIMENTS}
        return pd.DataFrame(answers, index=range(len(texts)))


def main() -> None:
    """Measure, print and write the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tweets", type=int, default=TWEETS, help="through all but the networks; 0: none")
    parser.add_argument("--networks", type=int, nargs="*", default=NETWORKS, help="through the networks")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON, write nothing")
    parser.add_argument("--folder", type=Path, help="where to keep the files; else they are temporary")
    parser.add_argument("--in-this-process", choices=PARTS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.in_this_process is not None:
        print(json.dumps(PARTS[given.in_this_process](given.tweets, given.folder)))
        return
    sizes = [("without networks", given.tweets)] if given.tweets else []
    sizes += [("networks", size) for size in given.networks]
    found = {(part, size): _in_a_process(part, size, given.folder) for part, size in sizes}
    if given.json:
        print(json.dumps([{"part": part, "tweets": size, **steps} for (part, size), steps in found.items()]))
        return
    text = page(found)
    print(text)
    RESULT.write_text(text, encoding="utf-8")


def without_networks(tweets: int, folder: Path) -> Measured:
    """Take so many tweets through everything but the networks, in a folder."""
    steps = Stages()
    db = _taken_in(tweets, folder, steps)
    with building(db) as connection:
        stages.classify_pending(connection, Unmoved(), steps)  # type: ignore[arg-type]
        with steps.stage("The dashboard's tables", None):
            copy_whole_sentiment(connection)
            posts.refresh(connection)
    for suffix in (".csv", ".jsonl", ".parquet"):
        with steps.stage(f"Export {suffix}", None), connect(db) as connection:
            write_relation(select_tweets(connection, Filters()), db.with_name(f"export{suffix}"))
    return {("VADER" if name == "Classify" else name): figures for name, figures in steps.measured.items()}


def networks(tweets: int, folder: Path) -> Measured:
    """Take so many tweets through the specialist and the embedding model, in a folder."""
    from specialist.predict import Specialist

    steps = Stages()
    db = _taken_in(tweets, folder, steps)
    specialist = Specialist.load("default")
    with building(db) as connection:
        stages.classify_pending(connection, specialist, steps)
        stages.tell_ps_apart(connection, specialist, steps)
        stages.embed_pending(connection, steps)
    return steps.measured


PARTS: dict[str, Callable[[int, Path], Measured]] = {
    "without networks": without_networks,
    "networks": networks,
}


def _taken_in(tweets: int, folder: Path, steps: Stages) -> Path:
    """Make a CSV of so many tweets and a store of it, as `mmx run` does; return the store."""
    source, db = folder / f"tweets-{tweets}.csv", folder / f"tweets-{tweets}.duckdb"
    if not source.exists():
        write_tweets(source, tweets)
    db.unlink(missing_ok=True)
    with (
        building(db) as connection,
        steps.stage("Read and match brands", None) as advance,
        transaction(connection),
    ):
        intake = take_in(
            connection,
            source,
            file_sha256(source),
            "memory",
            Catalogue.load(),
            advance,
            columns=ColumnNames(),
            date_format=None,
            delimiter=None,
            keep_raw=False,
        )
        assert intake.rows == tweets
    return db


def _in_a_process(part: str, tweets: int, folder: Path | None) -> Measured:
    with nullcontext(folder) if folder else tempfile.TemporaryDirectory() as place:
        command = [sys.executable, __file__, "--in-this-process", part]
        done = subprocess.run(
            [*command, "--tweets", str(tweets), "--folder", str(place)],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    measured: Measured = json.loads(done.stdout)
    return measured


def page(found: dict[tuple[str, int], Measured]) -> str:
    """Return the figures as a page in Markdown."""
    lines = [
        "# Memory",
        "",
        "Made by `python benchmarks/memory.py`.",
        "",
        f"Peak resident memory of one process by step; {machine()}; {date.today():%-d %b %Y}.",
    ]
    for (part, tweets), steps in found.items():
        highest = max(peak for _, peak in steps.values())
        verdict = "under" if highest < BOUND else "OVER"
        lines += ["", f"## {tweets:,} tweets, {part}", "", "| step | time | peak |", "|---|---|---|"]
        lines += [
            f"| {name} | {seconds:,.0f} s | {peak:,.0f} MB |" for name, (seconds, peak) in steps.items()
        ]
        lines += [f"| highest | | {highest:,.0f} MB, {verdict} {BOUND / 1000:.0f} GB |"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
