"""Dashboards that are open while stores are published one after another: each look shows a whole store."""

from __future__ import annotations

import os
import re
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from dashboard import store as stores
from dashboard.store import Store
from pipeline import store_files

PUBLISHES = 20
READERS = 4
# Numbers that go with each version, so many that a file written in place would be seen half written.
WEIGHT = 2_000_000
# Of one version: as many tweets in each table that has one row a tweet; and the sum of its numbers.
COUNTS = """SELECT (SELECT count(DISTINCT tweet_id) FROM store.tweets),
(SELECT count(DISTINCT tweet_id) FROM store.classifications), (SELECT count(DISTINCT tweet_id) FROM store.sentiments),
(SELECT count(DISTINCT tweet_id) FROM store.tweet_topics)"""


@pytest.fixture
def versions(make_store, tweets: pd.DataFrame, tmp_path: Path) -> Iterator[list[Path]]:
    """Stores of which each has one tweet more than the one before."""
    english = tweets[tweets.lang == "en"]
    found = []
    for version in range(PUBLISHES + 1):
        db = make_store(english.iloc[: len(english) - PUBLISHES + version])
        with duckdb.connect(str(db)) as connection:
            connection.execute(
                f"CREATE TABLE weight AS SELECT hash(i + {version}) AS number FROM range({WEIGHT}) t(i)"
            )
            total = connection.execute("SELECT sum(number)::VARCHAR FROM weight").fetchall()[0][0]
            connection.execute("INSERT INTO meta VALUES ('weight', ?)", [total])
        found.append(db.rename(tmp_path / f"version_{version}.duckdb"))
    for left in tmp_path.glob("tweets.duckdb.*"):
        left.unlink()
    yield found
    for version in found:
        version.unlink()


def publish(version: Path, db: Path) -> None:
    work = store_files.beside(db, "building")
    shutil.copy2(version, work)
    store_files.publish(work, db)


def tweets_in(store: Store) -> int:
    with store.cursor() as cursor:
        counts = cursor.execute(COUNTS).fetchall()[0]
        weight = cursor.execute("SELECT sum(number)::VARCHAR FROM store.weight").fetchall()[0][0]
        assert cursor.execute("SELECT value FROM store.meta WHERE key = 'weight'").fetchall() == [(weight,)]
    assert len(set(counts)) == 1, f"half a store: {counts}"
    return int(counts[0])


def newest(db: Path) -> int:
    return tweets_in(stores.current(db))


@pytest.mark.slow
def test_twenty_publishes_in_a_row_show_readers_a_whole_store_each_time(
    versions: list[Path], tmp_path: Path
) -> None:
    db = tmp_path / "live.duckdb"
    publish(versions[0], db)
    first = newest(db)
    ended, failed = threading.Event(), []
    seen: list[list[int]] = [[] for _ in range(READERS)]

    def read(into: list[int]) -> None:
        try:
            while not ended.is_set():
                store = stores.current(db)
                into.append(tweets_in(store))
                time.sleep(0.005)
                # What a page began to draw it can finish from the same version.
                assert tweets_in(store) == into[-1]
        except Exception as error:
            failed.append(error)

    readers = [threading.Thread(target=read, args=(into,)) for into in seen]
    for reader in readers:
        reader.start()
    for version in versions[1:]:
        publish(version, db)
        time.sleep(0.05)
    ended.set()
    for reader in readers:
        reader.join(30)
    assert not failed
    for counts in seen:
        assert counts == sorted(counts)
        assert set(counts) <= set(range(first, first + PUBLISHES + 1))
        assert len(set(counts)) > PUBLISHES / 2
    assert newest(db) == first + PUBLISHES


@pytest.mark.slow
def test_an_open_page_shows_each_of_twenty_publishes_without_an_error_or_a_restart(
    versions: list[Path], open_page, tmp_path: Path
) -> None:
    db = tmp_path / "live.duckdb"
    publish(versions[0], db)
    first = newest(db)
    app = open_page("tweets", store=db)
    for number, version in enumerate(versions):
        if number:
            # As under a clock that jumps back before every other one.
            os.utime(version, (number % 2, number % 2))
            publish(version, db)
            app.run()
        assert not app.exception
        shown = " ".join(element.value for element in app.sidebar.caption)
        assert int(re.search(r"([\d,]+) tweets until", shown)[1].replace(",", "")) == first + number


def test_a_file_with_the_number_size_and_time_of_an_older_one_is_another(
    make_store, tweets: pd.DataFrame
) -> None:
    db = make_store(tweets.iloc[:20])
    first, status = stores.current(db), db.stat()
    db.write_bytes(db.read_bytes())
    os.utime(db, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert (db.stat().st_ino, db.stat().st_size) == (status.st_ino, status.st_size)
    assert stores.current(db).version != first.version
