"""Trains a specialist: fine-tunes an encoder with one head a codebook on labelled texts.

The recipe is Ringel's ("Creating Synthetic Experts with Generative Artificial Intelligence", SSRN 4542949):
binary cross-entropy on the labels, Adam, batches of 16, early stopping. Learning rate and epochs depend on the
base: 1e-5 and 4 for BERTweet-large, about 1e-4 for a model of 22 M parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from specialist import network as networks
from specialist.codebook import Codebook
from specialist.data import Labelled
from specialist.decisions import best_thresholds
from specialist.distill import soften
from specialist.embedded import resolve
from specialist.errors import SpecialistError
from specialist.network import Network, predict
from specialist.recalibrate import recalibrate
from specialist.training_arguments import TrainingArguments
from specialist.training_run import Epoch, Parts, TrainingRun

if TYPE_CHECKING:
    from specialist.predict import Specialist


@dataclass(frozen=True)
class Trained:
    """A trained network with what was chosen on the validation part."""

    network: Network
    tokenizer: Any
    thresholds: dict[str, list[float]]
    epochs: list[Epoch]
    validation: Labelled
    teachers: list[str]
    unlabelled: int


def train(
    labelled: Labelled,
    codebooks: list[Codebook],
    base: str,
    work: Path,
    arguments: TrainingArguments,
    progress: Callable[[int], None] = lambda _: None,
    on_epoch: Callable[[Epoch], None] = lambda _: None,
    *,
    teachers: Sequence[Specialist] = (),
    unlabelled: Sequence[str] = (),
    on_resume: Callable[[int], None] = lambda _: None,
) -> Trained:
    """Fine-tune a base model; interrupted training goes on from the last whole epoch in `work`.

    Parameters
    ----------
    labelled
        All texts for training and validation; never those of a test.
    base
        "default" for the embedded base model, a folder, or a Hub id.
    work
        A folder for checkpoints, removed by the caller when the result is saved.
    progress
        Called with the number of texts just trained on.
    teachers
        Specialists whose probabilities are learned beside the labels; none of them may have seen a test's texts.
    unlabelled
        Preprocessed texts on which only the teachers' probabilities are learned.
    on_resume
        Called with the number of epochs that are done already, if an interrupted training goes on.

    Raises
    ------
    SpecialistError
        If there are too few texts to hold some back, the base cannot be loaded, or texts without labels come
        without a teacher.
    """
    if unlabelled and not teachers:
        raise SpecialistError("texts without labels need a teacher to learn from")
    if len(labelled) < 10:
        raise SpecialistError(f"{len(labelled)} labelled texts are too few to train on")
    work.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(arguments.seed)
    train_part, validation = _split(labelled, arguments)
    if teachers:
        train_part = soften(train_part, unlabelled, teachers, arguments.teacher_share)
    network, tokenizer = networks.from_base(resolve(base), codebooks, arguments.dropout)
    parts = Parts(train_part, validation)
    run = TrainingRun(network, tokenizer, parts, codebooks, base, arguments, work, progress)
    if run.epochs:
        on_resume(len(run.epochs))
    while run.wants_more:
        on_epoch(run.epoch())
    run.restore_best()
    recalibrate(network, tokenizer, validation, codebooks, arguments.max_length)
    probabilities = predict(network, tokenizer, validation.texts, codebooks, arguments.max_length)
    thresholds = {
        book.id: best_thresholds(book, validation.labels[book.id], probabilities[book.id])
        for book in codebooks
    }
    names = [teacher.name for teacher in teachers]
    return Trained(network, tokenizer, thresholds, run.epochs, validation, names, len(unlabelled))


def _split(labelled: Labelled, arguments: TrainingArguments) -> tuple[Labelled, Labelled]:
    rows = np.random.default_rng(arguments.seed).permutation(len(labelled))
    held = max(2, round(arguments.validation_share * len(labelled)))
    return labelled.take(np.sort(rows[held:])), labelled.take(np.sort(rows[:held]))
