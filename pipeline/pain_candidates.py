"""Counts what pain points and strengths are found among: a brand's tweets by P and topic, and what is usual."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import duckdb

from pipeline.store import P_LABELS

# What customers complain of, or praise.
Sentiment = Literal["negative", "positive"]

# Fewer of a brand's tweets in a topic say nothing of it, and fewer of them about a P nothing of the P.
FEWEST_IN_TOPIC = 5
FEWEST = 3

_OF_BRANDS = "brand_id IN (SELECT unnest($brands::VARCHAR[]))"
_HERE = """coalesce(created_at >= $since::DATE, $since IS NULL)
           AND coalesce(created_at < $until::DATE + 1, $until IS NULL)"""
_DEGREE = """CASE $sentiment WHEN 'negative' THEN coalesce({negative}, p_negative, (1 - compound) / 2)
           ELSE coalesce({positive}, p_positive, (1 + compound) / 2) END"""
_ABOUT = " UNION ALL ".join(
    f"""SELECT brand_id, industry, tweet_id, likes, reposts, engagement, topic_id, probability, here,
           {", ".join(P_LABELS)}, said AS whole_said,
           '{p}' AS p, (coalesce({p}_sentiment, sentiment) = $sentiment)::INT AS said,
           {_DEGREE.format(negative=f"{p}_negative", positive=f"{p}_positive")} AS degree
    FROM judged WHERE {p}"""
    for p in P_LABELS
)
_INDUSTRY_P = " UNION ALL ".join(
    f"""SELECT industry, '{p}' AS p, sum(mentions)::BIGINT AS tweets,
           coalesce(sum(mentions) FILTER ({p}_sentiment = $sentiment), 0)::BIGINT AS said
    FROM daily WHERE {p} AND industry IN (SELECT industry FROM brands WHERE {{chosen}}) GROUP BY industry"""
    for p in P_LABELS
)
# In `judged` a tweet is a row for each brand it mentions, in `about` for each P it is about as well; `said` tells
# whether it is of the sentiment (in `about`: of the P), `degree` how much so, and `here` whether it lies in the period.
_JUDGED = f"""
judged AS (
    SELECT *, CASE WHEN likes IS NOT NULL OR reposts IS NOT NULL
           THEN coalesce(likes, 0) + coalesce(reposts, 0) END AS engagement,
           (sentiment = $sentiment)::INT AS said, {_DEGREE.format(negative="NULL", positive="NULL")} AS degree,
           coalesce(topic_probability, 0) AS probability,
           {_HERE} AS here
    FROM posts WHERE {{chosen}}
),
about AS ({_ABOUT})"""
_CANDIDATES = f"""
WITH {_JUDGED},
units AS (
    SELECT brand_id, industry, p, topic_id, count(*) AS tweets, sum(said) AS said, sum(whole_said) AS whole_said,
           avg(degree) AS degree, sum(likes) AS likes, sum(reposts) AS reposts, avg(engagement) AS engagement,
           [{", ".join(f"count(*) FILTER ({p})" for p in P_LABELS)}] AS in_ps
    FROM about WHERE here AND topic_id >= 0
    GROUP BY ALL HAVING count(*) >= {FEWEST} AND sum(said) > 0
),
of_brand AS (
    SELECT brand_id, count(*) AS tweets, sum(said) AS said, avg(degree) AS degree, count(*) FILTER (here) AS here,
           avg(engagement) FILTER (here) AS engagement
    FROM judged GROUP BY ALL
),
in_topic AS (
    SELECT brand_id, topic_id, count(*) AS tweets, sum(said) AS said,
           count(*) FILTER (here) AS here, sum(said) FILTER (here) AS said_here
    FROM judged GROUP BY ALL
),
of_p AS (SELECT brand_id, p, count(*) AS tweets, sum(said) AS said FROM about GROUP BY ALL),
industry_p AS ({_INDUSTRY_P})
SELECT u.brand_id, u.p, u.topic_id, u.tweets, u.said, u.in_ps,
       a.tweets - i.tweets AS other_tweets, a.said - i.said AS other_said,
       r.tweets - o.tweets AS rival_tweets, r.said - o.said AS rival_said,
       i.here - u.tweets AS rest_tweets, i.said_here - u.whole_said AS rest_said,
       u.degree, a.degree AS usual_degree, u.likes, u.reposts, u.engagement, a.engagement AS usual_engagement,
       a.here AS brand_tweets
