"""Ranks what a brand's customers complain of, and what they praise, by P and topic. docs/pain-points.md says how."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

import duckdb
import numpy as np

from pipeline.pain_candidates import Candidate, Sentiment, find_candidates, find_tweets
from pipeline.pain_course import Course, find_courses
from pipeline.pain_examples import find_examples
from pipeline.pain_statistics import PRIOR_TWEETS, shrunken, surely_between
from pipeline.pain_words import find_words
from pipeline.store import P_LABELS

if TYPE_CHECKING:
    import pandas as pd

# Where a run stores what it ranks.
TABLES: dict[Sentiment, str] = {"negative": "pain_points", "positive": "strengths"}
# Pain points, and strengths, of a brand that `rank_all` keeps.
MOST_KEPT = 10
# Tweets that what is usual is shrunk by: the brand's share towards its rivals', theirs towards that of both.
_USUAL_WEIGHT = 10.0
# Of a topic that shows in two Ps, the smaller part is listed on its own from this size, relative to the larger.
_OWN_PART = 0.5


@dataclass(frozen=True)
class _Point:
    candidate: Candidate
    low: float
    high: float
    baseline: float
    others: float
    rivals: float
    score: float


def columns(sentiment: Sentiment) -> list[str]:
    """Return the columns of a ranking of what is said in a sentiment: those of `rank` or `rank_strengths`."""
    return [
        "rank", "p", "topic_id", "label", "keywords", "tweets", sentiment, f"{sentiment}_share", "low", "high",
        "baseline_share", "others_share", "rivals_share", "score", "since", "until", "words", "examples", "tweet_ids",
        f"mean_{sentiment}", f"usual_mean_{sentiment}", "likes", "reposts", "engagement", "usual_engagement",
        "brand_tweets", "going", "days", "now", "before",
    ]  # fmt: skip


def _short(sentiment: Sentiment) -> list[str]:
    return ["brand_id", "rank", "p", "topic_id", "label", "tweets", f"{sentiment}_share", "score"]


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

        Further evidence: severity, `mean_negative`, the mean probability that its tweets are negative, beside
        `usual_mean_negative`, that of all the brand's tweets; `likes` and `reposts`, sums (None: unknown), and
        `engagement`, likes and reposts a tweet, beside `usual_engagement`, that of the brand's tweets of the period;
        `brand_tweets`, how many these are; `going`, whether the stretch reaches the last two weeks of the period;
        `now` and `before`, tweets in the `days` of the period and in as many days just before; where there is no period
        or the store does not reach back so far, of a stretch that begins in it (None: neither).
    """
    return _ranked(connection, brand_id, since, until, top, "negative")


def rank_strengths(
    connection: duckdb.DuckDBPyConnection, brand_id: str, since: date | None, until: date | None, top: int
) -> pd.DataFrame:
    """Rank a brand's strengths between two days, what customers praise most unusually first: the mirror of `rank`.

    Parameters are those of `rank`, and so are the columns, but for the sentiment in their names: `positive`,
    `positive_share`, `mean_positive` and `usual_mean_positive` where `rank` has `negative` and so on. All other
    columns speak of positive tweets where those of `rank` speak of negative ones.
    """
    return _ranked(connection, brand_id, since, until, top, "positive")


def rank_brands(
    connection: duckdb.DuckDBPyConnection,
    brand_ids: Sequence[str],
    since: date | None,
    until: date | None,
    top: int,
    sentiment: Sentiment,
) -> pd.DataFrame:
    """Rank the pain points or strengths of several brands between two days, in a fraction of the time of `rank` each.

    Returns
    -------
    pandas.DataFrame
        Up to `top` rows a brand, in the order of `brand_id` and `rank`: `brand_id`, `rank`, `p`, `topic_id`, `label`,
        `tweets`, `negative_share` or `positive_share`, and `score`, as `rank` gives them.
    """
    import pandas as pd

    labels = dict(connection.execute("SELECT topic_id, label FROM topics").fetchall())
    rows = [
        {
            "brand_id": point.candidate.brand_id,
            "rank": number,
            "p": point.candidate.p,
            "topic_id": point.candidate.topic_id,
            "label": labels[point.candidate.topic_id],
            "tweets": point.candidate.tweets,
            f"{sentiment}_share": point.candidate.said / point.candidate.tweets,
            "score": point.score,
        }
        for number, point in _numbered(
            _first_of_each(find_candidates(connection, brand_ids, since, until, sentiment), top)
        )
    ]
    return pd.DataFrame(rows, columns=_short(sentiment))


