"""The statistics of pain points against what they claim: coverage, small counts, beginnings, false alarms."""

import numpy as np
import pytest

from pipeline.pain_statistics import CERTAINTY, gathering, surely_between

DAYS = 300


def bounds(count: int, total: int, expected: float) -> tuple[float, float]:
    low, high = surely_between(np.array([count]), np.array([total]), np.array([expected]))
    return float(low[0]), float(high[0])


def test_without_tweets_the_share_is_what_is_expected() -> None:
    low, high = bounds(0, 0, 0.3)
    assert low < 0.3 < high


def test_two_of_two_say_less_than_sixty_of_eighty() -> None:
    assert bounds(2, 2, 0.4)[0] < bounds(60, 80, 0.4)[0]


def test_the_bounds_are_right_as_often_as_they_say() -> None:
    random = np.random.default_rng(7)
    expected = 0.4
    # Shares as the prior supposes them, then tweets by chance.
    true = random.beta(4 * expected, 4 * (1 - expected), 20_000)
    total = random.integers(3, 60, true.size)
    low, high = surely_between(random.binomial(total, true), total, np.full(true.size, expected))
    assert (true > low).mean() == pytest.approx(CERTAINTY, abs=0.01)
    assert (true < high).mean() == pytest.approx(CERTAINTY, abs=0.01)


@pytest.mark.parametrize("seed", range(5))
def test_a_burst_is_found_where_it_begins(seed: int) -> None:
    random = np.random.default_rng(seed)
    counts = random.poisson(0.05, DAYS)
    counts[180:205] += random.poisson(1.5, 25)
    found = gathering(counts, np.ones(DAYS))
    assert found is not None
    assert abs(found.first - 180) <= 3
    # A burst may thin out before it ends.
    assert abs(found.last - 204) <= 5


def test_what_comes_by_chance_is_rarely_called_a_burst() -> None:
    random = np.random.default_rng(1)
    alarms = [
        gathering(random.poisson(rate, DAYS), np.ones(DAYS)) for rate in (0.05, 0.2, 1.0) for _ in range(60)
    ]
    assert sum(alarm is not None for alarm in alarms) <= 0.05 * len(alarms)


def test_days_with_much_talk_of_everything_are_no_burst() -> None:
    talk = np.ones(DAYS)
    talk[100:120] = 20
    counts = np.random.default_rng(3).poisson(0.1 * talk)
    assert gathering(counts, np.ones(DAYS)) is not None
    assert gathering(counts, talk) is None


@pytest.mark.parametrize("counts", [[0, 0, 0], [0, 5, 0], [1, 1, 1, 1], [7]])
def test_too_little_to_tell(counts: list[int]) -> None:
    assert gathering(np.array(counts), np.ones(len(counts))) is None
