"""What people talk about: the topics of a selection, their tweets on the map, and one topic in detail."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dashboard.queries.topic_groups import AS_FOUND, OUTLIERS, Grouping, in_order, named
from dashboard.selection import Selection
from dashboard.store import Store
from pipeline.counts import COUNTS, Steps
from pipeline.store import P_LABELS

START = (
    """CAST(time_bucket(to_days(CAST(? AS INTEGER)), created_at, CAST(? AS TIMESTAMP)) AS DATE) AS start"""
)


def listed(store: Store, selection: Selection, grouping: Grouping = AS_FOUND) -> pd.DataFrame:
    """Return the topics of a selection, largest first.

    Returns
    -------
    pandas.DataFrame
        topic_id, label, keywords (list), mentions (tweets, each once), negative, neutral, positive, and for
        each P the tweets about it.
    """
    condition, values = selection.where("tweet")
    ps = ", ".join(f"count(*) FILTER ({p}) AS {p}" for p in P_LABELS)
    counted = store.frame(
        f"""SELECT topic_id, {COUNTS}, {ps} FROM {grouping.view("told")} j
            WHERE topic_id >= 0 AND {condition} GROUP BY topic_id ORDER BY mentions DESC, topic_id""",
        values,
    )
    names = named(store, grouping)[["label", "keywords"]]
    return names.join(counted.set_index("topic_id"), how="right").rename_axis("topic_id").reset_index()


def counts_over_time(
    store: Store, selection: Selection, cut: Steps, grouping: Grouping = AS_FOUND
) -> pd.DataFrame:
    """Return each topic's tweets in each step: one row a topic_id, one column a step's first day."""
    condition, values = selection.only(since=cut.since, until=cut.until).where("tweet")
    found = store.frame(
        f"""SELECT topic_id, count(*) AS mentions, {START} FROM {grouping.view("told")} j
            WHERE topic_id >= 0 AND {condition} GROUP BY topic_id, start""",
        [cut.days, cut.starts[0], *values],
    )
    wide = found.pivot(index="topic_id", columns="start", values="mentions")
    return wide.reindex(columns=pd.to_datetime(cut.starts)).fillna(0).astype(int)


def points(store: Store, selection: Selection, most: int, grouping: Grouping = AS_FOUND) -> pd.DataFrame:
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
    found = store.frame(
        f"""WITH here AS (SELECT * FROM {grouping.view("told")} j WHERE x IS NOT NULL AND {condition}
                          ORDER BY hash(tweet_id) LIMIT ?)
            SELECT tweet_id, x, y, topic_id, text, sentiment,
                   CASE WHEN {" OR ".join(P_LABELS)} THEN
                   list_extract([{names}], list_position([{likelihoods}], greatest({likelihoods}))) END AS p
            FROM here ORDER BY tweet_id""",
        [*values, most],
    )
    return found.assign(label=found.topic_id.map(named(store, grouping).label))


def mapped(store: Store, selection: Selection, grouping: Grouping = AS_FOUND) -> tuple[int, int]:
    """Count a selection's tweets on the map, and those of them in no topic."""
    condition, values = selection.where("tweet")
    found = store.frame(
        f"""SELECT count(*) AS tweets, count(*) FILTER (topic_id = {OUTLIERS}) AS outliers
            FROM {grouping.view("told")} j WHERE x IS NOT NULL AND {condition}""",
        values,
    ).iloc[0]
    return int(found.tweets), int(found.outliers)


def brands(
    store: Store, selection: Selection, topic_id: int, top: int, grouping: Grouping = AS_FOUND
) -> pd.DataFrame:
    """Return the brands that a topic's tweets mention most.

    Returns
    -------
    pandas.DataFrame
        brand_id, brand, mentions by sentiment, share (of the topic's mentions, in [0, 1]).
    """
    condition, values = selection.where()
    return store.frame(
        f"""SELECT brand_id, brand, {COUNTS}, count(*) / sum(count(*)) OVER () AS share
            FROM mentioned WHERE {grouping.within(topic_id)} AND {condition}
            GROUP BY brand_id, brand ORDER BY mentions DESC, brand LIMIT ?""",
        [*values, top],
    )


