"""Who may see what in the dashboard: on every page, by every address, in every file, one person after another."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from itertools import chain, product
from pathlib import Path

import pytest
from offers import recorded
from streamlit.testing.v1 import AppTest

from dashboard import access, correction_form, frame, older_store, upload, upload_progress
from dashboard import store as stores
from pipeline import access_rights, corrections, jobs
from pipeline.access_rights import Access, NoAccessError

APP = Path(__file__).parents[2] / "dashboard" / "app.py"

RULES = """
[[access]]
who = ["@velvet.example"]
brands = ["Velvet Row"]

[[access]]
who = ["chief@velvet.example"]
everything = true

[[access]]
who = ["@later.example"]
brands = ["not-here-yet"]
"""
CHIEF = {"is_logged_in": True, "email": "chief@velvet.example", "name": "The Chief"}
VIOLA = {"is_logged_in": True, "email": "viola@velvet.example", "name": "Viola **V**"}
NOBODY = {"is_logged_in": False}
# Brands, and words that only tweets about other brands, and topics of only these, have.
OTHERS = ("Lumen", "Kettle & Crow", "Outfitters", "الصباح", "lost the signal", "signal lost", "winter 3")
HOSTILE: list[dict[str, str | list[str]]] = [
    {"period": "all"},
    {"brand": "lumen", "period": "all", "topic": "5", "q": "again, evening"},
    {"industry": "Telecom", "period": "all", "topic": "5", "detail": "2", "assigned": "true"},
    {"brand": "harrow-pine", "p": "place", "period": "all", "zoom": "yes", "source": "vader"},
    {
        "brand": ["velvet-row", "lumen"],
        "period": "all",
        "topic": "-1",
        "sentiment": "negative",
        "via": "tweets",
    },
    {"brand": "velvet-row' OR true --", "period": "all", "view": "alerts", "corrected": "true", "page": "9"},
]
Open = Callable[..., AppTest]


@pytest.fixture
def db(store_file: Path, tmp_path: Path) -> Path:
    """A store of the test's own, with a file of access rights."""
    file = Path(shutil.copy(store_file, tmp_path / "tweets.duckdb"))
    access_rights.beside(file).write_text(RULES)
    return file


@pytest.fixture
def open_as(monkeypatch: pytest.MonkeyPatch, db: Path) -> Open:
    """Open a page as somebody, with a link's parameters."""

    def opened(
        user: dict[str, object] | None, page: str = "overview", /, **query: str | list[str]
    ) -> AppTest:
        monkeypatch.setenv("MMX_DB", str(db))
        app = AppTest.from_file(APP, default_timeout=60)
        app.user = {} if user is None else user
        app.secrets["auth"] = {"client_id": "mmx"}
        for parameter, value in query.items():
            app.query_params[parameter] = value
        app.switch_page(f"app_pages/{page}.py")
        return app.run()

    return opened


def all_sent(app: AppTest) -> bytes:
    """Return all that the browser would be sent of a page: texts, tables, charts, options."""
    assert not app.exception
    elements = chain(app.main, app.sidebar)
    sent = b"".join(one.proto.SerializeToString() for one in elements if one.proto is not None)
    return sent.replace("\u2060".encode(), b"")  # what keeps an address from becoming a link


def told_of(sent: bytes) -> list[str]:
    return [words for words in OTHERS if words.encode() in sent]


@pytest.mark.parametrize("page", list(frame.PAGES))
def test_no_page_and_no_link_tells_of_other_brands(open_as: Open, page: str) -> None:
    """The page was drawn for who may see everything just before, so that what is remembered is theirs."""
    seen = set()
    for query in HOSTILE:
        if not seen:
            seen |= set(told_of(all_sent(open_as(CHIEF, page, **query))))
        of_viola = all_sent(open_as(VIOLA, page, **query))
        assert told_of(of_viola) == [], query
        if page not in ("live", "about"):
            assert b"Velvet Row" in of_viola
    # What is looked for is there to be found.
    assert seen or page in ("live", "about")


