"""Finds the words that tell some of a brand's tweets, those of a pain point say, from its others.

Log-odds ratio with an informative Dirichlet prior: Monroe, Colaresi and Quinn, "Fightin' Words" (Political Analysis
16, 2008), section 3.5.1, over the tweets that say a phrase.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from itertools import chain
from math import log, sqrt

import duckdb

from pipeline.topic_lists import brand_words
from pipeline.topic_phrases import Phrases, singular

WORDS = 6
# Of so many tweets the words are counted: of a brand's newest, and of those that are compared with them.
_COMPARED = 600
_COUNTED = 150
# Tweets that must say a phrase.
_FEWEST = 2
# Tweets that the prior weighs: how often the brand's tweets say a phrase anyway.
_PRIOR = 10.0
# From this z-score on, a phrase is clearly more frequent here.
_CLEAR = 1.64


def find_words(
    connection: duckdb.DuckDBPyConnection, brand_ids: Sequence[str], tweet_ids: Sequence[Sequence[str]]
) -> list[list[str]]:
    """Return up to `WORDS` phrases for each list of tweets of a brand, those that set it apart most first.

    Of a long list the words of an even sample are counted.
    """
    if not brand_ids:
        return []
    # Evenly, since the lists have the clearest tweets first.
    counted = [ids[:: -(-len(ids) // _COUNTED)] for ids in tweet_ids]
    texts = texts_of(connection, brand_ids, counted)
    names = brand_words(connection)
    found: dict[int, list[str]] = {}
    for brand_id in dict.fromkeys(brand_ids):
        numbers = [number for number, other in enumerate(brand_ids) if other == brand_id]
        # From the brand's own texts alone: its words are the same whatever other brands are asked for.
        phrases = Phrases(names, [texts[i] for i in sorted({i for n in numbers for i in counted[n]})])
        compared = _newest(connection, brand_id)
        # Each text is cut once, though it is compared with every list; a brand at a time, to hold few of them.
        said = {tweet_id: frozenset(phrases.of(text)) for tweet_id, text in compared.items()}
        for number in numbers:
            inside = set(tweet_ids[number])
            here = [
                said.get(tweet_id) or frozenset(phrases.of(texts[tweet_id])) for tweet_id in counted[number]
            ]
            elsewhere = [words for tweet_id, words in said.items() if tweet_id not in inside]
            found[number] = setting_apart(here, elsewhere)
    return [found[number] for number in range(len(brand_ids))]


def texts_of(
    connection: duckdb.DuckDBPyConnection, brand_ids: Sequence[str], tweet_ids: Sequence[Sequence[str]]
) -> dict[str, str]:
    """Return the texts of tweets that mention these brands, by id."""
    wanted = sorted({tweet_id for ids in tweet_ids for tweet_id in ids})
    return dict(
        connection.execute(
            """SELECT tweet_id, any_value(text) FROM posts
            WHERE brand_id IN (SELECT unnest(?::VARCHAR[])) AND tweet_id IN (SELECT unnest(?::VARCHAR[]))
            GROUP BY tweet_id""",
            [sorted(set(brand_ids)), wanted],
        ).fetchall()
    )


def _newest(connection: duckdb.DuckDBPyConnection, brand_id: str) -> dict[str, str]:
    return dict(
        connection.execute(
            """SELECT tweet_id, text FROM posts WHERE brand_id = ?
            ORDER BY created_at DESC NULLS LAST, tweet_id LIMIT ?""",
            [brand_id, _COMPARED],
        ).fetchall()
    )


def setting_apart(here: Sequence[Set[str]], elsewhere: Sequence[Set[str]]) -> list[str]:
    """Return up to `WORDS` phrases that set tweets apart from others, those that do most first.

    Parameters
    ----------
    here, elsewhere
        The phrases of each tweet, from `topic_phrases.Phrases.of`.
    """
    scores = _more_frequent(_saying(here), len(here), _saying(elsewhere), len(elsewhere))
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


def _saying(tweets: Sequence[Set[str]]) -> Counter[str]:
    return Counter(chain.from_iterable(tweets))


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
