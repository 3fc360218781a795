"""`mmx run` killed at random moments over all its stages: the live store stays whole, and nothing is lost or twice.

Some fifty kills follow one another on one work folder, each on what the one before left. By default one run at the
end completes the work; with MMX_CRASH_TEST=full a run from a copy of the folder does so after every kill.
"""

from __future__ import annotations

import csv
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline.demo import TWEETS
from pipeline.store import connect

Mmx = Callable[..., subprocess.CompletedProcess[str]]
Content = dict[str, tuple[int, int]]

SEED = 20261125
FIRST, ALL, EMPTY = (
    300,
    2000,
    3,
)  # rows of the live store, of the file that is added, and of those without a text
LOAD, CLASSIFY, TELL_PS = "Load the specialist", "Classify", "Tell the Ps apart"
EMBED, TOPICS, RANK = "Embed for topics", "Find topics", "Rank pain points"
PUBLISH = "publish"  # what comes after the last stage that is told
STAGES = ("Read", LOAD, CLASSIFY, TELL_PS, EMBED, TOPICS, RANK)
# All that a run writes, but when and by which run.
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
    "topic_hierarchy": "*",
    "pain_points": "*",
    "strengths": "*",
    "alerts": "*",
    "posts": "*",
    "rejects": "DISTINCT line, reason, excerpt",
}
BELONG_TO_A_TWEET = [
    *("mentions", "classifications", "sentiments", "p_sentiments", "embeddings", "tweet_topics")
]


class Kill(NamedTuple):
    """A moment: `delay` seconds after one of the stages `after` is told as done (none: after the start)."""

    after: tuple[str, ...]
    delay: float


class Undisturbed(NamedTuple):
    """What a run comes to that nothing disturbs, and the seconds from its start at which each stage was done."""

    content: Content
    done_at: dict[str, float]


class Work:
    """A folder with a live store in it and what killed runs left of the next one."""

    def __init__(self, tweets: Path, folder: Path, log: Path) -> None:
        self.tweets, self.folder, self.log = tweets, folder, log
        self.db = folder / "store.duckdb"
        self.finished: set[str] = set()  # stages that need not be done again

    def kill(self, kill: Kill) -> str:
        """Kill a run, sooner where it came to its end before; return the stage that it was in."""
        delay = kill.delay
        before = self.folder.with_name("before this kill")
        _replace(before, self.folder)
        while not self._is_killed(kill.after, delay):
            delay /= 2
            _replace(self.folder, before)
        told = {stage for stage in STAGES if stage in self.log.read_text()}
        self.finished |= told - {LOAD, RANK}
        if LOAD not in told:
            return "start, read and load"
        return next((stage for stage in STAGES[2:] if stage not in told | self.finished), PUBLISH)

    def _is_killed(self, after: tuple[str, ...], delay: float) -> bool:
        process = start(self.tweets, self.db, self.log)
        while after and process.poll() is None and not any(f"{s}:" in self.log.read_text() for s in after):
            time.sleep(0.005)
        try:
            process.wait(delay)
        except subprocess.TimeoutExpired:
            process.kill()
        code = process.wait()
        assert code in (0, -signal.SIGKILL), self.log.read_text()
        return code != 0


def start(tweets: Path, db: Path, log: Path) -> subprocess.Popen[bytes]:
    """Start a run that adds the tweets to the store; what it tells goes to the log."""
    command = [sys.executable, "-m", "pipeline", "run", str(tweets), "--db", str(db)]
    with log.open("w") as handle:
        return subprocess.Popen(command, stderr=handle, stdout=handle)


def content(db: Path) -> Content:
    """Everything in a store but when and how it was made: of each table how many rows, and the sum of their hashes."""
    with connect(db) as connection:
        return {
            table: connection.execute(
                f"SELECT count(*), sum(hash(found)::HUGEINT) FROM (SELECT {columns} FROM {table}) AS found"
            ).fetchall()[0]
            for table, columns in CONTENT.items()
        }


def assert_whole(db: Path) -> None:
    """Every row belongs to a tweet, every English tweet has all its answers, and no run is half done."""
    with connect(db) as connection:

        def count(query: str) -> int:
            return int(connection.execute(f"SELECT count(*) FROM {query}").fetchall()[0][0])

        for table in BELONG_TO_A_TWEET:
            assert count(f"{table} ANTI JOIN tweets USING (tweet_id)") == 0, table
        assert count("mentions ANTI JOIN brands USING (brand_id)") == 0
        assert (
            count("tweet_topics WHERE topic_id >= 0 AND topic_id NOT IN (SELECT topic_id FROM topics)") == 0
        )
        english = count("tweets WHERE lang IN ('en', 'und')")
        for table in ("classifications", "sentiments", "embeddings", "tweet_topics"):
            assert count(table) == english, table
        assert count("(SELECT DISTINCT tweet_id FROM posts)") == english
        assert count("(SELECT DISTINCT content_id FROM tweets)") == count("tweets")
        assert count("runs WHERE finished_at IS NULL") == 0
        assert count("(SELECT DISTINCT run_id, source, line FROM rejects)") == count("rejects")
        accepted = connection.execute("SELECT sum(rows_accepted) FROM runs").fetchall()[0][0]
        assert accepted == count("tweets")


