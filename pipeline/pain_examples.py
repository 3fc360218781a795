"""Chooses the tweets that say a pain point or a strength best: clear ones, easy to read, no two alike."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from pipeline.pain_words import texts_of
from pipeline.unlike import READABLE, unlike

EXAMPLES = 3
# Of the clearest, so many are looked at.
_LOOKED_AT = 40


def find_examples(
    connection: duckdb.DuckDBPyConnection, brand_ids: Sequence[str], tweet_ids: Sequence[Sequence[str]]
) -> list[list[str]]:
    """Choose up to `EXAMPLES` tweets from each list of tweets of a brand, which has the clearest first.

    Returns
    -------
    list of list of str
        Ids, best first: tweets that are readable at a glance before longer and shorter ones, no two alike.
    """
    looked_at = [list(ids[:_LOOKED_AT]) for ids in tweet_ids]
    texts = texts_of(connection, brand_ids, looked_at)
    chosen = []
    for ids in looked_at:
        readable_first = sorted(ids, key=lambda tweet_id: not _readable(texts[tweet_id]))
        positions = unlike([texts[tweet_id] for tweet_id in readable_first], EXAMPLES)
        chosen.append([readable_first[position] for position in positions])
    return chosen


def _readable(text: str) -> bool:
    return READABLE[0] <= len(text) <= READABLE[1] and not text.startswith("RT @")
