"""How well answers agree with labels: Krippendorff's alpha, its grades, a figure with its interval, thresholds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Interval:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def alpha(truth: np.ndarray, answers: np.ndarray) -> float:
    """Return Krippendorff's alpha for two raters and nominal values, all units answered by both.

    Computed from the coincidence matrix (Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011).

    Parameters
    ----------
    truth, answers
        Arrays of the same shape; each cell is a unit (a text, or a text and a label), each value a small
        non-negative integer.

    Returns
    -------
    float
        1 for perfect agreement, 0 for agreement as by chance; NaN where only one value occurs.
    """
    first, second = truth.astype(np.int64).ravel(), answers.astype(np.int64).ravel()
    values = int(max(first.max(initial=0), second.max(initial=0))) + 1
    pairs = np.bincount(first * values + second, minlength=values * values).reshape(values, values)
    coincidences = pairs + pairs.T
    totals = coincidences.sum(axis=0)
    count = totals.sum()
    expected = (count * count - (totals * totals).sum()) / (count - 1) if count > 1 else 0
    if expected == 0:
        return float("nan")
    observed = count - np.trace(coincidences)
    return float(1 - observed / expected)


def grade(value: float) -> str:
    """Return the method's word for an alpha: reliable (over 0.8), acceptable (from 0.67) or insufficient."""
    if value > 0.8:
        return "reliable"
    return "acceptable" if value >= 0.67 else "insufficient"


def best_threshold(truth: np.ndarray, probabilities: np.ndarray) -> float:
    """Return the threshold halfway between 0.5 and the one in [0.1, 0.9] whose decisions agree best with the truth.

    Agreement is alpha; among thresholds that do as well, the middle one is taken. The best threshold of a few hundred
    texts is mostly chance: halfway to 0.5, where calibrated probabilities are right most often, it does better on
    others (docs/experiments.md).

    Parameters
    ----------
    truth
        n values of 0 or 1.
    probabilities
        n values in [0, 1].
    """
    grid = np.round(np.arange(0.1, 0.901, 0.01), 2)
    scores = np.array(
        [np.nan_to_num(alpha(truth, probabilities >= threshold), nan=-1.0) for threshold in grid]
    )
    # A moving mean over five steps: a plateau is worth more than a spike.
    smooth = np.convolve(np.pad(scores, 2, mode="edge"), np.full(5, 0.2), mode="valid")
    best = np.flatnonzero(np.isclose(smooth, smooth.max()))
    return float(round((grid[best[len(best) // 2]] + 0.5) / 2, 3))
