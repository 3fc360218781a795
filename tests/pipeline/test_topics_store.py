"""Topics of the demo's store: as a user lists them, as the dashboard zooms in, and made anew only when needed."""

import json
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_mutual_info_score

from pipeline import topic_fitting
from pipeline.progress import Silent
from pipeline.stages import fit_topics
from pipeline.store import connect
from pipeline.topic_inputs import read_inputs
from pipeline.topic_lists import Wanted, brand_words, list_topics, wanted
from pipeline.topics import TopicModel, fit, place

Mmx = Callable[..., subprocess.CompletedProcess[str]]
FIELDS = ["topic_id", "label", "keywords", "size", "p", "tweet_ids"]


def test_topics_are_listed_as_json_largest_first(demo_store: Path, mmx: Mmx) -> None:
    done = mmx("topics", "--db", demo_store, "--json", "--quiet")
    assert done.returncode == 0, done.stderr
    topics = json.loads(done.stdout)
    assert 30 <= len(topics) <= 300
    assert all(list(topic) == FIELDS for topic in topics)
    assert [topic["size"] for topic in topics] == sorted((topic["size"] for topic in topics), reverse=True)
    assert all(len(topic["tweet_ids"]) == topic["size"] for topic in topics)


def test_no_label_names_a_brand_of_the_store(demo_store: Path) -> None:
    with connect(demo_store) as connection:
        names = [f" {word.casefold()} " for word in brand_words(connection)]
        labels = [row[0] for row in connection.execute("SELECT label FROM topics").fetchall()]
    assert not [label for label in labels for name in names if name in f" {label.casefold()} "]


def about(connection: duckdb.DuckDBPyConnection, brand_id: str, p: str, since: str) -> set[str]:
    rows = connection.execute(
        f"""SELECT tweet_id FROM mentions JOIN classifications USING (tweet_id) JOIN tweets USING (tweet_id)
        WHERE brand_id = ? AND {p} AND created_at >= CAST(? AS DATE)""",
        [brand_id, since],
    ).fetchall()
    return {row[0] for row in rows}


def test_zooming_in_tells_the_stories_within_a_brand_and_p(demo_store: Path) -> None:
    with connect(demo_store) as connection:
        found = list_topics(connection, wanted(connection, "Harrow & Pine", "place"), Silent())
        those = about(connection, "harrow-pine", "place", "1900-01-01")
    assert list(found.columns) == FIELDS
    assert len(found) >= 2
    assert set(found.p) == {"place"}
    assert {tweet_id for ids in found.tweet_ids for tweet_id in ids} <= those
    words = " ".join(word for keywords in found.keywords for word in keywords)
    assert "checkout" in words


@pytest.mark.slow
def test_zooming_in_on_a_period_takes_only_its_tweets(demo_store: Path, mmx: Mmx) -> None:
    asked = ["--brand", "harrow-pine", "--p", "place", "--since", "2026-09-01", "--json", "--quiet"]
    done = mmx("topics", "--db", demo_store, *asked)
    assert done.returncode == 0, done.stderr
    tight = [tweet_id for topic in json.loads(done.stdout) for tweet_id in topic["tweet_ids"]]
    done = mmx("topics", "--db", demo_store, *asked, "--reduce-outliers")
    all_in = [tweet_id for topic in json.loads(done.stdout) for tweet_id in topic["tweet_ids"]]
    with connect(demo_store) as connection:
        those = about(connection, "harrow-pine", "place", "2026-09-01")
    assert 15 < len(those) < len(about_all(demo_store))
    assert set(tight) <= those
    assert len(all_in) == len(set(all_in)) and set(all_in) == those


def about_all(store: Path) -> set[str]:
    with connect(store) as connection:
        return about(connection, "harrow-pine", "place", "1900-01-01")


def test_topics_of_a_period_count_its_tweets_only(demo_store: Path, mmx: Mmx) -> None:
    done = mmx(
        "topics", "--db", demo_store, "--since", "2026-10-01", "--until", "2026-10-31", "--json", "--quiet"
    )
    assert done.returncode == 0, done.stderr
    listed = {topic["topic_id"]: topic["size"] for topic in json.loads(done.stdout)}
    with connect(demo_store) as connection:
        counted = connection.execute(
            """SELECT topic_id, count(*) FROM tweet_topics JOIN tweets USING (tweet_id)
            WHERE topic_id >= 0 AND created_at::DATE BETWEEN '2026-10-01' AND '2026-10-31' GROUP BY topic_id"""
        ).fetchall()
    assert listed == dict(counted)


