"""The topic model on real tweets: sizes, outliers, few texts, many texts, the same again for a seed."""

import csv

import numpy as np
import pandas as pd
import pytest

from pipeline.demo import TWEETS
from pipeline.embed import embed
from pipeline.topics import FEWEST, STEPS, TopicModel, fit, place
from specialist.preprocess import preprocess

BRANDS = ["Harrow & Pine", "HarrowPine", "Kestrel Air", "KestrelAir", "Bramble Coffee", "BrambleCoffee"]
HANDLES = {"harrowpine", "kestrelair", "bramblecoffee"}
# Not "kestrel", which is a bird as well, of which these people speak.
NOT_SAID = HANDLES | {"harrow", "bramble", "user", "url", "https"}
COUNT = 500


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """Tweets about three brands whose customers speak of quite different things."""
    with TWEETS.open(encoding="utf-8", newline="") as handle:
        found = [row["text"] for row in csv.DictReader(handle)]
    about = [text for text in found if any(name.lower() in text.lower() for name in BRANDS)]
    return [preprocess(f"@somebody {text} https://t.co/x", HANDLES) for text in about[:COUNT]]


@pytest.fixture(scope="module")
def embeddings(texts: list[str]) -> np.ndarray:
    return embed(texts)


@pytest.fixture(scope="module")
def model(texts: list[str], embeddings: np.ndarray) -> TopicModel:
    return fit(texts, embeddings, ignore_words=BRANDS)


def test_topics_are_numbered_by_size_and_count_their_texts(texts: list[str], model: TopicModel) -> None:
    topics, assignments = model.topics, model.assignments
    assert len(assignments) == len(texts)
    assert len(topics) >= 5
    assert topics.topic_id.tolist() == list(range(len(topics)))
    assert topics["size"].is_monotonic_decreasing
    counted = assignments[assignments.topic_id >= 0].topic_id.value_counts()
    assert counted.sort_index().tolist() == topics["size"].tolist()
    assert topics.label.is_unique


def test_outliers_stay_outside_and_everything_is_on_the_map(model: TopicModel) -> None:
    outside = model.assignments.topic_id == -1
    assert 0 < outside.mean() < 0.4
    assert (model.assignments.probability[outside] == 0).all()
    assert model.assignments.probability[~outside].between(0, 1).all()
    assert np.isfinite(model.assignments[["x", "y"]]).all().all()


def test_labels_speak_of_the_matter_not_of_brands_handles_or_placeholders(model: TopicModel) -> None:
    for label, keywords in zip(model.topics.label, model.topics.keywords, strict=True):
        assert keywords
        assert label.split(" · ")[0] == keywords[0]
        assert not NOT_SAID & {word for keyword in keywords for word in keyword.lower().split()}
    assert any("flight" in " ".join(keywords) for keywords in model.topics.keywords)
    assert any("coffee" in " ".join(keywords) for keywords in model.topics.keywords)


def test_a_topic_gathers_tweets_of_like_meaning(embeddings: np.ndarray, model: TopicModel) -> None:
    inside = model.assignments.topic_id.to_numpy()
    likeness = embeddings @ embeddings.T
    same = (inside[:, None] == inside[None, :]) & (inside[:, None] >= 0) & ~np.eye(len(inside), dtype=bool)
    different = (inside[:, None] != inside[None, :]) & (inside[:, None] >= 0) & (inside[None, :] >= 0)
    assert likeness[same].mean() > likeness[different].mean() + 0.15


def test_the_same_seed_gives_the_same_topics(
    texts: list[str], embeddings: np.ndarray, model: TopicModel
) -> None:
    steps: list[int] = []
    again = fit(texts, embeddings, ignore_words=BRANDS, progress=steps.append)
    assert sum(steps) == STEPS
    pd.testing.assert_frame_equal(again.topics, model.topics)
    pd.testing.assert_frame_equal(again.assignments, model.assignments)


