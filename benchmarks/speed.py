"""How quick the program is on this machine: start-up, classification beside the plain way, and the demo's building.

    make bench        (or: python benchmarks/speed.py)

Prints a table and writes it to benchmarks/results/speed.md. Times are medians with the smallest and largest value;
the plain way and the specialist take turns on the same tweets, so that their ratio holds on a busy machine too.
"""

from __future__ import annotations

import csv
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from pipeline.brands import Catalogue
from pipeline.demo import TWEETS
from pipeline.efficiency_report import machine
from specialist.efficiency import PLAIN_BATCH, PLAIN_MAX_LENGTH, Padding, plain_loop, take_turns
from specialist.explain import explain
from specialist.predict import Specialist
from specialist.preprocess import preprocess

RESULT = Path(__file__).parent / "results" / "speed.md"
ROUNDS = 5
TEXTS = 1000
PLAIN = f"the plain way: transformers, fp32, batches of {PLAIN_BATCH}"
FIRST_RESULT = (
    "from specialist.predict import Specialist; Specialist.load().predict(['The shop was closed.'])"
)


def main() -> None:
    """Measure, print and write the table."""
    texts = demo_texts()
    speeds = _throughput(texts)
    ours, longest, full = (speeds[name] for name in ("specialist", Padding.LONGEST, Padding.MAX_LENGTH))
    one_tweet = _milliseconds_for_one(texts[:50])
    typical, long = _milliseconds_to_explain(texts)
    rows = [
        ("`mmx --help`", _seconds([sys.executable, "-m", "pipeline", "--help"]), "s"),
        ("a new process to its first classified tweet", _seconds([sys.executable, "-c", FIRST_RESULT]), "s"),
        ("one more tweet in the same process", one_tweet, "ms"),
        (f"which words decide, a typical tweet ({len(typical[0])} characters)", typical[1], "ms"),
        (f"which words decide, a long tweet ({len(long[0])} characters)", long[1], "ms"),
        (f"the default specialist, {TEXTS:,} tweets", ours, "tweets/s"),
        (f"{PLAIN}, padded to the longest of the batch", longest, "tweets/s"),
        ("the specialist against it", _ratios(ours, longest), "×"),
        (f"{PLAIN}, padded to {PLAIN_MAX_LENGTH} tokens", full, "tweets/s"),
        ("the specialist against it", _ratios(ours, full), "×"),
        ("`mmx demo`: building the store of 5,285 tweets, once", [_demo_seconds()], "s"),
    ]
    lines = [
        f"{machine()}; {date.today():%-d %b %Y}.",
        "",
        f"| what | median of {ROUNDS} | range |",
        "|---|---|---|",
        *(_row(*row) for row in rows),
    ]
    text = "\n".join(lines)
    print(text)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(f"# Speed\n\nMade by `make bench`.\n\n{text}\n", encoding="utf-8")


def demo_texts() -> list[str]:
    """Return tweets of the demo, preprocessed, every fifth of them."""
    handles = Catalogue.load().handles
    with TWEETS.open(encoding="utf-8", newline="") as handle:
        texts = [preprocess(row["text"], handles) for row in csv.DictReader(handle)]
    return texts[:: len(texts) // TEXTS][:TEXTS]


def _throughput(texts: list[str]) -> dict[str, list[float]]:
    """Return tweets/s of the specialist and of the plain way with either padding, taking turns."""
    # The plain way is slow: a fifth of the tweets tell its speed.
    plain = {padding.value: (plain_loop(padding), texts[::5]) for padding in Padding}
    return take_turns({"specialist": (Specialist.load().predict, texts), **plain}, ROUNDS)


def _ratios(ours: list[float], others: list[float]) -> list[float]:
    return [mine / other for mine, other in zip(ours, others, strict=True)]


def _milliseconds_for_one(texts: list[str]) -> list[float]:
    specialist = Specialist.load()
    specialist.predict(texts[:1])
    times = []
    for text in texts:
        started = time.perf_counter()
        specialist.predict([text])
        times.append((time.perf_counter() - started) * 1000)
    return times


def _milliseconds_to_explain(texts: list[str]) -> tuple[tuple[str, list[float]], tuple[str, list[float]]]:
    """Return the tweet of median length and the one nearest to 280 characters, with the times to explain each."""
    specialist = Specialist.load()
    by_length = sorted(texts, key=len)
    chosen = by_length[len(by_length) // 2], min(texts, key=lambda text: abs(len(text) - 280))
    explain(specialist, chosen[0])
    typical, long = ((text, _milliseconds(partial(explain, specialist, text))) for text in chosen)
    return typical, long


def _milliseconds(work: Callable[[], object]) -> list[float]:
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    return times


def _seconds(command: list[str]) -> list[float]:
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - started)
    return times


def _demo_seconds() -> float:
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "pipeline",
            "demo",
            "--build-only",
            "--quiet",
            "--db",
            f"{folder}/demo.duckdb",
        ]
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        return time.perf_counter() - started


def _row(what: str, values: list[float], unit: str) -> str:
    def written(value: float) -> str:
        return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"

    spread = f"{written(min(values))} to {written(max(values))}" if len(values) > 1 else "one run"
    return f"| {what} | {written(statistics.median(values))} {unit} | {spread} |"


if __name__ == "__main__":
    main()
