"""Agreement and thresholds."""

import krippendorff
import numpy as np
import pytest

from specialist.metrics import alpha, best_threshold, grade

RANDOM = np.random.default_rng(7)


@pytest.mark.parametrize("values", [2, 3])
def test_alpha_is_that_of_the_reference_library(values: int) -> None:
    truth = RANDOM.integers(0, values, 200)
    answers = np.where(RANDOM.random(200) < 0.3, RANDOM.integers(0, values, 200), truth)
    reference = krippendorff.alpha(np.stack([truth, answers]), level_of_measurement="nominal")
    assert alpha(truth, answers) == pytest.approx(reference, abs=1e-12)


def test_alpha_of_extremes() -> None:
    truth = np.array([0, 1, 0, 1])
    assert alpha(truth, truth) == 1
    assert alpha(truth, 1 - truth) < 0
    assert np.isnan(alpha(np.zeros(4), np.zeros(4)))


def test_grades_are_the_methods() -> None:
    assert [grade(value) for value in (0.81, 0.8, 0.67, 0.66)] == [
        "reliable",
        "acceptable",
        "acceptable",
        "insufficient",
    ]


def test_threshold_is_halfway_from_one_half_to_where_the_labels_divide() -> None:
    probabilities = np.linspace(0, 1, 201)
    truth = (probabilities >= 0.3).astype(int)
    assert best_threshold(truth, probabilities) == pytest.approx(0.4, abs=0.01)
