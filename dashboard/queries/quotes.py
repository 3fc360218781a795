"""Tweets that speak for many: typical of a topic, clear in sentiment, short enough, and not all alike."""

from __future__ import annotations

import pandas as pd

from dashboard.selection import Selection
from dashboard.store import Store
from pipeline.unlike import READABLE, unlike

CANDIDATES = 60


def quotes(
    store: Store, selection: Selection, topic_id: int, top: int, sentiment: str | None = None
) -> pd.DataFrame:
    """Return tweets of a topic that speak for the others.

    Parameters
    ----------
    sentiment
        Only tweets of this sentiment, the clearest first.

    Returns
    -------
    pandas.DataFrame
        At most `top` rows, best first: tweet_id, created_at, text, brands, sentiment, likes.
    """
    chosen = selection if sentiment is None else selection.only(sentiments=(sentiment,))
    condition, values = chosen.where("tweet")
    clarity = "1" if sentiment is None else f"coalesce(p_{sentiment}, abs(compound))"
    candidates = store.frame(
        f"""WITH best AS (
                SELECT tweet_id, created_at, text, sentiment, likes,
                       length(text) BETWEEN ? AND ? AND NOT starts_with(text, 'RT @') AS readable,
                       probability * {clarity} AS fit
                FROM judged JOIN (SELECT tweet_id, probability FROM tweet_topics) USING (tweet_id)
                WHERE topic_id = ? AND {condition}
                ORDER BY readable DESC, fit DESC, tweet_id LIMIT ?)
            SELECT best.*, (SELECT string_agg(name, '; ' ORDER BY name) FROM mentions JOIN brands
                            USING (brand_id) WHERE mentions.tweet_id = best.tweet_id) AS brands
            FROM best ORDER BY readable DESC, fit DESC, tweet_id""",
        [*READABLE, topic_id, *values, CANDIDATES],
    )
    return candidates.iloc[unlike(candidates.text.tolist(), top)]
