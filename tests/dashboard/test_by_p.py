"""A tweet about two Ps counts, for each, with what it says of that P."""

from pathlib import Path

import duckdb
import pytest

from dashboard.queries import compare, tweets, volume
from dashboard.selection import SPECIALIST, VADER, Selection
from dashboard.store import Store, current
from pipeline import posts

PRAISED, BLAMED = "product", "price"


@pytest.fixture
def mixed(store_file: Path, tmp_path: Path) -> Store:
    """A store in which one tweet, negative as a whole, praises the product and complains of the price."""
    copy = tmp_path / "mixed.duckdb"
    copy.write_bytes(store_file.read_bytes())
    with duckdb.connect(str(copy)) as connection:
        connection.execute(
            "DELETE FROM mentions WHERE tweet_id NOT IN (SELECT min(tweet_id) FROM classifications)"
        )
        connection.execute(
            "UPDATE classifications SET product = true, place = false, price = true, promotion = false"
        )
        connection.execute("UPDATE sentiments SET sentiment = 'negative', vader = 'positive'")
        connection.execute("DELETE FROM p_sentiments")
        connection.execute(
            """INSERT INTO p_sentiments SELECT tweet_id, 'product', 'positive', 0.1, 0.1, 0.8 FROM mentions
            UNION ALL SELECT tweet_id, 'price', 'negative', 0.9, 0.1, 0 FROM mentions"""
        )
        posts.rebuild(connection)
    return current(copy)


def test_each_p_has_its_own_sentiment_and_the_whole_tweet_one(mixed: Store) -> None:
    found = volume.by_p(mixed, Selection())
    assert (found[PRAISED].positive, found[PRAISED].negative) == (1, 0)
    assert (found[BLAMED].positive, found[BLAMED].negative) == (0, 1)
    assert volume.totals(mixed, Selection()).negative == 1


def test_brands_are_compared_by_what_is_said_of_each_p(mixed: Store) -> None:
    (brand,) = compare.sentiment_sums(mixed, Selection(), compare.MEAN)
    assert brand.sums[PRAISED].total == pytest.approx(0.7)
    assert brand.sums[BLAMED].total == pytest.approx(-0.9)
    assert [sums.number for sums in brand.sums.values()] == [1, 1, 0, 1, 0]
    (brand,) = compare.sentiment_sums(mixed, Selection(), compare.NET)
    assert (brand.sums[compare.OVERALL].total, brand.sums[PRAISED].total) == (-1, 1)


def test_vader_tells_one_sentiment_for_all_ps(mixed: Store) -> None:
    found = volume.by_p(mixed.by(VADER), Selection())
    assert (found[PRAISED].positive, found[BLAMED].positive) == (1, 1)


def test_where_the_store_has_nothing_by_p_the_whole_tweets_sentiment_counts(
    mixed: Store, tmp_path: Path
) -> None:
    copy = tmp_path / "whole.duckdb"
    copy.write_bytes(mixed.path.read_bytes())
    with duckdb.connect(str(copy)) as connection:
        connection.execute("DELETE FROM p_sentiments")
        posts.rebuild(connection)
    found = volume.by_p(current(copy), Selection())
    assert [(found[p].mentions, found[p].negative) for p in (PRAISED, BLAMED, "place")] == [
        (1, 1),
        (1, 1),
        (0, 0),
    ]


def test_a_tweets_details_tell_the_ps_apart(mixed: Store) -> None:
    tweet_id = mixed.frame("SELECT tweet_id FROM mentions").tweet_id[0]
    for source in (SPECIALIST, VADER):
        assert tweets.sentiment_by_p(mixed.by(source), tweet_id) == {PRAISED: "positive", BLAMED: "negative"}
