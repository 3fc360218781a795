"""A run: from files to a published store, adding only what is new, and going on after a crash."""

import csv
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.demo import TWEETS
from pipeline.store import connect

Mmx = Callable[..., subprocess.CompletedProcess[str]]

# Enough for topics, and for more than one chunk of classification and embedding.
FIRST, ALL = 1300, 1500
LABELS = {
    "tweets": "* EXCLUDE (source)",
    "mentions": "*",
    "brands": "*",
    "classifications": "tweet_id, specialist, product, place, price, promotion",
    "sentiments": "tweet_id, compound, vader, sentiment",
    "p_sentiments": "tweet_id, p",
    "embeddings": "tweet_id, model",
    "tweet_topics": "tweet_id",
}
CONTENT = {
    "tweets": "* EXCLUDE (source)",
    "mentions": "*",
    "brands": "*",
    "classifications": "*",
    "sentiments": "*",
    "p_sentiments": "*",
    "embeddings": "*",
    "topics": "*",
    "tweet_topics": "*",
    "pain_points": "*",
    "strengths": "*",
    "alerts": "*",
}


def content(db: Path, columns_of: dict[str, str] = CONTENT) -> dict[str, list[tuple[object, ...]]]:
    """Everything in a store but when and how it was made."""
    with connect(db) as connection:
        return {
            table: connection.execute(f"SELECT {columns} FROM {table} ORDER BY ALL").fetchall()
            for table, columns in columns_of.items()
        }


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """The demo's first tweets, as two exports of which the second holds the first."""
    folder = tmp_path_factory.mktemp("input")
    with TWEETS.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))
    found = {}
    for count in (FIRST, ALL):
        found[count] = folder / f"tweets_{count}.csv"
        with found[count].open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle).writerows(rows[: count + 1])
    return found


@pytest.fixture(scope="module")
def undisturbed(files: dict[int, Path], tmp_path_factory: pytest.TempPathFactory, mmx: Mmx) -> Path:
    db = tmp_path_factory.mktemp("undisturbed") / "store.duckdb"
    done = mmx("run", files[ALL], "--db", db)
    assert done.returncode == 0, done.stderr
    assert f"{ALL:,} tweets classified." in done.stderr
    return db


@pytest.mark.slow
def test_every_english_tweet_is_classified_once_and_has_all_that_the_dashboard_needs(
    undisturbed: Path,
) -> None:
    with connect(undisturbed) as connection:
        counts = connection.execute(
            """SELECT (SELECT count(*) FROM tweets), (SELECT count(*) FROM tweets WHERE lang IN ('en', 'und')),
            (SELECT count(*) FROM classifications), (SELECT count(*) FROM sentiments),
            (SELECT count(*) FROM embeddings), (SELECT count(*) FROM tweet_topics)"""
        ).fetchall()[0]
        assert counts[0] == ALL
        assert counts[1] >= 0.995 * ALL
        assert set(counts[2:]) == {counts[1]}
        named = connection.execute("SELECT count(DISTINCT tweet_id) FROM mentions").fetchall()[0][0]
        assert named > 0.9 * ALL
        assert connection.execute("SELECT count(*) FROM topics").fetchall()[0][0] >= 5
        run = connection.execute(
            "SELECT rows_in, rows_accepted, rows_duplicate, rows_rejected, rows_classified FROM runs"
        ).fetchall()
        assert run == [(ALL, ALL, 0, 0, counts[1])]


@pytest.mark.slow
def test_a_second_run_classifies_only_what_is_new_and_as_one_run_would(
    files: dict[int, Path], undisturbed: Path, tmp_path: Path, mmx: Mmx
) -> None:
    db = tmp_path / "store.duckdb"
    assert mmx("run", files[FIRST], "--db", db).returncode == 0
    more = mmx("run", files[ALL], "--db", db)
    assert f"{ALL - FIRST} tweets classified." in more.stderr
    assert f"{FIRST:,} already known" in more.stderr
    _same(content(db, LABELS), content(undisturbed, LABELS))
    whole = content(db)
    again = mmx("run", files[ALL], "--db", db)
    assert again.returncode == 0
    assert "Nothing new to classify" in again.stderr
    _same(content(db), whole)


