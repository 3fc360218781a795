"""Ranks pain points: what a brand's customers complain of, in which P, worst first. docs/pain-points.md says how."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

import duckdb
import numpy as np

from pipeline.pain_candidates import Candidate, find_candidates
from pipeline.pain_course import Days, find_stretches
from pipeline.pain_examples import find_examples
from pipeline.pain_statistics import PRIOR_TWEETS, shrunken, surely_between
from pipeline.pain_words import find_words

if TYPE_CHECKING:
    import pandas as pd

# Pain points of a brand that `rank_all` keeps.
MOST_KEPT = 10
# Tweets that what is usual is shrunk by: the brand's share towards its rivals', theirs towards that of both.
_USUAL_WEIGHT = 10.0
# Of a topic that shows in two Ps, the smaller part is a pain point of its own from this size, relative to the larger.
_OWN_PART = 0.5
COLUMNS = [
    "rank", "p", "topic_id", "label", "keywords", "tweets", "negative", "negative_share", "low", "high",
    "baseline_share", "others_share", "rivals_share", "score", "since", "until", "words", "examples", "tweet_ids",
]  # fmt: skip


@dataclass(frozen=True)
class _PainPoint:
    candidate: Candidate
    low: float
    high: float
    baseline: float
    others: float
    rivals: float
    score: float


def rank(
    connection: duckdb.DuckDBPyConnection, brand_id: str, since: date | None, until: date | None, top: int
) -> pd.DataFrame:
    """Rank a brand's pain points between two days, worst first.

    Parameters
    ----------
    connection
        An open store; it is only read.
    since, until
        First and last day (UTC), both included; None: no limit.
    top
        The most to return.

    Returns
    -------
    pandas.DataFrame
        No row where nothing stands out. `rank` from 1; `p`, `topic_id`, `label`, `keywords` (list); `tweets` and how
        many of them are `negative`; `negative_share`, and the bounds `low` and `high` that the true share exceeds
        or stays below with 85 % certainty each; `baseline_share`, what would be usual: the mean of `others_share`
        (the brand's other tweets) and `rivals_share` (other brands of the industry, same P); `score`, how many
        negative tweets at the least are more than usual; `since` and `until`, ISO dates, the first and last day of
        the stretch in which its tweets gather (None: they come evenly); `words`, what sets them apart from the
        brand's other tweets (list, may be empty); `examples`, ids of up to three tweets that
        say it best; `tweet_ids`, all, clearest complaints first. Shares are from 0 to 1.
    """
    found = _select(find_candidates(connection, brand_id, since, until), top)
    return _table(connection, found, since, until)[COLUMNS]


def rank_all(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Rank the pain points of every brand over the whole time: the rows of the table `pain_points`."""
    candidates = find_candidates(connection, None, None, None)
    found = [
        point
        for _, of_brand in groupby(candidates, key=lambda candidate: candidate.brand_id)
        for point in _select(list(of_brand), MOST_KEPT)
    ]
    return _table(connection, found, None, None).drop(columns=["label", "keywords"])


def _select(candidates: Sequence[Candidate], top: int) -> list[_PainPoint]:
    """Return the worst of one brand's candidates, each topic in the P that carries it."""
    kept: list[_PainPoint] = []
    worst_first = sorted(
        _weigh(candidates), key=lambda point: (-point.score, point.candidate.topic_id, point.candidate.p)
    )
    for point in worst_first:
        if point.score > 0 and all(_apart(point.candidate, other.candidate) for other in kept):
            kept.append(point)
    return kept[:top]


def _weigh(candidates: Sequence[Candidate]) -> Iterable[_PainPoint]:
    def column(name: str) -> np.ndarray:
        return np.array([getattr(candidate, name) for candidate in candidates], dtype=float)

    if not candidates:
        return []
    tweets, negative = column("tweets"), column("negative")
    other_tweets, other_negative = column("other_tweets"), column("other_negative")
    rival_tweets, rival_negative = column("rival_tweets"), column("rival_negative")
    everywhere = (other_negative + rival_negative + 1) / (other_tweets + rival_tweets + 2)
    rivals = shrunken(rival_negative, rival_tweets, everywhere, _USUAL_WEIGHT)
    others = shrunken(other_negative, other_tweets, rivals, _USUAL_WEIGHT)
    baseline = (others + rivals) / 2
    # Complaints of one topic are alike whatever P each is about: a small part is judged in the light of the whole.
    rest = shrunken(
        column("topic_negative") - negative, column("topic_tweets") - tweets, baseline, PRIOR_TWEETS
    )
    low, high = surely_between(negative, tweets, rest)
    score = tweets * (low - baseline)
    columns = (array.tolist() for array in (low, high, baseline, others, rivals, score))
    return [_PainPoint(*values) for values in zip(candidates, *columns, strict=True)]


def _apart(candidate: Candidate, other: Candidate) -> bool:
    """Return whether a candidate tells of something else than one that scores higher."""
    if candidate.topic_id != other.topic_id:
        return True
    own = len(set(candidate.tweet_ids) - set(other.tweet_ids))
    return own >= _OWN_PART * other.tweets


def _table(
    connection: duckdb.DuckDBPyConnection, points: list[_PainPoint], since: date | None, until: date | None
) -> pd.DataFrame:
    import pandas as pd

    candidates = [point.candidate for point in points]
    described = {
        topic_id: (label, keywords)
        for topic_id, label, keywords in connection.execute(
            "SELECT topic_id, label, keywords FROM topics"
        ).fetchall()
    }
    stretches = find_stretches(connection, candidates, since, until)
    tweet_ids = [candidate.tweet_ids for candidate in candidates]
    words = find_words(connection, [candidate.brand_id for candidate in candidates], tweet_ids)
    examples = find_examples(connection, tweet_ids)
    ranks = [
        number
        for _, of_brand in groupby(candidates, key=lambda candidate: candidate.brand_id)
        for number, _ in enumerate(of_brand, start=1)
    ]
    rows = [
        {
            "brand_id": point.candidate.brand_id,
            "rank": number,
            "p": point.candidate.p,
            "topic_id": point.candidate.topic_id,
            "label": described[point.candidate.topic_id][0],
            "keywords": described[point.candidate.topic_id][1],
            "tweets": point.candidate.tweets,
            "negative": point.candidate.negative,
            "negative_share": point.candidate.negative / point.candidate.tweets,
            "low": point.low,
            "high": point.high,
            "baseline_share": point.baseline,
            "others_share": point.others,
            "rivals_share": point.rivals,
            "score": point.score,
            "since": _day(stretch, 0),
            "until": _day(stretch, 1),
            "words": typical,
            "examples": telling,
            "tweet_ids": point.candidate.tweet_ids,
        }
        for number, point, stretch, typical, telling in zip(
            ranks, points, stretches, words, examples, strict=True
        )
    ]
    return pd.DataFrame(rows, columns=["brand_id", *COLUMNS])


def _day(stretch: Days | None, end: int) -> str | None:
    return None if stretch is None else stretch[end].isoformat()
