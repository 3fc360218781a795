"""Retrains the default specialist from the source data and writes it, with its model card, into the package.

    make specialist DATA=FOLDER TEACHER=MPNET_FOLDER

or: python benchmarks/train_default.py FOLDER --teacher-base MPNET_FOLDER

Two larger specialists on the teacher's base (all-mpnet-base-v2) are trained first; each leaves out half of the demo
brands and half of the real tweets' sources (a fold). The default specialist learns from the labels and from the mean of
both teachers. For the figures on brands and sources never seen, the same recipe is repeated for each fold with the one
teacher that left it out. Without a teacher's base the default specialist and the folds' learn from the labels alone.
Interrupted, it goes on from the last whole epoch. What is in the work folder can be thrown away afterwards.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from default_data import FOLDS, labelled_tweets, unlabelled_tweets

from pipeline.brands import Catalogue
from specialist import network as networks
from specialist.codebook import Codebook
from specialist.data import Labelled, read_labelled
from specialist.decisions import decide, units
from specialist.embedded import BASE_MODEL
from specialist.folder import DEFAULT, DESCRIPTION_FILE, Description
from specialist.model_card import write_card
from specialist.predict import Specialist
from specialist.save import Form, save
from specialist.train import Trained, train
from specialist.training_arguments import TrainingArguments
from specialist.training_run import Epoch
from specialist.validation import Report, validate

TEACHER = TrainingArguments(
    learning_rate=5e-5,
    head_rate=10,
    epochs=2,
    batch_size=32,
    frozen_layers=4,
    compiled=True,
    max_length=96,
)
STUDENT = TrainingArguments(head_rate=10, epochs=4, max_length=96)
CARD = Path(__file__).with_name("default_card.md")
BOOKS = [Codebook.load("mmx"), Codebook.load("sentiment")]


class Sources:
    """The labelled tweets as the stages need them: without a fold, and the tests."""

    def __init__(self, folder: Path) -> None:
        self.handles = Catalogue.load().handles
        self.table = labelled_tweets(folder)
        self.unlabelled = unlabelled_tweets(folder, self.handles)

    def training(self, without: str = "none", *, of_student: bool) -> Labelled:
        """Return a teacher's or a student's training part, without what a fold leaves out."""
        rows = self._is("training") | (self._is("student training") & of_student)
        return self._read(rows & (self.table["fold"] != without))

    def tests(self) -> dict[str, Labelled]:
        """Return the test parts, which no stage trains or tunes on."""
        rows = self.table[self._is("test")]
        return {
            str(kind): self._read(self._is("test") & (self.table["kind"] == kind))
            for kind in rows["kind"].unique()
        }

    def left_out(self, fold: str) -> dict[str, Labelled]:
        """Return the tweets of the brands and of the sources that a fold leaves out."""
        rows = self.table["fold"] == fold
        return {
            "brands never seen": self._read(rows & (self.table["kind"] == "demo brands")),
            "real tweets of sources never seen": self._read(rows & (self.table["kind"] == "real tweets")),
        }

    def _is(self, part: str) -> pd.Series:
        return self.table["part"] == part

    def _read(self, rows: pd.Series) -> Labelled:
        return read_labelled(self.table[rows], BOOKS, self.handles)


def main() -> None:
    """Train, export, validate on what was not trained on, and write the card."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="the folder of the source data (docs/training.md)")
    parser.add_argument("--teacher-base", type=Path, help="the folder of all-mpnet-base-v2")
    parser.add_argument(
        "--work", type=Path, default=Path("build/specialist"), help="where checkpoints are kept"
    )
    given = parser.parse_args()
    sources = Sources(given.data)
    teachers: dict[str, Specialist] = {}
    if given.teacher_base:
        teachers = {fold: _teacher(sources, fold, given.teacher_base, given.work) for fold in FOLDS}
    student = _student(sources, list(teachers.values()), given.work / "student")
    students = {
        fold: _student(sources, [teachers[fold]] if teachers else [], given.work / f"student-{fold}", fold)
        for fold in FOLDS
    }
    reports = _reports(Specialist.load(str(student / "int8")), sources.tests())
    for part in sources.left_out(FOLDS[0]):
        folds = [
            (sources.left_out(fold)[part], Specialist.load(str(students[fold] / "int8"))) for fold in FOLDS
        ]
        texts = Labelled.together([labelled for labelled, _ in folds])
        reports[part] = validate(texts, CrossValidated(folds))
    _write_default(student, sources, reports)


class Remembering(Specialist):
    """A specialist that answers each text once: the same texts are asked for each student."""

    _answers = pd.DataFrame()
    _vectors = pd.DataFrame()

    def predict(self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None) -> pd.DataFrame:
        """Answer as a specialist does, from memory where a text was asked before."""
        new = self._new(texts, self._answers)
        if new:
            answers = super().predict(new, progress=_progress("softly labelled"))
            self._answers = pd.concat([self._answers, answers.set_index(pd.Index(new))])
        return self._answers.loc[list(texts)].reset_index(drop=True)

    def vectors(self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None) -> np.ndarray:
        """Give the texts' vectors as a specialist does, from memory where a text was asked before."""
        new = self._new(texts, self._vectors)
        if new:
            found = super().vectors(new, progress=_progress("seen by a teacher"))
            self._vectors = pd.concat([self._vectors, pd.DataFrame(found, index=pd.Index(new))])
        vectors: np.ndarray = self._vectors.loc[list(texts)].to_numpy()
        return vectors

    @staticmethod
    def _new(texts: Sequence[str], known: pd.DataFrame) -> list[str]:
        return [text for text in dict.fromkeys(texts) if text not in known.index]


