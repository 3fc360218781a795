"""What may be chance: whether two groups differ by more than chance explains."""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, hypot, inf, sqrt

from specialist.intervals import Z, wilson


def shares_differ(count: float, total: float, other_count: float, other_total: float) -> bool:
    """Return whether two shares differ by more than chance explains at 95 %.

    Source: Newcombe (1998), Stat. Med. 17, 873-890, method 10: the interval of the difference from the two
    Wilson intervals.
    """
    if not total or not other_total:
        return False
    p, q = count / total, other_count / other_total
    low, high = wilson(count, total)
    other_low, other_high = wilson(other_count, other_total)
    difference = p - q
    below = sqrt((p - low) ** 2 + (other_high - q) ** 2)
    above = sqrt((high - p) ** 2 + (q - other_low) ** 2)
    return difference - below > 0 or difference + above < 0


@dataclass(frozen=True)
class Mean:
    """A mean of `total` values with their sample standard deviation.

    A deviation of zero (all values alike) in a small group says little of its spread, so a floor of 0.1 is put
    under it: the scales compared here run from -1 to 1.
    """

    value: float
    deviation: float
    total: int

    @property
    def error(self) -> float:
        """Standard error of the mean; infinite without values."""
        return max(self.deviation, 0.1) / sqrt(self.total) if self.total else inf

    @property
    def half_interval(self) -> float:
        """Half the width of the mean's 95 % interval."""
        return Z * self.error


def difference_chance(one: Mean, other: Mean) -> float:
    """Return how likely chance alone makes two means differ as much, from 0 to 1; 1 with under 5 values.

    Welch's test with the normal distribution, two-sided.
    """
    if min(one.total, other.total) < 5:
        return 1.0
    return erfc(abs(one.value - other.value) / hypot(one.error, other.error) / sqrt(2))


def means_differ(one: Mean, other: Mean) -> bool:
    """Return whether two means differ by more than chance explains at 95 %; never with under 5 values."""
    return difference_chance(one, other) < 0.05
