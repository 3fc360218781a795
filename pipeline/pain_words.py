"""Finds the words that tell some of a brand's tweets, those of a pain point say, from its others.

Log-odds ratio with an informative Dirichlet prior: Monroe, Colaresi and Quinn, "Fightin' Words" (Political Analysis
16, 2008), section 3.5.1, over the tweets that say a phrase.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import log, sqrt

import duckdb

from pipeline.topic_lists import brand_words
from pipeline.topic_phrases import Phrases, singular

WORDS = 6
# Tweets of a brand that are compared with, the newest.
_COMPARED = 1000
# Tweets that must say a phrase.
_FEWEST = 2
# Tweets that the prior weighs: how often the brand's tweets say a phrase anyway.
_PRIOR = 10.0
# From this z-score on, a phrase is clearly more frequent here.
_CLEAR = 1.64


def find_words(
    connection: duckdb.DuckDBPyConnection, brand_ids: Sequence[str], tweet_ids: Sequence[Sequence[str]]
) -> list[list[str]]:
    """Return up to `WORDS` phrases for each list of tweets of a brand, those that set it apart most first."""
    if not brand_ids:
        return []
    rows = connection.execute(
        """SELECT brand_id, list((tweet_id, text) ORDER BY created_at DESC NULLS LAST, tweet_id)[:?]
        FROM mentions JOIN tweets USING (tweet_id) WHERE list_contains(?, brand_id) GROUP BY brand_id""",
        [_COMPARED, sorted(set(brand_ids))],
    ).fetchall()
    compared = {brand_id: dict(tweets) for brand_id, tweets in rows}
    wanted = sorted({tweet_id for ids in tweet_ids for tweet_id in ids})
    texts = dict(
        connection.execute(
            "SELECT tweet_id, text FROM tweets WHERE list_contains(?, tweet_id)", [wanted]
        ).fetchall()
    )
    phrases = Phrases(brand_words(connection), list(texts.values()))
    found = []
    for brand_id, ids in zip(brand_ids, tweet_ids, strict=True):
        here = [texts[tweet_id] for tweet_id in ids]
        inside = set(ids)
        elsewhere = [text for tweet_id, text in compared[brand_id].items() if tweet_id not in inside]
        found.append(setting_apart(phrases, here, elsewhere))
    return found


def setting_apart(phrases: Phrases, here: Sequence[str], elsewhere: Sequence[str]) -> list[str]:
    """Return up to `WORDS` phrases that set texts apart from others, those that do most first."""
    scores = _more_frequent(_saying(phrases, here), len(here), _saying(phrases, elsewhere), len(elsewhere))
    best = sorted(scores, key=lambda phrase: (-scores[phrase], -len(phrase), phrase))
    return _not_nested(best)[:WORDS]


def _more_frequent(
    here: Counter[str], in_all: int, elsewhere: Counter[str], in_all_elsewhere: int
) -> dict[str, float]:
    """Return the z-scores of phrases that are clearly more frequent here: counts of tweets, of so many in all."""
    scores = {}
    for phrase, count in here.items():
        other = elsewhere[phrase]
        said_by_all = count + other == in_all + in_all_elsewhere
        if count < _FEWEST or said_by_all:
            continue
        prior = _PRIOR * (count + other) / (in_all + in_all_elsewhere)
        score = _log_odds(count, in_all, prior) - _log_odds(other, in_all_elsewhere, prior)
        score /= sqrt(1 / (count + prior) + 1 / (other + prior))
        if score >= _CLEAR:
            scores[phrase] = score
    return scores


def _log_odds(count: int, total: int, prior: float) -> float:
    return log((count + prior) / (total + _PRIOR - count - prior))


def _saying(phrases: Phrases, texts: Sequence[str]) -> Counter[str]:
    return Counter(phrase for text in texts for phrase in set(phrases.of(text)))


def _not_nested(best: list[str]) -> list[str]:
    """Drop phrases that share a word, in whatever number, with a better one."""
    kept: list[str] = []
    said: set[str] = set()
    for phrase in best:
        words = {singular(word) for word in phrase.split()}
        if not words & said:
            kept.append(phrase)
            said |= words
    return kept
