"""Tweets that speak for many: typical of a topic, short enough, and not all alike."""

from __future__ import annotations

import pandas as pd

from dashboard.queries.topic_groups import AS_FOUND, Grouping
from dashboard.selection import Selection
from dashboard.store import Store
from pipeline.unlike import READABLE, unlike

CANDIDATES = 60


def quotes(
    store: Store, selection: Selection, topic_id: int, top: int, grouping: Grouping = AS_FOUND
) -> pd.DataFrame:
    """Return tweets of a topic that speak for the others: the most central ones.

    Returns
    -------
    pandas.DataFrame
        At most `top` rows, best first: tweet_id, created_at, text, brands, sentiment, likes.
    """
    condition, values = selection.where("tweet")
    candidates = store.frame(
        f"""WITH best AS (
                SELECT tweet_id, created_at, text, sentiment, likes,
                       length(text) BETWEEN ? AND ? AND NOT starts_with(text, 'RT @') AS readable,
                       topic_probability AS fit
                FROM told
                WHERE {grouping.within(topic_id)} AND {condition}
                ORDER BY readable DESC, fit DESC, tweet_id LIMIT ?)
            SELECT best.*, (SELECT string_agg(name, '; ' ORDER BY name) FROM mentions JOIN brands
                            USING (brand_id) WHERE mentions.tweet_id = best.tweet_id) AS brands
            FROM best ORDER BY readable DESC, fit DESC, tweet_id""",
        [*READABLE, *values, CANDIDATES],
    )
    return candidates.iloc[unlike(candidates.text.tolist(), top)]
