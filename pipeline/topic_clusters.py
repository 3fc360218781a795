"""Clusters tweets by meaning: nearest neighbours, UMAP, HDBSCAN, and where those go that were not fitted.

The steps of BERTopic (Grootendorst, arXiv 2203.05794) one by one. UMAP: McInnes, Healy and Melville (arXiv
1802.03426). HDBSCAN: Campello, Moulavi and Sander (PAKDD 2013). The neighbours are computed once and exactly, and
serve both the clusters and the map.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

OUTLIER = -1
# Calls of `done`.
STEPS = 4

_NEIGHBORS = 15
# Dimensions in which clusters are dense enough to be found, BERTopic's default.
_DIMENSIONS = 5
_MIN_SAMPLES = 2
# Smallest cluster: 5 for some hundred texts, 21 for 5,000, 60 for 40,000.
_SIZE_PER_ROOT = 0.3
_SMALLEST = 5
# Largest cluster: a tenth of the texts, but 60 of few.
_LARGEST_SHARE = 0.1
_LARGEST = 60
# How much looser than the loosest cluster one may be that is found among what was left.
_SLACK = 1.03
# Neighbours that say where a text belongs that is in no cluster or was not fitted, and the share that must agree.
_VOTERS = 10
_MAJORITY = 0.5
# Texts compared with the fitted ones at once.
_BATCH = 4096


@dataclass(frozen=True)
class Clusters:
    """Where each of n texts belongs.

    Attributes
    ----------
    labels
        (n,) int; -1 for outliers.
    strengths
        (n,) float in [0, 1]: how surely it belongs there; 0 for outliers.
    positions
        (n, 2) float: its place on the map.
    """

    labels: np.ndarray
    strengths: np.ndarray
    positions: np.ndarray


def cluster(features: np.ndarray, seed: int, done: Callable[[int], None]) -> Clusters:
    """Cluster texts by their features and lay them out on a map.

    No cluster is larger than `_LARGEST_SHARE` of the texts: the most stable one of few texts is often nearly all of
    them. HDBSCAN alone leaves a fifth to a third of short texts out, so what it leaves is clustered once more, and
    texts between the clusters join one if at least half of their nearest neighbours are in it.

    Parameters
    ----------
    features
        (n, d) float, n at least 3; distances between rows are Euclidean.
    seed
        The same on the same machine gives the same clusters.
    done
        Called with 1 after each of the `STEPS` steps.
    """
    neighbors = _nearest(features, features, min(_NEIGHBORS, len(features) - 1))
    done(1)
    reduced = _reduce(features, neighbors, min(_DIMENSIONS, len(features) - 2), 0.0, seed)
    done(1)
    labels, strengths = _dense(reduced, features)
    outside = np.flatnonzero(labels == OUTLIER)
    if 0 < len(outside) < len(labels):
        voters, _ = _nearest(reduced, reduced[outside], min(_VOTERS, len(features)))
        labels[outside], strengths[outside] = _vote(labels[voters])
    done(1)
    positions = _reduce(features, neighbors, 2, 0.1, seed)
    done(1)
    return Clusters(labels, strengths, positions)


def assign(fitted: Clusters, fitted_features: np.ndarray, features: np.ndarray) -> Clusters:
    """Place further texts among clustered ones, in batches: where at least half of their neighbours are."""
    labels = np.full(len(features), OUTLIER)
    strengths = np.zeros(len(features))
    positions = np.zeros((len(features), 2))
    for start in range(0, len(features), _BATCH):
        batch = slice(start, start + _BATCH)
        voters, distances = _nearest(fitted_features, features[batch], min(_VOTERS, len(fitted_features)))
        labels[batch], strengths[batch] = _vote(fitted.labels[voters])
        # Beside the neighbours of its own topic, which may be islands apart from the others.
        near = 1 / (distances + 1e-6) * (fitted.labels[voters] == labels[batch][:, None])
        near[near.sum(axis=1) == 0] = 1.0
        near /= near.sum(axis=1, keepdims=True)
        positions[batch] = np.einsum("ij,ijk->ik", near, fitted.positions[voters])
    return Clusters(labels, strengths, positions)


def flat_map(features: np.ndarray) -> np.ndarray:
    """Lay out too few texts for UMAP: (n, 2), their first two principal components."""
    centred = features - features.mean(axis=0, keepdims=True)
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    positions = np.zeros((len(features), 2))
    kept = min(2, len(sizes))
    positions[:, :kept] = left[:, :kept] * sizes[:kept]
    return positions


def _dense(points: np.ndarray, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each point's cluster, or `OUTLIER`, and how surely it is in it.

    Where a cluster is too large to be one and its parts are chosen in its place, groups that are dense enough on their
    own fall between them. So what is left is clustered once more; of that, whatever is looser than all the clusters
    before, by its texts' features, is no cluster.
    """
    labels, strengths = _hdbscan(points, len(points))
    left = np.flatnonzero(labels == OUTLIER)
    count = labels.max() + 1
    if not count or len(left) < _smallest(len(points)):
        return labels, strengths
    loosest = _SLACK * max(_looseness(features[labels == number]) for number in range(count))
    found, sure = _hdbscan(points[left], len(points))
    for number in range(found.max() + 1):
        members = left[found == number]
        if _looseness(features[members]) <= loosest:
            labels[members], strengths[members] = count, sure[found == number]
            count += 1
    return labels, strengths


