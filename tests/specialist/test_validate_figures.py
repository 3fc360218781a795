"""Validation's figures, against ones worked out by hand and scikit-learn's."""

import numpy as np
import pytest
from plain_bootstrap import bootstrap
from sklearn.metrics import f1_score, precision_recall_fscore_support, roc_auc_score

from specialist.codebook import Codebook
from specialist.metrics import Interval, alpha
from specialist.validation.calibration import calibration, confidence
from specialist.validation.confusion import Confusion, confusion, confusion_matrix
from specialist.validation.mistakes import MOST, worst_mistakes
from specialist.validation.resamples import Resamples, interval
from specialist.validation.scores import Hits, alphas, roc_aucs

RANDOM = np.random.default_rng(3)


def test_expected_calibration_error_by_hand() -> None:
    # Bin 0.2 to 0.3: said 0.25, true 1 of 2. Bin 0.9 to 1: said 0.9 and 1.0, in the mean 0.95, true 2 of 2.
    found = calibration(np.array([0.2, 0.3 - 1e-9, 0.9, 1.0]), np.array([0, 1, 1, 1]))
    assert found.ece == pytest.approx((2 * 0.25 + 2 * 0.05) / 4)
    assert [(one.low, one.cases, one.share) for one in found.bins] == [(0.2, 2, 0.5), (0.9, 2, 1.0)]
    # Wilson's interval for 1 of 2.
    assert (found.bins[0].share_low, found.bins[0].share_high) == pytest.approx((0.0945, 0.9055), abs=1e-4)


def test_certainty_beyond_chance_is_told_from_chance() -> None:
    said = RANDOM.random(3000)
    honest = calibration(said, (RANDOM.random(3000) < said).astype(int))
    boasting = calibration(said, (RANDOM.random(3000) < 0.5 + (said - 0.5) / 2).astype(int))
    assert honest.ece < honest.ece_by_chance < boasting.ece


def test_one_choice_is_calibrated_by_its_highest_probability() -> None:
    probabilities = np.array([[0.7, 0.2, 0.1], [0.1, 0.75, 0.15]])
    found = confidence(probabilities, np.array([[1, 0, 0], [0, 0, 1]]))
    assert found.ece == pytest.approx(abs(0.725 - 0.5))
    assert len(found.bins) == 1


def test_confusion_by_hand() -> None:
    truth, decisions = np.array([1, 1, 1, 0, 0, 0, 0]), np.array([1, 1, 0, 1, 0, 0, 0])
    assert confusion(truth, decisions) == Confusion(2, 1, 1, 3)
    labels = np.eye(3, dtype=np.int8)
    found = confusion_matrix(labels[[0, 0, 0, 1, 2]], labels[[0, 0, 2, 1, 1]])
    assert found == [[2, 0, 1], [0, 1, 0], [0, 1, 0]]


def test_figures_and_intervals_are_those_of_single_draws() -> None:
    truth = (RANDOM.random((150, 3)) < [0.5, 0.2, 0.7]).astype(np.int8)
    probabilities = np.round(np.clip(0.5 * truth + 0.6 * RANDOM.random((150, 3)), 0, 1), 1)
    decisions = (probabilities > 0.5).astype(np.int8)
    resamples = Resamples(150)
    hits = Hits.count(resamples, truth, decisions)
    expected = bootstrap(alpha, truth, decisions)
    assert _bounds(interval(alphas(resamples, truth, decisions))) == _about(expected)
    assert _bounds(interval(hits.f1_macro)) == _about(
        bootstrap(lambda one, other: f1_score(one, other, average="macro"), truth, decisions)
    )
    assert hits.f1_micro[0] == pytest.approx(f1_score(truth, decisions, average="micro"))
    precision, recall, f1, _ = precision_recall_fscore_support(truth, decisions)
    for found, known in [(hits.precision, precision), (hits.recall, recall), (hits.f1, f1)]:
        assert found[0] == pytest.approx(known)
    assert _bounds(interval(roc_aucs(resamples, truth[:, 1], probabilities[:, 1]))) == _about(
        bootstrap(roc_auc_score, truth[:, 1], probabilities[:, 1])
    )


def test_what_cannot_be_computed_is_not_a_number() -> None:
    resamples, always = Resamples(4), np.ones(4, dtype=np.int8)
    assert np.isnan(interval(roc_aucs(resamples, always, np.linspace(0, 1, 4))).value)
    assert np.isnan(interval(alphas(resamples, always, always)).low)


def test_the_most_certain_mistake_comes_first() -> None:
    book = Codebook.load("mmx")
    truth = np.array([[1, 0, 0, 0], [0, 0, 1, 0], [1, 0, 0, 1]], dtype=np.int8)
    probabilities = np.array([[0.9, 0.1, 0.1, 0.1], [0.1, 0.8, 0.3, 0.0], [0.9, 0.2, 0.1, 0.05]])
    decisions = (probabilities >= 0.5).astype(np.int8)
    worst, second = worst_mistakes(book, ["a", "b", "c"], ["1", "2", "3"], truth, decisions, probabilities)
    assert (worst.id, worst.label, worst.certainty) == ("3", "promotion", pytest.approx(0.95))
    assert (worst.expected, worst.given) == (["product", "promotion"], ["product"])
    assert (second.text, second.label, second.given) == ("b", "place", ["place"])


def test_a_wrong_choice_is_one_mistake_and_no_more_than_twenty_are_shown() -> None:
    book = Codebook.load("sentiment")
    truth, decisions = np.eye(3, dtype=np.int8)[[0] * 30], np.eye(3, dtype=np.int8)[[2] * 30]
    probabilities = np.tile([0.1, 0.2, 0.7], (30, 1))
    found = worst_mistakes(book, ["x"] * 30, [], truth, decisions, probabilities)
    assert len(found) == MOST
    assert (found[0].label, found[0].certainty, found[0].expected) == ("positive", 0.7, ["negative"])


def _bounds(found: Interval) -> tuple[float, float, float]:
    return found.value, found.low, found.high


def _about(known: Interval) -> object:
    return pytest.approx(_bounds(known), abs=1e-9)
