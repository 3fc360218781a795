"""Distillation: a small model learns the probabilities of stronger teachers, on labelled and unlabelled texts.

After Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network" (2015, arXiv 1503.02531). Both losses
used here are linear in their targets, so that mixing the teachers' probabilities into the labels is the same as
mixing the two losses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from specialist.data import Labelled
from specialist.errors import SpecialistError

if TYPE_CHECKING:
    import pandas as pd

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
        At least one; each answers all codebooks of `labelled`.
    share
        Weight of the teachers beside the labels, in [0, 1].
    progress
        Called with the number of texts that one teacher just answered.

    Returns
    -------
    Labelled
        n + m texts with labels in [0, 1].

    Raises
    ------
    SpecialistError
        If a teacher does not answer a codebook.
    """
    texts = [*labelled.texts, *unlabelled]
    answers = [teacher.predict(texts, progress=progress) for teacher in teachers]
    labels = {}
    for name, truth in labelled.labels.items():
        soft = np.mean(
            [_probabilities(teacher, name, found) for teacher, found in zip(teachers, answers, strict=True)],
            axis=0,
        )
        hard = np.concatenate([truth, np.full((len(unlabelled), truth.shape[1]), np.nan, dtype=np.float32)])
        labels[name] = np.where(np.isnan(hard), soft, share * soft + (1 - share) * hard).astype(np.float32)
    return Labelled(texts, labels)


def _probabilities(teacher: Specialist, codebook: str, answers: pd.DataFrame) -> np.ndarray:
    for book in teacher.codebooks:
        if book.id == codebook:
            return answers[[f"p_{label}" for label in book.label_ids]].to_numpy(dtype=np.float32)
    raise SpecialistError(f"the teacher {teacher.name} does not answer the codebook {codebook}")