KILLED_AT = {
    "Read": 500,
    "Classify": 1100,
    "Tell the Ps apart": 1,
    "Embed for topics": 1100,
    "Find topics": 1,
    "Rank pain points": 0,
}
SCRIPT = """
import os, signal, sys
from contextlib import contextmanager
from pathlib import Path
from pipeline.ingest import ColumnNames
from pipeline.run import Settings, run_stages

class Killer:
    def note(self, message): pass

    @contextmanager
    def stage(self, title, total):
        done = [0]
        def advance(steps):
            done[0] += steps
            if title.startswith(sys.argv[3]) and done[0] >= int(sys.argv[4]):
                os.kill(os.getpid(), signal.SIGKILL)
        advance(0)
        yield advance

settings = Settings(inputs=(Path(sys.argv[1]),), brands=None, specialist="default", columns=ColumnNames())
run_stages(Path(sys.argv[2]), settings, Killer())
"""


@pytest.mark.slow
def test_a_run_killed_in_each_stage_ends_in_the_same_store(
    files: dict[int, Path], undisturbed: Path, tmp_path: Path, mmx: Mmx
) -> None:
    db = tmp_path / "store.duckdb"
    for stage, steps in KILLED_AT.items():
        killed = subprocess.run(
            [sys.executable, "-c", SCRIPT, files[ALL], db, stage, str(steps)],
            capture_output=True,
            check=False,
        )
        assert killed.returncode == -signal.SIGKILL, (stage, killed.stderr)
        assert not db.exists()
    last = mmx("run", files[ALL], "--db", db)
    assert last.returncode == 0, last.stderr
    assert "Went on from an interrupted run" in last.stderr
    _same(content(db), content(undisturbed))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["store.duckdb", "store.duckdb.lock"]


@pytest.mark.slow
def test_a_brand_of_ones_own_is_found_in_tweets_that_are_there_already(
    files: dict[int, Path], undisturbed: Path, tmp_path: Path, mmx: Mmx
) -> None:
    db = tmp_path / "store.duckdb"
    db.write_bytes(undisturbed.read_bytes())
    own = tmp_path / "brands.csv"
    own.write_text("brand,industry\nSnow,Weather\n")
    with connect(db) as connection:
        expected = connection.execute(
            r"SELECT count(*) FROM tweets WHERE regexp_matches(text, '\b[Ss][Nn][Oo][Ww]\b')"
        ).fetchall()[0][0]
    assert expected > 0
    done = mmx("run", files[ALL], "--db", db, "--brands", own)
    assert "Nothing new to classify" in done.stderr
    with connect(db) as connection:
        found = connection.execute("SELECT count(*) FROM mentions WHERE brand_id = 'snow'").fetchall()[0][0]
    assert found == expected
    # A later run, such as an upload, need not know the list.
    extra = tmp_path / "more.csv"
    extra.write_text("text\nNothing but snow around the house today\n")
    done = mmx("run", extra, "--db", db)
    assert done.returncode == 0, done.stderr
    with connect(db) as connection:
        assert connection.execute("SELECT count(*) FROM mentions WHERE brand_id = 'snow'").fetchall() == [
            (expected + 1,)
        ]


@pytest.mark.slow
def test_bad_input_leaves_nothing_behind(tmp_path: Path, mmx: Mmx) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("a,b\n1,2\n")
    done = mmx("run", wrong, "--db", tmp_path / "store.duckdb")
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == [wrong]


def _same(one: dict[str, list[tuple[object, ...]]], other: dict[str, list[tuple[object, ...]]]) -> None:
    for table, rows in one.items():
        assert rows == other[table], table
