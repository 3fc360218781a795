"""Chooses the tweets that say a pain point best: clear complaints that are easy to read and not alike."""

from __future__ import annotations

import re
from collections.abc import Sequence

import duckdb

EXAMPLES = 3
# Of the clearest complaints, so many are looked at.
_LOOKED_AT = 40
# Characters of a tweet that is read at a glance.
_READABLE = range(30, 241)
# From this share of common words on, two tweets say the same (Jaccard).
_ALIKE = 0.5
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_PLACEHOLDERS = frozenset({"user", "url", "email", "rt"})


def find_examples(
    connection: duckdb.DuckDBPyConnection, tweet_ids: Sequence[Sequence[str]]
) -> list[list[str]]:
    """Choose up to `EXAMPLES` negative tweets for each list of tweets, which has the clearest complaints first.

    Returns
    -------
    list of list of str
        Ids, best first: tweets that are readable at a glance before longer and shorter ones, no two alike.
    """
    looked_at = [list(ids[:_LOOKED_AT]) for ids in tweet_ids]
    texts = dict(
        connection.execute(
            """SELECT tweet_id, text FROM tweets JOIN sentiments USING (tweet_id)
            WHERE sentiment = 'negative' AND list_contains(?, tweet_id)""",
            [sorted({tweet_id for ids in looked_at for tweet_id in ids})],
        ).fetchall()
    )
    return [_unlike([(one, texts[one]) for one in ids if one in texts]) for ids in looked_at]


def _unlike(tweets: list[tuple[str, str]]) -> list[str]:
    readable_first = sorted(
        tweets, key=lambda tweet: len(tweet[1]) not in _READABLE or tweet[1].startswith("RT @")
    )
    kept: list[tuple[str, set[str]]] = []
    for tweet_id, text in readable_first:
        words = set(_WORD.findall(text.lower())) - _PLACEHOLDERS
        if all(len(words & other) < _ALIKE * len(words | other) for _, other in kept):
            kept.append((tweet_id, words))
        if len(kept) == EXAMPLES:
            break
    return [tweet_id for tweet_id, _ in kept]
