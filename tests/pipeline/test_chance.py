"""Intervals and differences against published values and against simulation."""

import numpy as np
import pytest

from dashboard.queries.compare import Sums
from pipeline.chance import Mean, means_differ, shares_differ
from pipeline.counts import Counts
from specialist.intervals import wilson


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    # Newcombe (1998), Stat. Med. 17, 857-872, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_interval_as_published(count, total, low, high):
    assert wilson(count, total) == pytest.approx((low, high), abs=5e-5)


def test_nothing_is_known_of_a_share_of_nothing():
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    # Newcombe (1998), Stat. Med. 17, 873-890, table II, method 10: intervals of the difference.
    [
        ((56, 70), (48, 80), True),  # 0.0524 to 0.3339
        ((9, 10), (3, 10), True),  # 0.1705 to 0.8090
        ((6, 7), (2, 7), True),  # 0.0582 to 0.8062
        ((5, 56), (0, 29), False),  # -0.0381 to 0.1926
        ((0, 10), (0, 20), False),
        ((10, 10), (0, 10), True),
        ((3, 4), (1, 4), False),
    ],
)
def test_difference_of_shares_as_published(one, other, differ):
    assert shares_differ(*one, *other) is differ
    assert shares_differ(*other, *one) is differ


def test_means_are_rarely_called_different_where_they_are_not():
    random = np.random.default_rng(0)
    wrong = 0
    for _ in range(1000):
        groups = random.choice([-1, 0, 1], size=(2, 40), p=[0.3, 0.2, 0.5])
        one, other = (Mean(g.mean(), g.std(ddof=1), len(g)) for g in groups)
        wrong += means_differ(one, other)
    assert wrong < 80  # 5 % are expected


def test_means_that_differ_are_told_apart():
    assert means_differ(Mean(0.4, 0.5, 60), Mean(-0.1, 0.5, 60))
    assert not means_differ(Mean(0.4, 0.5, 4), Mean(-0.9, 0.1, 60))  # too few
    assert not means_differ(Mean(1.0, 0.0, 5), Mean(0.9, 0.0, 5))  # alike by luck


def test_counts_and_sums_give_the_mean_and_spread_of_their_values():
    values = np.array([1] * 7 + [0] * 2 + [-1] * 4)
    expected = (values.mean(), values.std(ddof=1), len(values))
    counted = Counts(mentions=13, negative=4, neutral=2, positive=7).mean
    assert (counted.value, counted.deviation, counted.total) == pytest.approx(expected)
    summed = (Sums(9, 7.0, 7.0) + Sums(9, -3.0, 7.0) - Sums(5, 1.0, 3.0)).mean
    assert (summed.value, summed.deviation, summed.total) == pytest.approx(expected)
