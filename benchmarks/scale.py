"""What so many tweets cost: time, peak memory and disk of `mmx run`, stage by stage.

    python benchmarks/scale.py                # 10,000 and 100,000 tweets: seven minutes
    python benchmarks/scale.py 1000000        # an hour

Makes tweets by drawing from the demo's and changing words, so that hardly two are alike, takes them through all stages
into a fresh store, each size in a process of its own, and keeps what it took in benchmarks/results/scale.json; sizes
that are not asked for stay as they were measured. From all of them come the table benchmarks/results/scale.md and the
chart docs/images/cost_curve.svg. Time is told by the clock and, since others may use the machine as well, as computing
time of all threads. Peak memory is the kernel's (VmHWM, set back before each stage), so Linux only.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import cost_chart

from pipeline.demo import TWEETS
from pipeline.efficiency_report import machine
from pipeline.ingest import ColumnNames
from pipeline.progress import Advance
from pipeline.run import Settings, run_stages

RESULTS = Path(__file__).parent / "results"
SIZES = [10_000, 100_000]
SEED = 42
# Share of a tweet's words that are left out, doubled, or exchanged for a word of another tweet.
NOISE = 0.2
DAYS = 365
Measured = dict[str, tuple[float, float]]
"""Seconds and peak memory in MB of each stage, by name."""
# Processes that want to compute, for each core, above which the clock tells of others too.
BUSY = 0.5


class Stages:
    """A reporter that takes each stage's time and peak memory.

    Attributes
    ----------
    measured
        By the clock.
    computing
        Seconds that all threads together computed in each stage.
    """

    def __init__(self) -> None:
        self.measured: Measured = {}
        self.computing: dict[str, float] = {}

    @contextmanager
    def stage(self, title: str, total: int | None) -> Iterator[Advance]:
        """Measure a stage."""
        del total
        forget_peak()
        start, computed = time.perf_counter(), time.process_time()
        yield lambda _: None
        self.measured[title] = time.perf_counter() - start, peak()
        self.computing[title] = time.process_time() - computed

    def note(self, message: str) -> None:
        """Show what a user would read."""
        print(message, file=sys.stderr)


@dataclass(frozen=True)
class Size:
    """What so many tweets took.

    Attributes
    ----------
    stages
        Seconds by the clock, seconds of computing, and peak memory in MB of each stage, by name.
    disk
        MB of the store.
    on
        The day.
    load
        Processes that wanted to compute when measuring began (the kernel's average over a minute).
    """

    stages: dict[str, tuple[float, float, float]]
    disk: float
    load: float
    on: str

    @property
    def together(self) -> cost_chart.Cost:
        """What all stages took."""
        seconds, _, peak = self.stages["together"]
        return cost_chart.Cost(seconds, peak, self.disk)


def main() -> None:
    """Measure the sizes that are asked for; print and write the table and the chart of all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--in-this-process", type=Path, metavar="FOLDER", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.in_this_process is not None:
        print(json.dumps(measure(arguments.sizes[0], arguments.in_this_process)))
        return
    load = os.getloadavg()[0]
    for size in arguments.sizes:
        found = _known() | {size: Size(**_in_a_process(size), load=load, on=f"{date.today():%-d %b %Y}")}
        kept = {str(size): asdict(one) for size, one in sorted(found.items())}
        (RESULTS / "scale.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    text = "\n".join(_table(_known()))
    (RESULTS / "scale.md").write_text(
        f"# Scale\n\nMade by `python benchmarks/scale.py`.\n\n{text}\n", encoding="utf-8"
    )
    cost_chart.write({size: one.together for size, one in _known().items()})
    print(text)


def _known() -> dict[int, Size]:
    path = RESULTS / "scale.json"
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {int(size): Size(**one) for size, one in kept.items()}


def measure(size: int, folder: Path) -> dict[str, Any]:
    """Take so many tweets through all stages into a store in a folder; return `stages` and `disk` of a `Size`."""
    source = folder / "tweets.csv"
    write_tweets(source, size)
    stages = Stages()
    settings = Settings(inputs=(source,), brands=None, specialist="default", columns=ColumnNames())
    start, computed = time.perf_counter(), time.process_time()
    store = folder / "tweets.duckdb"
    run_stages(store, settings, stages)
    whole = time.perf_counter() - start, time.process_time() - computed
    found = {
        title: (seconds, stages.computing[title], peak) for title, (seconds, peak) in stages.measured.items()
    }
    rest = [total - sum(figures[i] for figures in found.values()) for i, total in enumerate(whole)]
    highest = max(peak for *_, peak in found.values())
    found |= {"all else": (rest[0], rest[1], 0.0), "together": (*whole, highest)}
    return {"stages": found, "disk": store.stat().st_size / 1e6}


def write_tweets(target: Path, size: int) -> None:
    """Write so many tweets: the demo's, drawn at random with words changed, over the same year."""
    draw = random.Random(SEED)
    with TWEETS.open(encoding="utf-8", newline="") as handle:
        known = list(csv.DictReader(handle))
    words = [word for row in known for word in row["text"].split() if word.isalpha()]
    last = max(datetime.fromisoformat(row["created_at"]) for row in known)
    with target.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, known[0].keys())
        writer.writeheader()
        for number in range(size):
            row = draw.choice(known)
            written = last - timedelta(minutes=draw.randrange(DAYS * 24 * 60))
            text = " ".join(_changed(row["text"].split(), words, draw))
            writer.writerow(row | {"id": str(number), "created_at": written.isoformat(), "text": text})


def _changed(text: list[str], words: list[str], draw: random.Random) -> Iterator[str]:
    for word in text:
        # Brands stay, since whose tweet it is decides what the later stages have to do.
        if not word.islower() or draw.random() > NOISE:
            yield word
        else:
            yield from draw.choice([[], [word, word], [draw.choice(words)]])


def _in_a_process(size: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, __file__, str(size), "--in-this-process", folder],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def _table(found: dict[int, Size]) -> list[str]:
    stages = list(dict.fromkeys(stage for size in found.values() for stage in size.stages))
    lines = [
        f"`mmx run`, stage by stage; {machine()}. Time by the clock, in brackets the computing time of all threads, "
        "then peak memory.",
        "",
        "| stage | " + " | ".join(f"{size:,} tweets" for size in found) + " |",
        "|---|" + "---|" * len(found),
        *(
            f"| {stage} | " + " | ".join(_cell(size.stages.get(stage)) for size in found.values()) + " |"
            for stage in stages
        ),
        "| the store on disk | " + " | ".join(f"{one.disk:,.0f} MB" for one in found.values()) + " |",
        "| measured on | " + " | ".join(one.on for one in found.values()) + " |",
    ]
    busy = {size: one.load for size, one in found.items() if one.load > BUSY * (os.cpu_count() or 1)}
    if busy:
        waiting = "; ".join(f"{load:.1f} before {size:,} tweets" for size, load in busy.items())
        lines += [
            "",
            f"The machine was shared: processes that wanted its {os.cpu_count()} cores, {waiting}. Times by the clock "
            "are longer than on a quiet machine; compare sizes and stages by the computing time.",
        ]
    return lines


def _cell(figures: tuple[float, float, float] | None) -> str:
    if figures is None:
        return "–"
    seconds, computing, peak = figures
    return f"{seconds:,.1f} s ({computing:,.1f} s)" + (f", {peak:,.0f} MB" if peak else "")


def forget_peak() -> None:
    """Begin to look for the most memory anew."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak() -> float:
    """Return the most memory that this process has held since it was last set back, in MB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


if __name__ == "__main__":
    main()
