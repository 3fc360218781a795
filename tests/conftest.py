"""What tests of several parts share: the command line as a user runs it, and the demo's store."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Mmx = Callable[..., subprocess.CompletedProcess[str]]


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
