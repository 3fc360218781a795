"""Inputs by pattern and URL come to the same tweets as the files themselves."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pandas as pd
import pytest

from pipeline.demo import TWEETS
from pipeline.errors import InputError
from pipeline.locations import local_files
from pipeline.progress import Silent

Mmx = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Exports of some months in folders, among other files."""
    for month in ("2026-01", "2026-02"):
        (tmp_path / month).mkdir()
        for name in ("a.csv", "b.csv", "notes.txt"):
            (tmp_path / month / name).write_text(f"text\n{month} {name}\n")
    return tmp_path


def contents(*inputs: str) -> list[str]:
    with local_files(inputs, Silent()) as paths:
        return [path.read_text().split("\n")[1] for path in paths]


ALL = [f"{month} {name}" for month in ("2026-01", "2026-02") for name in ("a.csv", "b.csv")]


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_a_pattern_stands_for_its_files_in_order_of_their_names(folder: Path, scheme: str) -> None:
    place = f"{scheme}{folder}"
    assert contents(f"{place}/2026-*/*.csv") == ALL
    assert contents(f"{place}/2026-02/b.csv", f"{place}/2026-01/*.csv") == [ALL[3], ALL[0], ALL[1]]
    with pytest.raises(InputError, match=r"no file matches .*nothing-\*\.csv"):
        contents(f"{place}/nothing-*.csv")


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(folder: Path) -> None:
    (folder / "tweets[1].csv").write_text("text\nmine\n")
    assert contents(f"{folder}/tweets[1].csv") == ["mine"]


def test_a_copy_from_elsewhere_is_gone_when_it_was_read(folder: Path) -> None:
    with local_files([f"file://{folder}/2026-01/a.csv"], Silent()) as paths:
        assert paths[0].name == "a.csv"
        assert folder not in paths[0].parents
    assert not paths[0].exists()


def test_a_url_that_cannot_be_read_is_named_without_its_signature(folder: Path) -> None:
    for url in (f"file://{folder}/missing.csv", "http://127.0.0.1:9/x.csv?signature=SECRET"):
        with pytest.raises(InputError, match="cannot be read") as error:
            contents(url)
        assert "SECRET" not in str(error.value)


@pytest.mark.slow
def test_a_run_reads_parquet_by_pattern_and_a_csv_from_a_web_server(tmp_path: Path, mmx: Mmx) -> None:
    tweets = pd.read_csv(TWEETS, dtype={"id": "str"}, nrows=60)
    (tmp_path / "web").mkdir()
    tweets[:20].to_csv(tmp_path / "web" / "first.csv", index=False)
    for number in (1, 2):
        tweets[20 * number : 20 * number + 20].to_parquet(tmp_path / f"part-{number}.parquet", index=False)
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path / "web"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/first.csv"
    done = mmx("run", f"{tmp_path}/part-*.parquet", url, "--db", tmp_path / "store.duckdb")
    server.shutdown()
    assert done.returncode == 0, done.stderr
    for name in ("part-1.parquet", "part-2.parquet", "first.csv"):
        assert f"{name}: 20 rows, 20 new tweets." in done.stderr
    shutil.rmtree(tmp_path / "web")
    again = mmx("run", f"{tmp_path}/part-?.parquet", "--db", tmp_path / "store.duckdb")
    assert "Nothing new to classify" in again.stderr
