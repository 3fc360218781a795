"""The topic model on real tweets: sizes, outliers, few texts, many texts, the same again for a seed."""

import csv

import numpy as np
import pandas as pd
import pytest

import pipeline.topics
from pipeline.demo import TWEETS
from pipeline.embed import embed
from pipeline.topics import FEWEST, STEPS, TopicModel, fit
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
    again = fit(texts, embeddings, ignore_words=BRANDS)
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


def test_more_texts_than_are_fitted_are_placed_where_their_like_are(
    texts: list[str], embeddings: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline.topics, "MOST_FITTED", COUNT)
    steps: list[int] = []
    # Every text twice: whatever was not drawn has its twin among the drawn, or is drawn itself.
    found = fit(
        [*texts, *texts], np.vstack([embeddings, embeddings]), ignore_words=BRANDS, progress=steps.append
    )
    first, second = (found.assignments.iloc[part] for part in (slice(len(texts)), slice(len(texts), None)))
    inside = (first.topic_id.to_numpy() >= 0) & (second.topic_id.to_numpy() >= 0)
    assert inside.mean() > 0.5
    assert (first.topic_id.to_numpy() == second.topic_id.to_numpy())[inside].mean() > 0.9
    assert found.topics["size"].sum() == (found.assignments.topic_id >= 0).sum()
    assert sum(steps) == STEPS


def test_lengths_that_differ_are_refused(texts: list[str], embeddings: np.ndarray) -> None:
    with pytest.raises(ValueError, match="of one length"):
        fit(texts, embeddings[:-1], ignore_words=BRANDS)