@pytest.fixture(scope="module")
def tweets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's first tweets, and rows without a text."""
    return _write(tmp_path_factory.mktemp("input") / "tweets.csv", ALL)


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, mmx: Mmx) -> Path:
    """A published store with the first of these tweets; copy it."""
    folder = tmp_path_factory.mktemp("live")
    db = folder / "store.duckdb"
    done = mmx("run", _write(folder / "first.csv", FIRST), "--db", db)
    assert done.returncode == 0, done.stderr
    return db


@pytest.fixture(scope="module")
def undisturbed(tweets: Path, live: Path, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    folder = tmp_path_factory.mktemp("undisturbed")
    db, log = Path(shutil.copy(live, folder / "store.duckdb")), folder / "log.txt"
    process, started = start(tweets, db, log), time.monotonic()
    done_at: dict[str, float] = {}
    while process.poll() is None:
        told = log.read_text()
        for stage in STAGES:
            if stage in told and stage not in done_at:
                done_at[stage] = time.monotonic() - started
        time.sleep(0.005)
    done_at[PUBLISH] = time.monotonic() - started
    assert process.returncode == 0, log.read_text()
    assert_whole(db)
    return Undisturbed(content(db), done_at)


def moments(done_at: dict[str, float]) -> dict[str, list[Kill]]:
    """Return fifty random moments, by the stage that they should fall into.

    The first of a stage comes after a run that did all before it; the others after the specialist was loaded, from
    where a run goes on. A run tells only the stages that it had something left to do in, but ranks pain points always.
    """
    rng = random.Random(SEED)
    ends = [*STAGES, PUBLISH]

    def within(stage: str, count: int) -> list[Kill]:
        place = ends.index(stage)
        lasts = done_at[stage] - done_at[ends[place - 1]]
        first, later = STAGES[place - 1 :], STAGES[place - 1 :] if stage == PUBLISH else (LOAD,)
        return [Kill(later if i else first, rng.uniform(0, lasts)) for i in range(count)]

    return {
        LOAD: [Kill((), rng.uniform(0, done_at[LOAD])) for _ in range(11)],
        CLASSIFY: within(CLASSIFY, 8),
        TELL_PS: within(TELL_PS, 6),
        EMBED: within(EMBED, 7),
        TOPICS: within(TOPICS, 6),
        RANK: within(RANK, 6),
        PUBLISH: within(PUBLISH, 6),
    }


@pytest.mark.slow
@pytest.mark.timeout(5400)
def test_killed_at_fifty_random_moments_no_tweet_is_lost_and_none_is_twice(
    tweets: Path, live: Path, undisturbed: Undisturbed, tmp_path: Path, mmx: Mmx
) -> None:
    work = Work(tweets, tmp_path / "work", tmp_path / "log.txt")
    work.folder.mkdir()
    shutil.copy(live, work.db)
    before = content(live)
    hit: Counter[str] = Counter()
    for stage, kills in moments(undisturbed.done_at).items():
        kept, finished = tmp_path / f"before {stage}", set(work.finished)
        _replace(kept, work.folder)
        for number, kill in enumerate(kills):
            hit[work.kill(kill)] += 1
            assert_whole(work.db)
            found = content(work.db)
            assert found in (before, undisturbed.content), "the live store is neither the old one nor the new"
            if os.environ.get("MMX_CRASH_TEST") == "full":
                _completes(tweets, work.folder, tmp_path / "completed", undisturbed.content, mmx)
            if found != before or stage in work.finished:
                # Back to where the kills of this stage began, so that those to come find it to be done.
                _replace(work.folder, kept)
                work.finished = set(finished)
            elif number == 0:
                _replace(kept, work.folder)
                finished = set(work.finished)
    print(f"killed in: {dict(hit)}")
    assert hit.total() == 50
    assert set(hit) >= {CLASSIFY, EMBED, TOPICS, RANK}
    _completes(tweets, work.folder, tmp_path / "completed", undisturbed.content, mmx)


def _write(path: Path, count: int) -> Path:
    with TWEETS.open(encoding="utf-8", newline="") as handle:
        header, *rows = list(csv.reader(handle))[: count + 1]
    text = header.index("text")
    empty = [["" if column == text else value for column, value in enumerate(row)] for row in rows[:EMPTY]]
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([header, *rows, *empty])
    return path


def _replace(folder: Path, by: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(by, folder)


def _completes(tweets: Path, folder: Path, copy: Path, expected: Content, mmx: Mmx) -> None:
    """A run from a copy of what is in the folder ends in what an undisturbed one does."""
    _replace(copy, folder)
    db = copy / "store.duckdb"
    done = mmx("run", tweets, "--db", db)
    assert done.returncode == 0, done.stderr
    assert_whole(db)
    found = content(db)
    for table, rows in expected.items():
        assert found[table] == rows, table
    names = {path.name.removeprefix("store.duckdb") for path in copy.iterdir()}
    assert names <= {"", ".lock", ".previous"}
