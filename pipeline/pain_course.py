"""The course of pain points and strengths: since when they gather, whether they go on, and how much they grew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
import numpy as np

from pipeline.pain_candidates import Candidate
from pipeline.pain_statistics import gathering
from pipeline.store import P_LABELS

# So long after its last gathering something is over.
OVER = timedelta(days=14)

# A row for each day on which a brand was mentioned: all mentions, and those about a P and in a topic.
_DAYS = f"""
WITH wanted AS (SELECT unnest($brands) AS brand_id, unnest($ps) AS p, unnest($topics) AS topic_id),
dated AS (
    SELECT brand_id, created_at::DATE AS day, {", ".join(P_LABELS)}, topic_id, count(*) AS mentions FROM posts
    WHERE brand_id IN (SELECT brand_id FROM wanted) AND created_at IS NOT NULL
    AND ($until IS NULL OR created_at < $until::DATE + 1) GROUP BY ALL
)
SELECT w.brand_id, w.p, w.topic_id, d.day, sum(d.mentions)::BIGINT AS mentions,
       coalesce(sum(d.mentions) FILTER (d.topic_id = w.topic_id
       AND CASE w.p {" ".join(f"WHEN '{p}' THEN d.{p}" for p in P_LABELS)} END), 0)::BIGINT AS tweets
FROM wanted w JOIN dated d USING (brand_id) GROUP BY ALL ORDER BY ALL
"""

Days = tuple[date, date]
Counts = list[tuple[date, int, int]]


@dataclass(frozen=True)
class Course:
    """How something went over time.

    Attributes
    ----------
    stretch
        First and last day of the time in which its tweets gather; None: they come evenly, or have no dates.
    going
        Whether the stretch reaches the last two weeks of the period; None without a stretch.
    days
        Days that growth is measured over: those of the period, or those of a stretch that begins in it where there is
        no period or the store does not reach back so far; None: neither.
    now, before
        Tweets in these days and in as many days just before.
    """

    stretch: Days | None = None
    going: bool | None = None
    days: int | None = None
    now: int | None = None
    before: int | None = None


def find_courses(
    connection: duckdb.DuckDBPyConnection,
    candidates: Sequence[Candidate],
    since: date | None,
    until: date | None,
) -> list[Course]:
    """Return the course of each candidate until the end of the period.

    Tweets before the period are looked at, so that a stretch may begin before it; one that ended before the
    period is none of it. Half of what to expect of a day is the same for every day, half follows how often the
    brand is mentioned otherwise, so that neither gaps in the data nor days with much talk look like a beginning.
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
    counts = defaultdict[tuple[str, str, int], Counts](list)
    for brand_id, p, topic_id, day, mentions, tweets in rows:
        counts[brand_id, p, topic_id].append((day, mentions, tweets))
    first, newest = connection.execute(
        "SELECT min(created_at)::DATE, max(created_at)::DATE FROM tweets"
    ).fetchall()[0]
    if newest is None:
        return [Course()] * len(candidates)
    last = newest if until is None else min(until, newest)
    return [
        _course(counts[candidate.brand_id, candidate.p, candidate.topic_id], since, first, last)
        for candidate in candidates
    ]


def _course(counts: Counts, since: date | None, first: date, last: date) -> Course:
    stretch = _stretch(counts, since)
    going = None if stretch is None else last - stretch[1] <= OVER
    windows = [(since, last)] if since is not None else []
    if stretch is not None and (since is None or stretch[0] >= since):
        windows.append(stretch)
    for begin, end in windows:
        days = (end - begin).days + 1
        earlier = begin - timedelta(days=days)
        if earlier >= first:
            now = sum(tweets for day, _, tweets in counts if begin <= day <= end)
            before = sum(tweets for day, _, tweets in counts if earlier <= day < begin)
            return Course(stretch, going, days, now, before)
    return Course(stretch, going)


def _stretch(counts: Counts, since: date | None) -> Days | None:
    if not counts:
        return None
    first = counts[0][0]
    length = (counts[-1][0] - first).days + 1
    tweets_of, others = np.zeros(length, dtype=int), np.zeros(length)
    for day, mentions, tweets in counts:
        tweets_of[(day - first).days] = tweets
        others[(day - first).days] = mentions - tweets
    exposure = np.ones(length)
    if others.sum():
        exposure += others / others.mean()
    found = gathering(tweets_of, exposure)
    if found is None:
        return None
    begin, end = first + timedelta(days=found.first), first + timedelta(days=found.last)
    return None if since is not None and end < since else (begin, end)
