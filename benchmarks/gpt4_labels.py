"""The method's author's benchmark: how far a small specialist, trained on GPT-4's labels alone, agrees with GPT-4.

    python benchmarks/gpt4_labels.py FOLDER [--teacher-base MPNET_FOLDER]

Trains on four fifths of the author's published training tweets (their synthetic twins) and measures on the fifth
that is left, drawn by seed. With a teacher's base a larger specialist learns the same labels first, and the small
one learns from it too, on these tweets and on further ones without labels. Prints the validation and writes it to
benchmarks/results/gpt4_labels.md. FOLDER is described in docs/training.md. The author's published figures on his
own test tweets, with a model of 355 M parameters: alpha 0.743, F1 0.827, ROC AUC 0.953 (SSRN 4542949).
"""

from __future__ import annotations

import argparse
import dataclasses
import tempfile
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from default_data import P_LABELS, SEED, unlabelled_tweets
from train_default import STUDENT, TEACHER

from pipeline.brands import Catalogue
from specialist.codebook import Codebook
from specialist.data import Labelled, read_labelled
from specialist.predict import Specialist
from specialist.save import Form, save
from specialist.train import train
from specialist.training_arguments import TrainingArguments
from specialist.validation import validate

RESULT = Path(__file__).parent / "results" / "gpt4_labels.md"
BOOK = Codebook.load("mmx")
# Chosen on the validation part of the training tweets (docs/experiments.md).
LEARNER = dataclasses.replace(STUDENT, head_rate=1, vector_share=1.0)


def main() -> None:
    """Train, validate on the fifth left out, print and write the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="the folder of the source data (docs/training.md)")
    parser.add_argument("--teacher-base", type=Path, help="the folder of all-mpnet-base-v2")
    parser.add_argument(
        "--work", type=Path, help="where checkpoints are kept, to go on from when interrupted"
    )
    given = parser.parse_args()
    handles = Catalogue.load().handles
    training, held_out = _parts(given.data, handles)
    with tempfile.TemporaryDirectory() as temporary:
        work = given.work or Path(temporary)
        teachers = []
        if given.teacher_base:
            teachers = [_specialist(training, str(given.teacher_base), TEACHER, work / "teacher")]
        unlabelled = unlabelled_tweets(given.data, handles) if teachers else []
        specialist = _specialist(training, "default", LEARNER, work / "student", teachers, unlabelled)
        report = validate(held_out, specialist, baseline_training=training)
    how = "with a teacher on all-mpnet-base-v2" if teachers else "without a teacher"
    text = (
        f"all-MiniLM-L6-v2 (22 M parameters, int8), trained on {len(training):,} tweets with GPT-4's labels, {how}; "
        f"{len(held_out):,} others held out. {date.today():%-d %b %Y}.\n\n{report.to_markdown()}"
    )
    print(text)
    RESULT.write_text(
        f"# GPT-4's labels alone\n\nMade by `python benchmarks/gpt4_labels.py`.\n\n{text}\n", encoding="utf-8"
    )


def _parts(folder: Path, handles: frozenset[str]) -> tuple[Labelled, Labelled]:
    """Return four fifths of the tweets with GPT-4's labels, and the fifth that is held out."""
    table = pd.read_csv(folder / "twins_train.csv").rename(columns={f"gpt4_{p}": p for p in P_LABELS})
    labelled = read_labelled(table, [BOOK], handles)
    rows = np.random.default_rng(SEED).permutation(len(labelled))
    fifth = len(labelled) // 5
    return labelled.take(np.sort(rows[fifth:])), labelled.take(np.sort(rows[:fifth]))


def _specialist(
    training: Labelled,
    base: str,
    arguments: TrainingArguments,
    work: Path,
    teachers: list[Specialist] | None = None,
    unlabelled: list[str] | None = None,
) -> Specialist:
    """Train on a base and return the specialist, in fp32 for a teacher and in int8 for a student."""
    arguments = dataclasses.replace(arguments, epochs=arguments.epochs + 1)
    trained = train(
        training,
        [BOOK],
        base,
        work,
        arguments,
        on_epoch=print,
        teachers=teachers or [],
        unlabelled=unlabelled or [],
    )
    form: Form = "safetensors" if teachers is None else "onnx-int8"
    save(
        trained,
        work / "specialist",
        codebooks=[BOOK],
        base_model=base,
        labelled=training,
        arguments=arguments,
        form=form,
    )
    return Specialist.load(str(work / "specialist"))


if __name__ == "__main__":
    main()
