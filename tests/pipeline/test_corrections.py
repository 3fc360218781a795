"""Corrections: what people tick is kept through crashes, colleagues and runs, and feeds training and validation."""

import json
import multiprocessing
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from pipeline import corrections
from pipeline.corrections import Labels
from pipeline.errors import InputError
from specialist.codebook import Codebook
from specialist.data import read_labelled

Mmx = Callable[..., subprocess.CompletedProcess[str]]
TEXT = '=Fourth attempt, fourth crash; "nine dollars", <b>@user</b> 😡 \n\'or 1=1'
PLACE = Labels(("place",), "negative")
PRICE = Labels(("place", "price"), "neutral")
NONE = Labels((), "positive")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return corrections.beside(tmp_path / "tweets.duckdb")


def labels_of(file: Path, text: str = TEXT) -> Labels | None:
    found = corrections.of(file, {"1": text}).get("1")
    return None if found is None else found.labels


def test_a_correction_is_found_again_with_who_and_when(file):
    assert corrections.of(file, {"1": TEXT}) == {}
    assert not file.exists()
    corrections.correct(file, "1", TEXT, PLACE, "ann@example.org")
    found = corrections.of(file, {"1": TEXT, "2": "another"})
    assert list(found) == ["1"]
    assert (found["1"].labels, found["1"].by, found["1"].text) == (PLACE, "ann@example.org", TEXT)
    assert abs((pd.Timestamp.now("UTC") - found["1"].at).total_seconds()) < 60


def test_the_last_correction_counts_and_is_undone_first(file):
    corrections.correct(file, "1", TEXT, PLACE)
    corrections.correct(file, "1", TEXT, NONE)
    assert labels_of(file) == NONE
    corrections.undo(file, "1", TEXT)
    assert labels_of(file) == PLACE
    corrections.undo(file, "1", TEXT)
    assert labels_of(file) is None
    corrections.undo(file, "1", TEXT)
    corrections.correct(file, "1", TEXT, PRICE)
    assert labels_of(file) == PRICE


def test_who_undid_what_is_kept(file):
    corrections.correct(file, "1", TEXT, PLACE, "ann@example.org")
    corrections.undo(file, "1", TEXT, "bob@example.org")
    with sqlite3.connect(file) as connection:
        kept = connection.execute("SELECT corrected_by, undone_by, undone_at FROM corrections").fetchall()
    assert kept[0][:2] == ("ann@example.org", "bob@example.org")
    assert kept[0][2]


def test_a_tweet_whose_text_changed_is_not_taken_for_the_corrected_one(file):
    corrections.correct(file, "1", TEXT, PLACE)
    assert labels_of(file, "another text under the same number") is None
    assert labels_of(file) == PLACE
    corrections.correct(file, "1", "another text under the same number", NONE)
    assert labels_of(file) == PLACE


def test_many_tweets_at_once(file):
    corrections.correct(file, "1", TEXT, PLACE)
    everything = {str(number): TEXT for number in range(50_000)}
    assert list(corrections.of(file, everything)) == ["1"]


@pytest.mark.parametrize("wrong", [(("service",), "neutral"), (("place",), "angry")])
def test_what_is_no_label_is_refused(wrong):
    with pytest.raises(ValueError, match="is no label"):
        Labels(*wrong)


def correct_often(file: Path, person: int) -> None:
    for number in range(10):
        corrections.correct(file, str(number), TEXT, PLACE, f"person {person}")


@pytest.mark.slow
def test_several_sessions_correct_at_once_and_lose_nothing(file):
    context = multiprocessing.get_context("spawn")
    sessions = [context.Process(target=correct_often, args=(file, person)) for person in range(6)]
    for session in sessions:
        session.start()
    for session in sessions:
        session.join()
    assert [session.exitcode for session in sessions] == [0] * 6
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT count(*) FROM corrections").fetchone() == (60,)
    assert len(corrections.every(file)) == 10


def test_a_reader_goes_on_while_another_session_writes(file):
    corrections.correct(file, "1", TEXT, PLACE)
    with sqlite3.connect(file) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE corrections SET sentiment = 'positive'")
        assert labels_of(file) == PLACE
        other.rollback()


