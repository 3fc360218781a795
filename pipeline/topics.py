"""The topic model of a collection of tweets: what they talk about, which tweet belongs where, and a map of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.topic_clusters import OUTLIER, Clusters, assign, cluster, flat_map
from pipeline.topic_labels import describe

if TYPE_CHECKING:
    import pandas as pd

# Fewer texts than this have no topics.
FEWEST = 15
# Most texts that are clustered; the others are placed among them.
MOST_FITTED = 40_000
# How far apart, beside embeddings of length 1, two texts are of which all that is known differs in one aspect.
ASPECT_WEIGHT = 0.5
# Calls of `progress`.
STEPS = 3


@dataclass(frozen=True)
class TopicModel:
    """Topics, and the n texts in them.

    Attributes
    ----------
    topics
        One row a topic, largest first: `topic_id` (0 to k - 1), `label`, `keywords` (list, the most telling
        first), `size` (texts), `x`, `y` (its middle on the map).
    assignments
        One row a text, in order: `topic_id` (-1: in no topic), `probability` (in [0, 1]: how typical of the
        topic; 0 in none), `x`, `y`.
    """

    topics: pd.DataFrame
    assignments: pd.DataFrame


def fit(
    texts: Sequence[str],
    embeddings: np.ndarray,
    *,
    ignore_words: Iterable[str],
    aspects: np.ndarray | None = None,
    seed: int = 42,
    progress: Callable[[int], None] | None = None,
) -> TopicModel:
    """Find the topics of texts.

    Up to `MOST_FITTED` texts, drawn at random, are clustered, the others placed among them, so that memory
    stays within bounds. The same input and seed give the same topics on one machine.

    Parameters
    ----------
    texts
        n tweets. Fewer than `FEWEST` have no topics.
    embeddings
        (n, d) float, rows of length 1, from `pipeline.embed.embed`.
    ignore_words
        Brand names and handles: they name no topic.
    aspects
        (n, a) float in [0, 1], or None: what is known of the texts besides their words, such as how likely
        each is about a P or negative. Texts that differ in it are further apart.
    progress
        Called with 1 after each of the `STEPS` steps.

    Raises
    ------
    ValueError
        If the numbers of texts, embeddings and aspects differ.
    """
    rows = {len(texts), len(embeddings)} | (set() if aspects is None else {len(aspects)})
    if len(rows) > 1:
        raise ValueError(f"texts, embeddings and aspects must be of one length, not {sorted(rows)}")
    done = progress or (lambda _: None)
    features = embeddings if aspects is None else np.hstack([embeddings, ASPECT_WEIGHT * aspects])
    features = np.ascontiguousarray(features, dtype=np.float32)
    if len(texts) < FEWEST:
        clusters = _without_topics(features)
        done(STEPS - 1)
    else:
        clusters = _by_size(_cluster_all(features, seed, done))
    found = describe(texts, clusters.labels, embeddings, ignore_words)
    done(1)
    return _tables(clusters, [one.label for one in found], [one.keywords for one in found], embeddings)


def _without_topics(features: np.ndarray) -> Clusters:
    count = len(features)
    positions = flat_map(features) if count else np.zeros((0, 2))
    return Clusters(np.full(count, OUTLIER), np.zeros(count), positions)


def _cluster_all(features: np.ndarray, seed: int, done: Callable[[int], None]) -> Clusters:
    if len(features) <= MOST_FITTED:
        clusters = cluster(features, seed)
        done(2)
        return clusters
    drawn = np.zeros(len(features), dtype=bool)
    drawn[np.random.default_rng(seed).choice(len(features), MOST_FITTED, replace=False)] = True
    fitted = cluster(features[drawn], seed)
    done(1)
    others = assign(fitted, features[drawn], features[~drawn])
    done(1)
    return Clusters(
        *(
            _merged(drawn, ours, theirs)
            for ours, theirs in (
                (fitted.labels, others.labels),
                (fitted.strengths, others.strengths),
                (fitted.positions, others.positions),
            )
        )
    )


def _merged(drawn: np.ndarray, ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    whole = np.empty((len(drawn), *ours.shape[1:]), dtype=ours.dtype)
    whole[drawn], whole[~drawn] = ours, theirs
    return whole


def _by_size(clusters: Clusters) -> Clusters:
    """Give the clusters new numbers: 0 is the largest."""
    inside = clusters.labels != OUTLIER
    sizes = np.bincount(clusters.labels[inside])
    numbers = np.empty(len(sizes), dtype=int)
    numbers[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    labels = np.full(len(inside), OUTLIER)
    labels[inside] = numbers[clusters.labels[inside]]
    return Clusters(labels, clusters.strengths, clusters.positions)


def _tables(
    clusters: Clusters, labels: list[str], keywords: list[list[str]], embeddings: np.ndarray
) -> TopicModel:
    import pandas as pd

    assignments = pd.DataFrame(
        {
            "topic_id": clusters.labels.astype(np.int32),
            "probability": clusters.strengths,
            "x": clusters.positions[:, 0],
            "y": clusters.positions[:, 1],
        }
    )
    middles, sizes = np.zeros((len(labels), 2)), np.zeros(len(labels), dtype=np.int32)
    for topic in range(len(labels)):
        rows = np.flatnonzero(clusters.labels == topic)
        sizes[topic] = len(rows)
        middles[topic] = np.median(clusters.positions[rows], axis=0)
        # Whatever is nearest to the others in meaning speaks for the topic best.
        likeness = embeddings[rows] @ embeddings[rows].mean(axis=0)
        assignments.loc[rows, "probability"] *= np.clip(likeness / likeness.max(), 0.0, 1.0)
    topics = pd.DataFrame(
        {
            "topic_id": np.arange(len(labels), dtype=np.int32),
            "label": labels,
            "keywords": keywords,
            "size": sizes,
            "x": middles[:, 0],
            "y": middles[:, 1],
        }
    )
    return TopicModel(topics, assignments)
