"""What tests of several parts share: the command line as a user runs it, and the demo's store."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

Mmx = Callable[..., subprocess.CompletedProcess[str]]
WriteOlder = Callable[[int, Path, Path], None]

OLDER_SCHEMAS = Path(__file__).parent / "pipeline" / "older_schemas"
# Tables that each version had.
KEPT = ("tweets", "brands", "mentions", "classifications", "sentiments", "embeddings", "rejects", "runs")


@pytest.fixture(scope="session")
def mmx() -> Mmx:
    """Run `mmx` in a process of its own, as a user does."""

    def run(*arguments: str | Path, timeout: float = 300) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pipeline", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)

    return run


@pytest.fixture(scope="session")
def demo_store(tmp_path_factory: pytest.TempPathFactory, mmx: Mmx) -> Path:
    """The store of the demo, built once by the real stages; for reading only."""
    db = tmp_path_factory.mktemp("demo") / "demo.duckdb"
    done = mmx("demo", "--build-only", "--db", db, timeout=900)
    assert done.returncode == 0, done.stderr
    return db


@pytest.fixture(scope="session")
def write_older() -> WriteOlder:
    """What writes a store as an older version of the program did, with what a store holds as far as it had that."""

    def write(version: int, made: Path, db: Path) -> None:
        with duckdb.connect(str(db)) as connection:
            connection.execute((OLDER_SCHEMAS / f"version_{version}.sql").read_text(encoding="utf-8"))
            connection.execute(f"ATTACH '{made}' AS made (READ_ONLY)")
            for table in KEPT:
                columns = connection.execute(
                    """SELECT string_agg(column_name, ', ') FROM duckdb_columns() WHERE database_name = 'made'
                    AND table_name = ? AND column_name IN (SELECT column_name FROM duckdb_columns()
                    WHERE database_name = current_database() AND table_name = ?)""",
                    [table, table],
                ).fetchall()[0][0]
                connection.execute(f"INSERT INTO {table} BY NAME SELECT {columns} FROM made.{table}")

    return write
