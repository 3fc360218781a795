"""Bootstrap over texts: every figure from the same draws, so that differences between figures are paired."""

from __future__ import annotations

import numpy as np

from specialist.metrics import Interval

DRAWS = 1_000
# Draws that are multiplied at the same time: 50 MB for 100,000 texts.
_AT_ONCE = 64


class Resamples:
    """n texts, and 1,000 samples of n of them with replacement.

    A figure is computed for the texts as they are and for all samples together: as an array of 1 + draws values, of
    which the first is the figure itself.
    """

    def __init__(self, texts: int, *, draws: int = DRAWS, seed: int = 0) -> None:
        generator = np.random.default_rng(seed)
        # How often each text is in each sample. More than 255 times the same one does not happen: the count is
        # Poisson with mean 1.
        self._counts = np.ones((1 + draws, texts), dtype=np.uint8)
        for row in self._counts[1:]:
            row[:] = np.bincount(generator.integers(0, texts, texts), minlength=texts)

    def sums(self, parts: np.ndarray) -> np.ndarray:
        """Return the sums over each sample's texts.

        Parameters
        ----------
        parts
            What each text adds, of shape (n, k).

        Returns
        -------
        numpy.ndarray
            float64 array of shape (1 + draws, k).
        """
        numbers = parts.astype(np.float64)
        blocks = range(0, len(self._counts), _AT_ONCE)
        return np.concatenate(
            [self._counts[start : start + _AT_ONCE].astype(np.float64) @ numbers for start in blocks]
        )

    def grouped(self, groups: np.ndarray, parts: np.ndarray) -> np.ndarray:
        """Return the sums over each sample's texts for each group.

        Parameters
        ----------
        groups
            Each text's group, n integers of 0 to g - 1, none of them without texts.
        parts
            What each text adds, n numbers.

        Returns
        -------
        numpy.ndarray
            float64 array of shape (1 + draws, g).
        """
        order = np.argsort(groups, kind="stable")
        starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
        found = np.empty((len(self._counts), len(starts)))
        for start in range(0, len(self._counts), _AT_ONCE):
            rows = slice(start, start + _AT_ONCE)
            found[rows] = np.add.reduceat(self._counts[rows][:, order] * parts[order], starts, axis=1)
        return found


def interval(values: np.ndarray) -> Interval:
    """Return a figure with its 95 % percentile interval; NaN where it cannot be computed.

    Parameters
    ----------
    values
        1 + draws values, the figure itself first; NaN in samples that do not determine it.
    """
    known = values[1:][~np.isnan(values[1:])]
    if np.isnan(values[0]) or not len(known):
        return Interval(float("nan"), float("nan"), float("nan"))
    low, high = np.percentile(known, [2.5, 97.5])
    return Interval(float(values[0]), float(low), float(high))