def by_p(store: Store, selection: Selection, topic_id: int, grouping: Grouping = AS_FOUND) -> pd.DataFrame:
    """Count a topic's tweets about each P by sentiment: p, mentions, negative, neutral, positive; in the Ps' order."""
    condition, values = selection.where("tweet")
    counts = " UNION ALL ".join(
        f"SELECT '{p}' AS p, {COUNTS} FROM here WHERE {p} HAVING count(*) >= 0" for p in P_LABELS
    )
    return store.frame(
        f"WITH here AS (SELECT * FROM told WHERE {grouping.within(topic_id)} AND {condition}) {counts}",
        values,
    )


def of_p(store: Store, selection: Selection, p: str, top: int, grouping: Grouping = AS_FOUND) -> pd.DataFrame:
    """Return the topics that most tweets about a P are in: topic_id, label, mentions, and these by sentiment."""
    condition, values = selection.where("tweet")
    counted = store.frame(
        f"""SELECT topic_id, {COUNTS} FROM {grouping.view("told")} j
            WHERE topic_id >= 0 AND {p} AND {condition}
            GROUP BY topic_id ORDER BY mentions DESC, topic_id LIMIT ?""",
        [*values, top],
    )
    return counted.assign(label=counted.topic_id.map(named(store, grouping).label))


def by_brand(
    store: Store, selection: Selection, topic_ids: list[int], grouping: Grouping = AS_FOUND
) -> pd.DataFrame:
    """Count each brand's mentions in some topics: brand_id, brand, in_all (its mentions), topic_id, mentions."""
    condition, values = selection.where()
    return store.frame(
        f"""WITH here AS (SELECT brand_id, brand, topic_id FROM {grouping.view("mentioned")} m
                          WHERE {condition}),
                 whole AS (SELECT brand_id, brand, count(*) AS in_all FROM here GROUP BY brand_id, brand)
            SELECT brand_id, brand, in_all, topic_id, count(here.topic_id) AS mentions
            FROM whole LEFT JOIN (FROM here WHERE topic_id IN (SELECT unnest(?))) here USING (brand_id, brand)
            GROUP BY brand_id, brand, in_all, topic_id ORDER BY in_all DESC, brand, topic_id""",
        [*values, topic_ids],
    )


def likeness(store: Store, topic_ids: list[int], grouping: Grouping = AS_FOUND) -> pd.DataFrame:
    """Return how like topics are in meaning, the cosine of their middles in [-1, 1]: a square, like ones together."""
    wanted = {int(topic) for topic in topic_ids}
    order = [topic for topic in in_order(store) if topic in wanted]
    middles = np.stack([named(store, grouping).embedding[topic] for topic in order])
    middles = middles / np.linalg.norm(middles, axis=1, keepdims=True)
    return pd.DataFrame(middles @ middles.T, index=order, columns=order)


def about(store: Store, topic_id: int, grouping: Grouping = AS_FOUND) -> pd.Series | None:
    """Return a topic's label, keywords and size in the whole store, or None where there is no such topic."""
    found = named(store, grouping).query("topic_id == @topic_id")
    return None if found.empty else found.iloc[0]


def over_time(
    store: Store, selection: Selection, topic_id: int, cut: Steps, grouping: Grouping = AS_FOUND
) -> pd.DataFrame:
    """Count a topic's tweets in each step: start, mentions, negative, neutral, positive; empty steps count 0."""
    condition, values = selection.only(since=cut.since, until=cut.until).where("tweet")
    found = store.frame(
        f"""SELECT {START}, {COUNTS} FROM told WHERE {grouping.within(topic_id)} AND {condition}
            GROUP BY start""",
        [cut.days, cut.starts[0], *values],
    ).set_index("start")
    return found.reindex(pd.to_datetime(cut.starts), fill_value=0).rename_axis("start").reset_index()


def tweets(store: Store, tweet_ids: list[str]) -> pd.DataFrame:
    """Return these tweets, newest first: the columns of `judged`."""
    return store.frame(
        """SELECT * FROM judged WHERE tweet_id IN (SELECT unnest(?))
           ORDER BY created_at DESC NULLS LAST, tweet_id""",
        [tweet_ids],
    )
