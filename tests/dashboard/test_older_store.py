"""A store that an older version made: the way on for who may bring it up to date, and who can for all others."""

import socket
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from filelock import FileLock
from streamlit.testing.v1 import AppTest

from pipeline import access_rights, jobs, store_files
from pipeline.job_record import CANCELLED, FAILED
from pipeline.store import connect
from specialist.predict import full_name

TITLE = "These tweets need bringing up to date"


@pytest.fixture(params=[1, 2])
def old(
    request: pytest.FixtureRequest, make_store, tweets: pd.DataFrame, tmp_path: Path, write_older
) -> Path:
    """A store of each older version, with a brand that no list of ours has."""
    made = make_store(tweets.iloc[::6])
    db = tmp_path / "old.duckdb"
    write_older(request.param, made, db)
    return db


def written_in(app: AppTest) -> str:
    assert not app.exception
    elements = [*app.title, *app.markdown, *app.caption, *app.info, *app.success, *app.error, *app.warning]
    return "\n".join(element.value for element in elements).replace("\\", "")


def buttons(app: AppTest) -> list[str]:
    return [button.label for button in app.main.button]


@pytest.mark.parametrize("page", ["overview", "compare", "topics", "pain_points", "tweets", "data"])
def test_every_page_shows_the_one_way_on(open_page, old: Path, page: str) -> None:
    app = open_page(page, store=old)
    assert [title.value for title in app.title] == [TITLE]
    assert buttons(app) == ["Bring it up to date"]


def test_the_command_line_opens_it_too(old: Path, mmx) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = mmx("dashboard", "--db", old, "--port", str(port), "--no-browser")
    assert f"{old} was made by an older version of mmx: the dashboard brings it up to date" in done.stdout
    assert f"port {port} is taken" in done.stderr


def test_in_read_only_mode_it_is_said_who_can(open_page, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MMX_READ_ONLY", "1")
    app = open_page(store=old)
    assert "read-only: whoever runs it can do that" in written_in(app)
    assert str(old) in app.code[0].value
    assert not buttons(app)


def test_who_may_see_some_brands_only_is_told_who_can(
    open_page, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "dashboard.access.of_visitor", lambda _: access_rights.Access(brands=frozenset({"lumen"}))
    )
    app = open_page(store=old)
    assert "Whoever may see all brands can do that here." in written_in(app)
    assert not buttons(app)


def test_while_another_run_writes_it_that_is_said(open_page, old: Path) -> None:
    app = open_page(store=old)
    with FileLock(store_files.beside(old, "lock")):
        app.button(key="bring_up_to_date").click().run()
    assert "Tweets are being added to this store already; try again when that is done." in written_in(app)
    assert buttons(app) == ["Bring it up to date"]


def test_a_specialist_that_is_gone_is_named_and_the_store_left_as_it_is(open_page, old: Path) -> None:
    with duckdb.connect(str(old)) as connection:
        connection.execute("""UPDATE runs SET parameters = '{"specialist": "/nowhere/mine"}'""")
    before = old.read_bytes()
    app = open_page(store=old)
    app.button(key="bring_up_to_date").click().run()
    app = until_over(app, old)
    job = jobs.current(old)
    assert job is not None
    assert job.state.state == FAILED
    assert "/nowhere/mine" in written_in(app)
    assert "Traceback" not in written_in(app)
    assert buttons(app) == ["OK", "Bring it up to date"]
    assert old.read_bytes() == before


def until_over(app: AppTest, db: Path) -> AppTest:
    deadline = time.monotonic() + 300
    while not (job := jobs.current(db)) or not job.is_over:
        assert time.monotonic() < deadline, job
        time.sleep(0.2)
    return app.run()


@pytest.mark.slow
def test_a_click_brings_it_up_to_date_and_shows_the_dashboard(
    open_page: Callable[..., AppTest], old: Path
) -> None:
    with duckdb.connect(str(old)) as connection:
        brands = connection.execute("FROM brands ORDER BY brand_id").fetchall()
        mentions = connection.execute("FROM mentions ORDER BY ALL").fetchall()
    before = old.read_bytes()
    app = open_page(store=old)
    app.button(key="bring_up_to_date").click().run()
    assert "Bringing the tweets up to date" in written_in(app)
    # Stopped, it is as it was; begun again, it goes on to its end.
    app.button(key="stop_job").click().run()
    job = jobs.current(old)
    assert job is not None
    assert job.state.state == CANCELLED
    assert "Stopped; nothing was changed." in written_in(app.run())
    assert old.read_bytes() == before
    app.button(key="bring_up_to_date").click().run()
    app = until_over(app, old)
    assert [title.value for title in app.title] == ["Overview"]
    with connect(old) as connection:
        # Of brands that only the store knows, none is lost.
        assert connection.execute("FROM brands ORDER BY brand_id").fetchall() == brands
        assert connection.execute("FROM mentions ORDER BY ALL").fetchall() == mentions
        judges = connection.execute("SELECT DISTINCT specialist FROM classifications").fetchall()
        assert judges == [(full_name(),)]
    data = open_page("data", store=old)
    assert "The tweets are up to date" in written_in(data)
    assert "None: this run brought the store up to date." in written_in(data)
    assert store_files.previous(old).read_bytes() == before
