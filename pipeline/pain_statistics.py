"""The statistics of pain points: shares that hold for small counts, and since when something gathers.

docs/pain-points.md says why these and how they are used.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np

# Tweets that an expected share weighs beside the tweets that were counted.
PRIOR_TWEETS = 4.0
# The share that a pain point surely has: it is higher with this probability.
CERTAINTY = 0.85
# A stretch of days that chance gathers so much in with a lower probability stands out.
_CHANCE = 0.05
# Stretches whose log-likelihood ratio is so little below the best are as good as it.
AS_GOOD = 1.5


def shrunken(count: np.ndarray, total: np.ndarray, towards: np.ndarray, weight: float) -> np.ndarray:
    """Return shares as if `weight` more tweets had been seen, of the share to shrink towards."""
    return (count + weight * towards) / (total + weight)


def surely_between(
    count: np.ndarray, total: np.ndarray, expected: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the bounds that the true share exceeds, and stays below, with a probability of `CERTAINTY` each.

    The posterior is Beta(count + w b, total - count + w (1 - b)), where b is the expected share and w is
    `PRIOR_TWEETS`: without data it is what is expected, with few tweets near it (Gelman et al., "Bayesian Data
    Analysis", 3rd ed., section 2.4).

    Parameters
    ----------
    count, total
        (n,) tweets that count, of so many.
    expected
        (n,) share between 0 and 1, exclusive.
    """
    from scipy.special import betaincinv

    yes = count + PRIOR_TWEETS * expected
    no = total - count + PRIOR_TWEETS * (1 - expected)
    return betaincinv(yes, no, 1 - CERTAINTY), betaincinv(yes, no, CERTAINTY)


@dataclass(frozen=True)
class Stretch:
    """Days in which something gathers: positions of the first and the last, both included."""

    first: int
    last: int


def gathering(counts: np.ndarray, exposure: np.ndarray) -> Stretch | None:
    """Find the stretch of days in which counts gather, if chance hardly does that.

    The temporal scan statistic (Kulldorff, "A spatial scan statistic", Commun. Stat. 26, 1997; Naus, J. Am. Stat.
    Assoc. 60, 1965): over all stretches, the largest log-likelihood ratio of one rate inside and another outside
    against one rate everywhere. A single stretch reaches a ratio r by chance with a probability of at most
    exp(-r) (Chernoff), one of k stretches with at most k exp(-r). Of all stretches that are nearly as likely as the
    best, the densest is returned: the best alone often begins with a few tweets that came long before the others.

    Parameters
    ----------
    counts
        (days,) tweets each day.
    exposure
        (days,) positive: how many to expect, up to a factor, were they spread evenly.
    """
    total = int(counts.sum())
    busy = np.flatnonzero(counts)
    if len(busy) < 2:
        return None
    below = np.concatenate([[0], np.cumsum(counts)])
    room = np.concatenate([[0.0], np.cumsum(exposure)]) / exposure.sum()
    # Only stretches from one busy day to another can be the best.
    first, last = np.meshgrid(busy, busy, indexing="ij")
    inside = below[last + 1] - below[first]
    share = np.clip(room[last + 1] - room[first], 1e-12, 1 - 1e-12)
    ratio = np.full(inside.shape, -np.inf)
    possible = (first <= last) & (inside > total * share)
    if not possible.any():
        return None
    n, w = inside[possible], share[possible]
    outside = total - n
    ratio[possible] = n * np.log(n / (total * w)) + np.where(
        outside > 0, outside * np.log(np.maximum(outside, 1) / (total * (1 - w))), 0.0
    )
    best = ratio.max()
    if best < log(len(n) / _CHANCE):
        return None
    begins, ends = np.nonzero(ratio >= best - AS_GOOD)
    days = busy[ends] - busy[begins] + 1
    densest = int((inside[begins, ends] / days).argmax())
    return Stretch(int(busy[begins[densest]]), int(busy[ends[densest]]))
