"""The page Data: what was loaded, what was not taken and why, and how to add tweets."""

from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import pandas as pd
from streamlit.testing.v1 import AppTest

HOSTILE = "**bold** <script>alert(1)</script> [link](http://x.example) :red[x] $5 or $6"


def figures(app: AppTest) -> dict[str, str]:
    assert not app.exception
    return {metric.label: metric.value for metric in app.metric}


def table(app: AppTest, column: str) -> pd.DataFrame:
    """Return the one table that has a column of this name."""
    assert not app.exception
    (found,) = [frame.value for frame in app.dataframe if column in frame.value]
    return found


def written_in(app: AppTest) -> str:
    return "\n".join(element.value for element in [*app.markdown, *app.caption])


def add_rejects(store: Path, rejects: Sequence[tuple[str, int, str, str]]) -> None:
    """Add rows that the store's run did not take: file, line, reason, beginning."""
    with duckdb.connect(str(store)) as connection:
        for row in rejects:
            connection.execute("INSERT INTO rejects VALUES ('20261101-090000', ?, ?, ?, ?)", list(row))


def add_runs(store: Path, count: int) -> None:
    """Add runs of one file each, a day apart, from 2 Nov 2026 on."""
    with duckdb.connect(str(store)) as connection:
        connection.execute(
            """INSERT INTO runs SELECT 'run ' || i, TIMESTAMP '2026-11-01 10:00' + INTERVAL (i) DAY,
               TIMESTAMP '2026-11-01 10:00:07' + INTERVAL (i) DAY, '0.1.0', 'default', '{}',
               '[{"path": "days/day ' || i || '.csv", "sha256": "x", "rows": 12, "accepted": 9,
                  "duplicates": 3, "rejects": {}, "notes": ["dates are read day first"]}]',
               12, 9, 3, 0, 9 FROM range(1, ? + 1) r(i)""",
            [count],
        )


def test_says_how_much_the_store_holds(open_page, tweets: pd.DataFrame) -> None:
    shown = figures(open_page("data"))
    assert shown["Tweets"] == f"{len(tweets):,}"
    assert shown["Judged"] == f"{(tweets.lang == 'en').sum():,}"
    assert shown["In other languages"] == "5"
    assert shown["Rows not taken"] == "2"
    assert shown["Brands mentioned"] == "6"
    assert shown["Newest tweet"] == "31 Oct 2026"


def test_lists_runs_with_their_files(open_page, tweets: pd.DataFrame) -> None:
    app = open_page("data")
    run = table(app, "Took").iloc[0]
    assert str(run["Started (UTC)"]) == "2026-11-01 09:00:00"
    assert run["Took"] == "2 min 10 s"
    assert (run["New tweets"], run["Not taken"]) == (len(tweets), 2)
    assert "tweets\\.csv" in written_in(app)
    assert "1 already known or repeated, 2 not taken" in written_in(app)


def test_another_run_shows_its_own_files(open_page, make_store, tweets: pd.DataFrame) -> None:
    store = make_store(tweets)
    add_runs(store, 120)
    app = open_page("data", store=store)
    runs = table(app, "Took")
    assert len(runs) == 100
    assert runs["Started (UTC)"].is_monotonic_decreasing
    assert "newest 100 of 121 runs" in written_in(app)
    assert "day 120\\.csv" in written_in(app)
    app.session_state["runs"] = {"selection": {"rows": [2], "columns": [], "cells": []}}
    app.run()
    assert "day 118\\.csv" in written_in(app)
    assert "dates are read day first" in written_in(app)


def test_rows_not_taken_stand_under_their_reason_a_page_at_a_time(open_page, make_store, tweets) -> None:
    store = make_store(tweets)
    add_rejects(store, [("broken.csv", line, "binary data", f"begins {line}") for line in range(1, 46)])
    app = open_page("data", store=store)
    reasons = app.selectbox(key="reason")
    assert reasons.options == ["binary data: 45 rows", "no text: 2 rows"]
    first = table(app, "Begins with")
    assert list(first["Line"]) == list(range(1, 21))
    assert first["File"].unique().tolist() == ["broken.csv"]
    app.get("pagination")[0].set_value(3).run()
    assert list(table(app, "Begins with")["Begins with"]) == [f"begins {line}" for line in range(41, 46)]
    app.selectbox(key="reason").set_value("no text").run()
    assert list(table(app, "Begins with")["Line"]) == [17, 92]


def test_what_was_not_taken_cannot_harm_the_page(open_page, make_store, tweets: pd.DataFrame) -> None:
    store = make_store(tweets)
    add_rejects(store, [(f"{HOSTILE}.csv", 1, "binary data", HOSTILE)] * 3)
    app = open_page("data", store=store)
    app.selectbox(key="reason").set_value("binary data").run()
    assert set(table(app, "Begins with")["Begins with"]) == {HOSTILE}
    assert HOSTILE not in written_in(app)


def test_says_when_nothing_was_left_out(open_page, make_store, tweets: pd.DataFrame) -> None:
    store = make_store(tweets[tweets.lang == "en"])
    with duckdb.connect(str(store)) as connection:
        connection.execute("DELETE FROM rejects")
    app = open_page("data", store=store)
    assert figures(app)["Rows not taken"] == "0"
    assert "Every row could be read" in written_in(app)
    assert "All tweets are in English" in written_in(app)


def test_names_the_languages_left_out(open_page) -> None:
    languages = table(open_page("data"), "Language")
    assert languages.to_dict("records") == [{"Language": "German", "Tweets": 5}]


def test_says_how_to_add_tweets_to_this_store(open_page, store_file: Path) -> None:
    commands = [code.value for code in open_page("data").code]
    assert f'mmx run tweets.csv --db "{store_file}"' in commands


def test_a_store_without_a_judged_tweet_still_shows_what_was_loaded(
    open_page, make_store: Callable[[pd.DataFrame], Path], tweets: pd.DataFrame
) -> None:
    app = open_page("data", store=make_store(tweets[tweets.lang != "en"]))
    assert figures(app)["Judged"] == "0"
    assert table(app, "Language")["Language"].tolist() == ["German"]


def test_without_a_store_says_how_to_make_one(open_page) -> None:
    app = open_page("data", store=None)
    assert not app.exception
    assert "mmx demo" in [code.value for code in app.code]
