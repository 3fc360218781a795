"""Calibration: whether what is said with a probability of 70 % is so in 70 % of the cases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from specialist.intervals import wilson

BINS = 10
_SAMPLES = 1_000


@dataclass(frozen=True)
class Bin:
    """Cases whose probability lies in one tenth of [0, 1].

    Attributes
    ----------
    low, high
        The probabilities from which and up to which (the last bin: with 1) cases are in it.
    mean_probability
        What was said of them, in the mean.
    share, share_low, share_high
        The share of them in which it was so, with its 95 % interval after Wilson (1927).
    """

    low: float
    high: float
    cases: int
    mean_probability: float
    share: float
    share_low: float
    share_high: float


@dataclass(frozen=True)
class Calibration:
    """How far probabilities can be taken at their word.

    Attributes
    ----------
    ece
        Expected calibration error, in [0, 1]: over bins, the mean distance between probability and share, weighted
        with the bins' cases. Ten bins of equal width (Naeini, Cooper & Hauskrecht, "Obtaining Well Calibrated
        Probabilities Using Bayesian Binning", 2015).
    ece_by_chance
        The error that perfect probabilities stay under in 95 % of samples of this size: 1,000 samples in which each
        case comes true with the probability stated (Bröcker & Smith, "Increasing the Reliability of Reliability
        Diagrams", 2007). An error above it is more than chance; a bootstrap interval would not say so, because
        drawing again adds to the error.
    bins
        Those with cases, in order.
    """

    ece: float
    ece_by_chance: float
    bins: list[Bin]


def calibration(probabilities: np.ndarray, outcomes: np.ndarray) -> Calibration:
    """Compare probabilities with what came true.

    Parameters
    ----------
    probabilities
        m values in [0, 1].
    outcomes
        m values of 0 or 1.
    """
    said = probabilities.astype(np.float64)
    bins = np.minimum((said * BINS).astype(np.int64), BINS - 1)
    cases = np.bincount(bins, minlength=BINS)
    total = np.bincount(bins, said, BINS)
    true = np.bincount(bins, outcomes, BINS)
    return Calibration(
        ece=float(np.abs(true - total).sum() / len(said)),
        ece_by_chance=_by_chance(said, bins, total),
        bins=[
            _bin(position, int(cases[position]), total[position], true[position])
            for position in np.flatnonzero(cases).tolist()
        ],
    )


def confidence(probabilities: np.ndarray, truth: np.ndarray) -> Calibration:
    """Compare the highest of each text's probabilities with whether that label was right.

    After Guo, Pleiss, Sun & Weinberger, "On Calibration of Modern Neural Networks" (2017).

    Parameters
    ----------
    probabilities, truth
        Shape (n, labels); a text's probabilities add up to 1, and one of its labels is 1.
    """
    return calibration(probabilities.max(axis=1), truth[np.arange(len(truth)), probabilities.argmax(axis=1)])


def _by_chance(said: np.ndarray, bins: np.ndarray, total: np.ndarray) -> float:
    generator = np.random.default_rng(0)
    errors = np.empty(_SAMPLES)
    for sample in range(_SAMPLES):
        true = np.bincount(bins[generator.random(len(said)) < said], minlength=BINS)
        errors[sample] = np.abs(true - total).sum() / len(said)
    return float(np.percentile(errors, 95))


def _bin(position: int, cases: int, total: float, true: float) -> Bin:
    low, high = wilson(true, cases)
    return Bin(
        low=position / BINS,
        high=(position + 1) / BINS,
        cases=cases,
        mean_probability=float(total / cases),
        share=float(true / cases),
        share_low=float(low),
        share_high=float(high),
    )