FROM units u JOIN of_brand a USING (brand_id) JOIN in_topic i USING (brand_id, topic_id)
JOIN of_p o USING (brand_id, p) JOIN industry_p r USING (industry, p)
WHERE i.here >= {FEWEST_IN_TOPIC}
ORDER BY u.brand_id, u.p, u.topic_id
"""

_TWEETS = f"""
WITH wanted AS (SELECT unnest($brands) AS brand_id, unnest($ps) AS p, unnest($topics) AS topic_id),
{_JUDGED}
SELECT brand_id, p, topic_id, list(tweet_id ORDER BY said DESC, degree * probability DESC, tweet_id)
FROM wanted JOIN about USING (brand_id, p, topic_id) GROUP BY ALL
"""

_CHECKED = f"""
SELECT count(*), count(DISTINCT topic_id) FILTER (topic_id >= 0), count(*) FILTER (sentiment = $sentiment)
FROM posts WHERE brand_id = $brand AND {_HERE}
"""


@dataclass(frozen=True)
class Candidate:
    """A brand's tweets of the period about a P and in a topic, and what they are measured against.

    Attributes
    ----------
    brand_id, p, topic_id
        What it is.
    tweets, said
        How many, and how many of them are of the sentiment that is looked for (towards the P).
    in_ps
        How many of them are about each of the four Ps, in the order of `P_LABELS`.
    other_tweets, other_said
        The brand's tweets in other topics, whatever their date.
    rival_tweets, rival_said
        Tweets about the same P of the other brands in its industry, whatever their date.
    rest_tweets, rest_said
        The brand's tweets of the period in the topic that are not about the P.
    degree, usual_degree
        Mean probability of the sentiment, from 0 to 1: here, and over all the brand's tweets.
    likes, reposts
        Of all its tweets together; None where the store has none.
    engagement, usual_engagement
        Mean likes and reposts a tweet: here, and over the brand's tweets of the period; None without any.
    brand_tweets
        The brand's tweets of the period.
    """

    brand_id: str
    p: str
    topic_id: int
    tweets: int
    said: int
    in_ps: list[int]
    other_tweets: int
    other_said: int
    rival_tweets: int
    rival_said: int
    rest_tweets: int
    rest_said: int
    degree: float
    usual_degree: float
    likes: int | None
    reposts: int | None
    engagement: float | None
    usual_engagement: float | None
    brand_tweets: int


def find_candidates(
    connection: duckdb.DuckDBPyConnection,
    brand_ids: Sequence[str] | None,
    since: date | None,
    until: date | None,
    sentiment: Sentiment,
) -> list[Candidate]:
    """Return what may be complained of or praised at brands, or at every brand (None), between two days.

    Both days are included. What has fewer than `FEWEST` tweets or none of the sentiment is left out, and so are
    topics with fewer than `FEWEST_IN_TOPIC`. Tweets without a date count where neither day is given.
    """
    asked: dict[str, object] = {"since": since, "until": until, "sentiment": sentiment}
    chosen = "brand_id IS NOT NULL"
    if brand_ids is not None:
        chosen, asked["brands"] = _OF_BRANDS, [*brand_ids]
    return [
        Candidate(*row) for row in connection.execute(_CANDIDATES.format(chosen=chosen), asked).fetchall()
    ]


def find_tweets(
    connection: duckdb.DuckDBPyConnection,
    candidates: Sequence[Candidate],
    since: date | None,
    until: date | None,
    sentiment: Sentiment,
) -> list[list[str]]:
    """Return the ids of each candidate's tweets: the `said` first, and among them those that say it most clearly.

    The days and the sentiment are those that `find_candidates` was asked for.
    """
    if not candidates:
        return []
    asked = {
        "brands": [candidate.brand_id for candidate in candidates],
        "ps": [candidate.p for candidate in candidates],
        "topics": [candidate.topic_id for candidate in candidates],
        "since": since,
        "until": until,
        "sentiment": sentiment,
    }
    chosen = f"{_OF_BRANDS} AND topic_id IN (SELECT unnest($topics)) AND {_HERE}"
    rows = connection.execute(_TWEETS.format(chosen=chosen), asked).fetchall()
    found = {(brand_id, p, topic_id): ids for brand_id, p, topic_id, ids in rows}
    return [found[candidate.brand_id, candidate.p, candidate.topic_id] for candidate in candidates]


@dataclass(frozen=True)
class Checked:
    """What was looked at: a brand's tweets of a period, the topics they are in, how many are of the sentiment."""

    tweets: int
    topics: int
    said: int


def count_checked(
    connection: duckdb.DuckDBPyConnection,
    brand_id: str,
    since: date | None,
    until: date | None,
    sentiment: Sentiment,
) -> Checked:
    """Count what a ranking looks at; parameters as of `find_candidates`."""
    asked = {"brand": brand_id, "since": since, "until": until, "sentiment": sentiment}
    return Checked(*connection.execute(_CHECKED, asked).fetchall()[0])
