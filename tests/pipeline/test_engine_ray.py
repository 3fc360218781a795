"""A run on a Ray cluster of two nodes: a worker and then a whole node die, and nothing in the store is different."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.demo import TWEETS
from pipeline.steps import Classify, Embed, TellPsApart
from pipeline.store import connect
from specialist.predict import Specialist

COUNT, CHUNK = 240, 30
# Runs all stages on the cluster, in small chunks. The first worker to classify a chunk kills itself at that; the first
# to embed one on the node with the resource "second" says so in a file and waits for its node to die.
SCRIPT = """
import os, signal, sys, time
from dataclasses import dataclass
from pathlib import Path
from pipeline import stages, steps
from pipeline.cli.console import Bars
from pipeline.engine import EngineName
from pipeline.ingest import ColumnNames
from pipeline.run import Settings, run_stages

source, db, folder, chunk = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])

def is_first(name):
    try:
        open(f"{folder}/{name}", "x").close()
    except FileExistsError:
        return False
    return True

class Dying(steps.Classify):
    def __call__(self, tweets, advance):
        if is_first("died"):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__(tweets, advance)

class Waiting(steps.Embed):
    def __call__(self, tweets, advance):
        import ray
        on_second = ray.get_runtime_context().get_node_id() == Path(f"{folder}/second").read_text()
        if on_second and is_first("waiting"):
            time.sleep(600)
        return super().__call__(tweets, advance)

stages.CHUNK, stages.Classify, stages.Embed = chunk, Dying, Waiting
settings = Settings(
    inputs=(source,), brands=None, specialist="default", columns=ColumnNames(), engine=EngineName.RAY
)
run_stages(db, settings, Bars())
"""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two nodes of one processor each, which listen on loopback only."""
    environment = {
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": secrets.token_hex(32),
        "RAY_worker_niceness": "0",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        from ray.cluster_utils import Cluster

        nodes = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
        try:
            yield nodes
        finally:
            nodes.shutdown()


@pytest.mark.slow
def test_a_run_on_a_cluster_that_loses_a_worker_and_a_node_answers_as_this_machine_does(
    cluster: Any, tmp_path: Path
) -> None:
    source, db = tmp_path / "tweets.csv", tmp_path / "store.duckdb"
    source.write_text(
        "".join(TWEETS.read_text(encoding="utf-8").splitlines(keepends=True)[: COUNT + 1]), encoding="utf-8"
    )
    second = cluster.add_node(num_cpus=1)
    (tmp_path / "second").write_text(second.node_id)
    run = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, source, db, tmp_path, str(CHUNK)],
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"RAY_ADDRESS": cluster.address},
    )
    try:
        while not (tmp_path / "waiting").exists():
            assert run.poll() is None, run.communicate()[1]
            time.sleep(0.2)
        cluster.remove_node(second, allow_graceful=False)
        said = run.communicate(timeout=540)[1]
    finally:
        run.kill()
    assert run.returncode == 0, said
    assert (tmp_path / "died").exists()
    _assert_answered_as_here(db)
    assert sorted(path.name for path in tmp_path.glob("store*")) == ["store.duckdb", "store.duckdb.lock"]


def _assert_answered_as_here(db: Path) -> None:
    """Every tweet has what this process answers for all of them at once, bit for bit."""
    specialist = Specialist.load()
    with connect(db) as connection:
        tweets = connection.sql("SELECT tweet_id, text FROM tweets ORDER BY tweet_id").to_arrow_table()
        assert len(tweets) > 0.98 * COUNT
        answers = Classify(specialist)(tweets, _ignore)
        columns = ", ".join(TellPsApart(specialist).columns)
        answered = connection.sql(
            f"""SELECT {columns} FROM tweets JOIN classifications USING (tweet_id) JOIN sentiments USING (tweet_id)
            ORDER BY tweet_id"""
        ).to_arrow_table()
        expected = {
            "classifications": answers.select(answers.column_names[:10]),
            "sentiments": answers.select(["tweet_id", *answers.column_names[10:]]),
            "embeddings": Embed()(tweets, _ignore),
            "p_sentiments": TellPsApart(specialist)(answered, _ignore),
        }
        for table, rows in expected.items():
            connection.register("expected", rows)
            columns = ", ".join(rows.column_names)
            found = connection.sql(f"SELECT {columns} FROM {table} ORDER BY ALL").fetchall()
            connection.execute(f"CREATE OR REPLACE TEMP TABLE wanted AS FROM {table} LIMIT 0")
            connection.execute("INSERT INTO wanted BY NAME FROM expected")
            wanted = connection.sql(f"SELECT {columns} FROM wanted ORDER BY ALL").fetchall()
            assert found == wanted, table


def _ignore(_: int) -> None:
    return None
