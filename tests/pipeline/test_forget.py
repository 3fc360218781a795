"""Forgetting: a person's tweets leave the store, its copies and what was made from them, and stay away."""

import csv
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import corrections
from pipeline.store import connect

Mmx = Callable[..., subprocess.CompletedProcess[str]]
SECRET = "The lid of my Zanzibar kettle hums in B flat"
ROWS = [
    *(
        [
            f"t{number}",
            f"2026-09-{number + 1:02d} 10:00",
            "someone",
            f"Harrow & Pine sofa number {number} broke",
        ]
        for number in range(8)
    ),
    ["p1", "2026-09-03 12:00", "@Jane_Doe", f"{SECRET}, thanks @HarrowAndPine"],
    ["", "2026-09-04 12:00", "jane_doe", f"Again: {SECRET}. @HarrowAndPine"],
    ["n1", "2026-09-05 12:00", "other", "I agree with @jane_doe about Harrow & Pine's kettle"],
    ["old", "2025-01-05 12:00", "other", "Harrow & Pine delivered on time"],
]


@pytest.fixture(scope="module")
def tweets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("input") / "tweets.csv"
    with path.open("w", newline="", encoding="utf-8") as handle:
        csv.writer(handle).writerows([["id", "created_at", "author", "text"], *ROWS, ["", "", "", " "]])
    return path


@pytest.fixture(scope="module")
def filled(tweets: Path, tmp_path_factory: pytest.TempPathFactory, mmx: Mmx) -> Path:
    db = tmp_path_factory.mktemp("filled") / "store.duckdb"
    done = mmx("run", tweets, "--db", db, "--keep-raw")
    assert done.returncode == 0, done.stderr
    return db


@pytest.fixture
def db(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(filled, tmp_path / "store.duckdb"))


def ids(db: Path) -> set[str]:
    with connect(db) as connection:
        return {row[0] for row in connection.execute("SELECT tweet_id FROM tweets").fetchall()}


def test_a_person_is_forgotten_everywhere_and_does_not_come_back(db: Path, tweets: Path, mmx: Mmx) -> None:
    file = corrections.beside(db)
    corrections.correct(file, "p1", SECRET, corrections.Labels(("product",), "positive"))
    corrections.correct(file, "t1", "another text", corrections.Labels(("price",), "negative"))
    shutil.copy(db, db.with_name("store.duckdb.previous"))
    assert SECRET.encode() in db.read_bytes()

    done = mmx("forget", "--db", db, "--author", "@JANE_DOE")

    assert done.returncode == 0, done.stderr
    assert "2 tweets and 1 corrections forgotten" in done.stderr
    assert ids(db) == {*(f"t{number}" for number in range(8)), "n1", "old"}
    kept = [path for path in db.parent.iterdir() if path.is_file()]
    assert not [path.name for path in kept if SECRET.encode() in path.read_bytes()]
    with connect(db) as connection:
        tables = connection.execute(
            "SELECT DISTINCT table_name FROM duckdb_columns() WHERE column_name = 'tweet_id'"
        ).fetchall()
        assert {"tweets", "mentions", "classifications", "embeddings"} <= {name for (name,) in tables}
        for (table,) in tables:
            found = connection.execute(f"SELECT tweet_id FROM {table} WHERE tweet_id = 'p1'").fetchall()
            assert not found, table
        named = connection.execute(
            "SELECT count(*) FROM tweets WHERE lower(raw_text) LIKE '%jane%'"
        ).fetchone()
        assert named == (0,)
    assert [correction.tweet_id for correction in corrections.every(file)] == ["t1"]

    again = tweets.with_name("later.csv")
    again.write_text(tweets.read_text(encoding="utf-8") + "new,2026-10-01,jane_doe,Harrow & Pine again\n")
    done = mmx("run", again, "--db", db)
    assert done.returncode == 0, done.stderr
    assert "not taken, forgotten on request: 3" in done.stderr
    assert ids(db) == {*(f"t{number}" for number in range(8)), "n1", "old"}


def test_a_tweet_is_forgotten_by_its_id(db: Path, tweets: Path, mmx: Mmx) -> None:
    assert mmx("forget", "--db", db, "--tweet", "t3").returncode == 0
    assert "t3" not in ids(db)
    assert len(ids(db)) == len(ROWS) - 1
    again = Path(shutil.copy(tweets, tweets.with_name("copy.csv")))
    again.write_text(again.read_text(encoding="utf-8") + "\n")
    assert mmx("run", again, "--db", db).returncode == 0
    assert "t3" not in ids(db)


def test_tweets_are_kept_for_a_time_only(db: Path, mmx: Mmx) -> None:
    tried = mmx("forget", "--db", db, "--before", "2026-01-01", "--dry-run")
    assert tried.stdout.startswith("1 tweets") and "old" in ids(db)
    assert mmx("forget", "--db", db, "--before", "2026-01-01").returncode == 0
    assert ids(db) & {"old", "t0"} == {"t0"}
    assert mmx("forget", "--db", db, "--older-than", "1").returncode == 0
    assert ids(db) == set()


def test_rows_that_were_not_taken_are_no_longer_quoted(db: Path, mmx: Mmx) -> None:
    assert mmx("forget", "--db", db, "--tweet", "t1").returncode == 0
    with connect(db) as connection:
        assert connection.execute("SELECT DISTINCT excerpt FROM rejects").fetchall() in ([], [("",)])


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--before", "2026-01-01", "--older-than", "3"],
        ["--author", ""],
        ["--author", "jane_doe", "--author", " @"],
    ],
)
def test_a_request_that_says_nothing_or_too_much_is_refused(db: Path, mmx: Mmx, arguments: list[str]) -> None:
    before = db.read_bytes()
    done = mmx("forget", "--db", db, *arguments)
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1
    assert db.read_bytes() == before
