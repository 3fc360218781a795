"""The pain point that hurts a brand most, and the customer's words that say it best."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from dashboard.selection import Selection
from dashboard.store import Store


@dataclass(frozen=True)
class Worst:
    """A pain point.

    Attributes
    ----------
    p, topic_id, label
        The P and the topic.
    tweets, negative_share
        How many tweets in the period, and what share of them is negative (0 to 1).
    first, newest
        When the first and the newest of them were written; None without dates.
    quote
        The most clearly negative one that is short enough to read at a glance; may be empty.
    """

    p: str
    topic_id: int
    label: str
    tweets: int
    negative_share: float
    first: pd.Timestamp | None
    newest: pd.Timestamp | None
    quote: str


def worst(store: Store, selection: Selection, least: int = 5) -> Worst | None:
    """Return the selected brand's worst pain point in the period, or None where nothing stands out.

    Parameters
    ----------
    least
        Tweets in the period that a pain point must have.
    """
    condition, values = replace(selection, sentiments=()).where()
    found = store.frame(
        f"""SELECT pp.p, pp.topic_id, t.label, count(*) AS tweets,
                   avg(CAST(m.sentiment = 'negative' AS INTEGER)) AS negative_share,
                   min(m.created_at) AS first, max(m.created_at) AS newest
            FROM (SELECT brand_id, rank, p, topic_id, unnest(tweet_ids) AS tweet_id FROM pain_points) pp
            JOIN topics t USING (topic_id)
            JOIN (SELECT * FROM mentioned WHERE {condition}) m USING (brand_id, tweet_id)
            GROUP BY pp.rank, pp.p, pp.topic_id, t.label HAVING count(*) >= ? ORDER BY pp.rank LIMIT 1""",
        [*values, least],
    )
    if found.empty:
        return None
    row = found.iloc[0]
    return Worst(
        p=str(row["p"]),
        topic_id=int(row["topic_id"]),
        label=str(row["label"]),
        tweets=int(row["tweets"]),
        negative_share=float(row["negative_share"]),
        first=None if pd.isna(row["first"]) else pd.Timestamp(row["first"]),
        newest=None if pd.isna(row["newest"]) else pd.Timestamp(row["newest"]),
        quote=_quote(store, selection, str(row["p"]), int(row["topic_id"])),
    )


def _quote(store: Store, selection: Selection, p: str, topic_id: int) -> str:
    condition, values = selection.only(ps=(p,), sentiments=("negative",)).where()
    found = store.frame(
        f"""SELECT text FROM mentioned WHERE topic_id = ? AND length(text) <= 200 AND {condition}
            ORDER BY coalesce(p_negative, -compound) DESC, tweet_id LIMIT 1""",
        [topic_id, *values],
    )
    return "" if found.empty else str(found.iloc[0]["text"])