def rank_all(connection: duckdb.DuckDBPyConnection, sentiment: Sentiment) -> pd.DataFrame:
    """Rank all brands' pain points or strengths over the whole time: the rows of `pain_points` or `strengths`."""
    found = _first_of_each(find_candidates(connection, None, None, None, sentiment), MOST_KEPT)
    return _table(connection, found, None, None, sentiment).drop(columns=["label", "keywords"])


def stored(
    connection: duckdb.DuckDBPyConnection, brand_id: str, top: int, sentiment: Sentiment
) -> pd.DataFrame:
    """Return what `rank` or `rank_strengths` find in a brand's whole time, as the last run stored it, at once.

    The columns are the same, but for `tweet_ids`: of millions of tweets they would be very many.

    Parameters
    ----------
    top
        The most to return, at most `MOST_KEPT`.

    Raises
    ------
    ValueError
        If `top` is more than is stored.
    """
    names = [name for name in columns(sentiment) if name != "tweet_ids"]
    return _frame(_stored(connection, [brand_id], names, top, sentiment), sentiment)[names]


def stored_brands(
    connection: duckdb.DuckDBPyConnection, brand_ids: Sequence[str], top: int, sentiment: Sentiment
) -> pd.DataFrame:
    """Return what `rank_brands` finds in the brands' whole time; see `stored`."""
    import pandas as pd

    rows = _stored(connection, brand_ids, _short(sentiment), top, sentiment)
    return pd.DataFrame(rows, columns=_short(sentiment))


def _stored(
    connection: duckdb.DuckDBPyConnection,
    brand_ids: Sequence[str],
    names: Sequence[str],
    top: int,
    sentiment: Sentiment,
) -> list[dict[str, object]]:
    if top > MOST_KEPT:
        raise ValueError(f"only the first {MOST_KEPT} are stored, not {top}")
    rows = connection.execute(
        f"""WITH kept AS (
            SELECT r.* REPLACE (CAST(since AS VARCHAR) AS since, CAST(until AS VARCHAR) AS until), t.label, t.keywords
            FROM {TABLES[sentiment]} r JOIN topics t USING (topic_id))
        SELECT {", ".join(names)} FROM kept
        WHERE brand_id IN (SELECT unnest(?::VARCHAR[])) AND rank <= ? ORDER BY brand_id, rank""",
        [[*brand_ids], top],
    ).fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]


def _ranked(
    connection: duckdb.DuckDBPyConnection,
    brand_id: str,
    since: date | None,
    until: date | None,
    top: int,
    sentiment: Sentiment,
) -> pd.DataFrame:
    found = _select(find_candidates(connection, [brand_id], since, until, sentiment), top)
    return _table(connection, found, since, until, sentiment)[columns(sentiment)]


def _first_of_each(candidates: Sequence[Candidate], top: int) -> list[_Point]:
    """Return the first of each brand's candidates, which stand together."""
    return [
        point
        for _, of_brand in groupby(candidates, key=lambda candidate: candidate.brand_id)
        for point in _select(list(of_brand), top)
    ]


def _numbered(points: Sequence[_Point]) -> Iterator[tuple[int, _Point]]:
    """Yield the points with their ranks, which begin anew at each brand."""
    for _, of_brand in groupby(points, key=lambda point: point.candidate.brand_id):
        yield from enumerate(of_brand, start=1)


def _select(candidates: Sequence[Candidate], top: int) -> list[_Point]:
    """Return the first of one brand's candidates, each topic in the P that carries it."""
    kept: list[_Point] = []
    by_score = sorted(
        _weigh(candidates), key=lambda point: (-point.score, point.candidate.topic_id, point.candidate.p)
    )
    for point in by_score:
        if point.score > 0 and all(_apart(point.candidate, other.candidate) for other in kept):
            kept.append(point)
    return kept[:top]


