"""Merges topics step by step, the most alike first, so that a reader may choose fewer, broader ones.

Agglomerative clustering with average linkage (Sokal and Michener 1958; Müllner, arXiv 1109.2378), as BERTopic does with
its topics, over the cosine distance of the topics' mean embeddings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Merge:
    """One step: two groups of topics become one, which goes by its larger half's name.

    Attributes
    ----------
    kept, joined
        The topic that each half goes by: its largest one. From this step on both go by `kept`.
    distance
        Mean cosine distance of the halves' topics, in [0, 2]; no smaller than in the step before.
    members
        All topics of the new group.
    """

    kept: int
    joined: int
    distance: float
    members: tuple[int, ...]


def merges(centres: np.ndarray, sizes: np.ndarray) -> list[Merge]:
    """Return the k - 1 steps that make one group of k topics, in order.

    Parameters
    ----------
    centres
        (k, d) float: the topics' mean embeddings, none of length 0.
    sizes
        (k,) int: the topics' tweets.
    """
    from scipy.cluster.hierarchy import linkage

    if len(centres) < 2:
        return []
    groups: dict[int, tuple[int, tuple[int, ...]]] = {
        topic: (topic, (topic,)) for topic in range(len(centres))
    }
    steps = []
    for number, row in enumerate(linkage(centres, method="average", metric="cosine"), len(centres)):
        halves = sorted(
            (groups.pop(int(node)) for node in row[:2]), key=lambda half: (-sizes[half[0]], half[0])
        )
        members = tuple(sorted(halves[0][1] + halves[1][1]))
        groups[number] = (halves[0][0], members)
        steps.append(Merge(halves[0][0], halves[1][0], max(float(row[2]), 0.0), members))
    return steps
