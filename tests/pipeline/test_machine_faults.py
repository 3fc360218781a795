"""Runs on a machine that fails: a full disk, a folder that cannot be written, a clock that jumps back."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipeline.demo import TWEETS
from pipeline.store import connect

Mmx = Callable[..., subprocess.CompletedProcess[str]]
Content = dict[str, list[tuple[object, ...]]]

FIRST, ALL = 40, 300
CONTENT = {
    "tweets": "* EXCLUDE (source)",
    "mentions": "*",
    "classifications": "*",
    "p_sentiments": "*",
    "embeddings": "*",
    "topics": "*",
    "tweet_topics": "*",
    "pain_points": "*",
}
# As the library that a process is started with: its clock goes back by a year, first at the moment of its start
# and then for good after some seconds.
CLOCK = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/time.h>
#include <time.h>

static const long DAY = 24 * 3600, SECONDS_UNTIL_JUMP = 3;
static int (*real)(clockid_t, struct timespec *);
static long started;

static long back_by(void) {
    struct timespec since_boot;
    real(CLOCK_MONOTONIC, &since_boot);
    if (!started) started = since_boot.tv_sec;
    return (since_boot.tv_sec - started < SECONDS_UNTIL_JUMP ? 1 : 365) * DAY;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real(clock, now);
    if (!failed && clock == CLOCK_REALTIME) now->tv_sec -= back_by();
    return failed;
}

int gettimeofday(struct timeval *now, void *zone) {
    struct timespec precise;
    clock_gettime(CLOCK_REALTIME, &precise);
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *now) {
    struct timespec precise;
    clock_gettime(CLOCK_REALTIME, &precise);
    if (now) *now = precise.tv_sec;
    return precise.tv_sec;
}
"""


def content(db: Path) -> Content:
    """What a store says of its tweets."""
    with connect(db) as connection:
        return {
            table: connection.execute(f"SELECT {columns} FROM {table} ORDER BY ALL").fetchall()
            for table, columns in CONTENT.items()
        }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, mmx: Mmx) -> Path:
    """A live store `store.duckdb` of some tweets, `more.csv` with more, and `expected.duckdb`, both together."""
    folder = tmp_path_factory.mktemp("faults")
    lines = TWEETS.read_text(encoding="utf-8").splitlines(keepends=True)
    for name, count in {"first.csv": FIRST, "more.csv": ALL}.items():
        (folder / name).write_text("".join(lines[: count + 1]), encoding="utf-8")
    done = mmx("run", folder / "first.csv", "--db", folder / "store.duckdb")
    assert done.returncode == 0, done.stderr
    shutil.copy(folder / "store.duckdb", folder / "expected.duckdb")
    done = mmx("run", folder / "more.csv", "--db", folder / "expected.duckdb")
    assert done.returncode == 0, done.stderr
    return folder


def mounted(script: str, *arguments: Path) -> subprocess.CompletedProcess[str]:
    """Run a shell script that may mount file systems, which nobody else sees; $1, $2 … are the arguments.

    $MMX is the command line. Skipped where the system does not allow it.
    """
    isolated = ["unshare", "--map-root-user", "--mount"]
    if not shutil.which("unshare") or subprocess.run([*isolated, "true"], check=False).returncode:
        pytest.skip("no mount namespaces here")
    return subprocess.run(
        [*isolated, "sh", "-c", script, "sh", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env=os.environ | {"MMX": f"{sys.executable} -m pipeline"},
    )


def assert_one_line(done: subprocess.CompletedProcess[str], *says: str, code: int) -> None:
    """The command failed with this exit code, and its last line says why, without a traceback."""
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    complaints = [line for line in done.stderr.splitlines() if line.startswith("mmx: ")]
    assert complaints == done.stderr.splitlines()[-1:]
    assert any(text in complaints[0] for text in says), complaints


# A file system of the store's size and so many KiB: too small for the copy, for the tweets, for the embeddings.
@pytest.mark.slow
@pytest.mark.parametrize("free", [500, 5_000, 7_000])
def test_a_full_disk_is_told_and_the_next_run_on_a_larger_one_goes_on(
    folder: Path, tmp_path: Path, free: int, mmx: Mmx
) -> None:
    live = folder / "store.duckdb"
    disk = tmp_path / "disk"
    disk.mkdir()
    kib = live.stat().st_size // 1024 + free
    done = mounted(
        f"""set -e; mount -t tmpfs -o size={kib}k tmpfs $1; cp $2 $1/store.duckdb
        set +e; $MMX run $3 --db $1/store.duckdb; failed=$?
        mkdir $4 && cp $1/* $4; exit $failed""",
        disk,
        live,
        folder / "more.csv",
        tmp_path / "saved",
    )
    assert_one_line(done, "No space left", "no space left", "Could not write", code=1)
    db = tmp_path / "saved" / "store.duckdb"
    assert db.read_bytes() == live.read_bytes()
    again = mmx("run", folder / "more.csv", "--db", db)
    assert again.returncode == 0, again.stderr
    assert content(db) == content(folder / "expected.duckdb")


@pytest.mark.slow
def test_a_folder_that_cannot_be_written_is_told_and_its_store_can_still_be_read(folder: Path) -> None:
    before = sorted(path.name for path in folder.iterdir())
    done = mounted(
        """set -e; mount --bind $1 $1; mount -o remount,ro,bind $1
        $MMX export --db $1/store.duckdb -o /dev/shm/mmx-read-only-$$.csv; rm /dev/shm/mmx-read-only-$$.csv
        $MMX run $1/more.csv --db $1/store.duckdb""",
        folder,
    )
    assert_one_line(done, f"cannot write in {folder}: Read-only file system", code=2)
    assert sorted(path.name for path in folder.iterdir()) == before


@pytest.mark.slow
def test_a_clock_that_jumps_back_changes_nothing_but_times(folder: Path, tmp_path: Path, mmx: Mmx) -> None:
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler here to make a clock that jumps")
    source, clock = tmp_path / "clock.c", tmp_path / "clock.so"
    source.write_text(CLOCK)
    subprocess.run([compiler, "-shared", "-fPIC", "-o", clock, source, "-ldl"], check=True)
    db = Path(shutil.copy(folder / "store.duckdb", tmp_path / "store.duckdb"))
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "run", folder / "more.csv", "--db", db],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"LD_PRELOAD": str(clock)},
    )
    assert done.returncode == 0, done.stderr
    with connect(db) as connection:
        query = (
            "SELECT finished_at < started_at, finished_at < current_timestamp - INTERVAL 364 DAY FROM runs"
        )
        assert connection.execute(f"{query} ORDER BY run_id").fetchall()[0] == (True, True)
    assert content(db) == content(folder / "expected.duckdb")
    again = mmx("run", folder / "more.csv", "--db", db)
    assert "Nothing new to classify" in again.stderr
    assert content(db) == content(folder / "expected.duckdb")
    with duckdb.connect(str(db), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM runs WHERE finished_at IS NULL").fetchall() == [(0,)]
