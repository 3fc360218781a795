"""Gives topics that come back in a new fit the numbers that they had before.

Old and new topics are paired so that their tweets overlap the most in all (Kuhn, "The Hungarian method", Naval Research
Logistics 2, 1955); overlap is the Jaccard index (Jaccard 1912) over the tweets that both fits know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.topic_clusters import OUTLIER

if TYPE_CHECKING:
    import pandas as pd

# Least overlap of a topic with what it was before: of two equally large ones, half of each.
LEAST_OVERLAP = 1 / 3


def numbers(old: pd.Series, new: pd.Series, first_free: int) -> dict[int, int]:
    """Return the number of each new topic: that of the old one it continues, or one never used.

    Parameters
    ----------
    old, new
        Topics by tweet_id, before and now; -1 in none.
    first_free
        The first number that no topic has had so far. New topics are numbered from here, larger ones first.
    """
    sizes = new[new != OUTLIER].value_counts()
    kept = _continued(old, new)
    fresh = sorted((topic for topic in sizes.index if topic not in kept), key=lambda t: (-sizes[t], t))
    return kept | {int(topic): first_free + i for i, topic in enumerate(fresh)}


def _continued(old: pd.Series, new: pd.Series) -> dict[int, int]:
    import pandas as pd
    from scipy.optimize import linear_sum_assignment

    both = pd.concat([old.rename("old"), new.rename("new")], axis=1, join="inner")
    table = pd.crosstab(both.old, both.new)
    shared = table.drop(index=OUTLIER, columns=OUTLIER, errors="ignore")
    in_old, in_new = table.sum(axis=1)[shared.index], table.sum()[shared.columns]
    either = in_old.to_numpy()[:, None] + in_new.to_numpy()[None, :] - shared.to_numpy()
    overlap = shared.to_numpy() / np.maximum(either, 1)
    rows, columns = linear_sum_assignment(overlap, maximize=True)
    return {
        int(shared.columns[column]): int(shared.index[row])
        for row, column in zip(rows, columns, strict=True)
        if overlap[row, column] >= LEAST_OVERLAP
    }
