"""The store: built beside the live file, published whole, taken up again after a crash, refused when it is no store."""

import multiprocessing
import re
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from pipeline.errors import InputError
from pipeline.schema import SCHEMA_VERSION
from pipeline.store import building, connect, insert, transaction

DOCS = Path(__file__).parents[2] / "docs" / "store.md"


def add_brand(connection: duckdb.DuckDBPyConnection, brand_id: str) -> None:
    connection.execute("INSERT INTO brands VALUES (?, ?, 'Fashion', NULL)", [brand_id, brand_id.title()])


def brands(db: Path) -> list[str]:
    with connect(db) as connection:
        return [row[0] for row in connection.execute("SELECT brand_id FROM brands ORDER BY 1").fetchall()]


def test_readers_see_the_old_store_until_the_new_one_is_whole(tmp_path: Path) -> None:
    db = tmp_path / "store.duckdb"
    with building(db) as connection:
        add_brand(connection, "ollo")
    with connect(db) as reader:
        with building(db) as connection:
            add_brand(connection, "barelle")
            assert brands(db) == ["ollo"]
        assert reader.execute("SELECT count(*) FROM brands").fetchone() == (1,)
    assert brands(db) == ["barelle", "ollo"]


def test_a_failed_run_leaves_the_live_store_and_the_next_goes_on(tmp_path: Path) -> None:
    db = tmp_path / "store.duckdb"
    with building(db) as connection:
        add_brand(connection, "ollo")
    with pytest.raises(ZeroDivisionError), building(db) as connection:
        add_brand(connection, "barelle")
        with transaction(connection):
            add_brand(connection, "kestrel")
            raise ZeroDivisionError
    assert brands(db) == ["ollo"]
    with building(db) as connection:
        found = connection.execute("SELECT brand_id FROM brands ORDER BY 1").fetchall()
        assert found == [("barelle",), ("ollo",)]
    assert brands(db) == ["barelle", "ollo"]
    assert [path.name for path in tmp_path.iterdir() if "building" in path.name] == []


def test_work_on_an_older_version_is_not_published_over_a_newer_one(tmp_path: Path) -> None:
    db, other = tmp_path / "store.duckdb", tmp_path / "other.duckdb"
    with building(db) as connection:
        add_brand(connection, "ollo")
    with pytest.raises(ZeroDivisionError), building(db) as connection:
        add_brand(connection, "stale")
        raise ZeroDivisionError
    with building(other) as connection:
        add_brand(connection, "newer")
    other.replace(db)
    with building(db) as connection:
        add_brand(connection, "barelle")
    assert brands(db) == ["barelle", "newer"]


def test_a_process_killed_while_it_writes_loses_only_what_it_had_not_committed(tmp_path: Path) -> None:
    db = tmp_path / "store.duckdb"
    script = f"""
import os, signal
from pathlib import Path
from pipeline.store import building, transaction
with building(Path({str(db)!r})) as connection:
    connection.execute("INSERT INTO brands VALUES ('ollo', 'Ollo', 'Fashion', NULL)")
    connection.begin()
    connection.execute("INSERT INTO brands VALUES ('half', 'Half', 'Fashion', NULL)")
    os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", script], check=False)
    assert done.returncode == -signal.SIGKILL
    assert not db.exists()
    with building(db):
        pass
    assert brands(db) == ["ollo"]


def _hold(
    db: Path, held: "multiprocessing.synchronize.Event", go: "multiprocessing.synchronize.Event"
) -> None:
    with building(db):
        held.set()
        go.wait(20)


def test_two_runs_at_once_the_second_says_so(tmp_path: Path) -> None:
    db = tmp_path / "store.duckdb"
    context = multiprocessing.get_context("spawn")
    held, go = context.Event(), context.Event()
    first = context.Process(target=_hold, args=(db, held, go))
    first.start()
    assert held.wait(20)
    with pytest.raises(InputError, match="another run is writing"), building(db):
        pass
    go.set()
    first.join(20)
    with building(db):
        pass


def test_what_is_no_store_is_refused_in_words(tmp_path: Path) -> None:
    missing, text, plain = (tmp_path / name for name in ("missing.duckdb", "text.duckdb", "plain.duckdb"))
    text.write_text("tweet_id,text\n")
    duckdb.connect(str(plain)).close()
    for path, says in [
        (missing, "there is no store"),
        (text, "not a readable DuckDB file"),
        (plain, "not a store"),
    ]:
        with pytest.raises(InputError, match=says):
            connect(path)
    for path in (text, plain):
        before = path.read_bytes()
        with pytest.raises(InputError), building(path):
            pass
        assert path.read_bytes() == before


def test_another_schema_version_is_refused(tmp_path: Path) -> None:
    db = tmp_path / "store.duckdb"
    with building(db) as connection:
        connection.execute("UPDATE meta SET value = '999' WHERE key = 'schema_version'")
    with pytest.raises(InputError, match=f"schema version 999, this program reads {SCHEMA_VERSION}"):
        connect(db)


def test_every_table_and_column_is_documented(tmp_path: Path) -> None:
    db = tmp_path / "store.duckdb"
    with building(db):
        pass
    text = DOCS.read_text(encoding="utf-8")
    headings = set(re.findall(r"\w+", " ".join(re.findall(r"^### (.*)$", text, re.MULTILINE))))
    documented = set(re.findall(r"\w+", " ".join(re.findall(r"`[^`]+`", text))))
    with connect(db) as connection:
        found = connection.execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal"
        ).fetchall()
    assert {table for table, _ in found} - headings == set()
    assert {column for _, column in found} - documented == set()


def test_rows_go_in_by_the_names_of_their_columns(tmp_path: Path) -> None:
    import pandas as pd

    db = tmp_path / "store.duckdb"
    rows = pd.DataFrame({"industry": ["Fashion"], "handle": ["@o"], "name": ["Ollo"], "brand_id": ["ollo"]})
    with building(db) as connection:
        insert(connection, "brands", rows)
        insert(connection, "brands", rows.assign(name="Other"), on_conflict="OR IGNORE")
        assert connection.execute("SELECT name, handle FROM brands").fetchall() == [("Ollo", "@o")]
        insert(connection, "brands", rows.assign(name="Other"), on_conflict="OR REPLACE")
        assert connection.execute("SELECT name FROM brands").fetchall() == [("Other",)]
