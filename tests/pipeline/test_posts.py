"""The tables that the dashboard reads follow all others: made anew where these changed, and only there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipeline import posts
from pipeline.store import building, transaction

Row = tuple[object, ...]

FILL = """
INSERT INTO brands VALUES ('a', 'A', 'Food', NULL), ('b', 'B', 'Food', NULL), ('c', 'C', 'Shoes', NULL);
INSERT INTO tweets
    SELECT 't' || i, 'h' || i, if(i = 9, NULL, TIMESTAMP '2026-03-01' + to_hours(i * 7)), 'tweet ' || i,
           if(i = 8, 'de', 'en'), 'x.csv', i, NULL, NULL FROM range(10) n(i);
INSERT INTO mentions VALUES ('t0', 'b'), ('t0', 'a'), ('t0', 'c'), ('t1', 'c'), ('t2', 'a'), ('t8', 'a'), ('t9', 'a');
INSERT INTO classifications
    SELECT tweet_id, 's', 0.9, 0.1, 0.9, 0.1, true, false, tweet_id = 't0', false FROM tweets WHERE lang = 'en';
INSERT INTO sentiments
    SELECT tweet_id, 0.5, 'positive', 0.75, 0.25, 0, 'negative' FROM tweets WHERE lang = 'en';
INSERT INTO p_sentiments VALUES ('t0', 'price', 'positive', 0, 0.5, 0.5);
INSERT INTO tweet_topics VALUES ('t0', 3, 0.5, 1, 2, 3), ('t1', -1, 0, 4, 5, 3);
"""


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with building(tmp_path / "store.duckdb") as connection:
        connection.execute(FILL)
        posts.refresh(connection)
        yield connection


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    return connection.execute(sql).fetchall()


def test_a_row_for_each_judged_tweet_and_brand_in_the_order_of_brand_and_time(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    found = rows(connection, "SELECT brand_id, tweet_id FROM posts ORDER BY rowid")
    unnamed = [(None, f"t{i}") for i in (3, 4, 5, 6, 7)]
    assert found == [("a", "t0"), ("a", "t2"), ("a", "t9"), ("b", "t0"), ("c", "t0"), ("c", "t1"), *unnamed]


def test_each_tweet_is_counted_once_and_once_in_an_industry(connection: duckdb.DuckDBPyConnection) -> None:
    once = rows(connection, "SELECT count(*), count(DISTINCT tweet_id) FROM posts WHERE is_first")
    assert once == [(9, 9)]
    industries = (
        "SELECT industry, count(*) FROM posts WHERE is_first_in_industry AND brand_id IS NOT NULL GROUP BY 1"
    )
    assert sorted(rows(connection, industries)) == [("Food", 3), ("Shoes", 2)]


def test_a_row_has_all_that_the_other_tables_say_of_its_tweet(connection: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        connection,
        """SELECT industry, text, likes, sentiment, vader, product_sentiment, price_sentiment, price_positive,
        topic_id, nearest_topic_id, topic_probability, x, y FROM posts WHERE brand_id = 'c' ORDER BY created_at""",
    )
    assert found == [
        ("Shoes", "tweet 0", 0, "negative", "positive", None, "positive", 0.5, 3, 3, 0.5, 1, 2),
        ("Shoes", "tweet 1", 1, "negative", "positive", None, None, None, -1, 3, 0, 4, 5),
    ]


def test_days_add_up_mentions_and_what_is_said_of_each_p(connection: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        connection,
        """SELECT day::VARCHAR, sum(mentions), sum(score), sum(product_score), sum(price_score) FROM daily
        WHERE brand_id = 'a' GROUP BY day ORDER BY day""",
    )
    # Of its price tweet t0 says something else than as a whole; t9 has no date.
    assert found == [("2026-03-01", 2, -1.5, -1.5, 0.5), (None, 1, -0.75, -0.75, None)]


CHANGES = {
    "tweets": "UPDATE tweets SET likes = 99 WHERE tweet_id = 't0'",
    "brands": "UPDATE brands SET industry = 'Hats' WHERE brand_id = 'c'",
    "mentions": "INSERT INTO mentions VALUES ('t5', 'b')",
    "classifications": "UPDATE classifications SET place = true WHERE tweet_id = 't2'",
    "sentiments": "UPDATE sentiments SET sentiment = 'positive' WHERE tweet_id = 't2'",
    "p_sentiments": "DELETE FROM p_sentiments",
    "tweet_topics": "INSERT INTO tweet_topics VALUES ('t2', 3, 0.7, 1, 1, 3)",
    "a tweet more": """
        INSERT INTO tweets SELECT 'n', 'n', created_at, 'new', 'en', 'y.csv', 1, 1, NULL FROM tweets LIMIT 1;
        INSERT INTO classifications SELECT * REPLACE ('n' AS tweet_id) FROM classifications WHERE tweet_id = 't0';
        INSERT INTO sentiments SELECT * REPLACE ('n' AS tweet_id) FROM sentiments WHERE tweet_id = 't0';
        INSERT INTO mentions VALUES ('n', 'b')""",
    "a tweet less": """DELETE FROM tweets WHERE tweet_id = 't1'; DELETE FROM mentions WHERE tweet_id = 't1';
        DELETE FROM classifications WHERE tweet_id = 't1'; DELETE FROM sentiments WHERE tweet_id = 't1'""",
}


@pytest.mark.parametrize("changed", CHANGES)
def test_a_change_anywhere_is_followed_as_if_all_were_made_anew(
    changed: str, connection: duckdb.DuckDBPyConnection
) -> None:
    before = {table: rows(connection, f"FROM {table} ORDER BY ALL") for table in ("posts", "daily")}
    with transaction(connection):
        connection.execute(CHANGES[changed])
    assert posts.refresh(connection)
    after = {table: rows(connection, f"FROM {table} ORDER BY ALL") for table in ("posts", "daily")}
    assert after["posts"] != before["posts"]
    posts.rebuild(connection)
    assert after == {table: rows(connection, f"FROM {table} ORDER BY ALL") for table in ("posts", "daily")}


def test_where_nothing_changed_nothing_is_written(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("DELETE FROM posts WHERE tweet_id = 't0'")
    assert not posts.refresh(connection)
    assert rows(connection, "SELECT count(*) FROM posts WHERE tweet_id = 't0'") == [(0,)]
