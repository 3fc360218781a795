"""The store as somebody sees it who may see some brands only: every table, and the figures that follow."""

import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from dashboard import limited
from dashboard import store as stores
from dashboard.queries import catalogue, compare, first_look, runs, topic_groups, topics, volume
from dashboard.selection import SPECIALIST, Selection
from dashboard.store import Store
from pipeline.access_rights import Access
from pipeline.report import render
from pipeline.schema import SCHEMA

MINE = Access(brands=frozenset({"velvet-row"}), industries=frozenset({"Coffee"}))
ALL_DATES = Selection(period="all")


@pytest.fixture
def whole(store_file: Path) -> Store:
    return stores.current(store_file)


@pytest.fixture
def mine(whole: Store) -> Store:
    return whole.seen_by(MINE)


@pytest.fixture
def my_tweets(tweets: pd.DataFrame) -> pd.DataFrame:
    allowed = {"velvet-row", "kettle-crow", "sabah"}
    return tweets[[bool(allowed & set(brands)) for brands in tweets.brands]]


def test_every_table_of_the_store_is_decided_on() -> None:
    with duckdb.connect() as connection:
        connection.execute(SCHEMA)
        tables = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert tables == set(limited.TABLES_OF_SOME)


def test_a_table_that_was_not_decided_on_cannot_be_read(store_file: Path, tmp_path: Path) -> None:
    file = Path(shutil.copy(store_file, tmp_path / "more.duckdb"))
    with duckdb.connect(file) as connection:
        connection.execute("CREATE TABLE salaries AS SELECT 'secret' AS text")
    store = stores.current(file)
    assert store.frame("FROM salaries").text.tolist() == ["secret"]
    with pytest.raises(duckdb.CatalogException):
        store.seen_by(MINE).frame("FROM salaries")


def test_no_table_and_no_view_has_a_row_of_another_brand(mine: Store, my_tweets: pd.DataFrame) -> None:
    with mine.cursor() as cursor:
        listed = cursor.execute(
            """SELECT schema_name, table_name, list(column_name) FROM duckdb_columns()
               WHERE database_name = ? GROUP BY ALL""",
            [mine.catalogue],
        ).fetchall()
        assert {"posts", "told", "about", "daily_about", "tweets", "embeddings"} <= {row[1] for row in listed}
        for schema, table, columns in listed:
            for column in {"brand_id", "of_brand"} & set(columns):
                found = cursor.execute(f"SELECT DISTINCT {column} FROM {schema}.{table}").df()[column]
                assert set(found) <= {"velvet-row", "kettle-crow", "sabah"}, table
            if "tweet_id" in columns:
                found = cursor.execute(f"SELECT DISTINCT tweet_id FROM {schema}.{table}").df()
                assert set(found.tweet_id) <= set(my_tweets.tweet_id), table
    assert len(mine.frame("FROM tweets")) == len(my_tweets)
    assert mine.frame("FROM rejects").empty
    assert runs.total_runs(mine) == 0


def test_a_tweet_about_two_brands_counts_once_whichever_may_be_seen(
    whole: Store, mine: Store, my_tweets: pd.DataFrame
) -> None:
    # Harrow & Pine comes first in the alphabet, so that in the whole store the tweet is counted there.
    both = my_tweets[[brands == ["harrow-pine", "velvet-row"] for brands in my_tweets.brands]]
    assert len(both) == 6
    counted = mine.frame("SELECT tweet_id FROM judged").tweet_id
    assert sorted(counted) == sorted(my_tweets.tweet_id)
    fashion = Selection(period="all", industry="Fashion").where("tweet")
    of_fashion = mine.frame(f"SELECT tweet_id FROM told WHERE {fashion[0]}", fashion[1]).tweet_id
    velvet = [
        tweet
        for tweet, brands in zip(my_tweets.tweet_id, my_tweets.brands, strict=True)
        if "velvet-row" in brands
    ]
    assert sorted(of_fashion) == sorted(velvet)
    assert set(both.tweet_id) <= set(of_fashion)
    seen_by_both = whole.seen_by(Access(brands=frozenset({"harrow-pine", "velvet-row"})))
    counted = seen_by_both.frame("SELECT tweet_id FROM judged").tweet_id
    assert counted.is_unique
    assert set(both.tweet_id) <= set(counted)


def test_figures_are_those_of_the_brands_seen(mine: Store, mentioned: pd.DataFrame) -> None:
    seen = mentioned[mentioned.brand_id.isin(["velvet-row", "kettle-crow", "sabah"])]
    assert volume.totals(mine, ALL_DATES).mentions == len(seen)
    table = compare.sentiment_sums(mine, ALL_DATES, compare.MEAN)
    assert {row.brand for row in table} == set(seen.name)
    assert sum(row.sums[compare.OVERALL].number for row in table) == len(seen)
    assert set(catalogue.brands(mine).brand_id) == {"velvet-row", "kettle-crow", "sabah"}
    assert catalogue.coverage(mine).tweets == seen.tweet_id.nunique()


def test_topics_are_those_that_a_tweet_seen_is_in(whole: Store, mine: Store) -> None:
    lost_signal = 5  # spoken of by Lumen's customers only
    assert topics.about(whole, lost_signal) is not None
    assert topics.about(mine, lost_signal) is None
    listed = topics.listed(mine, ALL_DATES)
    sizes = topic_groups.named(mine, topic_groups.AS_FOUND)["size"]
    assert sizes.to_dict() == dict(zip(listed.topic_id, listed.mentions, strict=True))
    for groups in range(1, len(sizes) + 1):
        grouping = topic_groups.grouping(mine, groups, assigned=True)
        named = topic_groups.named(mine, grouping)
        assert len(named) == groups
        assert named["size"].sum() == sizes.sum()
        assert topics.listed(mine, ALL_DATES, grouping).mentions.sum() == sizes.sum()
    assert set(topic_groups.in_order(mine)) == set(sizes.index)


def test_nothing_is_said_of_competitors_that_may_not_be_seen(whole: Store, mine: Store) -> None:
    only_harrow = whole.seen_by(Access(brands=frozenset({"harrow-pine"})))
    with whole.cursor() as theirs, only_harrow.cursor() as cursor:
        compared = theirs.execute(
            "SELECT rivals_share FROM pain_points WHERE brand_id = 'harrow-pine'"
        ).fetchall()
        assert any(share is not None for (share,) in compared)
        found = cursor.execute(
            "SELECT rivals_share, baseline_share = others_share FROM pain_points"
        ).fetchall()
    assert set(found) == {(None, True)}
    assert first_look.foremost(mine, None, (), "negative") != first_look.foremost(whole, None, (), "negative")
    day = pd.Timestamp("2026-11-01").date()
    with only_harrow.cursor() as cursor:
        report = render(cursor, "harrow-pine", None, None, day, SPECIALIST)
    assert "Harrow &amp; Pine" in report
    for other in ("Outfitters", "Kettle", "Lumen"):
        assert other not in report


def test_who_may_see_the_same_brands_shares_what_was_made(whole: Store) -> None:
    by_name = whole.seen_by(Access(brands=frozenset({"Lumen"})))
    by_industry = whole.seen_by(Access(industries=frozenset({"Telecom"})))
    assert by_name.key == by_industry.key != whole.key
    nobody = whole.seen_by(Access(brands=frozenset({"x' OR true --"})))
    assert catalogue.coverage(nobody).tweets == 0
