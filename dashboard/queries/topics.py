"""What people talk about: the topics of a selection, their tweets on the map, and one topic in detail."""

from __future__ import annotations

import pandas as pd

from dashboard.selection import Selection
from dashboard.store import Store
from pipeline.counts import COUNTS, Steps
from pipeline.store import P_LABELS

OUTLIERS = -1  # topic_id of tweets in no topic


def listed(store: Store, selection: Selection) -> pd.DataFrame:
    """Return the topics of a selection, largest first.

    Returns
    -------
    pandas.DataFrame
        topic_id, label, keywords (list), mentions (tweets, each once), negative, neutral, positive, and for
        each P the tweets about it.
    """
    condition, values = selection.where("tweet")
    ps = ", ".join(f"count(*) FILTER ({p}) AS {p}" for p in P_LABELS)
    return store.frame(
        f"""WITH counted AS (SELECT topic_id, {COUNTS}, {ps} FROM judged
                             WHERE topic_id >= 0 AND {condition} GROUP BY topic_id)
            SELECT topic_id, label, keywords, counted.* EXCLUDE (topic_id)
            FROM counted JOIN topics USING (topic_id) ORDER BY mentions DESC, topic_id""",
        values,
    )


def counts_over_time(store: Store, selection: Selection, cut: Steps) -> pd.Series:
    """Return each topic's tweets in each step: a list of counts by topic_id."""
    condition, values = selection.only(since=cut.since, until=cut.until).where("tweet")
    found = store.frame(
        f"""SELECT topic_id, count(*) AS mentions,
                   CAST(time_bucket(to_days(CAST(? AS INTEGER)), created_at, CAST(? AS TIMESTAMP)) AS DATE)
                   AS start
            FROM judged WHERE topic_id >= 0 AND {condition} GROUP BY topic_id, start""",
        [cut.days, cut.starts[0], *values],
    )
    wide = found.pivot(index="topic_id", columns="start", values="mentions")
    wide = wide.reindex(columns=pd.to_datetime(cut.starts)).fillna(0).astype(int)
    return pd.Series(wide.to_numpy().tolist(), index=wide.index)


def points(store: Store, selection: Selection, most: int) -> pd.DataFrame:
    """Return a selection's tweets on the map, or an even sample of them where there are more than `most`.

    Returns
    -------
    pandas.DataFrame
        tweet_id, x, y, topic_id, label (None: in no topic), text, sentiment, and p: the likeliest P of those
        the tweet is about (None: about none).
    """
    condition, values = selection.where("tweet")
    likelihoods = ", ".join(f"CASE WHEN {p} THEN p_{p} ELSE 0 END" for p in P_LABELS)
    names = ", ".join(f"'{p}'" for p in P_LABELS)
    return store.frame(
        f"""WITH here AS (SELECT * FROM judged WHERE x IS NOT NULL AND {condition}
                          ORDER BY hash(tweet_id) LIMIT ?)
            SELECT tweet_id, here.x, here.y, topic_id, label, text, sentiment,
                   CASE WHEN {" OR ".join(P_LABELS)} THEN
                   list_extract([{names}], list_position([{likelihoods}], greatest({likelihoods}))) END AS p
            FROM here LEFT JOIN topics USING (topic_id) ORDER BY tweet_id""",
        [*values, most],
    )


def mapped(store: Store, selection: Selection) -> tuple[int, int]:
    """Count a selection's tweets on the map, and those of them in no topic."""
    condition, values = selection.where("tweet")
    found = store.frame(
        f"""SELECT count(*) AS tweets, count(*) FILTER (topic_id = {OUTLIERS}) AS outliers
            FROM judged WHERE x IS NOT NULL AND {condition}""",
        values,
    ).iloc[0]
    return int(found.tweets), int(found.outliers)


def about(store: Store, topic_id: int) -> pd.Series | None:
    """Return a topic's label, keywords and size in the whole store, or None where there is no such topic."""
    found = store.frame("SELECT label, keywords, size FROM topics WHERE topic_id = ?", [topic_id])
    return None if found.empty else found.iloc[0]


def brands(store: Store, selection: Selection, topic_id: int, top: int) -> pd.DataFrame:
    """Return the brands that a topic's tweets mention most: brand_id, brand and mentions by sentiment."""
    condition, values = selection.where()
    return store.frame(
        f"""SELECT brand_id, brand, {COUNTS} FROM mentioned WHERE topic_id = ? AND {condition}
            GROUP BY brand_id, brand ORDER BY mentions DESC, brand LIMIT ?""",
        [topic_id, *values, top],
    )


def over_time(store: Store, selection: Selection, topic_id: int, cut: Steps) -> pd.DataFrame:
    """Count a topic's tweets in each step: start, mentions, negative, neutral, positive; empty steps count 0."""
    condition, values = selection.only(since=cut.since, until=cut.until).where("tweet")
    found = store.frame(
        f"""SELECT CAST(time_bucket(to_days(CAST(? AS INTEGER)), created_at, CAST(? AS TIMESTAMP)) AS DATE)
                   AS start, {COUNTS}
            FROM judged WHERE topic_id = ? AND {condition} GROUP BY start""",
        [cut.days, cut.starts[0], topic_id, *values],
    ).set_index("start")
    return found.reindex(pd.to_datetime(cut.starts), fill_value=0).rename_axis("start").reset_index()


def tweets(store: Store, tweet_ids: list[str]) -> pd.DataFrame:
    """Return these tweets, newest first: the columns of `judged`."""
    return store.frame(
        """SELECT * FROM judged WHERE tweet_id IN (SELECT unnest(?))
           ORDER BY created_at DESC NULLS LAST, tweet_id""",
        [tweet_ids],
    )
