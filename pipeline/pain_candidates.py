"""Counts what pain points are found among: each brand's tweets by P and topic, and what they are measured against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from pipeline.store import P_LABELS

# Fewer of a brand's tweets in a topic say nothing of it, and fewer of them about a P nothing of the P.
FEWEST_IN_TOPIC = 5
FEWEST = 3

# In `judged` a tweet is a row for each brand it mentions, in `about` for each P it is about as well; `here` says
# whether it lies in the period.
_CANDIDATES = f"""
WITH judged AS (
    SELECT m.brand_id, b.industry, t.tweet_id, t.created_at, {", ".join(f"c.{p}" for p in P_LABELS)},
           (s.sentiment = 'negative')::INT AS negative, coalesce(s.p_negative, negative) AS p_negative,
           coalesce(tt.topic_id, -1) AS topic_id, coalesce(tt.probability, 0) AS probability,
           coalesce(t.created_at >= $since::DATE, $since IS NULL)
           AND coalesce(t.created_at < $until::DATE + 1, $until IS NULL) AS here
    FROM mentions m JOIN brands b USING (brand_id) JOIN tweets t USING (tweet_id)
    JOIN classifications c USING (tweet_id) JOIN sentiments s USING (tweet_id)
    LEFT JOIN tweet_topics tt USING (tweet_id)
    WHERE $brand IS NULL OR b.industry = (SELECT industry FROM brands WHERE brand_id = $brand)
),
about AS (SELECT p, judged.* FROM judged, (VALUES {", ".join(f"('{p}')" for p in P_LABELS)}) ps(p)
          WHERE CASE p {" ".join(f"WHEN '{p}' THEN {p}" for p in P_LABELS)} END),
units AS (
    SELECT brand_id, industry, p, topic_id, count(*) AS tweets, sum(negative) AS negative,
           list(tweet_id ORDER BY negative DESC, p_negative * probability DESC, tweet_id) AS tweet_ids
    FROM about WHERE here AND topic_id >= 0 AND ($brand IS NULL OR brand_id = $brand)
    GROUP BY ALL HAVING count(*) >= {FEWEST} AND sum(negative) > 0
),
of_brand AS (SELECT brand_id, count(*) AS tweets, sum(negative) AS negative FROM judged GROUP BY ALL),
in_topic AS (
    SELECT brand_id, topic_id, count(*) AS tweets, sum(negative) AS negative,
           count(*) FILTER (here) AS here, sum(negative) FILTER (here) AS negative_here
    FROM judged GROUP BY ALL
),
of_p AS (SELECT brand_id, p, count(*) AS tweets, sum(negative) AS negative FROM about GROUP BY ALL),
industry_p AS (SELECT industry, p, count(*) AS tweets, sum(negative) AS negative FROM about GROUP BY ALL)
SELECT u.brand_id, u.p, u.topic_id, u.tweets, u.negative, u.tweet_ids,
       a.tweets - i.tweets AS other_tweets, a.negative - i.negative AS other_negative,
       r.tweets - o.tweets AS rival_tweets, r.negative - o.negative AS rival_negative,
       i.here AS topic_tweets, i.negative_here AS topic_negative
FROM units u JOIN of_brand a USING (brand_id) JOIN in_topic i USING (brand_id, topic_id)
JOIN of_p o USING (brand_id, p) JOIN industry_p r USING (industry, p)
WHERE i.here >= {FEWEST_IN_TOPIC}
ORDER BY u.brand_id, u.p, u.topic_id
"""


@dataclass(frozen=True)
class Candidate:
    """A brand's tweets of the period about a P and in a topic, and what they are measured against.

    Attributes
    ----------
    brand_id, p, topic_id
        What it is.
    tweets, negative
        How many, and how many of them negative.
    tweet_ids
        All of them, those that complain most clearly first.
    other_tweets, other_negative
        The brand's tweets in other topics, whatever their date.
    rival_tweets, rival_negative
        Tweets about the same P of the other brands in its industry, whatever their date.
    topic_tweets, topic_negative
        The brand's tweets of the period in the topic, about whatever P or none.
    """

    brand_id: str
    p: str
    topic_id: int
    tweets: int
    negative: int
    tweet_ids: list[str]
    other_tweets: int
    other_negative: int
    rival_tweets: int
    rival_negative: int
    topic_tweets: int
    topic_negative: int


def find_candidates(
    connection: duckdb.DuckDBPyConnection, brand_id: str | None, since: date | None, until: date | None
) -> list[Candidate]:
    """Return what may be a pain point of a brand, or of every brand (None), between two days, both included.

    What has fewer than `FEWEST` tweets or no negative one is left out, and so are topics with fewer than
    `FEWEST_IN_TOPIC`. Tweets without a date count where
    neither day is given.
    """
    rows = connection.execute(_CANDIDATES, {"brand": brand_id, "since": since, "until": until}).fetchall()
    return [Candidate(*row) for row in rows]
