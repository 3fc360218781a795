"""The command line: its help, its documentation, its errors and exit codes."""

import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.main import get_command

from pipeline.cli import app

DOCS = Path(__file__).parents[2] / "docs"
COMMANDS = [
    "demo",
    "run",
    "classify",
    "painpoints",
    "alerts",
    "topics",
    "export",
    "train",
    "validate",
    "bench",
    "dashboard",
]
HEAVY = [
    "torch",
    "transformers",
    "onnxruntime",
    "openvino",
    "umap",
    "bertopic",
    "hdbscan",
    "sklearn",
    "pandas",
    "streamlit",
]

Mmx = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    command = get_command(app).commands[name]  # type: ignore[attr-defined]
    assert command.help
    assert command.epilog.startswith(f"Example: `mmx {name} ")
    assert all(parameter.help for parameter in command.params)


def test_the_documentation_says_what_the_help_says() -> None:
    page = runpy.run_path(str(DOCS / "commands.py"))["page"]()
    assert (DOCS / "commands.md").read_text(encoding="utf-8") == page, "run: python docs/commands.py"


def test_help_loads_nothing_heavy() -> None:
    script = "import sys; from pipeline.cli import app; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert set(HEAVY) & set(done.stdout.split()) == set()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "missing.csv", "--db", "x.duckdb"], "there is no file missing.csv"),
        (["classify", "missing.csv", "-o", "out.csv"], "missing.csv"),
        (["classify", "missing.csv", "-o", "out.docx"], "must end in .csv, .jsonl, .parquet"),
        (["painpoints", "--db", "missing.duckdb", "--brand", "Ollo"], "there is no store at missing.duckdb"),
        (["topics", "--db", "missing.duckdb"], "there is no store at missing.duckdb"),
        (["export", "--db", "missing.duckdb", "-o", "out.csv"], "there is no store at missing.duckdb"),
        (["dashboard", "--db", "no_folder/missing.duckdb"], "there is no folder"),
        (["train", "missing.csv", "-o", "mine"], "missing.csv cannot be read"),
        (["train", "missing.csv", "-o", "mine", "--recipe", "none"], "there is no recipe"),
        (["validate", "missing.csv", "--specialist", "nowhere"], 'there is no specialist "nowhere"'),
        (["run", "nowhere/*.csv", "--db", "x.duckdb"], "no file matches nowhere/*.csv"),
        (["run", "ftp://host/x.csv", "--db", "x.duckdb"], "ftp://host/x.csv cannot be"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    mmx: Mmx, tmp_path: Path, arguments: list[str], says: str
) -> None:
    done = mmx(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("mmx: ")
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_port_that_is_taken_is_named(mmx: Mmx, tmp_path: Path) -> None:
    import socket

    from pipeline.store import building

    db = tmp_path / "store.duckdb"
    with building(db):
        pass
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = mmx("dashboard", "--db", db, "--no-browser", "--port", str(port))
    assert done.returncode == 2
    assert f"port {port} is taken" in done.stderr
