"""What hurts and what pleases in a period: rankings, alerts, their course, competitors, and what was looked at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd
import streamlit as st

from dashboard.queries.topics import START
from dashboard.queries.volume import COUNTS, Steps
from dashboard.selection import Selection
from dashboard.store import Key, Store
from pipeline.alerts import has_past, stored_alerts
from pipeline.pain_candidates import Sentiment
from pipeline.painpoints import rank, rank_brands, rank_strengths, stored, stored_brands

TOP = 10  # as many as every page ranks, so that a ranking is made once for all


def ranked(
    store: Store, brand_id: str, since: date | None, until: date | None, sentiment: Sentiment
) -> pd.DataFrame:
    """Return a brand's first pain points or strengths, without the ids of all their tweets.

    See `pipeline.painpoints.rank` and `rank_strengths`.
    """
    return _ranked(store.key, brand_id, since, until, sentiment, store)


@st.cache_data(max_entries=300, show_spinner=False)
def _ranked(
    key: Key,
    brand_id: str,
    since: date | None,
    until: date | None,
    sentiment: Sentiment,
    _store: Store,
) -> pd.DataFrame:
    with _store.cursor() as cursor:
        if _is_stored(_store, since, until):
            return stored(cursor, brand_id, TOP, sentiment)
        ranking = rank if sentiment == "negative" else rank_strengths
        return ranking(cursor, brand_id, since, until, TOP).drop(columns="tweet_ids")


def ranked_brands(
    store: Store, brand_ids: Sequence[str], since: date | None, until: date | None, sentiment: Sentiment
) -> pd.DataFrame:
    """Return the first pain points or strengths of each of these brands (see `pipeline.painpoints.rank_brands`)."""
    return _ranked_brands(store.key, tuple(brand_ids), since, until, sentiment, store)


@st.cache_data(max_entries=100, show_spinner=False)
def _ranked_brands(
    key: Key,
    brand_ids: tuple[str, ...],
    since: date | None,
    until: date | None,
    sentiment: Sentiment,
    _store: Store,
) -> pd.DataFrame:
    with _store.cursor() as cursor:
        if _is_stored(_store, since, until):
            return stored_brands(cursor, brand_ids, TOP, sentiment)
        return rank_brands(cursor, brand_ids, since, until, TOP, sentiment)


def _is_stored(store: Store, since: date | None, until: date | None) -> bool:
    """Return whether the last run ranked it: the whole time, and with all brands to say what is usual."""
    return since is None and until is None and store.is_whole


def alerts(store: Store, brand_id: str, since: date | None, until: date | None) -> pd.DataFrame:
    """Return a brand's alerts that touch a period, as the last run found them, newest first."""
    found = _alerts(store.key, brand_id, store)
    inside = pd.Series(True, index=found.index)
    if since is not None:
        inside &= found.until >= since.isoformat()
    if until is not None:
        inside &= found.since <= until.isoformat()
    return found[inside].reset_index(drop=True)


@st.cache_data(max_entries=300, show_spinner=False)
def _alerts(key: Key, brand_id: str, _store: Store) -> pd.DataFrame:
    with _store.cursor() as cursor:
        return stored_alerts(cursor, brand_id)


def past_reaches(store: Store, brand_id: str) -> bool:
    """Return whether a brand's tweets reach back far enough for alerts."""
    with store.cursor() as cursor:
        return has_past(cursor, brand_id)


def over_time(store: Store, selection: Selection, p: str, topic_id: int, cut: Steps) -> pd.DataFrame:
    """Count a topic's mentions about a P in each step by their sentiment towards it.

    Returns
    -------
    pandas.DataFrame
        start, mentions, negative, neutral, positive.
    """
    condition, values = selection.where()
    found = store.frame(
        f"""SELECT {START}, {COUNTS} FROM about
            WHERE p = ? AND topic_id = ? AND created_at IS NOT NULL AND {condition} GROUP BY start""",
        [cut.days, cut.starts[0], p, topic_id, *values],
    ).set_index("start")
    return found.reindex(pd.to_datetime(cut.starts), fill_value=0).rename_axis("start").reset_index()


def compared(store: Store, selection: Selection, p: str, topic_id: int) -> pd.DataFrame:
    """Count what the brands of an industry get to hear of a topic in a P, and of the whole P.

    Parameters
    ----------
    selection
        Of an industry and a period, no P and no sentiment.

    Returns
    -------
    pandas.DataFrame
        brand_id, brand, tweets, negative, positive (in the topic), in_p, negative_in_p, positive_in_p; those with
        most tweets in the topic first. Brands without a tweet about the P are left out.
    """
    condition, values = selection.where()
    return store.frame(
        f"""SELECT brand_id, brand, count(*) FILTER (topic_id = ?) AS tweets,
                   count(*) FILTER (topic_id = ? AND sentiment = 'negative') AS negative,
                   count(*) FILTER (topic_id = ? AND sentiment = 'positive') AS positive, count(*) AS in_p,
                   count(*) FILTER (sentiment = 'negative') AS negative_in_p,
                   count(*) FILTER (sentiment = 'positive') AS positive_in_p
            FROM about WHERE p = ? AND {condition}
            GROUP BY brand_id, brand ORDER BY tweets DESC, in_p DESC, brand""",
        [topic_id, topic_id, topic_id, p, *values],
    )


def checked(store: Store, selection: Selection, sentiment: Sentiment) -> tuple[int, int, int]:
    """Count a selection's mentions, the topics they are in, and those of them with a sentiment."""
    condition, values = selection.where()
    found = store.frame(
        f"""SELECT count(*) AS tweets, count(DISTINCT topic_id) FILTER (topic_id >= 0) AS topics,
                   count(*) FILTER (sentiment = ?) AS said FROM mentioned WHERE {condition}""",
        [sentiment, *values],
    ).iloc[0]
    return int(found.tweets), int(found.topics), int(found.said)