def test_outliers_are_counted_in_their_nearest_topic_on_request(demo_store: Path, mmx: Mmx) -> None:
    done = mmx("topics", "--db", demo_store, "--reduce-outliers", "--json", "--quiet")
    assert done.returncode == 0, done.stderr
    sizes = [topic["size"] for topic in json.loads(done.stdout)]
    assert sizes == sorted(sizes, reverse=True)
    with connect(demo_store) as connection:
        (tweets,) = connection.execute("SELECT count(*) FROM tweet_topics").fetchall()[0]
        (outliers,) = connection.execute("SELECT count(*) FROM tweet_topics WHERE topic_id = -1").fetchall()[
            0
        ]
    assert outliers > 0
    assert sum(sizes) == tweets


def test_zooming_in_on_a_brand_without_enough_tweets_gives_no_topic(demo_store: Path, tmp_path: Path) -> None:
    few = tmp_path / "few.duckdb"
    shutil.copy(demo_store, few)
    with duckdb.connect(str(few)) as connection:
        connection.execute("DELETE FROM mentions WHERE brand_id = 'ollo'")
        connection.execute(
            "INSERT INTO mentions SELECT tweet_id, 'ollo' FROM classifications WHERE price LIMIT 4"
        )
        assert list_topics(connection, Wanted("ollo", "price"), Silent()).empty
        connection.execute("DELETE FROM mentions WHERE brand_id = 'ollo'")
        assert list_topics(connection, Wanted("ollo", "price"), Silent()).empty


def test_a_store_of_five_tweets_says_that_they_are_too_few(tmp_path: Path, mmx: Mmx) -> None:
    source, store = tmp_path / "five.csv", tmp_path / "five.duckdb"
    source.write_text("text\n" + "".join(f"The coat number {i} is warm and soft\n" for i in range(5)))
    assert mmx("run", source, "--db", store).returncode == 0
    done = mmx("topics", "--db", store)
    assert done.returncode == 0, done.stderr
    assert "Too few tweets" in done.stdout
    with connect(store) as connection:
        assert connection.execute("SELECT count(*), max(topic_id) FROM tweet_topics").fetchone() == (5, -1)


@pytest.mark.slow
def test_a_thousand_tweets_are_zoomed_in_on_within_ten_seconds(demo_store: Path) -> None:
    with connect(demo_store) as connection:
        inputs, words = read_inputs(connection), brand_words(connection)
    seconds = []
    for count in (100, 1000):  # the first call loads libraries and compiles
        start = time.perf_counter()
        part = slice(count)
        fit(inputs.texts[part], inputs.embeddings[part], ignore_words=words, aspects=inputs.aspects[part])
        seconds.append(time.perf_counter() - start)
    print(f"first call {seconds[0]:.1f} s, then 1,000 tweets in {seconds[1]:.1f} s")
    assert seconds[1] < 10


def test_topics_are_made_anew_only_if_something_changed(demo_store: Path, tmp_path: Path) -> None:
    store = tmp_path / "store.duckdb"
    shutil.copy(demo_store, store)
    with duckdb.connect(str(store)) as connection:
        assert fit_topics(connection, Silent()) is False
        kept = "SELECT tweet_id FROM tweets ORDER BY tweet_id LIMIT 60"
        for table in ("embeddings", "classifications", "sentiments"):
            connection.execute(f"DELETE FROM {table} WHERE tweet_id NOT IN ({kept})")
        assert fit_topics(connection, Silent()) is True
        assert connection.execute("SELECT count(*) FROM tweet_topics").fetchone() == (60,)
        connection.execute("UPDATE classifications SET specialist = 'another'")
        assert fit_topics(connection, Silent()) is True


