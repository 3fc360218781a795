"""The frame: what is said without a store, with an empty one, and how light the first page is."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs

import pytest

PAGES = ["overview", "compare", "topics", "pain_points", "tweets"]
FIRST_PAGE = """
import json, sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file({app!r}, default_timeout=60)
app.query_params["brand"] = "harrow-pine"
app.run()
assert not app.exception and app.title[0].value == "Overview"
print(json.dumps(sorted(name for name in sys.modules if "." not in name)))
"""


def words(app) -> str:
    assert not app.exception
    shown = [*app.title, *app.main.markdown, *app.main.caption, *app.warning, *app.code]
    return "\n".join(element.value for element in shown).replace("\\", "")


@pytest.mark.parametrize("page", PAGES)
def test_without_a_store_each_page_says_how_to_get_one(open_page, page):
    shown = words(open_page(page, store=None))
    assert "No store was given." in shown
    for command in ("mmx demo", "mmx run tweets.csv --db tweets.duckdb", "mmx dashboard --db tweets.duckdb"):
        assert command in shown


def test_missing_store_is_named(open_page, tmp_path):
    assert f"There is no store at {tmp_path / 'none.duckdb'}." in words(
        open_page(store=tmp_path / "none.duckdb")
    )


@pytest.mark.parametrize("content", [b"", b"not a database", b"\0" * 20_000])
def test_file_that_is_no_store_is_named(open_page, tmp_path, content):
    file = tmp_path / "tweets.duckdb"
    file.write_bytes(content)
    shown = words(open_page(store=file))
    assert "tweets.duckdb" in shown
    assert "mmx demo" in shown


@pytest.mark.parametrize("page", PAGES)
def test_store_without_tweets_says_how_to_add_some(open_page, make_store, tweets, page):
    app = open_page(page, store=make_store(tweets.iloc[:0]))
    assert "This store holds no tweets to show" in words(app)
    assert "Add tweets on the page Data" in [link.label for link in app.main.get("page_link")]


def test_store_without_english_tweets_says_why_there_is_nothing(open_page, make_store, tweets):
    shown = words(open_page(store=make_store(tweets[tweets.lang != "en"])))
    assert "It holds 5 tweets, none that the specialist could read: it reads English." in shown


def test_store_whose_tweets_mention_no_brand(open_page, make_store, tweets):
    app = open_page(store=make_store(tweets[tweets.brands.map(len) == 0]))
    assert "No tweets for All brands" in words(app)
    assert app.selectbox(key="brand").options == ["All brands"]


def test_store_given_on_the_command_line_comes_first(open_page, store_file, monkeypatch, mentioned):
    monkeypatch.setattr(sys, "argv", ["app.py", "--db", str(store_file)])
    app = open_page(store=Path("/nowhere.duckdb"), period="all")
    assert next(m.value for m in app.metric if m.label == "Mentions") == str(len(mentioned))


@pytest.mark.parametrize("page", PAGES)
def test_first_visitor_of_a_server_may_come_by_a_link_to_any_page(open_page, page):
    app = open_page(page, brand="harrow-pine", period="30d")
    assert not app.exception
    assert app.query_params["brand"] == "harrow-pine"
    assert app.selectbox(key="brand").value == "harrow-pine"


def test_links_carry_the_filters(open_page):
    app = open_page(brand="harrow-pine", period="30d", p="place", sentiment="negative")
    for link in app.main.get("page_link"):
        carried = parse_qs(link.proto.query_string)
        assert carried["period"] == ["30d"]
        assert carried.get("brand") == ["harrow-pine"] or carried.get("industry") == ["Fashion"]


def test_first_page_imports_nothing_heavy(store_file):
    app = Path(__file__).parents[2] / "dashboard" / "app.py"
    ran = subprocess.run(
        [sys.executable, "-c", FIRST_PAGE.format(app=str(app))],
        env=os.environ | {"MMX_DB": str(store_file)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    imported = set(json.loads(ran.stdout.splitlines()[-1]))
    assert {"streamlit", "duckdb"} <= imported
    heavy = {
        "torch",
        "transformers",
        "umap",
        "hdbscan",
        "bertopic",
        "sklearn",
        "onnxruntime",
        "openvino",
        "numba",
    }
    assert not heavy & imported
