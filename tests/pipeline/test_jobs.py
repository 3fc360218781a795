"""Uploads run in the background: one at a time, to be stopped at any moment, the file gone when it is over."""

import os
import signal
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import jobs
from pipeline.errors import InputError
from pipeline.job_record import CANCELLED, DONE, FAILED, Job
from pipeline.readers.columns import FoundColumns
from pipeline.store import building, connect

TEXT = FoundColumns("body", None, None, None, None, "loved", None)
FILE = (
    b"body,loved\nThe new coat is lovely and so warm,7\nThe queue at the shop was endless,1\n"
    b"Nine dollars for butter is far too much,0\n,3\n"
)
MANY = b"body,loved\n" + b"".join(
    b"The new coat number %d is lovely and so warm,7\n" % i for i in range(4000)
)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "tweets.duckdb"


def wait(job: Job, until: Callable[[Job], bool], seconds: float = 240) -> Job:
    deadline = time.monotonic() + seconds
    while not until(job):
        assert time.monotonic() < deadline, job
        time.sleep(0.1)
        job = jobs.read(job.folder)
    return job


def files(folder: Path) -> list[str]:
    return [file.name for file in folder.rglob("*") if file.is_file() and file.suffix in (".csv", ".etc")]


@pytest.mark.slow
def test_a_file_is_run_into_a_store_that_was_not_there(db: Path) -> None:
    job = jobs.start(db, "../../etc/coats <b>.csv", FILE, TEXT)
    assert job.name == "coats _b_.csv"
    assert Path(job.order.file).is_relative_to(jobs.beside(db))
    assert stat.S_IMODE(jobs.beside(db).stat().st_mode) == 0o700
    with pytest.raises(InputError, match="being added to this store already"):
        jobs.start(db, "other.csv", FILE, TEXT)
    assert not db.exists()

    done = wait(job, lambda job: job.is_over)
    assert done.state.state == DONE, done.log
    assert "coats _b_.csv: 4 rows, 3 new tweets, 1 not taken." in done.state.summary
    with connect(db) as connection:
        found = connection.execute("SELECT text, likes FROM tweets ORDER BY likes DESC").fetchall()
    assert found[0] == ("The new coat is lovely and so warm", 7)
    assert len(found) == 3
    assert "Classify: 3" in done.log
    assert files(jobs.beside(db)) == []
    assert jobs.current(db) == done


@pytest.mark.slow
def test_what_is_stopped_leaves_nothing_behind(db: Path) -> None:
    job = jobs.start(db, "many.csv", MANY, TEXT)
    job = wait(job, lambda job: job.state.stage == "Classify" and job.state.done > 0)
    assert job.state.total == 4000
    over = jobs.cancel(job)
    assert over.state.state == CANCELLED
    assert over.state.summary == ["Stopped; nothing was added."]
    assert files(jobs.beside(db)) == []
    assert list(db.parent.glob("*.building*")) == []
    assert not db.exists()
    # And the next may begin.
    jobs.cancel(jobs.start(db, "many.csv", MANY, TEXT))


def test_a_file_that_cannot_be_run_says_why_in_one_line(db: Path) -> None:
    job = jobs.start(db, "a.parquet", b"no parquet at all", TEXT)
    over = wait(job, lambda job: job.is_over, 60)
    assert over.state.state == FAILED
    (line,) = over.state.summary
    assert line.startswith("A.parquet is not a whole Parquet file")
    assert str(db.parent) not in line
    assert not db.exists()


def test_what_the_machine_refuses_is_said_in_words_and_the_log_has_the_rest(db: Path) -> None:
    with building(db):
        pass
    # Where the store is copied to, nothing can be written.
    db.with_name(f"{db.name}.copying").mkdir()
    over = wait(jobs.start(db, "a.csv", FILE, TEXT), lambda job: job.is_over, 60)
    assert over.state.state == FAILED
    assert over.state.summary == [
        "The work failed: Is a directory. The tweets are as they were before.",
    ]
    assert "Traceback" in over.log


def test_a_process_that_is_gone_is_not_waited_for(db: Path) -> None:
    job = jobs.start(db, "many.csv", MANY, TEXT)
    os.kill(job.state.pid, signal.SIGKILL)
    over = wait(job, lambda job: job.is_over, 30)
    assert over.state.state == FAILED
    assert "stopped before its end" in over.state.summary[0]
    assert files(jobs.beside(db)) == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\Users\\me\\tweets.csv", "tweets.csv"),
        ("..", "_"),
        ("a\0b\n.csv", "a_b_.csv"),
        ("=cmd|'x'!A1.csv", "_cmd__x__A1.csv"),
        ("x" * 300 + ".jsonl", "x" * 80 + ".jsonl"),
        ("قهوة.csv", "قهوة.csv"),
        ("", "upload"),
    ],
)
def test_names_of_files_are_names_and_no_paths(given: str, kept: str) -> None:
    assert jobs.safe_name(given) == kept
