"""The labels that people corrected, beside the tweets of the store: which count, and how tweets look with them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from dashboard.queries import tweets
from dashboard.store import Store
from pipeline import corrections
from pipeline.corrections import Correction, Labels
from pipeline.store import P_LABELS


def file(store: Store) -> Path:
    """Return the file of a store's corrections, which need not exist."""
    return corrections.beside(store.path)


def of(store: Store, listed: pd.DataFrame) -> dict[str, Correction]:
    """Return the corrections of the tweets in a table (columns tweet_id and text), by tweet_id."""
    return corrections.of(file(store), dict(zip(listed.tweet_id, listed.text, strict=True)))


def every(store: Store) -> dict[str, Correction]:
    """Return the corrections of all tweets that the store has with the same text, by tweet_id, oldest first."""
    kept = corrections.every(file(store))
    if not kept:
        return {}
    texts = tweets.texts(store, sorted({correction.tweet_id for correction in kept}))
    return {
        correction.tweet_id: correction
        for correction in kept
        if texts.get(correction.tweet_id) == correction.text
    }


def applied(listed: pd.DataFrame, fixed: Mapping[str, Correction]) -> pd.DataFrame:
    """Return a table of tweets with the corrected labels in place of the specialist's, and a column `corrected`.

    Parameters
    ----------
    listed
        Columns tweet_id, the four Ps (bool) and sentiment.
    """
    found = [fixed.get(tweet_id) for tweet_id in listed.tweet_id]
    shown = listed.assign(
        sentiment=[
            own if one is None else one.labels.sentiment
            for own, one in zip(listed.sentiment, found, strict=True)
        ],
        corrected=[one is not None for one in found],
    )
    for p in P_LABELS:
        shown[p] = [
            own if one is None else p in one.labels.ps for own, one in zip(listed[p], found, strict=True)
        ]
    return shown


def labels(tweet: pd.Series) -> Labels:
    """Return the labels in a row with the four Ps (bool) and sentiment."""
    return Labels(tuple(p for p in P_LABELS if tweet[p]), str(tweet.sentiment))