def _weigh(candidates: Sequence[Candidate]) -> Iterable[_Point]:
    def column(name: str) -> np.ndarray:
        return np.array([getattr(candidate, name) for candidate in candidates], dtype=float)

    if not candidates:
        return []
    tweets, said = column("tweets"), column("said")
    other_tweets, other_said = column("other_tweets"), column("other_said")
    rival_tweets, rival_said = column("rival_tweets"), column("rival_said")
    everywhere = (other_said + rival_said + 1) / (other_tweets + rival_tweets + 2)
    rivals = shrunken(rival_said, rival_tweets, everywhere, _USUAL_WEIGHT)
    others = shrunken(other_said, other_tweets, rivals, _USUAL_WEIGHT)
    baseline = (others + rivals) / 2
    # What is said of one topic is alike whatever P it is about: a small part is judged in the light of the whole.
    rest = shrunken(column("rest_said"), column("rest_tweets"), baseline, PRIOR_TWEETS)
    low, high = surely_between(said, tweets, rest)
    score = tweets * (low - baseline)
    weighed = (array.tolist() for array in (low, high, baseline, others, rivals, score))
    return [_Point(*values) for values in zip(candidates, *weighed, strict=True)]


def _apart(candidate: Candidate, other: Candidate) -> bool:
    """Return whether a candidate tells of something else than one that scores higher."""
    if candidate.topic_id != other.topic_id:
        return True
    own = candidate.tweets - candidate.in_ps[P_LABELS.index(other.p)]
    return own >= _OWN_PART * other.tweets


def _table(
    connection: duckdb.DuckDBPyConnection,
    points: list[_Point],
    since: date | None,
    until: date | None,
    sentiment: Sentiment,
) -> pd.DataFrame:
    candidates = [point.candidate for point in points]
    topics = "SELECT topic_id, label, keywords FROM topics"
    described = {topic_id: named for topic_id, *named in connection.execute(topics).fetchall()}
    tweet_ids = find_tweets(connection, candidates, since, until, sentiment)
    brand_ids = [candidate.brand_id for candidate in candidates]
    clear = [ids[: candidate.said] for candidate, ids in zip(candidates, tweet_ids, strict=True)]
    rows = [
        {
            "brand_id": point.candidate.brand_id,
            "rank": number,
            "label": described[point.candidate.topic_id][0],
            "keywords": described[point.candidate.topic_id][1],
            "words": typical,
            "examples": telling,
            "tweet_ids": ids,
            **_figures(point, course, sentiment),
        }
        for (number, point), ids, course, typical, telling in zip(
            _numbered(points),
            tweet_ids,
            find_courses(connection, candidates, since, until),
            find_words(connection, brand_ids, tweet_ids),
            find_examples(connection, brand_ids, clear),
            strict=True,
        )
    ]
    return _frame(rows, sentiment)


def _frame(rows: Iterable[dict[str, object]], sentiment: Sentiment) -> pd.DataFrame:
    import pandas as pd

    found = pd.DataFrame(list(rows), columns=["brand_id", *columns(sentiment)])
    # None where it is unknown, in columns of whole numbers too.
    return found.astype(dict.fromkeys(("likes", "reposts", "days", "now", "before"), "Int64"))


def _figures(point: _Point, course: Course, sentiment: Sentiment) -> dict[str, object]:
    candidate = point.candidate
    first, last = (day.isoformat() for day in course.stretch) if course.stretch else (None, None)
    return {
        "p": candidate.p,
        "topic_id": candidate.topic_id,
        "tweets": candidate.tweets,
        sentiment: candidate.said,
        f"{sentiment}_share": candidate.said / candidate.tweets,
        "low": point.low,
        "high": point.high,
        "baseline_share": point.baseline,
        "others_share": point.others,
        "rivals_share": point.rivals,
        "score": point.score,
        "since": first,
        "until": last,
        f"mean_{sentiment}": candidate.degree,
        f"usual_mean_{sentiment}": candidate.usual_degree,
        "likes": candidate.likes,
        "reposts": candidate.reposts,
        "engagement": candidate.engagement,
        "usual_engagement": candidate.usual_engagement,
        "brand_tweets": candidate.brand_tweets,
        "going": course.going,
        "days": course.days,
        "now": course.now,
        "before": course.before,
    }
