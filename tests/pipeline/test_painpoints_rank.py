"""What counts as a pain point, on small stores written by hand."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from pipeline import posts
from pipeline.pain_candidates import count_checked
from pipeline.pain_wording import nothing_stands_out, sentence
from pipeline.painpoints import MOST_KEPT, rank, rank_all, rank_brands, rank_strengths, stored, stored_brands
from pipeline.progress import Silent
from pipeline.stages import rank_pain_points
from pipeline.store import P_LABELS, building, connect

DAY = datetime(2026, 3, 1)
TOPICS = {0: "online checkout", 1: "sole · glue", 2: "delivery slot"}


@dataclass
class Written:
    """A store written by hand, tweet after tweet."""

    connection: duckdb.DuckDBPyConnection
    count: int = 0

    def add(
        self,
        number: int,
        *,
        brand: str = "ours",
        ps: tuple[str, ...] = ("place",),
        topic: int = -1,
        sentiment: str = "negative",
        first: datetime | None = DAY,
        every: float = 0.0,
        text: str = "",
        by_p: dict[str, str] | None = None,
    ) -> None:
        """Add tweets alike in all but their days, `every` so many days; `by_p` where not all Ps share a sentiment."""
        for position in range(number):
            self.count += 1
            tweet_id = f"{self.count:05}"
            day = None if first is None else first + timedelta(days=position * every)
            words = text or f"tweet number {self.count} of them says {tweet_id[::-1]} and more about it"
            run = self.connection.execute
            run(
                """INSERT INTO tweets (tweet_id, content_id, created_at, text, lang, source)
                VALUES (?, ?, ?, ?, 'en', 'x')""",
                [tweet_id, tweet_id, day, words],
            )
            run("INSERT INTO mentions VALUES (?, ?)", [tweet_id, brand])
            flags = [p in ps for p in P_LABELS]
            run(
                f"INSERT INTO classifications VALUES (?, 's', {', '.join('?' * 8)})",
                [tweet_id, *(0.9 if flag else 0.1 for flag in flags), *flags],
            )
            run("INSERT INTO sentiments VALUES (?, 0, 'neutral', NULL, NULL, NULL, ?)", [tweet_id, sentiment])
            for p in ps:
                felt = (by_p or {}).get(p, sentiment)
                run("INSERT INTO p_sentiments VALUES (?, ?, ?, NULL, NULL, NULL)", [tweet_id, p, felt])
            run("INSERT INTO tweet_topics VALUES (?, ?, 0.9, 0, 0, ?)", [tweet_id, topic, topic])

    def rank(
        self, since: date | None = None, until: date | None = None, top: int = 10
    ) -> list[dict[Hashable, Any]]:
        posts.rebuild(self.connection)
        return rank(self.connection, "ours", since, until, top).to_dict("records")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Written]:
    """Two brands of one industry with everyday tweets, a fifth of them negative."""
    with building(tmp_path / "store.duckdb") as connection:
        connection.execute(
            "INSERT INTO brands VALUES ('ours', 'Ours', 'Shoes', NULL), ('rival', 'Rival', 'Shoes', NULL)"
        )
        for topic, label in TOPICS.items():
            connection.execute(
                "INSERT INTO topics VALUES (?, ?, ['a', 'b'], 1, 0, 0, [0 FOR i IN range(384)], NULL)",
                [topic, label],
            )
        written = Written(connection)
        for brand in ("ours", "rival"):
            for p in P_LABELS:
                written.add(16, brand=brand, ps=(p,), sentiment="positive", every=5)
                written.add(4, brand=brand, ps=(p,), sentiment="negative", every=5)
        yield written


def test_a_quiet_brand_has_none(store: Written) -> None:
    assert store.rank() == []


def test_a_few_complaints_never_beat_many(store: Written) -> None:
    store.add(2, topic=0)
    store.add(60, topic=1)
    store.add(20, topic=1, sentiment="positive")
    store.add(6, topic=2)
    found = store.rank()
    assert [(point["topic_id"], point["tweets"], point["negative"]) for point in found] == [
        (1, 80, 60),
        (2, 6, 6),
    ]
    assert [point["rank"] for point in found] == [1, 2]
    assert found[0]["label"] == TOPICS[1]
    assert found[0]["negative_share"] == 0.75
    assert found[0]["score"] > found[1]["score"] > 0


def test_single_complaints_about_many_things_are_none(store: Written) -> None:
    for topic in TOPICS:
        store.add(2, topic=topic)
    store.add(30)
    assert store.rank() == []


def test_what_is_as_negative_as_usual_is_none(store: Written) -> None:
    store.add(10, topic=0)
    store.add(40, topic=0, sentiment="positive")
    assert store.rank() == []


def test_several_brands_are_ranked_as_each_is_alone(store: Written) -> None:
    for brand in ("ours", "rival"):
        store.add(20, topic=0, brand=brand, ps=("place", "price"))
        store.add(5, topic=0, brand=brand)
        store.add(12, topic=1, brand=brand, ps=("product",))
        store.add(12, topic=2, brand=brand, sentiment="positive")
    posts.rebuild(store.connection)
    for sentiment, alone in (("negative", rank), ("positive", rank_strengths)):
        found = rank_brands(store.connection, ["rival", "ours"], None, None, 2, sentiment)
        assert found.brand_id.is_monotonic_increasing
        for brand in ("ours", "rival"):
            expected = alone(store.connection, brand, None, None, 2)
            assert len(expected)
            given = found[found.brand_id == brand].drop(columns="brand_id").reset_index(drop=True)
            assert given.equals(expected[given.columns])
    assert rank_brands(store.connection, [], None, None, 2, "negative").empty


def test_what_is_stored_is_what_would_be_ranked(demo_store: Path) -> None:
    with connect(demo_store) as connection:
        brand_ids = [row[0] for row in connection.execute("SELECT brand_id FROM brands").fetchall()]
        for brand_id in brand_ids:
            expected = rank(connection, brand_id, None, None, MOST_KEPT).drop(columns="tweet_ids")
            pd.testing.assert_frame_equal(stored(connection, brand_id, MOST_KEPT, "negative"), expected)
            expected = rank_strengths(connection, brand_id, None, None, 2).drop(columns="tweet_ids")
            pd.testing.assert_frame_equal(stored(connection, brand_id, 2, "positive"), expected)
        expected = rank_brands(connection, brand_ids, None, None, 3, "negative")
        pd.testing.assert_frame_equal(stored_brands(connection, brand_ids, 3, "negative"), expected)
        with pytest.raises(ValueError, match="10"):
            stored(connection, brand_ids[0], MOST_KEPT + 1, "negative")


def test_bounds_hold_the_share_and_narrow_with_more_tweets(store: Written) -> None:
    store.add(6, topic=0)
    store.add(90, topic=1)
    found = {point["topic_id"]: point for point in store.rank()}
    for point in found.values():
        assert 0 < point["baseline_share"] < point["low"] < point["high"] < 1
    assert found[1]["high"] - found[1]["low"] < found[0]["high"] - found[0]["low"]


def test_usual_is_what_the_brand_and_its_rivals_are_otherwise(store: Written) -> None:
    store.add(20, topic=0)
    before = store.rank()[0]
    assert before["others_share"] == pytest.approx(0.2, abs=0.02)
    assert before["rivals_share"] == pytest.approx(0.2, abs=0.02)
    store.add(200, brand="rival", ps=("place",))
    store.add(200, brand="rival", ps=("price",), sentiment="positive")
    after = store.rank()[0]
    assert after["rivals_share"] > 0.8
    assert after["others_share"] == pytest.approx(0.2, abs=0.1)
    assert after["baseline_share"] == pytest.approx((after["others_share"] + after["rivals_share"]) / 2)
    assert after["score"] < before["score"]


def test_tweets_about_two_ps_count_in_both_but_are_listed_once(store: Written) -> None:
    store.add(20, topic=0, ps=("place", "price"))
    store.add(5, topic=0, ps=("place",))
    found = store.rank()
    assert [(point["p"], point["tweets"]) for point in found] == [("place", 25)]


def test_a_topic_that_hurts_two_ps_with_tweets_of_their_own_is_listed_for_both(store: Written) -> None:
    store.add(20, topic=0, ps=("place",))
    store.add(15, topic=0, ps=("price",))
    assert [(point["p"], point["tweets"]) for point in store.rank()] == [("place", 20), ("price", 15)]


def test_only_the_tweets_of_the_period_count(store: Written) -> None:
    store.add(20, topic=0, first=DAY)
    store.add(20, topic=1, first=DAY + timedelta(days=40))
    assert [point["topic_id"] for point in store.rank(until=date(2026, 3, 31))] == [0]
    assert [point["topic_id"] for point in store.rank(since=date(2026, 4, 10), until=date(2026, 4, 10))] == [
        1
    ]
    assert store.rank(since=date(2026, 6, 1)) == []
    assert len(store.rank(top=1)) == 1


def test_tweets_without_a_date_count_where_no_period_is_given(store: Written) -> None:
    store.add(20, topic=0, first=None)
    (point,) = store.rank()
    assert point["tweets"] == 20
    assert point["since"] is None
    assert store.rank(since=date(2000, 1, 1)) == []


def test_it_says_since_when_the_tweets_gather(store: Written) -> None:
    store.add(3, topic=0, first=DAY - timedelta(days=200), every=45)
    store.add(30, topic=0, first=DAY + timedelta(days=30), every=0.5)
    (point,) = store.rank(since=date(2026, 4, 5), until=date(2026, 4, 20))
    assert (point["since"], point["until"]) == ("2026-03-31", "2026-04-14")


def test_it_is_told_in_a_sentence_how_many_since_when_and_how_many_before(store: Written) -> None:
    store.add(30, topic=0, first=DAY + timedelta(days=30), every=0.5)
    (point,) = store.rank(until=date(2026, 4, 20))
    usual = f"{point['baseline_share'] * 100:.0f}"
    assert sentence(point, "negative") == (
        f"Place · online checkout: 30 tweets, 100 % negative (usually {usual} %), since 31 Mar 2026, still going, "
        "none in the 15 days before."
    )


def test_what_gathers_from_the_first_day_of_the_store_is_told_without_what_was_before(store: Written) -> None:
    store.add(30, topic=0, every=0.5)
    (point,) = store.rank()
    assert point["now"] is None
    assert sentence(point, "negative").endswith(" %), from 1 Mar 2026, over since 15 Mar 2026.")


def test_what_began_before_the_period_is_not_counted_as_of_it(store: Written) -> None:
    store.add(20, topic=0, first=DAY + timedelta(days=30), every=0.5)
    (point,) = store.rank(since=date(2026, 4, 3))
    assert (point["tweets"], point["since"], point["now"]) == (14, "2026-03-31", None)


def test_where_nothing_stands_out_it_is_told_what_was_checked(store: Written) -> None:
    store.add(2, topic=0, first=DAY)
    store.add(1, topic=1, first=None)
    posts.rebuild(store.connection)
    checked = count_checked(store.connection, "ours", None, date(2026, 3, 1), "negative")
    assert (checked.tweets, checked.topics, checked.said) == (10, 1, 6)
    assert nothing_stands_out(checked, "negative") == (
        "Nothing stands out in this period. Checked: 10 tweets in 1 topic, each topic for each of the four Ps. "
        "6 of the tweets are negative, but no topic gathers clearly more of them than is usual."
    )
    nobody = count_checked(store.connection, "ours", date(2030, 1, 1), None, "negative")
    assert "there are no tweets in it" in nothing_stands_out(nobody, "negative")


def test_what_is_said_all_the_time_has_no_beginning(store: Written) -> None:
    store.add(40, topic=0, first=DAY - timedelta(days=100), every=5)
    (point,) = store.rank()
    assert point["since"] is None
    assert point["until"] is None


def test_examples_are_negative_readable_and_not_alike(store: Written) -> None:
    store.add(9, topic=0, text="The checkout crashed again and ate my whole basket, thanks a lot")
    store.add(1, topic=0, text="no")
    store.add(1, topic=0, text="I typed my billing address four times and the page still says it is missing")
    store.add(
        1, topic=0, sentiment="positive", text="The checkout worked for me this morning, hooray for that"
    )
    (point,) = store.rank()
    texts = dict(store.connection.execute("SELECT tweet_id, text FROM tweets").fetchall())
    shown = [texts[tweet_id] for tweet_id in point["examples"]]
    assert len(shown) == 3
    assert {text.split()[1] for text in shown[:2]} == {"checkout", "typed"}
    assert shown[2] == "no"


def test_a_mixed_tweet_counts_where_it_hurts(store: Written) -> None:
    store.add(
        20,
        topic=0,
        ps=("product", "price"),
        sentiment="negative",
        by_p={"product": "positive", "price": "negative"},
    )
    assert [(point["p"], point["negative"]) for point in store.rank()] == [("price", 20)]
    (strength,) = rank_strengths(store.connection, "ours", None, None, 10).to_dict("records")
    assert (strength["p"], strength["positive"]) == ("product", 20)


def test_without_sentiment_by_p_the_whole_tweets_counts(store: Written) -> None:
    store.add(20, topic=0, ps=("price",))
    with_it = store.rank()
    store.connection.execute("DELETE FROM p_sentiments")
    assert store.rank() == with_it
    assert [(point["p"], point["negative"]) for point in with_it] == [("price", 20)]


def test_words_say_what_sets_it_apart(store: Written) -> None:
    for number in range(12):
        store.add(1, topic=0, text=f"The checkout at Ours rejects my billing address, attempt {number}")
    assert {"checkout", "billing address"} & set(store.rank()[0]["words"])


def test_the_ranking_of_all_brands_is_kept_in_the_store(store: Written) -> None:
    store.add(20, topic=0, every=0.5)
    store.add(20, topic=1, brand="rival")
    posts.rebuild(store.connection)
    found = rank_all(store.connection, "negative")
    assert found[["brand_id", "rank", "topic_id"]].values.tolist() == [["ours", 1, 0], ["rival", 1, 1]]
    rank_pain_points(store.connection, Silent())
    kept = store.connection.execute(
        "SELECT brand_id, since, until, len(tweet_ids) FROM pain_points ORDER BY 1"
    ).fetchall()
    assert kept[0] == ("ours", date(2026, 3, 1), date(2026, 3, 10), 20)
    assert kept[1][3] == 20


def test_a_store_without_any_keeps_none(store: Written) -> None:
    rank_pain_points(store.connection, Silent())
    assert store.connection.execute("SELECT count(*) FROM pain_points").fetchone() == (0,)


def test_ranking_only_reads(tmp_path: Path, store: Written) -> None:
    store.add(20, topic=0)
    posts.rebuild(store.connection)
    db = tmp_path / "published.duckdb"
    store.connection.execute(f"ATTACH '{db}' AS published")
    store.connection.execute("COPY FROM DATABASE store TO published")
    store.connection.execute("DETACH published")
    with connect(db) as connection:
        assert len(rank(connection, "ours", None, None, 10)) == 1