@pytest.mark.parametrize("content", [b"no database at all, but long enough to be read as one" * 99, None])
def test_another_file_in_its_place_is_said_in_words(file, content):
    if content is None:
        with sqlite3.connect(file) as connection:
            connection.execute("CREATE TABLE corrections (wine TEXT)")
    else:
        file.write_bytes(content)
    for use in (
        lambda: corrections.every(file),
        lambda: corrections.correct(file, "1", TEXT, PLACE),
        lambda: corrections.undo(file, "1", TEXT),
    ):
        with pytest.raises(InputError, match="cannot be read or written"):
            use()


def test_a_file_of_a_later_version_is_left_alone(file):
    corrections.correct(file, "1", TEXT, PLACE)
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(InputError, match="another version"):
        corrections.correct(file, "1", TEXT, NONE)


def test_what_is_exported_is_what_training_reads(file, mmx: Mmx, tmp_path: Path):
    corrections.correct(file, "1", TEXT, PRICE, "ann@example.org")
    corrections.correct(file, "2", "lovely coat", NONE)
    corrections.correct(file, "3", "undone", PLACE)
    corrections.undo(file, "3", "undone")
    out = tmp_path / "corrections.csv"
    done = mmx("corrections", "export", "--db", tmp_path / "tweets.duckdb", "-o", out)
    assert done.returncode == 0, done.stderr
    assert "2 corrected tweets" in done.stderr
    table = pd.read_csv(out, dtype=str, keep_default_na=False)
    assert table.id.tolist() == ["1", "2"]
    assert table.text.tolist() == [TEXT, "lovely coat"]
    assert table.corrected_by.tolist() == ["ann@example.org", ""]
    books = [Codebook.load("mmx"), Codebook.load("sentiment")]
    for source in (out, corrections.labelled(file)):
        read = read_labelled(source, books)
        assert read.labels["mmx"].tolist() == [[0, 1, 1, 0], [0, 0, 0, 0]]
        assert read.labels["sentiment"].argmax(1).tolist() == [1, 2]


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet", ".jsonl"])
def test_other_formats(file, mmx: Mmx, tmp_path: Path, suffix: str):
    corrections.correct(file, "1986648495933454959", TEXT, PRICE)
    out = tmp_path / f"corrections{suffix}"
    assert mmx("corrections", "export", "--db", tmp_path / "tweets.duckdb", "-o", out, "-q").returncode == 0
    readers = {
        ".xlsx": lambda: pd.read_excel(out, dtype={"id": str}),
        ".parquet": lambda: pd.read_parquet(out),
        ".jsonl": lambda: pd.read_json(out, lines=True, dtype={"id": str}),
    }
    table = readers[suffix]()
    assert table.id.tolist() == ["1986648495933454959"]
    assert table.text.tolist() == [TEXT]
    assert (table.price.tolist(), table.sentiment.tolist()) == ([1], ["neutral"])


@pytest.mark.slow
def test_validate_takes_the_file_itself(file, mmx: Mmx):
    corrections.correct(file, "1", "The checkout of your online shop crashed again", PLACE)
    corrections.correct(
        file, "2", "Nine dollars for butter, far too expensive", Labels(("price",), "negative")
    )
    corrections.correct(file, "3", "What a lovely warm coat", Labels(("product",), "positive"))
    done = mmx("validate", file, "--json", "-q")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["codebooks"]
    assert {book["codebook"]: book["texts"] for book in found} == {"mmx": 3, "sentiment": 3}


def test_without_corrections_the_export_says_so(file, mmx: Mmx, tmp_path: Path):
    db = tmp_path / "tweets.duckdb"
    assert "there is no store" in mmx("corrections", "export", "--db", db, "-o", tmp_path / "x.csv").stderr
    db.touch()
    done = mmx("corrections", "export", "--db", db, "-o", tmp_path / "x.csv")
    assert done.returncode == 2
    assert "no tweet" in done.stderr
    corrections.correct(file, "1", TEXT, PLACE)
    corrections.undo(file, "1", TEXT)
    done = mmx("corrections", "export", "--db", db, "-o", tmp_path / "x.csv")
    assert done.returncode == 2
    assert "there are no corrections" in done.stderr
