"""Agreement of labelers: the figures are those of the reference package, and their intervals hold."""

import time

import krippendorff
import numpy as np
import pytest
from plain_bootstrap import bootstrap

from specialist.agreement import agreement, disagreement
from specialist.codebook import Codebook
from specialist.metrics import alpha as alpha_of_two
from specialist.voting import NO_VOTE, Votes

MMX, SENTIMENT = Codebook.load("mmx"), Codebook.load("sentiment")


def random_votes(codebook: Codebook, labelers: int, tweets: int, missing: float, seed: int = 0) -> Votes:
    """Votes that agree in part; whole votes are missing."""
    generator = np.random.default_rng(seed)
    questions, answers = (4, 2) if codebook.kind == "multilabel" else (1, 3)
    truth = generator.integers(0, answers, (tweets, questions))
    noise = generator.integers(0, answers, (labelers, tweets, questions))
    values = np.where(generator.random(noise.shape) < 0.7, truth, noise).astype(np.int8)
    values[generator.random((labelers, tweets)) < missing] = NO_VOTE
    names = tuple(f"l{number}" for number in range(labelers))
    return Votes(codebook, names, tuple(map(str, range(tweets))), values)


def reference(values: np.ndarray) -> float:
    """Alpha by the package krippendorff, with each tweet and question a unit."""
    ratings = np.where(values == NO_VOTE, np.nan, values.astype(float)).reshape(len(values), -1)
    return float(krippendorff.alpha(reliability_data=ratings, level_of_measurement="nominal"))


@pytest.mark.parametrize("missing", [0.0, 0.3, 0.8])
@pytest.mark.parametrize("labelers", [2, 3, 6])
@pytest.mark.parametrize("codebook", [MMX, SENTIMENT], ids=["mmx", "sentiment"])
def test_alpha_is_that_of_the_reference(codebook: Codebook, labelers: int, missing: float) -> None:
    votes = random_votes(codebook, labelers, 200, missing)
    found = agreement(votes, draws=10)
    assert found.overall.value == pytest.approx(reference(votes.values))
    for (first, second), pair in found.pairs.items():
        rows = [votes.labelers.index(first), votes.labelers.index(second)]
        assert pair.value == pytest.approx(reference(votes.values[rows]))
    assert len(found.pairs) == labelers * (labelers - 1) // 2
    for position, label in enumerate(codebook.label_ids):
        values = (
            votes.values[:, :, [position]]
            if codebook is MMX
            else np.where(votes.values == NO_VOTE, NO_VOTE, votes.values == position)
        )
        assert found.labels[label].value == pytest.approx(reference(values))


def test_intervals_are_those_of_a_plain_bootstrap() -> None:
    votes = random_votes(MMX, 2, 400, 0.0)
    found = agreement(votes).overall
    plain = bootstrap(alpha_of_two, votes.values[0], votes.values[1], seed=1)
    assert found.value == pytest.approx(plain.value)
    assert found.low == pytest.approx(plain.low, abs=0.01)
    assert found.high == pytest.approx(plain.high, abs=0.01)


def test_intervals_are_narrower_with_more_tweets() -> None:
    widths = []
    for tweets in (100, 10_000):
        overall = agreement(random_votes(SENTIMENT, 3, tweets, 0.1), draws=300).overall
        assert overall.low < overall.value < overall.high
        widths.append(overall.high - overall.low)
    assert widths[1] < widths[0] / 5


def test_many_votes_take_seconds() -> None:
    votes = random_votes(MMX, 5, 10_000, 0.05)
    began = time.process_time()
    agreement(votes)
    assert time.process_time() - began < 8


def test_full_agreement_and_none_to_speak_of() -> None:
    same = np.zeros((3, 50, 4), dtype=np.int8)
    same[:, ::2, :2] = 1
    names, ids = ("a", "b", "c"), tuple(map(str, range(50)))
    found = agreement(Votes(MMX, names, ids, same), draws=50)
    assert (found.overall.value, found.overall.low, found.overall.high) == (1.0, 1.0, 1.0)
    # Nobody ever says promotion: there is no agreement to measure.
    assert np.isnan(found.labels["promotion"].value)
    assert "| promotion | – |" in found.to_markdown()
    assert found.to_dict()["labels"]["promotion"]["value"] is None


def test_one_labeler_alone_agrees_with_nobody() -> None:
    found = agreement(random_votes(MMX, 1, 30, 0.0), draws=10)
    assert np.isnan(found.overall.value)
    assert found.pairs == {}
    assert found.trust == ["l0"]


def test_who_agrees_best_is_trusted_most() -> None:
    votes = random_votes(MMX, 3, 500, 0.0)
    votes.values[0] = np.random.default_rng(1).integers(0, 2, (500, 4))
    assert agreement(votes, draws=10).trust[-1] == "l0"


def test_disagreement_is_the_share_of_pairs_that_differ() -> None:
    values = np.array(
        [[[1, 1, 1, 1], [0, 0, 0, 0], [1, 0, 0, 0]], [[1, 1, 1, 1], [1, 1, 1, 1], [-1, -1, -1, -1]]]
    )
    votes = Votes(MMX, ("a", "b"), ("x", "y", "z"), values.astype(np.int8))
    assert disagreement(votes).tolist() == [0.0, 1.0, 0.0]
