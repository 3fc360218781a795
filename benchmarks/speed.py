"""How quick the program is on this machine: start-up, classification beside the plain way, and the demo's building.

    make bench        (or: python benchmarks/speed.py)

Prints a table and writes it to benchmarks/results/speed.md. Times are medians with the smallest and largest value;
the plain way and the specialist take turns on the same tweets, so that their ratio holds on a busy machine too.
"""

from __future__ import annotations

import csv
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from pipeline.brands import Catalogue
from pipeline.demo import TWEETS
from specialist.embedded import base_model
from specialist.predict import Specialist
from specialist.preprocess import preprocess

RESULT = Path(__file__).parent / "results" / "speed.md"
ROUNDS = 5
TEXTS = 1000
FIRST_RESULT = (
    "from specialist.predict import Specialist; Specialist.load().predict(['The shop was closed.'])"
)


def main() -> None:
    """Measure, print and write the table."""
    texts = demo_texts()
    plain, ours = _throughput(texts)
    one_tweet = _milliseconds_for_one(texts[:50])
    rows = [
        ("`mmx --help`", _seconds([sys.executable, "-m", "pipeline", "--help"]), "s"),
        ("a new process to its first classified tweet", _seconds([sys.executable, "-c", FIRST_RESULT]), "s"),
        ("one more tweet in the same process", one_tweet, "ms"),
        (f"the default specialist, {TEXTS:,} tweets", ours, "tweets/s"),
        ("the plain way: transformers, fp32, batches of 8", plain, "tweets/s"),
        ("ratio of the two", [mine / other for mine, other in zip(ours, plain, strict=True)], "×"),
        ("`mmx demo`: building the store of 5,285 tweets, once", [_demo_seconds()], "s"),
    ]
    lines = [
        f"{_machine()}; {date.today():%-d %b %Y}.",
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


def _throughput(texts: list[str]) -> tuple[list[float], list[float]]:
    """Return tweets/s of the plain way and of the specialist, taking turns."""
    plain_loop = _plain_loop()
    specialist = Specialist.load()
    specialist.predict(texts[:32])
    plain, ours = [], []
    for _ in range(ROUNDS):
        # The plain way is slow: a fifth of the tweets tell its speed.
        plain.append(_per_second(plain_loop, texts[::5]))
        ours.append(_per_second(specialist.predict, texts))
    return plain, ours


def _plain_loop() -> Callable[[list[str]], object]:
    """Return what most people would write: the same base model with a classification layer, in fp32."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(base_model())
    model = AutoModelForSequenceClassification.from_pretrained(base_model(), num_labels=4).eval()

    def loop(texts: list[str]) -> None:
        with torch.inference_mode():
            for start in range(0, len(texts), 8):
                inputs = tokenizer(
                    texts[start : start + 8], padding=True, truncation=True, return_tensors="pt"
                )
                model(**inputs).logits.sigmoid().tolist()

    loop(texts=["warm up"])
    return loop


def _per_second(work: Callable[[list[str]], object], texts: list[str]) -> float:
    started = time.perf_counter()
    work(texts)
    return len(texts) / (time.perf_counter() - started)


def _milliseconds_for_one(texts: list[str]) -> list[float]:
    specialist = Specialist.load()
    specialist.predict(texts[:1])
    times = []
    for text in texts:
        started = time.perf_counter()
        specialist.predict([text])
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


def _machine() -> str:
    model = platform.processor() or platform.machine()
    about = Path("/proc/cpuinfo")
    if about.exists():
        names = [
            line.partition(":")[2].strip() for line in about.read_text().splitlines() if "model name" in line
        ]
        model = names[0] if names else model
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
