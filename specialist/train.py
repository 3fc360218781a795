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
from specialist.codebook import Codebook, check_together
from specialist.data import Labelled
from specialist.decisions import best_thresholds
from specialist.distill import soften, vectors
from specialist.embedded import resolve
from specialist.errors import SpecialistError
from specialist.network import Network, predict
from specialist.recalibrate import recalibrate
from specialist.training_arguments import TrainingArguments
from specialist.training_run import Epoch, Parts, TrainingRun

if TYPE_CHECKING:
    from specialist.predict import Specialist

FEWEST_TEXTS = 10


@dataclass(frozen=True)
class Trained:
    """A trained network with what was chosen on the validation part.

    Attributes
    ----------
    vectors
        Length of the teachers' vectors that it learned to guess; 0 if none.
    unlabelled
        So many texts it learned from its teachers alone.
    """

    network: Network
    tokenizer: Any
    thresholds: dict[str, list[float]]
    epochs: list[Epoch]
    validation: Labelled
    teachers: list[str]
    vectors: int
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
        All texts for training and validation; never those of a test. One without any labels counts among `unlabelled`
        if there are teachers, and is left out if not.
    base
        "default" for the embedded base model, a folder, or a Hub id.
    work
        A folder for checkpoints, removed by the caller when the result is saved.
    progress
        Called with the number of texts just trained on.
    teachers
        Specialists whose probabilities are learned beside the labels; none of them may have seen a test's texts.
    unlabelled
        Preprocessed texts on which only the teachers' probabilities are learned; those of the validation part are
        left out.
    on_resume
        Called with the number of epochs that are done already, if an interrupted training goes on.

    Raises
    ------
    SpecialistError
        If there are too few texts to hold some back, the base cannot be loaded, texts without labels come without a
        teacher, or two codebooks name the same thing.
    """
    check_together(codebooks)
    if unlabelled and not teachers:
        raise SpecialistError("texts without labels need a teacher to learn from")
    has_labels = labelled.has_labels()
    without = labelled.take(np.flatnonzero(~has_labels)).texts
    labelled = labelled.take(np.flatnonzero(has_labels))
    different = len(set(labelled.texts))
    if different < FEWEST_TEXTS:
        raise SpecialistError(f"{different} different labelled texts are too few to train on")
    work.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(arguments.seed)
    train_part, validation = _split(labelled, arguments)
    further: list[str] = []
    if teachers:
        held = set(validation.texts)
        further = [text for text in (*without, *unlabelled) if text not in held]
        train_part = soften(train_part, further, teachers, arguments.teacher_share)
    seen = vectors(train_part.texts, teachers if arguments.vector_share else ())
    network, tokenizer = networks.from_base(resolve(base), codebooks, arguments.dropout)
    parts = Parts(train_part, validation, seen)
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
    return Trained(network, tokenizer, thresholds, run.epochs, validation, names, seen.shape[1], len(further))


def _split(labelled: Labelled, arguments: TrainingArguments) -> tuple[Labelled, Labelled]:
    """Return the training and the validation part; the same text is in one of them only, however often it occurs."""
    different = np.array(list(dict.fromkeys(labelled.texts)), dtype=object)
    drawn = np.random.default_rng(arguments.seed).permutation(len(different))
    held = set(different[drawn[: max(2, round(arguments.validation_share * len(different)))]])
    is_held = np.array([text in held for text in labelled.texts])
    return labelled.take(np.flatnonzero(~is_held)), labelled.take(np.flatnonzero(is_held))
