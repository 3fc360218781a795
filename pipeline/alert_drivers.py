"""What drives an alert: the topics and words over-represented in its days against before, and tweets that say it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import log, sqrt
from typing import Any

import duckdb

from pipeline.pain_examples import find_examples
from pipeline.pain_words import setting_apart, texts_of
from pipeline.topic_lists import brand_words
from pipeline.topic_phrases import Phrases

# Topics that are named, and tweets that one has at least.
_TOPICS, _FEWEST = 3, 3
# Standard errors from which on more is clearly more.
_CLEAR = 1.64
# Days before that an alert is compared with.
_BEFORE = 182
# Of so many tweets of an alert, and of those before, the words are counted.
_COUNTED, _COMPARED = 1000, 3000

_TWEETS = """
SELECT created_at::DATE AS day, tweet_id, topic_id, coalesce(topic_probability, 0), sentiment = 'negative'
FROM posts WHERE brand_id = ? AND created_at IS NOT NULL ORDER BY tweet_id
"""


@dataclass(frozen=True)
class Driven:
    """Days that something drives; `by_complaints`: whether the share of negative tweets is what is unusual."""

    since: date
    until: date
    by_complaints: bool


@dataclass(frozen=True)
class _Tweet:
    day: date
    tweet_id: str
    topic_id: int
    probability: float
    negative: bool


def find_drivers(
    connection: duckdb.DuckDBPyConnection, brand_id: str, asked: Sequence[Driven]
) -> list[dict[str, Any]]:
    """Return `topics`, `words`, `examples` and `tweet_ids` of a brand's days; see `alerts.find_alerts`."""
    if not asked:
        return []
    tweets = [_Tweet(*row) for row in connection.execute(_TWEETS, [brand_id]).fetchall()]
    labels = dict(connection.execute("SELECT topic_id, label FROM topics").fetchall())
    names = brand_words(connection)
    found = []
    for days in asked:
        here = [tweet for tweet in tweets if days.since <= tweet.day <= days.until]
        earliest = max(days.since - timedelta(days=_BEFORE), min(tweet.day for tweet in tweets))
        before = [tweet for tweet in tweets if earliest <= tweet.day < days.since]
        ratio = ((days.until - days.since).days + 1) / max(1, (days.since - earliest).days)
        topics = _topics(here, before, ratio, labels)
        ids = _telling_first(here, {topic["topic_id"] for topic in topics}, days)
        found.append(
            {
                "topics": topics,
                "words": _words(connection, brand_id, names, here, before),
                "examples": find_examples(connection, [brand_id], [ids])[0],
                "tweet_ids": ids,
            }
        )
    return found


def _words(
    connection: duckdb.DuckDBPyConnection,
    brand_id: str,
    names: Sequence[str],
    here: Sequence[_Tweet],
    before: Sequence[_Tweet],
) -> list[str]:
    """Return the phrases that set tweets apart from those before; of very many, those of an even sample of either."""
    counted, compared = (
        [tweet.tweet_id for tweet in tweets[:: max(1, -(-len(tweets) // most))]]
        for tweets, most in ((here, _COUNTED), (before, _COMPARED))
    )
    texts = texts_of(connection, [brand_id], [counted, compared])
    phrases = Phrases(names, list(texts.values()))
    said, said_before = (
        [frozenset(phrases.of(texts[tweet_id])) for tweet_id in ids] for ids in (counted, compared)
    )
    return setting_apart(said, said_before)


def _topics(
    here: Sequence[_Tweet], before: Sequence[_Tweet], ratio: float, labels: dict[int, str]
) -> list[dict[str, Any]]:
    counts, earlier = (
        Counter(tweet.topic_id for tweet in tweets if tweet.topic_id in labels) for tweets in (here, before)
    )
    added = {
        topic_id: count - earlier[topic_id] * ratio
        for topic_id, count in counts.items()
        if count >= _FEWEST and _clearly_more_often(count, earlier[topic_id], ratio)
    }
    return [
        {
            "topic_id": topic_id,
            "label": labels[topic_id],
            "tweets": counts[topic_id],
            "usual": earlier[topic_id] * ratio,
        }
        for topic_id in sorted(added, key=lambda topic_id: (-added[topic_id], topic_id))[:_TOPICS]
    ]


def _clearly_more_often(count: int, earlier: int, ratio: float) -> bool:
    """Return whether a topic comes more often a day than before: the log ratio of two Poisson rates is over 1.64 SE."""
    more = log((count + 0.5) / ((earlier + 0.5) * ratio))
    return more > _CLEAR * sqrt(1 / (count + 0.5) + 1 / (earlier + 0.5))


def _telling_first(here: Sequence[_Tweet], topic_ids: set[int], days: Driven) -> list[str]:
    ordered = sorted(
        here,
        key=lambda tweet: (
            tweet.topic_id not in topic_ids,
            days.by_complaints and not tweet.negative,
            -tweet.probability,
            tweet.tweet_id,
        ),
    )
    return [tweet.tweet_id for tweet in ordered]
