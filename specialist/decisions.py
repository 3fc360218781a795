"""From probabilities to labels: by threshold where several may hold, the most probable where one is chosen."""

from __future__ import annotations

import numpy as np

from specialist.codebook import Codebook
from specialist.metrics import alpha, best_threshold


def decide(codebook: Codebook, probabilities: np.ndarray, thresholds: list[float]) -> np.ndarray:
    """Return 0/1 decisions of shape (n, labels), n may be 0.

    Parameters
    ----------
    probabilities
        Shape (n, labels), in [0, 1].
    thresholds
        For a multilabel codebook the probability of each label from which on it is given; else unused.
    """
    if codebook.kind == "multilabel":
        return (probabilities >= np.asarray(thresholds)).astype(np.int8)
    return np.eye(len(codebook.labels), dtype=np.int8)[probabilities.argmax(axis=1)]


def units(codebook: Codebook, labels: np.ndarray) -> np.ndarray:
    """Return what alpha counts of 0/1 labels: each (text, label) for multilabel, each text's one label for single."""
    return labels.argmax(axis=1) if codebook.kind == "single" else labels


def agreement(codebook: Codebook, truth: np.ndarray, decisions: np.ndarray) -> float:
    """Return alpha between labels and decisions over the labelled texts, both of shape (n, labels)."""
    rows = ~np.isnan(truth).any(axis=1)
    return alpha(units(codebook, truth[rows]), units(codebook, decisions[rows]))


def best_thresholds(codebook: Codebook, truth: np.ndarray, probabilities: np.ndarray) -> list[float]:
    """Return each label's best threshold on the labelled texts; none for a codebook that chooses one label."""
    if codebook.kind == "single":
        return []
    rows = ~np.isnan(truth).any(axis=1)
    return [
        best_threshold(truth[rows, index], probabilities[rows, index])
        for index in range(len(codebook.labels))
    ]
