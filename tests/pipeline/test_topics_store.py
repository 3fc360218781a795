"""Topics of the demo's store: as a user lists them, as the dashboard zooms in, and made anew only when needed."""

import json
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipeline.progress import Silent
from pipeline.stages import fit_topics
from pipeline.store import connect
from pipeline.topic_inputs import read_inputs
from pipeline.topic_lists import brand_words, list_topics, zoom_in
from pipeline.topics import fit

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


def test_zooming_in_tells_the_stories_within_a_brand_and_p(demo_store: Path) -> None:
    with connect(demo_store) as connection:
        found = list_topics(connection, "Harrow & Pine", "place", Silent())
        about = {
            row[0]
            for row in connection.execute(
                """SELECT tweet_id FROM mentions JOIN classifications USING (tweet_id)
                WHERE brand_id = 'harrow-pine' AND place"""
            ).fetchall()
        }
    assert list(found.columns) == FIELDS
    assert len(found) >= 2
    assert set(found.p) == {"place"}
    assert {tweet_id for ids in found.tweet_ids for tweet_id in ids} <= about
    words = " ".join(word for keywords in found.keywords for word in keywords)
    assert "checkout" in words


def test_zooming_in_on_a_brand_without_enough_tweets_gives_no_topic(demo_store: Path, tmp_path: Path) -> None:
    few = tmp_path / "few.duckdb"
    shutil.copy(demo_store, few)
    with duckdb.connect(str(few)) as connection:
        connection.execute("DELETE FROM mentions WHERE brand_id = 'ollo'")
        connection.execute(
            "INSERT INTO mentions SELECT tweet_id, 'ollo' FROM classifications WHERE price LIMIT 4"
        )
        assert zoom_in(connection, "ollo", "price", Silent()).empty
        connection.execute("DELETE FROM mentions WHERE brand_id = 'ollo'")
        assert zoom_in(connection, "ollo", "price", Silent()).empty


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