@pytest.mark.slow
def test_topics_keep_their_numbers_when_tweets_come_and_go(demo_store: Path, tmp_path: Path) -> None:
    """Three brands' tweets come only with a later run."""
    store = tmp_path / "store.duckdb"
    shutil.copy(demo_store, store)
    with duckdb.connect(str(store)) as connection:
        connection.execute(
            "CREATE TEMP TABLE later AS SELECT * FROM embeddings SEMI JOIN "
            "(SELECT tweet_id FROM mentions WHERE brand_id IN ('folio', 'kestrel-air', 'ollo')) USING (tweet_id)"
        )
        connection.execute("DELETE FROM embeddings WHERE tweet_id IN (SELECT tweet_id FROM later)")
        for table in ("topics", "tweet_topics", "topic_hierarchy"):
            connection.execute(f"DELETE FROM {table}")
        connection.execute("DELETE FROM meta WHERE key IN ('topics', 'next_topic_id')")
        assert fit_topics(connection, Silent())
        first = members(connection)
        assert sorted(first) == list(range(len(first)))
        connection.execute("INSERT INTO embeddings SELECT * FROM later")
        assert fit_topics(connection, Silent())
        second = members(connection)
        hierarchy = connection.execute("SELECT kept_id, joined_id FROM topic_hierarchy").df()
        labels = connection.execute("SELECT topic_id FROM topics").df()

    known = set().union(*first.values())
    overlaps = {
        number: jaccard(first[number], second[number] & known) for number in first.keys() & second.keys()
    }
    assert len(overlaps) > 0.7 * len(first)
    assert min(overlaps.values()) >= 1 / 3
    assert sum(overlap > 0.5 for overlap in overlaps.values()) > 0.7 * len(overlaps)
    new = second.keys() - first.keys()
    assert new
    assert min(new) == len(first)  # never a number that another topic has had
    gone = first.keys() - second.keys()
    for number in new:
        assert all(jaccard(first[old], second[number] & known) < 0.5 for old in gone)
    assert set(labels.topic_id) == second.keys() == {*hierarchy.kept_id, *hierarchy.joined_id}


def members(connection: duckdb.DuckDBPyConnection) -> dict[int, set[str]]:
    rows = connection.execute(
        "SELECT topic_id, list(tweet_id) FROM tweet_topics WHERE topic_id >= 0 GROUP BY topic_id"
    ).fetchall()
    return {number: set(ids) for number, ids in rows}


def jaccard(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other)


@pytest.mark.slow
def test_of_very_many_tweets_some_are_fitted_and_the_others_placed_among_them(
    demo_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "store.duckdb"
    shutil.copy(demo_store, store)
    fitted: list[int] = []
    placed: list[int] = []

    def fit_counting(texts: list[str], *arguments: Any, **options: Any) -> TopicModel:
        fitted.append(len(texts))
        return fit(texts, *arguments, **options)

    def place_counting(model: TopicModel, embeddings: np.ndarray, aspects: np.ndarray) -> pd.DataFrame:
        placed.append(len(embeddings))
        return place(model, embeddings, aspects)

    monkeypatch.setattr(topic_fitting, "MOST_FITTED", 2000)
    monkeypatch.setattr(topic_fitting, "BATCH", 512)
    monkeypatch.setattr(topic_fitting, "fit", fit_counting)
    monkeypatch.setattr(topic_fitting, "place", place_counting)
    with duckdb.connect(str(store)) as connection:
        connection.execute("DELETE FROM meta WHERE key = 'topics'")
        before = connection.execute("SELECT tweet_id, topic_id FROM tweet_topics").df()
        assert fit_topics(connection, Silent())
        after = connection.execute("SELECT * FROM tweet_topics").df()
        sizes = connection.execute("SELECT topic_id, size FROM topics").df().set_index("topic_id")["size"]
    assert fitted == [2000]
    assert sum(placed) == len(before) - 2000
    assert max(placed) <= 2048  # DuckDB hands out no less than one of its vectors
    assert after.tweet_id.is_unique and len(after) == len(before)
    assert after[["x", "y"]].notna().all().all()
    inside = after[after.topic_id >= 0]
    assert len(inside) > 0.55 * len(after)
    assert sizes.to_dict() == inside.topic_id.value_counts().to_dict()
    both = before.merge(after, on="tweet_id")
    assert adjusted_mutual_info_score(both.topic_id_x, both.topic_id_y) > 0.4
