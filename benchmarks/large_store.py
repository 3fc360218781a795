"""Makes a large store by resampling the demo's tweets with noise, to measure what millions of tweets cost.

    python benchmarks/large_store.py --tweets 10000000 -o large.duckdb

Every tweet is one of the demo's with another id, another moment, a number behind its text, other likes and slightly
other probabilities; brands, Ps, sentiments and topics stay in proportion. Embeddings are left out: the dashboard reads
none but the topics'.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import duckdb

from pipeline import posts
from pipeline.demo import build_demo
from pipeline.progress import Silent
from pipeline.schema import apply_schema
from pipeline.stages import rank_pain_points

AT_ONCE = 1_000_000
SEED = 0.42
# Copied as they are.
COPIED = ("brands", "topics", "topic_hierarchy", "runs", "rejects")


def main() -> None:
    """Read the options and make the store."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tweets", type=int, required=True, help="how many")
    parser.add_argument("--output", "-o", type=Path, required=True, help="the store to make")
    parser.add_argument("--demo", type=Path, help="the demo's store; built if it is not given")
    given = parser.parse_args()
    demo = given.demo or given.output.with_name("demo.duckdb")
    if not demo.exists():
        build_demo(demo, Silent())
    started = time.perf_counter()
    make(demo, given.output, given.tweets)
    size = given.output.stat().st_size / 1e6
    print(f"{given.tweets:,} tweets, {size:,.0f} MB, {time.perf_counter() - started:,.0f} s")


def make(demo: Path, output: Path, tweets: int) -> None:
    """Write a store of so many tweets."""
    output.unlink(missing_ok=True)
    with duckdb.connect(str(output)) as connection:
        connection.execute(f"ATTACH '{demo}' AS demo (READ_ONLY)")
        apply_schema(connection)
        connection.execute("INSERT OR IGNORE INTO meta FROM demo.meta")
        for table in COPIED:
            connection.execute(f"INSERT INTO {table} BY NAME FROM demo.{table}")
        connection.execute(
            """CREATE TEMP TABLE source AS
            SELECT *, row_number() OVER (ORDER BY tweet_id) - 1 AS i FROM demo.tweets"""
        )
        for first in range(0, tweets, AT_ONCE):
            _add(connection, first, min(first + AT_ONCE, tweets))
        posts.rebuild(connection)
        connection.execute("DROP TABLE source")
        connection.execute("DETACH demo")
        rank_pain_points(connection, Silent())
        connection.execute("CHECKPOINT")


def _add(connection: duckdb.DuckDBPyConnection, first: int, end: int) -> None:
    connection.execute("SELECT setseed(?)", [SEED])
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE made AS
        SELECT source.tweet_id AS original, n, random() AS luck, random() AS luck_2,
               n >= count AS is_new, CASE WHEN n < count THEN source.tweet_id ELSE 'r' || n END AS tweet_id
        FROM range({first}, {end}) numbers(n), (SELECT count(*) AS count FROM source)
        JOIN source ON i = n % count"""
    )
    connection.execute(
        """INSERT INTO tweets BY NAME
        SELECT made.tweet_id, if(is_new, 'r' || n, content_id) AS content_id,
               created_at + to_minutes(CAST((luck - 0.5) * 8640 * is_new::INT AS BIGINT)) AS created_at,
               if(is_new, text || ' ' || n % 1000, text) AS text, lang, source,
               CAST(likes * 2 * luck_2 AS BIGINT) AS likes, CAST(reposts * 2 * luck_2 AS BIGINT) AS reposts
        FROM made JOIN source ON source.tweet_id = original"""
    )
    jitter = "greatest(0, least(1, {} + (luck - 0.5) / 50))"
    replaced = {
        "classifications": [f"p_{p}" for p in ("product", "place", "price", "promotion")],
        "sentiments": ["p_negative", "p_neutral", "p_positive"],
        "p_sentiments": ["p_negative", "p_neutral", "p_positive"],
        "tweet_topics": [],
        "mentions": [],
    }
    for table, probabilities in replaced.items():
        changes = ", ".join(f"{jitter.format(name)} AS {name}" for name in probabilities)
        if table == "tweet_topics":
            changes = "x + (luck - 0.5) / 5 AS x, y + (luck_2 - 0.5) / 5 AS y"
        replace = f"REPLACE ({changes})" if changes else ""
        connection.execute(
            f"""INSERT INTO {table} BY NAME
            SELECT made.tweet_id, d.* EXCLUDE (tweet_id) {replace}
            FROM made JOIN demo.{table} d ON d.tweet_id = original"""
        )


if __name__ == "__main__":
    main()
