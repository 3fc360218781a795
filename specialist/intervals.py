"""The interval of a share of few cases."""

from __future__ import annotations

from math import sqrt

Z = 1.96  # 95 %


def wilson(count: float, total: float) -> tuple[float, float]:
    """Return the 95 % interval of a share `count / total`, from 0 to 1.

    Source: Wilson (1927), J. Am. Stat. Assoc. 22, 209-212.
    """
    if total <= 0:
        return 0.0, 1.0
    p, z2 = count / total, Z * Z
    middle = (p + z2 / (2 * total)) / (1 + z2 / total)
    half = Z * sqrt(p * (1 - p) / total + z2 / (4 * total * total)) / (1 + z2 / total)
    return max(0.0, middle - half), min(1.0, middle + half)
