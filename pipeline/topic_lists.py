"""Lists of topics for a question: over the whole store, a brand, a P, or zoomed in on a brand's tweets of one P."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb

from pipeline.export import check_choice, find_brand
from pipeline.progress import Reporter
from pipeline.store import P_LABELS
from pipeline.topic_inputs import read_inputs
from pipeline.topics import STEPS, fit

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ["topic_id", "label", "keywords", "size", "p", "tweet_ids"]


def list_topics(
    connection: duckdb.DuckDBPyConnection, brand: str | None, p: str | None, reporter: Reporter
) -> pd.DataFrame:
    """List topics with their tweets, largest first.

    Parameters
    ----------
    connection
        An open store.
    brand
        A brand's name, handle or id; None for all.
    p
        One of `P_LABELS`; None for all. With a brand as well, a fresh model is fitted on just these tweets.

    Returns
    -------
    pandas.DataFrame
        Columns `topic_id`, `label`, `keywords` (list), `size`, `p` (the P that most of its tweets are about;
        None where no P has any) and `tweet_ids` (list, most typical first).

    Raises
    ------
    InputError
        If the store does not know the brand, or there is no such P.
    """
    brand_id = None if brand is None else find_brand(connection, brand)
    label = None if p is None else check_choice(p, P_LABELS, "P")
    if brand_id is not None and label is not None:
        return zoom_in(connection, brand_id, label, reporter)
    return _of_the_store(connection, brand_id, label)


def zoom_in(connection: duckdb.DuckDBPyConnection, brand_id: str, p: str, reporter: Reporter) -> pd.DataFrame:
    """Fit a topic model on one brand's tweets of one P, from the embeddings kept in the store.

    Returns the same columns as `list_topics`; no row where there are too few tweets for topics.
    """
    check_choice(p, P_LABELS, "P")
    with reporter.stage("Zoom in on topics", STEPS) as advance:
        inputs = read_inputs(
            connection,
            f"c.{p} AND t.tweet_id IN (SELECT tweet_id FROM mentions WHERE brand_id = ?)",
            [brand_id],
        )
        model = fit(
            inputs.texts,
            inputs.embeddings,
            ignore_words=brand_words(connection),
            aspects=inputs.aspects,
            progress=advance,
        )
    found = model.topics[["topic_id", "label", "keywords", "size"]].assign(p=p)
    assigned = model.assignments.assign(tweet_id=inputs.tweet_ids).sort_values(
        ["probability", "tweet_id"], ascending=[False, True]
    )
    ids = assigned.groupby("topic_id")["tweet_id"].agg(list)
    found["tweet_ids"] = found["topic_id"].map(ids)
    return found[COLUMNS]


def brand_words(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the words of all brand names and handles in a store, which say nothing of a topic."""
    rows = connection.execute("SELECT name, ltrim(coalesce(handle, ''), '@') FROM brands").fetchall()
    return sorted({word for row in rows for word in row if word})


def _of_the_store(connection: duckdb.DuckDBPyConnection, brand_id: str | None, p: str | None) -> pd.DataFrame:
    conditions, values = ["tt.topic_id >= 0"], list[Any]()
    if brand_id is not None:
        conditions.append("tt.tweet_id IN (SELECT tweet_id FROM mentions WHERE brand_id = ?)")
        values.append(brand_id)
    if p is not None:
        conditions.append(f"c.{p}")
    return connection.execute(
        f"""
        WITH chosen AS (
            SELECT tt.topic_id, count(*) AS size,
                   list(tt.tweet_id ORDER BY tt.probability DESC, tt.tweet_id) AS tweet_ids,
                   sum(c.product::INT) AS product, sum(c.place::INT) AS place,
                   sum(c.price::INT) AS price, sum(c.promotion::INT) AS promotion
            FROM tweet_topics tt JOIN classifications c USING (tweet_id)
            WHERE {" AND ".join(conditions)} GROUP BY tt.topic_id
        )
        SELECT topic_id, tp.label, tp.keywords, chosen.size, CASE greatest(product, place, price, promotion)
                   WHEN 0 THEN NULL WHEN product THEN 'product' WHEN place THEN 'place'
                   WHEN price THEN 'price' ELSE 'promotion' END AS p, tweet_ids
        FROM chosen JOIN topics tp USING (topic_id) ORDER BY chosen.size DESC, topic_id""",
        values,
    ).df()[COLUMNS]
