"""Since when pain points hurt: the stretch of days in which their tweets gather."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

import duckdb
import numpy as np

from pipeline.pain_candidates import Candidate
from pipeline.pain_statistics import gathering
from pipeline.store import P_LABELS

# A row for each day on which a brand was mentioned: all mentions, and those about a P and in a topic.
_DAYS = f"""
WITH wanted AS (SELECT unnest($brands) AS brand_id, unnest($ps) AS p, unnest($topics) AS topic_id),
dated AS (
    SELECT m.brand_id, t.created_at::DATE AS day, c.*, tt.topic_id
    FROM mentions m JOIN tweets t USING (tweet_id) JOIN classifications c USING (tweet_id)
    LEFT JOIN tweet_topics tt USING (tweet_id)
    WHERE list_contains($brands, m.brand_id) AND t.created_at IS NOT NULL
    AND ($until IS NULL OR t.created_at < $until::DATE + 1)
)
SELECT w.brand_id, w.p, w.topic_id, d.day, count(*) AS mentions,
       count(*) FILTER (d.topic_id = w.topic_id
       AND CASE w.p {" ".join(f"WHEN '{p}' THEN d.{p}" for p in P_LABELS)} END) AS tweets
FROM wanted w JOIN dated d USING (brand_id) GROUP BY ALL ORDER BY ALL
"""

Days = tuple[date, date]


def find_stretches(
    connection: duckdb.DuckDBPyConnection,
    candidates: Sequence[Candidate],
    since: date | None,
    until: date | None,
) -> list[Days | None]:
    """Return the first and last day of the stretch in which each one's tweets gather, or None.

    All tweets until the end of the period are looked at, so that a stretch may begin before it; one that ended
    before the period is none of it. Half of what to expect of a day is the same for every day, half follows
    how often the brand is mentioned otherwise, so that neither gaps in the data nor days with much talk look
    like a beginning.
    """
    if not candidates:
        return []
    rows = connection.execute(
        _DAYS,
        {
            "brands": [candidate.brand_id for candidate in candidates],
            "ps": [candidate.p for candidate in candidates],
            "topics": [candidate.topic_id for candidate in candidates],
            "until": until,
        },
    ).fetchall()
    days = defaultdict[tuple[str, str, int], list[tuple[date, int, int]]](list)
    for brand_id, p, topic_id, day, mentions, tweets in rows:
        days[brand_id, p, topic_id].append((day, mentions, tweets))
    return [_stretch(days[one.brand_id, one.p, one.topic_id], since) for one in candidates]


def _stretch(days: list[tuple[date, int, int]], since: date | None) -> Days | None:
    if not days:
        return None
    first = days[0][0]
    length = (days[-1][0] - first).days + 1
    counts, others = np.zeros(length, dtype=int), np.zeros(length)
    for day, mentions, tweets in days:
        counts[(day - first).days] = tweets
        others[(day - first).days] = mentions - tweets
    exposure = np.ones(length)
    if others.sum():
        exposure += others / others.mean()
    found = gathering(counts, exposure)
    if found is None:
        return None
    begin, end = first + timedelta(days=found.first), first + timedelta(days=found.last)
    return None if since is not None and end < since else (begin, end)
