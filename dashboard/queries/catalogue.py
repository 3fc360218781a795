"""Which brands the store knows, and how far its tweets reach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from dashboard.store import Store


@dataclass(frozen=True)
class Coverage:
    """How much the store holds.

    Attributes
    ----------
    tweets, judged
        Tweets in all, and those that the specialist read (not those in other languages).
    first, newest
        Days of the first and last tweet; None without a single date.
    note
        What the store's maker says of its contents, such as "fictional brands"; may be empty.
    own_sentiment
        Whether the specialist gave sentiments of its own; if not, all are VADER's.
    """

    tweets: int
    judged: int
    first: date | None
    newest: date | None
    note: str
    own_sentiment: bool


def brands(store: Store) -> pd.DataFrame:
    """Return brand_id, name, industry and mentions (in all) of each brand mentioned, by industry and name."""
    return store.frame(
        """SELECT brand_id, brand AS name, industry, CAST(sum(mentions) AS BIGINT) AS mentions
           FROM daily_mentioned GROUP BY brand_id, brand, industry ORDER BY lower(industry), lower(brand)"""
    )


def coverage(store: Store) -> Coverage:
    """Return how much the store holds."""
    row = store.frame(
        """SELECT (SELECT count(*) FROM tweets) AS tweets, (SELECT count(*) FROM judged) AS judged,
                  (SELECT min(created_at) FROM judged) AS first,
                  (SELECT max(created_at) FROM judged) AS newest,
                  (SELECT count(p_negative) FROM sentiments) > 0 AS own_sentiment,
                  (SELECT value FROM meta WHERE key = 'note') AS note"""
    ).iloc[0]
    return Coverage(
        tweets=int(row.tweets),
        judged=int(row.judged),
        first=None if pd.isna(row["first"]) else pd.Timestamp(row["first"]).date(),
        newest=None if pd.isna(row["newest"]) else pd.Timestamp(row["newest"]).date(),
        note="" if pd.isna(row["note"]) else str(row["note"]),
        own_sentiment=bool(row.own_sentiment),
    )