@pytest.mark.slow
def test_no_file_taken_away_tells_of_other_brands(open_as: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    files = recorded(monkeypatch)

    def taken(user: dict[str, object], page: str, query: dict[str, str | list[str]]) -> bytes:
        files.clear()
        open_as(user, page, **query)
        return b"".join(build() for name, build in files.items() if name.endswith((".csv", ".html")))

    of_chief = b"".join(taken(CHIEF, page, HOSTILE[0]) for page in ("overview", "compare", "tweets"))
    assert set(told_of(of_chief)) >= {"Lumen", "Kettle & Crow", "lost the signal"}
    for page, query in product(("overview", "compare", "topics", "pain_points", "tweets"), HOSTILE[:2]):
        content = taken(VIOLA, page, query)
        assert told_of(content) == [], (page, query)
        assert content or page not in ("overview", "tweets") or "q" in query


@pytest.mark.parametrize(
    ("user", "says"),
    [
        (None, "login is not set up"),
        (NOBODY, "Please log in"),
        (
            {"is_logged_in": True, "email": "eve@evil.example"},
            "The account eve@\u2060evil.example has no access",
        ),
        (
            {"is_logged_in": True, "email": "chief@velvet.example", "email_verified": False},
            "no e-mail address",
        ),
        ({"is_logged_in": True, "name": "Nameless"}, "no e-mail address"),
        ({"is_logged_in": False, "email": "chief@velvet.example"}, "Please log in"),
        ({"email": "chief@velvet.example"}, "login is not set up"),
    ],
)
def test_who_has_no_access_sees_why(open_as: Open, user: dict[str, object] | None, says: str) -> None:
    app = open_as(user)
    told = " ".join(element.value for element in (*app.markdown, *app.warning)).replace("\\", "")
    assert says in told


@pytest.mark.parametrize("page", list(frame.PAGES))
@pytest.mark.parametrize("user", [NOBODY, {"is_logged_in": True, "email": "eve@evil.example"}])
def test_who_has_no_access_sees_nothing_else(open_as: Open, page: str, user: dict[str, object]) -> None:
    app = open_as(user, page, **HOSTILE[1])
    sent = all_sent(app)
    assert b"Velvet Row" not in sent
    assert told_of(sent) == []
    assert len(app.sidebar) == 0
    assert not app.get("arrow_data_frame") and not app.get("file_uploader") and not app.selectbox


def test_a_mistake_in_the_rules_lets_nobody_in(open_as: Open, db: Path) -> None:
    access_rights.beside(db).write_text("[[access]]\nwho = ['chief@velvet.example']\nbrand = ['x']")
    app = open_as(CHIEF)
    assert app.title[0].value == "You have no access"
    assert "brand is not known" in app.warning[0].value


def test_a_change_of_the_rules_holds_from_the_next_click_on(open_as: Open, db: Path) -> None:
    app = open_as(VIOLA, period="all")
    assert "Velvet Row" in app.selectbox(key="brand").options[-1]
    access_rights.beside(db).write_text("[[access]]\nwho = ['@velvet.example']\nbrands = ['lumen']")
    app.run()
    assert [option for option in app.selectbox(key="brand").options if "Velvet" in option] == []
    access_rights.beside(db).write_text("")
    app.run()
    assert app.title[0].value == "You have no access"


def test_brands_without_tweets_yet_are_said_to_have_none(open_as: Open) -> None:
    app = open_as({"is_logged_in": True, "email": "ann@later.example"})
    assert app.title[0].value == "There are no tweets about your brands yet"


def test_login_without_rules_shows_everything_to_who_is_logged_in(open_as: Open, db: Path) -> None:
    access_rights.beside(db).unlink()
    assert told_of(all_sent(open_as(VIOLA, period="all")))
    app = open_as(NOBODY)
    assert [button.label for button in app.button] == ["Log in"]
    assert told_of(all_sent(app)) == []


def test_the_sidebar_says_who_is_logged_in_and_that_not_all_is_seen(open_as: Open) -> None:
    app = open_as(VIOLA)
    assert r"Viola \*\*V\*\*" in app.sidebar.caption[-2].value
    assert "among these brands only" in app.sidebar.caption[-1].value
    assert "among these brands only" not in open_as(CHIEF).sidebar.caption[-1].value
    assert app.button(key="logout").label == "Log out"


def test_logging_out_ends_what_is_seen(open_as: Open) -> None:
    app = open_as(VIOLA)
    app.button(key="logout").click().run()
    assert "Please log in" in app.markdown[0].value


def test_who_may_see_some_brands_neither_adds_tweets_nor_sees_how_they_came(open_as: Open, db: Path) -> None:
    app = open_as(VIOLA, "data")
    assert not app.get("file_uploader")
    assert b"tweets.csv" not in all_sent(app)
    assert str(db.parent).encode() not in all_sent(app)
    assert open_as(CHIEF, "data").get("file_uploader")


def test_a_correction_keeps_who_made_it(open_as: Open, db: Path) -> None:
    app = open_as(VIOLA, "tweets", period="all")
    app.button(key=next(button.key for button in app.button if button.label == "Save")).click().run()
    kept = corrections.every(corrections.beside(db))
    assert [one.by for one in kept] == ["viola@velvet.example"]
    assert kept[0].at is not None
    seen_by_chief = open_as(CHIEF, "tweets", period="all", corrected="true")
    assert b"Corrected by viola@velvet" in all_sent(seen_by_chief)


def test_who_cannot_be_trusted_with_an_address_corrects_as_nobody(open_as: Open, db: Path) -> None:
    access_rights.beside(db).unlink()
    app = open_as(VIOLA | {"email_verified": False}, "tweets", period="all")
    app.button(key=next(button.key for button in app.button if button.label == "Save")).click().run()
    assert [one.by for one in corrections.every(corrections.beside(db))] == [""]


def test_every_way_to_write_is_closed_in_read_only_mode(
    store_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also to who kept a page open, or sends what its buttons would."""
    written: list[str] = []
    monkeypatch.setattr(corrections, "correct", lambda *_: written.append("correct"))
    monkeypatch.setattr(corrections, "undo", lambda *_: written.append("undo"))
    monkeypatch.setattr(jobs, "start", lambda *_: written.append("start"))
    monkeypatch.setattr(jobs, "bring_up_to_date", lambda *_: written.append("bring up to date"))
    monkeypatch.setattr(jobs, "cancel", lambda *_: written.append("cancel"))
    store = stores.current(store_file)
    tweet = store.frame("FROM judged LIMIT 1").iloc[0]

    def write_all() -> None:
        correction_form._keep(store, tweet, None)
        correction_form._keep(store, tweet, correction_form.corrected.labels(tweet))
        upload_progress._stop(store_file, None)  # type: ignore[arg-type]
        older_store._begin(store_file)
        upload._start(store_file, None, None)  # type: ignore[arg-type]

    monkeypatch.setenv("MMX_READ_ONLY", "1")
    with pytest.raises(NoAccessError, match="read-only"):
        write_all()
    assert written == []


def test_adding_needs_access_to_everything(store_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    access.check_may_add(store_file)
    monkeypatch.setattr(access, "of_visitor", lambda _: Access(brands=frozenset({"velvet-row"})))
    with pytest.raises(NoAccessError, match="some brands only"):
        access.check_may_add(store_file)