def _hdbscan(points: np.ndarray, of: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the clusters of points, and how surely each is in its own; `of` so many points in all."""
    from hdbscan import HDBSCAN

    found = HDBSCAN(
        min_cluster_size=_smallest(of),
        min_samples=_MIN_SAMPLES,
        max_cluster_size=max(_LARGEST, round(_LARGEST_SHARE * of)),
        core_dist_n_jobs=1,
    ).fit(points)
    return found.labels_.astype(int), found.probabilities_.astype(float)


def _smallest(of: int) -> int:
    return max(_SMALLEST, round(_SIZE_PER_ROOT * np.sqrt(of)))


def _looseness(members: np.ndarray) -> float:
    """Return how far texts are from their middle, on average."""
    return float(np.linalg.norm(members - members.mean(axis=0), axis=1).mean())


def _nearest(among: np.ndarray, of: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of the nearest points and their distances, each (len(of), count), nearest first."""
    from sklearn.neighbors import NearestNeighbors

    distances, rows = NearestNeighbors(n_neighbors=count, algorithm="brute").fit(among).kneighbors(of)
    return rows, distances


def _reduce(
    features: np.ndarray,
    neighbors: tuple[np.ndarray, np.ndarray],
    dimensions: int,
    min_dist: float,
    seed: int,
) -> np.ndarray:
    from umap import UMAP

    # Small or disconnected graphs have no spectral layout to start from; principal components always exist.
    start: Literal["spectral", "pca"] = "spectral" if len(features) > 50 else "pca"
    with warnings.catch_warnings():
        # That texts cannot be added through these neighbours, which `assign` does without.
        warnings.filterwarnings("ignore", message="precomputed_knn")
        # That its random layout stands in for parts of the graph that are not connected.
        warnings.filterwarnings("ignore", message="Graph is not fully connected")
        reducer = UMAP(
            n_neighbors=neighbors[0].shape[1],
            n_components=dimensions,
            min_dist=min_dist,
            init=start,
            precomputed_knn=(*neighbors, None),
            random_state=seed,
            n_jobs=1,
        )
        reduced: np.ndarray = reducer.fit_transform(features)
    return reduced


def _vote(neighbors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the label that at least half of each row's neighbours have, else -1, and the share that agrees."""
    labels = np.full(len(neighbors), OUTLIER)
    shares = np.zeros(len(neighbors))
    for row, around in enumerate(neighbors):
        named, counts = np.unique(around[around != OUTLIER], return_counts=True)
        if len(named) and counts.max() >= _MAJORITY * neighbors.shape[1]:
            labels[row] = named[counts.argmax()]
            shares[row] = counts.max() / neighbors.shape[1]
    return labels, shares
