"""The later stages of a run, each going on from what the store already has: classify, embed, topics, pain points."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import duckdb

from pipeline.engine import LOCAL, Engine
from pipeline.p_sentiment import copy_whole_sentiment
from pipeline.progress import Reporter
from pipeline.steps import CLASSIFICATION, EMBEDDING_MODEL, SENTIMENT, Classify, Embed, Step, TellPsApart
from pipeline.store import P_LABELS, insert, read_meta, transaction, write_meta
from pipeline.topic_fitting import fit_tweets
from pipeline.topic_lists import brand_words

if TYPE_CHECKING:
    import pyarrow as pa

    from specialist.predict import Specialist

# Tweets classified or embedded between two commits: what a crash can cost, at the most.
CHUNK = 1024
TOPIC_SEED = 42
# Raised when topics are made differently, so that stores are brought up to date.
TOPIC_VERSION = 4


def classify_pending(
    connection: duckdb.DuckDBPyConnection,
    specialist: Specialist,
    reporter: Reporter,
    engine: Engine = LOCAL,
) -> int:
    """Classify the English tweets that this specialist has not classified yet; return how many."""

    def store(rows: pa.Table) -> None:
        with transaction(connection):
            insert(connection, "classifications", rows.select(CLASSIFICATION), on_conflict="OR REPLACE")
            insert(connection, "sentiments", rows.select(SENTIMENT), on_conflict="OR REPLACE")
            ids = rows["tweet_id"].to_pylist()
            connection.execute("DELETE FROM p_sentiments WHERE list_contains(?, tweet_id)", [ids])

    connection.execute(
        """CREATE OR REPLACE TEMP TABLE pending AS
        SELECT row_number() OVER (ORDER BY length(text), tweet_id) AS position, tweet_id, text FROM tweets
        WHERE lang IN ('en', 'und') AND tweet_id NOT IN (SELECT tweet_id FROM classifications WHERE specialist = ?)""",
        [specialist.name],
    )
    return _in_chunks(connection, "Classify", reporter, engine, Classify(specialist), store)


def tell_ps_apart(
    connection: duckdb.DuckDBPyConnection,
    specialist: Specialist,
    reporter: Reporter,
    engine: Engine = LOCAL,
) -> int:
    """Tell what the tweets say of each P that they are about, where it is not stored yet; return of how many.

    Tweets about one P say of it what they say as a whole.
    """

    def store(rows: pa.Table) -> None:
        with transaction(connection):
            insert(connection, "p_sentiments", rows)

    step = TellPsApart(specialist)
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE pending AS
        SELECT row_number() OVER (ORDER BY length(text), tweet_id) AS position, {", ".join(step.columns)}
        FROM tweets JOIN classifications USING (tweet_id) JOIN sentiments USING (tweet_id)
        WHERE {" + ".join(f"{p}::INT" for p in P_LABELS)} > 1
        AND tweet_id NOT IN (SELECT tweet_id FROM p_sentiments)"""
    )
    told = _in_chunks(connection, "Tell the Ps apart", reporter, engine, step, store)
    copy_whole_sentiment(connection)
    return told


def embed_pending(connection: duckdb.DuckDBPyConnection, reporter: Reporter, engine: Engine = LOCAL) -> int:
    """Embed the classified tweets that have no embedding yet; return how many."""

    def store(rows: pa.Table) -> None:
        with transaction(connection):
            insert(connection, "embeddings", rows, on_conflict="OR REPLACE")

    connection.execute(
        """CREATE OR REPLACE TEMP TABLE pending AS
        SELECT row_number() OVER (ORDER BY length(text), tweet_id) AS position, tweet_id, text
        FROM tweets SEMI JOIN classifications USING (tweet_id)
        WHERE tweet_id NOT IN (SELECT tweet_id FROM embeddings WHERE model = ?)""",
        [EMBEDDING_MODEL],
    )
    return _in_chunks(connection, "Embed for topics", reporter, engine, Embed(), store)


def _in_chunks(
    connection: duckdb.DuckDBPyConnection,
    title: str,
    reporter: Reporter,
    engine: Engine,
    step: Step,
    store: Callable[[pa.Table], None],
) -> int:
    """Do a step with the pending tweets in chunks; the same tweets make the same chunks after a crash."""
    total = int(connection.execute("SELECT count(*) FROM pending").fetchall()[0][0])
    if total == 0:
        return 0
    chunks = (
        connection.sql(
            f"""SELECT {", ".join(step.columns)} FROM pending
            WHERE position BETWEEN ? AND ? ORDER BY position""",
            params=[start, start + CHUNK - 1],
        ).to_arrow_table()
        for start in range(1, total + 1, CHUNK)
    )
    with reporter.stage(title, total) as advance:
        for rows in engine.run(step, chunks, advance):
            store(rows)
    connection.execute("DROP TABLE pending")
    return total


def fit_topics(connection: duckdb.DuckDBPyConnection, reporter: Reporter, seed: int = TOPIC_SEED) -> bool:
    """Fit the topics of all embedded tweets anew if these, their brands or the specialist changed; return whether."""
    from pipeline.topic_store import replace_topics

    words = brand_words(connection)
    ids = _column(connection, "SELECT tweet_id FROM embeddings ORDER BY tweet_id")
    specialists = _column(connection, "SELECT DISTINCT specialist FROM classifications ORDER BY specialist")
    content = "\n".join([str(TOPIC_VERSION), str(seed), *specialists, *words, *ids])
    fingerprint = hashlib.sha256(content.encode()).hexdigest()
    if read_meta(connection, "topics") == fingerprint:
        return False
    found = fit_tweets(
        connection, reporter, "Find topics", ignore_words=words, seed=seed, with_hierarchy=True
    )
    with transaction(connection):
        replace_topics(connection, found)
        write_meta(connection, "topics", fingerprint)
    return True


def _column(connection: duckdb.DuckDBPyConnection, query: str) -> list[str]:
    return [str(row[0]) for row in connection.execute(query).fetchall()]


def rank_pain_points(connection: duckdb.DuckDBPyConnection, reporter: Reporter) -> None:
    """Rank every brand's pain points and strengths over the whole time, and find its alerts."""
    from pipeline.alerts import find_all
    from pipeline.painpoints import TABLES, rank_all

    finders = {
        TABLES["negative"]: lambda: rank_all(connection, "negative"),
        TABLES["positive"]: lambda: rank_all(connection, "positive"),
        "alerts": lambda: find_all(connection),
    }
    with reporter.stage("Rank pain points", len(finders)) as advance:
        for table, find in finders.items():
            found = find()
            with transaction(connection):
                connection.execute(f"DELETE FROM {table}")
                if not found.empty:
                    insert(connection, table, found)
            advance(1)
