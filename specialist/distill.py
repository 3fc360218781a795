"""Distillation: a small model learns what stronger teachers say and see, on labelled and unlabelled texts.

What they say are their probabilities, after Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network"
(2015, arXiv 1503.02531). Both losses used here are linear in their targets, so that mixing the teachers' probabilities
into the labels is the same as mixing the two losses. What they see are the vectors from which their heads answer, after
Romero et al., "FitNets: Hints for Thin Deep Nets" (2015, arXiv 1412.6550).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from specialist.data import Labelled
from specialist.errors import SpecialistError

if TYPE_CHECKING:
    from specialist.predict import Specialist


def soften(
    labelled: Labelled,
    unlabelled: Sequence[str],
    teachers: Sequence[Specialist],
    share: float,
    progress: Callable[[int], None] | None = None,
) -> Labelled:
    """Return the texts with their labels moved towards the mean of the teachers' probabilities.

    Parameters
    ----------
    labelled
        n texts; where a text lacks a codebook's labels, the teachers' probabilities stand in for them.
    unlabelled
        m further texts, preprocessed, with the teachers' probabilities alone.
    teachers
        At least one. A codebook is learned from those that answer it; one that none answers keeps its labels.
    share
        Weight of the teachers beside the labels, in [0, 1].
    progress
        Called with the number of texts that one teacher just answered.

    Returns
    -------
    Labelled
        n + m texts with labels in [0, 1]; NaN where there is neither a label nor a teacher.

    Raises
    ------
    SpecialistError
        If the teachers answer none of the codebooks.
    """
    texts = [*labelled.texts, *unlabelled]
    soft: dict[str, list[np.ndarray]] = {}
    for teacher in teachers:
        answers = teacher.predict(texts, progress=progress)
        for codebook in teacher.codebooks:
            shares = answers[[f"p_{label}" for label in codebook.label_ids]].to_numpy(dtype=np.float32)
            soft.setdefault(codebook.id, []).append(shares)
    if not soft.keys() & labelled.labels.keys():
        raise SpecialistError("the teachers answer none of the questions that are to be learned")
    return Labelled(
        texts,
        {name: _mixed(truth, soft.get(name), share, len(texts)) for name, truth in labelled.labels.items()},
    )


def vectors(
    texts: Sequence[str], teachers: Sequence[Specialist], progress: Callable[[int], None] | None = None
) -> np.ndarray:
    """Return the vectors of those teachers that have them, side by side.

    Returns
    -------
    numpy.ndarray
        float32 of shape (n, width of all teachers), each column with mean 0 and variance 1 over the texts, so that a
        guess of nothing has a mean squared error of 1. The width is 0 where no teacher has vectors.
    """
    found = [teacher.vectors(texts, progress=progress) for teacher in teachers if teacher.width]
    if not found:
        return np.empty((len(texts), 0), dtype=np.float32)
    together = np.concatenate(found, axis=1)
    spread = together.std(axis=0)
    standardised: np.ndarray = (together - together.mean(axis=0)) / np.where(spread > 0, spread, 1)
    return standardised


def _mixed(truth: np.ndarray, soft: list[np.ndarray] | None, share: float, count: int) -> np.ndarray:
    hard = np.full((count, truth.shape[1]), np.nan, dtype=np.float32)
    hard[: len(truth)] = truth
    if soft is None:
        return hard
    mean = np.mean(soft, axis=0)
    return np.where(np.isnan(hard), mean, share * mean + (1 - share) * hard).astype(np.float32)
