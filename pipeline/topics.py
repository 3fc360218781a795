"""The topic model of a collection of tweets: what they talk about, which tweet belongs where, and a map of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline import topic_clusters
from pipeline.topic_clusters import OUTLIER, Clusters, assign, cluster, flat_map
from pipeline.topic_hierarchy import Merge, merges
from pipeline.topic_labels import Description, describe

if TYPE_CHECKING:
    import pandas as pd

# Fewer texts than this have no topics.
FEWEST = 15
# How far apart, beside embeddings of length 1, two texts are of which all that is known differs in one aspect.
ASPECT_WEIGHT = 0.5
# Calls of `progress`.
STEPS = topic_clusters.STEPS + 1


@dataclass(frozen=True)
class TopicModel:
    """Topics, and the n texts that they were found in.

    Attributes
    ----------
    topics
        One row a topic, largest first: `topic_id` (0 to k - 1), `label`, `keywords` (list, the most telling
        first), `size` (texts), `x`, `y` (its middle on the map), `embedding` (the mean of its texts').
    hierarchy
        One row for each of the k - 1 steps that merge topics, the most alike first: `step` (from 1), `kept_id`
        and `joined_id` (the topics that the two merged groups go by; from here on both go by `kept_id`),
        `distance`, `label` and `keywords` of what they make. Empty where it was not asked for.
    assignments
        One row a text, in order: `topic_id` (-1: in no topic), `probability` (in [0, 1]: how typical of the
        topic; 0 in none), `x`, `y`, `nearest_topic_id` (its topic; where it has none, the one nearest in
        meaning; -1 without topics).
    features, clusters
        What `place` needs.
    """

    topics: pd.DataFrame
    hierarchy: pd.DataFrame
    assignments: pd.DataFrame
    features: np.ndarray
    clusters: Clusters


def fit(
    texts: Sequence[str],
    embeddings: np.ndarray,
    *,
    ignore_words: Iterable[str],
    aspects: np.ndarray | None = None,
    seed: int = 42,
    with_hierarchy: bool = False,
    progress: Callable[[int], None] | None = None,
) -> TopicModel:
    """Find the topics of texts. The same input and seed give the same topics on one machine.

    Parameters
    ----------
    texts
        n tweets. Fewer than `FEWEST` have no topics. Time and memory grow faster than n: of very many, fit some
        and `place` the others.
    embeddings
        (n, d) float, rows of length 1, from `pipeline.embed.embed`.
    ignore_words
        Brand names and handles: they name no topic.
    aspects
        (n, a) float in [0, 1], or None: what is known of the texts besides their words, such as how likely
        each is about a P or negative. Texts that differ in it are further apart.
    with_hierarchy
        Whether to merge the topics step by step and name what that makes.
    progress
        Called with the number of steps just done, `STEPS` in all.

    Raises
    ------
    ValueError
        If the numbers of texts, embeddings and aspects differ.
    """
    rows = {len(texts), len(embeddings)} | (set() if aspects is None else {len(aspects)})
    if len(rows) > 1:
        raise ValueError(f"texts, embeddings and aspects must be of one length, not {sorted(rows)}")
    done = progress or (lambda _: None)
    features = _features(embeddings, aspects)
    if len(texts) < FEWEST:
        clusters = _without_topics(features)
        done(topic_clusters.STEPS)
    else:
        clusters = _by_size(cluster(features, seed, done))
    topics = _topics(clusters, embeddings)
    centres = _centres(topics, embeddings.shape[1])
    steps = merges(centres, topics["size"].to_numpy()) if with_hierarchy else []
    found = describe(texts, clusters.labels, embeddings, ignore_words, [step.members for step in steps])
    done(1)
    return TopicModel(
        _described(topics, found[: len(topics)]),
        _described(_hierarchy(steps), found[len(topics) :]),
        _assignments(clusters, embeddings, centres, _most_typical(clusters, embeddings, centres)),
        features,
        clusters,
    )


def place(model: TopicModel, embeddings: np.ndarray, aspects: np.ndarray | None = None) -> pd.DataFrame:
    """Place further texts among those that a model was fitted on.

    Parameters
    ----------
    embeddings, aspects
        As for `fit`, of m other texts.

    Returns
    -------
    pandas.DataFrame
        m rows with the columns of the model's `assignments`.
    """
    placed = assign(model.clusters, model.features, _features(embeddings, aspects))
    width = embeddings.shape[1]
    centres = _centres(model.topics, width)
    typical = _most_typical(model.clusters, model.features[:, :width], centres)
    return _assignments(placed, embeddings, centres, typical)


def _features(embeddings: np.ndarray, aspects: np.ndarray | None) -> np.ndarray:
    features = embeddings if aspects is None else np.hstack([embeddings, ASPECT_WEIGHT * aspects])
    return np.ascontiguousarray(features, dtype=np.float32)


def _without_topics(features: np.ndarray) -> Clusters:
    count = len(features)
    positions = flat_map(features) if count else np.zeros((0, 2))
    return Clusters(np.full(count, OUTLIER), np.zeros(count), positions)


def _by_size(clusters: Clusters) -> Clusters:
    """Give the clusters new numbers: 0 is the largest."""
    inside = clusters.labels != OUTLIER
    sizes = np.bincount(clusters.labels[inside])
    numbers = np.empty(len(sizes), dtype=int)
    numbers[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    labels = np.full(len(inside), OUTLIER)
    labels[inside] = numbers[clusters.labels[inside]]
    return Clusters(labels, clusters.strengths, clusters.positions)


def _topics(clusters: Clusters, embeddings: np.ndarray) -> pd.DataFrame:
    import pandas as pd

    rows = [np.flatnonzero(clusters.labels == topic) for topic in range(clusters.labels.max(initial=-1) + 1)]
    middles = np.array([np.median(clusters.positions[members], axis=0) for members in rows]).reshape(-1, 2)
    return pd.DataFrame(
        {
            "topic_id": np.arange(len(rows), dtype=np.int32),
            "size": np.array([len(members) for members in rows], dtype=np.int32),
            "x": middles[:, 0],
            "y": middles[:, 1],
            "embedding": [embeddings[members].mean(axis=0) for members in rows],
        }
    )


def _hierarchy(steps: list[Merge]) -> pd.DataFrame:
    import pandas as pd

    rows = [(number, step.kept, step.joined, step.distance) for number, step in enumerate(steps, 1)]
    return pd.DataFrame(rows, columns=["step", "kept_id", "joined_id", "distance"])


def _described(table: pd.DataFrame, descriptions: list[Description]) -> pd.DataFrame:
    table["label"] = [one.label for one in descriptions]
    table["keywords"] = [one.keywords for one in descriptions]
    return table


def _centres(topics: pd.DataFrame, width: int) -> np.ndarray:
    return np.stack(topics.embedding.tolist()) if len(topics) else np.empty((0, width), np.float32)


def _most_typical(clusters: Clusters, embeddings: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Return for each topic how like its middle the text is that is most so."""
    highest = np.zeros(len(centres))
    inside = clusters.labels != OUTLIER
    labels = clusters.labels[inside]
    np.maximum.at(highest, labels, np.einsum("ij,ij->i", embeddings[inside], centres[labels]))
    return highest


def _assignments(
    clusters: Clusters, embeddings: np.ndarray, centres: np.ndarray, most_typical: np.ndarray
) -> pd.DataFrame:
    import pandas as pd

    probabilities = clusters.strengths.copy()
    nearest = clusters.labels.copy()
    inside = clusters.labels != OUTLIER
    if len(centres):
        # Whatever is nearest to the others in meaning speaks for the topic best.
        labels = clusters.labels[inside]
        likeness = np.einsum("ij,ij->i", embeddings[inside], centres[labels])
        probabilities[inside] *= np.clip(likeness / most_typical[labels], 0.0, 1.0)
        directions = centres / np.linalg.norm(centres, axis=1, keepdims=True)
        nearest[~inside] = (embeddings[~inside] @ directions.T).argmax(axis=1)
    return pd.DataFrame(
        {
            "topic_id": clusters.labels.astype(np.int32),
            "probability": probabilities,
            "x": clusters.positions[:, 0],
            "y": clusters.positions[:, 1],
            "nearest_topic_id": nearest.astype(np.int32),
        }
    )
