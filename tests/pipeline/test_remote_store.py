"""Stores elsewhere: read by their address, never written, and no secret of an address shown."""

from __future__ import annotations

import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from pipeline import remote_store
from pipeline.errors import InputError
from pipeline.store import building, connect

Mmx = Callable[..., subprocess.CompletedProcess[str]]
TWEETS = 3


@pytest.fixture
def db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small store; what the program keeps for the user goes into the test's folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    with building(tmp_path / "tweets.duckdb") as connection:
        for number in range(TWEETS):
            connection.execute(
                """INSERT INTO tweets (tweet_id, content_id, text, lang, source)
                VALUES ($1, $1, 'Lovely', 'en', 'x')""",
                [str(number)],
            )
    return tmp_path / "tweets.duckdb"


@pytest.fixture
def web_server(db: Path) -> Iterator[str]:
    """The store on a web server of this machine, which gives parts of it as object storage does."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def _answer(self, *, with_body: bool) -> None:
            content = db.read_bytes()
            asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
            first, last = map(int, asked.groups()) if asked else (0, len(content) - 1)
            part = content[first : last + 1]
            self.send_response(206 if asked else 200)
            self.send_header("Content-Length", str(len(part)))
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Content-Range", f"bytes {first}-{first + len(part) - 1}/{len(content)}")
            self.end_headers()
            if with_body:
                self.wfile.write(part)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def has_extension(name: str) -> bool:
    try:
        duckdb.connect().execute(f"INSTALL {name}").execute(f"LOAD {name}")
    except duckdb.Error:
        return False
    return True


def test_a_store_on_a_web_server_is_read_or_what_is_missing_for_it_is_said(
    web_server: str, tmp_path: Path, mmx: Mmx
) -> None:
    done = mmx(
        "export", "--db", f"{web_server}/tweets.duckdb?signature=SECRET", "-o", tmp_path / "tweets.csv"
    )
    if has_extension("httpfs"):
        assert done.returncode == 0, done.stderr
        assert len(pd.read_csv(tmp_path / "tweets.csv")) == TWEETS
    else:
        assert done.returncode == 2
        assert done.stderr.startswith(
            f"mmx: {web_server}/tweets.duckdb needs DuckDB's extension httpfs, which is not installed and cannot be"
        )
        assert len(done.stderr.splitlines()) == 1
    assert "SECRET" not in done.stdout + done.stderr


class Elsewhere:
    """A connection on which an extension is loaded and an address leads to a file, as far as a caller can tell."""

    def __init__(self, address: str, leads_to: str) -> None:
        self.real = duckdb.connect()
        self.statements: list[str] = []
        self._address, self._leads_to = address, leads_to

    def execute(self, sql: str, parameters: Any = None) -> Any:
        self.statements.append(sql)
        if sql.startswith(("LOAD", "CREATE SECRET")) or "which_secret" in sql:
            return self.real.execute("SELECT 1 WHERE false")
        return self.real.execute(sql.replace(self._address, self._leads_to), parameters)


def test_a_database_of_motherduck_is_read_under_the_name_that_pages_and_commands_use(db: Path) -> None:
    named = db.rename(db.with_name("marketing.duckdb"))
    connection = Elsewhere("md:marketing", str(named))
    remote_store.attach(connection, remote_store.store_location("md:marketing"))  # type: ignore[arg-type]
    assert connection.statements[:2] == ["LOAD motherduck", "ATTACH 'md:marketing'"]
    counted = connection.real.execute("USE store").execute("SELECT count(*) FROM tweets").fetchall()
    assert counted == [(TWEETS,)]


@pytest.mark.parametrize("has_keys", [True, False])
def test_object_storage_is_read_with_the_keys_of_the_environment_if_there_are_any(
    db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_keys: bool
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("AWS_PROFILE", "AWS_ROLE_ARN", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "KEY" if has_keys else "")
    connection = Elsewhere("s3://bucket/tweets.duckdb", str(db))
    remote_store.attach(connection, remote_store.store_location("s3://bucket/tweets.duckdb"))  # type: ignore[arg-type]
    assert connection.statements[0] == "LOAD httpfs"
    assert connection.statements[-1] == "ATTACH 's3://bucket/tweets.duckdb' AS store (READ_ONLY)"
    assert ("CREATE SECRET (TYPE s3, PROVIDER credential_chain)" in connection.statements) == has_keys
    assert connection.real.execute("SELECT count(*) FROM store.tweets").fetchall() == [(TWEETS,)]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ["run", "x.csv", "--db", "s3://bucket/x.duckdb"],
            "s3://bucket/x.duckdb can only be read: run into a file",
        ),
        (["run", "x.csv", "--db", "md:tweets"], "CREATE OR REPLACE DATABASE tweets FROM"),
        (
            ["painpoints", "--db", "md:x?motherduck_token=SECRET", "--brand", "Ollo"],
            "set the variable motherduck_token",
        ),
        (
            ["report", "--db", "https://me:SECRET@host/x", "--brand", "Ollo", "-o", "x.html"],
            "out of the address https://host/x",
        ),
        (["dashboard", "--db", "ftp://host/x.duckdb"], "ftp://host/x.duckdb cannot be used as a store"),
    ],
)
def test_what_cannot_be_done_with_an_address_is_said_in_one_line_without_its_secrets(
    mmx: Mmx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], says: str
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    Path("x.csv").write_text("text\nLovely\n")
    done = mmx(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("mmx: ")
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "SECRET" not in done.stderr
    kept = "".join(path.read_text() for path in tmp_path.rglob("*.mmx-remote"))
    assert "SECRET" not in kept


def test_an_address_is_kept_where_only_its_user_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    link = remote_store.store_location("https://host/tweets.duckdb?signature=SECRET")
    assert link.stat().st_mode & 0o077 == 0
    assert remote_store.place(link) == "https://host/tweets.duckdb"
    with pytest.raises(InputError) as error:
        connect(link)
    assert "SECRET" not in str(error.value)
