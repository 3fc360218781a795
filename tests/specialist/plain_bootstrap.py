"""The bootstrap draw by draw, to hold the quick ones against."""

from collections.abc import Callable

import numpy as np

from specialist.metrics import Interval


def bootstrap(
    statistic: Callable[[np.ndarray, np.ndarray], float],
    truth: np.ndarray,
    answers: np.ndarray,
    *,
    draws: int = 1000,
    seed: int = 0,
) -> Interval:
    """Return a statistic with its 95 % percentile interval over texts drawn with replacement.

    Parameters
    ----------
    truth, answers
        Arrays whose first axis is the n texts.
    """
    generator = np.random.default_rng(seed)
    values = []
    for _ in range(draws):
        rows = generator.integers(0, len(truth), len(truth))
        values.append(statistic(truth[rows], answers[rows]))
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return Interval(statistic(truth, answers), float(low), float(high))