class CrossValidated:
    """Answers each fold's texts by the specialist that left them out of its training."""

    def __init__(self, folds: list[tuple[Labelled, Specialist]]) -> None:
        self.folds, self.codebooks = folds, folds[0][1].codebooks
        self.name = "cross-validated (" + ", ".join(specialist.name for _, specialist in folds) + ")"

    def predict(self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None) -> pd.DataFrame:
        """Answer the folds' texts, all of them and in their order."""
        assert list(texts) == [text for labelled, _ in self.folds for text in labelled.texts]
        return pd.concat(
            [specialist.predict(labelled.texts) for labelled, specialist in self.folds], ignore_index=True
        )


def _teacher(sources: Sources, fold: str, base: Path, work: Path) -> Specialist:
    """Return a larger specialist that has not seen what the fold leaves out."""
    folder = work / f"teacher-{fold}" / "specialist"
    if not (folder / DESCRIPTION_FILE).exists():
        labelled = sources.training(without=fold, of_student=False)
        trained = _train(labelled, str(base), work / f"teacher-{fold}", TEACHER)
        _save(trained, folder, labelled, TEACHER, "safetensors", base.name)
        parts = {**sources.tests(), **sources.left_out(fold)}
        _print(f"teacher {fold}", _reports(Specialist.load(str(folder)), parts))
    return Remembering.load(str(folder))


def _student(sources: Sources, teachers: list[Specialist], work: Path, without: str = "none") -> Path:
    """Train as the default specialist is, without what a fold leaves out; return the folder of `fp32` and `int8`."""
    if not (work / "int8" / DESCRIPTION_FILE).exists():
        labelled = sources.training(without, of_student=True)
        unlabelled = sources.unlabelled if teachers else []
        trained = _train(labelled, "default", work, STUDENT, teachers, unlabelled)
        _save(trained, work / "fp32", labelled, STUDENT, "safetensors")
        _save(trained, work / "int8", labelled, STUDENT, "onnx-int8")
    return work


def _write_default(student: Path, sources: Sources, reports: dict[str, Report]) -> None:
    """Put the default specialist into the package, with its figures and its card."""
    for file in (student / "int8").iterdir():
        shutil.copy(file, DEFAULT)
    metrics = {part: json.loads(report.to_json())["codebooks"] for part, report in reports.items()}
    texts = [text for part in sources.tests().values() for text in part.texts]
    metrics["same decisions, int8 against fp32"] = _same_decisions(student, texts)
    described = dataclasses.replace(Description.load(DEFAULT), metrics=metrics)
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
    teachers: Sequence[Specialist] = (),
    unlabelled: Sequence[str] = (),
) -> Trained:
    return train(
        labelled,
        BOOKS,
        base,
        work,
        arguments,
        _progress("trained"),
        _print_epoch,
        teachers=teachers,
        unlabelled=unlabelled,
    )


def _save(
    trained: Trained,
    folder: Path,
    labelled: Labelled,
    arguments: TrainingArguments,
    form: Form,
    base_model: str = BASE_MODEL,
) -> Description:
    return save(
        trained,
        folder,
        codebooks=BOOKS,
        base_model=base_model,
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


def _same_decisions(student: Path, texts: list[str]) -> float:
    """Return the share of decisions (each P and the sentiment of each text) that int8 makes as fp32 does."""
    specialist = Specialist.load(str(student / "int8"))
    answers = specialist.predict(texts)
    full = networks.predict(*networks.load(student / "fp32", BOOKS), texts, BOOKS, STUDENT.max_length)
    same = []
    for book in BOOKS:
        thresholds = specialist.description.thresholds[book.id]
        decided = decide(book, full[book.id], thresholds)
        ours = decide(book, answers[[f"p_{label}" for label in book.label_ids]].to_numpy(), thresholds)
        same.append(units(book, decided) == units(book, ours))
    return float(np.concatenate([part.ravel() for part in same]).mean())


def _progress(what: str) -> Callable[[int], None]:
    done = [0]

    def advance(count: int) -> None:
        before, done[0] = done[0] // 1000, done[0] + count
        if done[0] // 1000 > before:
            print(f"{done[0]:,} tweets {what}", file=sys.stderr, flush=True)

    return advance


def _print_epoch(epoch: Epoch) -> None:
    print(epoch, file=sys.stderr, flush=True)


def _print(name: str, reports: dict[str, Report]) -> None:
    for part, report in reports.items():
        print(f"{name} on {part}:\n{report.to_markdown()}", flush=True)


if __name__ == "__main__":
    main()