def test_what_is_known_of_the_tweets_sets_them_apart(texts: list[str], embeddings: np.ndarray) -> None:
    negative = np.arange(len(texts)) % 2
    blind = fit(texts, embeddings, ignore_words=BRANDS).assignments.topic_id
    seeing = fit(texts, embeddings, ignore_words=BRANDS, aspects=np.eye(2)[negative]).assignments.topic_id

    def purity(topic: pd.Series) -> float:
        shares = pd.Series(negative)[topic >= 0].groupby(topic[topic >= 0]).mean()
        return float(np.maximum(shares, 1 - shares).mean())

    assert purity(seeing) > purity(blind) + 0.2


@pytest.mark.parametrize("count", [0, 1, 2, FEWEST - 1])
def test_too_few_texts_have_no_topics_but_a_place_on_the_map(
    texts: list[str], embeddings: np.ndarray, count: int
) -> None:
    found = fit(texts[:count], embeddings[:count], ignore_words=BRANDS)
    assert found.topics.empty
    assert found.assignments.topic_id.tolist() == [-1] * count
    assert np.isfinite(found.assignments[["x", "y"]]).all().all()


def test_few_texts_and_texts_all_alike_are_no_trouble(embeddings: np.ndarray) -> None:
    for text in ("out of stock again", "😡"):
        found = fit([text] * 40, np.repeat(embeddings[:1], 40, axis=0), ignore_words=[])
        assert len(found.assignments) == 40
        assert all(found.topics.label)


def test_further_texts_are_placed_where_their_like_are(
    texts: list[str], embeddings: np.ndarray, model: TopicModel
) -> None:
    half = fit(texts[::2], embeddings[::2], ignore_words=BRANDS)
    # Those fitted again, and one whose meaning is none at all.
    nothing = np.zeros((1, embeddings.shape[1]), dtype=np.float32)
    nothing[0, 0] = 1.0
    placed = place(half, np.vstack([embeddings[::2], nothing]))
    assert list(placed.columns) == list(half.assignments.columns)
    was, now = half.assignments.topic_id.to_numpy(), placed.topic_id.to_numpy()[:-1]
    inside = (was >= 0) & (now >= 0)
    assert inside.mean() > 0.5
    assert (was == now)[inside].mean() > 0.9
    assert np.isfinite(placed[["x", "y"]]).all().all()
    assert placed.probability.between(0, 1).all()


def test_each_text_knows_its_nearest_topic(embeddings: np.ndarray, model: TopicModel) -> None:
    nearest = model.assignments.nearest_topic_id.to_numpy()
    inside = model.assignments.topic_id.to_numpy() >= 0
    assert (nearest[inside] == model.assignments.topic_id[inside]).all()
    means = np.stack(
        [embeddings[model.assignments.topic_id == k].mean(axis=0) for k in model.topics.topic_id]
    )
    np.testing.assert_allclose(np.stack(model.topics.embedding.tolist()), means, atol=1e-5)
    cosines = embeddings[~inside] @ (means / np.linalg.norm(means, axis=1, keepdims=True)).T
    assert (nearest[~inside] == cosines.argmax(axis=1)).all()


def test_topics_merge_step_by_step_into_one_the_most_alike_first(
    texts: list[str], embeddings: np.ndarray, model: TopicModel
) -> None:
    merged = fit(texts, embeddings, ignore_words=BRANDS, with_hierarchy=True)
    pd.testing.assert_frame_equal(merged.topics, model.topics)
    steps = merged.hierarchy
    assert steps.step.tolist() == list(range(1, len(model.topics)))
    assert steps.distance.is_monotonic_increasing
    assert not steps.joined_id.duplicated().any()
    centres = np.stack(model.topics.embedding.tolist())
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    likeness = centres @ centres.T - 2 * np.eye(len(centres))
    assert {steps.kept_id[0], steps.joined_id[0]} == set(np.unravel_index(likeness.argmax(), likeness.shape))
    standing = dict(zip(model.topics.topic_id, model.topics.label, strict=True))
    for step in steps.itertuples():
        assert step.kept_id < step.joined_id  # numbered by size: the larger one gives the name
        assert step.keywords
        del standing[step.joined_id]
        standing[step.kept_id] = step.label
        assert len(set(standing.values())) == len(standing)
    assert len(standing) == 1


def test_lengths_that_differ_are_refused(texts: list[str], embeddings: np.ndarray) -> None:
    with pytest.raises(ValueError, match="of one length"):
        fit(texts, embeddings[:-1], ignore_words=BRANDS)
