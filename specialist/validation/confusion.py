"""Confusion: how often labels are given to texts that have them, or others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Confusion:
    """Texts by whether they have a label and whether it was given."""

    true_positives: int
    false_positives: int
    false_negatives: int
    true_negatives: int


def confusion(truth: np.ndarray, decisions: np.ndarray) -> Confusion:
    """Count one label's right and wrong decisions.

    Parameters
    ----------
    truth, decisions
        n values of 0 or 1.
    """
    return Confusion(
        true_positives=int((truth & decisions).sum()),
        false_positives=int(((1 - truth) & decisions).sum()),
        false_negatives=int((truth & (1 - decisions)).sum()),
        true_negatives=int(((1 - truth) & (1 - decisions)).sum()),
    )


def confusion_matrix(truth: np.ndarray, decisions: np.ndarray) -> list[list[int]]:
    """Return for each label that texts have (rows) how often each label was given (columns).

    Parameters
    ----------
    truth, decisions
        0/1 arrays of shape (n, labels) with one 1 a row.
    """
    counts: list[list[int]] = (truth.astype(np.int64).T @ decisions).tolist()
    return counts
