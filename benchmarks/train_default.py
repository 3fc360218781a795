"""Retrains the default specialist from the source data and writes it, with its model card, into the package.

    python benchmarks/train_default.py DATA_FOLDER --teacher-base MPNET_FOLDER

With a teacher's base (all-mpnet-base-v2), a larger specialist is trained first, and the default one learns sentiment
from its probabilities too, on the labelled tweets and on further ones; this takes about an hour and a half on two
cores, without it a quarter of an hour. Interrupted, it goes on from the last whole epoch. What is in the work folder
can be thrown away afterwards.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from default_data import labelled_tweets, unlabelled_tweets

from pipeline.brands import Catalogue
from specialist.codebook import Codebook
from specialist.data import Labelled, read_labelled
from specialist.decisions import decide, units
from specialist.embedded import BASE_MODEL
from specialist.folder import DEFAULT, DESCRIPTION_FILE, Description
from specialist.model_card import write_card
from specialist.network import predict
from specialist.predict import Specialist
from specialist.save import Form, save
from specialist.train import Trained, train
from specialist.training_arguments import TrainingArguments
from specialist.training_run import Epoch
from specialist.validation import Report, validate

TEACHER = TrainingArguments(learning_rate=3e-5, epochs=3, max_length=96)
ALONE = TrainingArguments(epochs=5, max_length=96)
STUDENT = TrainingArguments(epochs=5, max_length=96)
CARD = Path(__file__).with_name("default_card.md")
SENTIMENT = Codebook.load("sentiment")
BOOKS = [Codebook.load("mmx"), SENTIMENT]


def main() -> None:
    """Train, export, validate on the test parts, and write the card."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="the folder of the source data (docs/training.md)")
    parser.add_argument("--teacher-base", type=Path, help="the folder of all-mpnet-base-v2")
    parser.add_argument(
        "--work", type=Path, default=Path("build/specialist"), help="where checkpoints are kept"
    )
    given = parser.parse_args()
    handles = Catalogue.load().handles
    table = labelled_tweets(given.data)
    labelled = read_labelled(table[table["part"] == "training"], BOOKS, handles)
    tests = {
        part.removeprefix("test: "): read_labelled(rows, BOOKS, handles)
        for part, rows in table.groupby("part")
        if part != "training"
    }
    if given.teacher_base:
        teacher = _teacher(labelled, given.teacher_base, given.work / "teacher")
        _print("teacher", _reports(teacher, tests))
        trained = _train(
            labelled,
            "default",
            given.work / "student",
            STUDENT,
            teachers=[teacher],
            unlabelled=unlabelled_tweets(given.data, handles),
        )
        _write_default(trained, labelled, tests, STUDENT, given.work)
    else:
        trained = _train(labelled, "default", given.work / "alone", ALONE)
        _write_default(trained, labelled, tests, ALONE, given.work)


def _teacher(labelled: Labelled, base: Path, work: Path) -> Specialist:
    """Return a larger specialist for sentiment; on the Ps it answered no better than the small one."""
    folder = work / "specialist"
    if not (folder / DESCRIPTION_FILE).exists():
        trained = _train(labelled, str(base), work, TEACHER)
        sentiment = dataclasses.replace(trained, network=trained.network.only([SENTIMENT]), thresholds={})
        save(
            sentiment,
            folder,
            codebooks=[SENTIMENT],
            base_model=base.name,
            labelled=labelled,
            arguments=TEACHER,
            form="safetensors",
        )
    return Specialist.load(str(folder))


def _write_default(
    trained: Trained, labelled: Labelled, tests: dict[str, Labelled], arguments: TrainingArguments, work: Path
) -> None:
    _save(trained, work / "fp32", labelled, arguments, "safetensors")
    described = _save(trained, DEFAULT, labelled, arguments, "onnx-int8")
    specialist = Specialist.load("default")
    reports = _reports(specialist, tests)
    metrics = {part: json.loads(report.to_json())["codebooks"] for part, report in reports.items()}
    texts = [text for part in tests.values() for text in part.texts]
    metrics["same decisions, int8 against fp32"] = _same_decisions(specialist, trained, arguments, texts)
    described = dataclasses.replace(described, metrics=metrics)
    described.save(DEFAULT)
    figures = "\n".join(f"### On {part}\n\n{report.to_markdown()}" for part, report in reports.items())
    sections = {"Figures on tweets it was not trained on": figures, **_sections(CARD)}
    write_card(DEFAULT, "The default specialist: four Ps and sentiment", described, sections, "gpl-3.0")
    _print("default", reports)


def _train(
    labelled: Labelled,
    base: str,
    work: Path,
    arguments: TrainingArguments,
    *,
    teachers: list[Specialist] | None = None,
    unlabelled: list[str] | None = None,
) -> Trained:
    return train(
        labelled,
        BOOKS,
        base,
        work,
        arguments,
        _progress(),
        _print_epoch,
        teachers=teachers or [],
        unlabelled=unlabelled or [],
    )


def _save(
    trained: Trained, folder: Path, labelled: Labelled, arguments: TrainingArguments, form: Form
) -> Description:
    return save(
        trained,
        folder,
        codebooks=BOOKS,
        base_model=BASE_MODEL,
        labelled=labelled,
        arguments=arguments,
        form=form,
    )


def _reports(specialist: Specialist, tests: dict[str, Labelled]) -> dict[str, Report]:
    return {part: validate(held_out, specialist) for part, held_out in tests.items()}


def _sections(path: Path) -> dict[str, str]:
    """Return a Markdown file's sections by their headings of the second level."""
    parts = path.read_text(encoding="utf-8").split("\n## ")[1:]
    return {heading: text for heading, _, text in (part.partition("\n") for part in parts)}


def _same_decisions(
    specialist: Specialist, trained: Trained, arguments: TrainingArguments, texts: list[str]
) -> float:
    """Return the share of decisions (each P and the sentiment of each text) that int8 makes as fp32 does."""
    answers = specialist.predict(texts)
    full = predict(trained.network, trained.tokenizer, texts, BOOKS, arguments.max_length)
    same = []
    for book in BOOKS:
        decided = decide(book, full[book.id], trained.thresholds[book.id])
        shares = answers[[f"p_{label}" for label in book.label_ids]].to_numpy()
        ours = decide(book, shares, trained.thresholds[book.id])
        same.append(units(book, decided) == units(book, ours))
    return float(np.concatenate([part.ravel() for part in same]).mean())


def _progress() -> Callable[[int], None]:
    done = [0]

    def advance(count: int) -> None:
        before, done[0] = done[0] // 1000, done[0] + count
        if done[0] // 1000 > before:
            print(f"{done[0]:,} tweets", file=sys.stderr, flush=True)

    return advance


def _print_epoch(epoch: Epoch) -> None:
    print(epoch, file=sys.stderr, flush=True)


def _print(name: str, reports: dict[str, Report]) -> None:
    for part, report in reports.items():
        print(f"{name} on {part}:\n{report.to_markdown()}", flush=True)


if __name__ == "__main__":
    main()
