"""Retrains the default specialist from the source data and writes it, with its model card, into the package.

    python benchmarks/train_default.py DATA_FOLDER

Takes about a quarter of an hour on two cores. Interrupted, it goes on from the last whole epoch.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from default_data import labelled_tweets

from pipeline.brands import Catalogue
from specialist.codebook import Codebook
from specialist.data import read_labelled
from specialist.embedded import BASE_MODEL
from specialist.folder import DEFAULT
from specialist.model_card import write_card
from specialist.network import predict
from specialist.predict import Specialist
from specialist.save import save
from specialist.train import Trained, train
from specialist.training_arguments import TrainingArguments
from specialist.training_run import Epoch
from specialist.validate import Report, validate

ARGUMENTS = TrainingArguments(epochs=5, max_length=96)
CARD = Path(__file__).with_name("default_card.md")


def main() -> None:
    """Train, export, validate on the test parts, and write the card."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="the folder of the source data (docs/training.md)")
    parser.add_argument(
        "--work", type=Path, default=Path("build/specialist"), help="where checkpoints are kept"
    )
    given = parser.parse_args()
    table = labelled_tweets(given.data)
    handles = Catalogue.load().handles
    books = [Codebook.load("mmx"), Codebook.load("sentiment")]
    labelled = read_labelled(table[table["part"] == "training"], books, handles)
    trained = train(labelled, books, "default", given.work, ARGUMENTS, _progress(len(labelled)), _print_epoch)

    described = save(
        trained, DEFAULT, codebooks=books, base_model=BASE_MODEL, labelled=labelled, arguments=ARGUMENTS
    )
    specialist = Specialist.load("default")
    reports: dict[str, Report] = {}
    for part in sorted(set(table["part"]) - {"training"}):
        held_out = read_labelled(table[table["part"] == part], books, handles)
        reports[part.removeprefix("test: ")] = validate(held_out, specialist)
    metrics = {part: json.loads(report.to_json())["codebooks"] for part, report in reports.items()}
    metrics["same decisions, int8 against fp32"] = _same_decisions(trained, books, specialist)
    described = dataclasses.replace(described, metrics=metrics)
    described.save(DEFAULT)
    figures = "\n".join(f"### On {part}\n\n{report.to_markdown()}" for part, report in reports.items())
    sections = {"Figures on tweets it was not trained on": figures, **_sections(CARD)}
    write_card(DEFAULT, "The default specialist: four Ps and sentiment", described, sections, "gpl-3.0")
    shutil.rmtree(given.work)
    print(figures)


def _sections(path: Path) -> dict[str, str]:
    """Return a Markdown file's sections by their headings of the second level."""
    parts = path.read_text(encoding="utf-8").split("\n## ")[1:]
    return {heading: text for heading, _, text in (part.partition("\n") for part in parts)}


def _same_decisions(trained: Trained, books: list[Codebook], specialist: Specialist) -> float:
    """Return the share of labels of validation texts that int8 gives as fp32 does."""
    texts = trained.validation.texts
    answers = specialist.predict(texts)
    full = predict(trained.network, trained.tokenizer, texts, books, ARGUMENTS.max_length)
    same = (full["mmx"] >= trained.thresholds["mmx"]) == answers[list(books[0].label_ids)].to_numpy()
    return float(same.mean())


def _progress(total: int) -> Callable[[int], None]:
    done = [0]

    def advance(count: int) -> None:
        before, done[0] = done[0] // 1000, done[0] + count
        if done[0] // 1000 > before:
            print(f"{done[0]:,} of {total * ARGUMENTS.epochs:,} tweets", file=sys.stderr, flush=True)

    return advance


def _print_epoch(epoch: Epoch) -> None:
    print(epoch, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
