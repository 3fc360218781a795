"""Stores of older and newer schema versions, damaged stores, the version kept, and two runs at once."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock

from pipeline.demo import TWEETS
from pipeline.schema import SCHEMA_VERSION
from pipeline.store import connect

Mmx = Callable[..., subprocess.CompletedProcess[str]]

LINES = 60
OLDER = sorted((Path(__file__).parent / "older_schemas").glob("version_*.sql"))
# What the specialist and the embedding model answered, which no run should have to ask again.
KEPT = ("tweets", "brands", "mentions", "classifications", "sentiments", "embeddings", "rejects")


def rows(db: Path, table: str, columns: str = "*") -> list[tuple[object, ...]]:
    with duckdb.connect(str(db), read_only=True) as connection:
        return connection.execute(f"SELECT {columns} FROM {table} ORDER BY ALL").fetchall()


@pytest.fixture(scope="module")
def tweets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("input") / "tweets.csv"
    lines = TWEETS.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[: LINES + 1]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def made(tweets: Path, tmp_path_factory: pytest.TempPathFactory, mmx: Mmx) -> Path:
    """A store of these tweets; copy it."""
    db = tmp_path_factory.mktemp("made") / "store.duckdb"
    done = mmx("run", tweets, "--db", db)
    assert done.returncode == 0, done.stderr
    return db


@pytest.fixture
def db(made: Path, tmp_path: Path) -> Path:
    """A store of one's own."""
    return Path(shutil.copy(made, tmp_path / "store.duckdb"))


def assert_refused(done: subprocess.CompletedProcess[str], *says: str) -> None:
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    for text in says:
        assert text in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("schema", OLDER, ids=[path.stem for path in OLDER])
def test_an_older_store_is_refused_until_a_run_brings_it_up_to_date_and_keeps_it(
    schema: Path, made: Path, tweets: Path, tmp_path: Path, mmx: Mmx, write_older: Callable[..., None]
) -> None:
    version = int(schema.stem.removeprefix("version_"))
    db = tmp_path / "store.duckdb"
    write_older(version, made, db)
    before = db.read_bytes()
    if version < SCHEMA_VERSION:
        refused = mmx("export", "--db", db, "-o", tmp_path / "out.csv")
        assert_refused(refused, f"schema version {version}", "bring it up to date with mmx run")
    done = mmx("run", tweets, "--db", db)
    assert done.returncode == 0, done.stderr
    assert "Nothing new to classify" in done.stderr
    with connect(db):
        pass
    for table in (*KEPT, "topics", "tweet_topics", "pain_points"):
        assert rows(db, table) == rows(made, table), table
    assert (tmp_path / "store.duckdb.previous").read_bytes() == before


def test_every_older_schema_version_is_tried() -> None:
    found = [int(path.stem.removeprefix("version_")) for path in OLDER]
    assert found[: SCHEMA_VERSION - 1] == list(range(1, SCHEMA_VERSION))


def test_a_newer_store_is_refused_and_left_as_it_is(db: Path, tweets: Path, mmx: Mmx) -> None:
    with duckdb.connect(str(db)) as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'schema_version'")
    before = db.read_bytes()
    assert_refused(mmx("run", tweets, "--db", db), "schema version 99", "another version of mmx")
    assert db.read_bytes() == before


def sqlite_file(whole: bytes, path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE meta (key, value)")
    connection.commit()
    connection.close()


def damaged_inside(whole: bytes, path: Path) -> None:
    blocks = bytearray(whole)
    noise = random.Random(7)
    for start in range(12_288, len(blocks), 262_144):
        blocks[start + 1000 : start + 1100] = noise.randbytes(100)
    path.write_bytes(bytes(blocks))


DAMAGES: dict[str, tuple[Callable[[bytes, Path], object], str]] = {
    "zero bytes": (lambda whole, path: path.write_bytes(b""), "it is empty"),
    "cut off": (lambda whole, path: path.write_bytes(whole[: len(whole) // 2]), "is damaged"),
    "cut off in its header": (lambda whole, path: path.write_bytes(whole[:100]), "is damaged"),
    "damaged inside": (damaged_inside, "is damaged"),
    "garbage": (lambda whole, path: path.write_bytes(random.Random(7).randbytes(10_000)), "not a readable"),
    "an SQLite file": (sqlite_file, "it is an SQLite file"),
}


@pytest.mark.slow
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_store_is_named_and_the_version_before_it_is_kept(
    damage: str, db: Path, tweets: Path, mmx: Mmx
) -> None:
    whole = db.read_bytes()
    kept = db.with_name("store.duckdb.previous")
    kept.write_bytes(whole)
    db.unlink()
    break_it, says = DAMAGES[damage]
    break_it(whole, db)
    broken = db.read_bytes()
    refused = mmx("run", tweets, "--db", db)
    assert_refused(refused, f"{db} is", says, f"the version before it is kept: cp {kept} {db}")
    assert db.read_bytes() == broken
    assert kept.read_bytes() == whole
    shutil.copy(kept, db)
    again = mmx("run", tweets, "--db", db)
    assert again.returncode == 0, again.stderr
    assert rows(db, "tweets") == rows(kept, "tweets")


@pytest.mark.slow
def test_work_that_was_damaged_is_done_again(db: Path, tweets: Path, made: Path, mmx: Mmx) -> None:
    damaged_inside(db.read_bytes(), db.with_name("store.duckdb.building"))
    done = mmx("run", tweets, "--db", db)
    assert done.returncode == 0, done.stderr
    assert rows(db, "tweets") == rows(made, "tweets")


@pytest.mark.slow
def test_what_another_program_left_in_a_log_beside_the_store_is_not_lost(
    db: Path, tweets: Path, mmx: Mmx
) -> None:
    edit = f"""
import duckdb, os, signal
connection = duckdb.connect({str(db)!r})
connection.execute("INSERT INTO brands VALUES ('own', 'Own', 'Fashion', NULL)")
os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", edit], check=False)
    assert db.with_name("store.duckdb.wal").exists()
    done = mmx("run", tweets, "--db", db)
    assert done.returncode == 0, done.stderr
    assert ("own",) in rows(db, "brands", "brand_id")


@pytest.mark.slow
def test_of_two_runs_at_once_the_second_says_so_or_waits(
    db: Path, made: Path, tweets: Path, mmx: Mmx
) -> None:
    command = [sys.executable, "-m", "pipeline", "run", str(tweets), "--db", str(db)]
    first = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not db.with_name("store.duckdb.building").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    first.send_signal(signal.SIGSTOP)
    assert_refused(mmx("run", tweets, "--db", db), "another run is writing", "wait for it to end")
    waiting = subprocess.Popen([*command, "--wait", "120"], stderr=subprocess.PIPE, text=True)
    time.sleep(1)
    assert waiting.poll() is None
    first.send_signal(signal.SIGCONT)
    for process in (first, waiting):
        _, told = process.communicate(timeout=120)
        assert process.returncode == 0, told
        assert "Nothing new to classify" in told
    assert len(rows(db, "runs")) == 3
    assert rows(db, "tweets") == rows(made, "tweets")
    with FileLock(db.with_name("store.duckdb.lock"), timeout=0):
        pass
