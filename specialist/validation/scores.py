"""Alpha, precision, recall, F1 and ROC AUC of answers, for the texts and for every bootstrap sample of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from specialist.validation.resamples import Resamples


def alphas(resamples: Resamples, truth: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """Return Krippendorff's alpha as `specialist.metrics.alpha` does, for each sample.

    Parameters
    ----------
    truth, answers
        Small non-negative integers of the same shape; the first axis is the n texts.

    Returns
    -------
    numpy.ndarray
        1 + draws values, at most 1; NaN where only one value occurs.
    """
    first, second = truth.reshape(len(truth), -1), answers.reshape(len(answers), -1)
    values = range(int(max(first.max(), second.max())) + 1)
    differing = (first != second).sum(axis=1)
    counts = [(first == value).sum(axis=1) + (second == value).sum(axis=1) for value in values]
    sums = resamples.sums(np.stack([differing, *counts], axis=1))
    total = sums[:, 1:].sum(axis=1)
    expected = (total**2 - (sums[:, 1:] ** 2).sum(axis=1)) / np.maximum(total - 1, 1)
    return np.where(expected > 0, 1 - 2 * _ratio(sums[:, 0], expected), np.nan)


@dataclass(frozen=True)
class Hits:
    """How often labels were given rightly and wrongly, for each sample and label: arrays of shape (1 + draws, k)."""

    true_positives: np.ndarray
    false_positives: np.ndarray
    false_negatives: np.ndarray

    @classmethod
    def count(cls, resamples: Resamples, truth: np.ndarray, decisions: np.ndarray) -> Hits:
        """Count from 0/1 arrays of shape (n, k)."""
        parts = [truth & decisions, (1 - truth) & decisions, truth & (1 - decisions)]
        return cls(*np.split(resamples.sums(np.concatenate(parts, axis=1)), 3, axis=1))

    @property
    def precision(self) -> np.ndarray:
        """Return each label's share of texts given it that have it; 0 where it was never given."""
        return _ratio(self.true_positives, self.true_positives + self.false_positives)

    @property
    def recall(self) -> np.ndarray:
        """Return each label's share of texts having it that were given it; 0 where none has it."""
        return _ratio(self.true_positives, self.true_positives + self.false_negatives)

    @property
    def f1(self) -> np.ndarray:
        """Return each label's harmonic mean of precision and recall; 0 where it neither occurs nor was given."""
        return _f1(self.true_positives, self.false_positives, self.false_negatives)

    @property
    def f1_macro(self) -> np.ndarray:
        """Return the mean of the labels' F1, of shape (1 + draws,)."""
        return self.f1.mean(axis=1)

    @property
    def f1_micro(self) -> np.ndarray:
        """Return F1 from the counts of all labels together, of shape (1 + draws,); for one label a text, accuracy."""
        return _f1(
            self.true_positives.sum(axis=1),
            self.false_positives.sum(axis=1),
            self.false_negatives.sum(axis=1),
        )


def roc_aucs(resamples: Resamples, truth: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Return the area under the ROC curve for each sample: how often a text with the label has the higher probability.

    Ties count half (Hanley & McNeil, "The meaning and use of the area under a ROC curve", 1982).

    Parameters
    ----------
    truth
        n values of 0 or 1.
    probabilities
        n values in [0, 1].

    Returns
    -------
    numpy.ndarray
        1 + draws values in [0, 1]; NaN where all texts have the label or none has.
    """
    groups = np.unique(probabilities, return_inverse=True)[1]
    with_label = resamples.grouped(groups, truth.astype(np.float64))
    without = resamples.grouped(groups, 1.0 - truth)
    below = np.cumsum(without, axis=1) - without
    wins = (with_label * (below + without / 2)).sum(axis=1)
    pairs = with_label.sum(axis=1) * without.sum(axis=1)
    return np.where(pairs > 0, _ratio(wins, pairs), np.nan)


def _f1(true_positives: np.ndarray, false_positives: np.ndarray, false_negatives: np.ndarray) -> np.ndarray:
    return _ratio(2 * true_positives, 2 * true_positives + false_positives + false_negatives)


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
