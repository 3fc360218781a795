"""Pain points and topics of the demo against the themes its tweets were written for."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from pipeline import posts
from pipeline.p_sentiment import copy_whole_sentiment
from pipeline.progress import Silent
from pipeline.stages import fit_topics
from pipeline.store import P_LABELS, SENTIMENTS

Mmx = Callable[..., subprocess.CompletedProcess[str]]
SCRIPT = Path(__file__).parents[2] / "benchmarks" / "topics_painpoints.py"
THEMES = Path(__file__).with_name("demo_themes.csv")
FIELDS = {
    "rank", "p", "topic_id", "label", "keywords", "tweets", "negative_share", "baseline_share", "score", "tweet_ids",
}  # fmt: skip
BURSTS = 17
FLIPPED = 0.2


def measured(store: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, SCRIPT, store, THEMES, "--json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    print(done.stdout)
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


@pytest.fixture(scope="module")
def figures(demo_store: Path) -> dict[str, Any]:
    return measured(demo_store)


def test_all_planted_bursts_but_one_are_among_the_top_three_of_their_days(figures: dict[str, Any]) -> None:
    assert figures["planted bursts"] == BURSTS
    assert len(figures["missed"]) <= 1


def test_the_listed_tweets_are_of_the_bursts_theme(figures: dict[str, Any]) -> None:
    assert figures["purity of the listed tweets, mean"] >= 0.8
    assert figures["share of the burst's tweets listed, mean"] >= 0.4


def test_bursts_are_said_to_begin_when_they_did(figures: dict[str, Any]) -> None:
    assert figures["bursts with a beginning"] >= BURSTS // 2
    assert figures["error of the beginning in days, median"] <= 3


def test_quiet_months_are_mostly_quiet(figures: dict[str, Any]) -> None:
    assert figures["pain points listed in them"] <= 0.35 * figures["quiet months"]
    assert figures["of these not mostly one complaint"] <= 0.3 * figures["pain points listed in them"]


def test_alerts_come_with_bursts_and_else_hardly_ever(figures: dict[str, Any]) -> None:
    assert figures["recall: bursts with an alert"] >= 0.7
    assert figures["precision: alerts that overlap a burst"] >= 0.85
    assert figures["quiet months with an alert that no burst explains"] <= 0.03 * figures["quiet months"]
    assert abs(figures["days from a burst's first to its alert's first, median"]) <= 3
    assert figures["alerts whose first topic is the burst's theme"] >= 0.8


def test_strengths_are_what_customers_were_made_to_praise(figures: dict[str, Any]) -> None:
    listed = figures["strengths listed, top 3 of each brand"]
    assert figures["of these mostly one planted praise"] >= 0.7 * listed
    assert figures["purity of strengths, mean"] >= 0.65
    assert figures["of it found in the top 3"] >= 0.75 * figures["planted praise that could be in the top 3"]


def test_topics_tell_a_brands_themes_apart(figures: dict[str, Any]) -> None:
    assert 40 <= figures["topics"] <= 200
    assert figures["share in no topic"] < 0.3
    assert figures["adjusted mutual information within a brand, mean"] >= 0.4


@pytest.mark.slow
def test_most_bursts_are_found_where_a_fifth_of_all_labels_are_wrong(
    demo_store: Path, tmp_path: Path
) -> None:
    store = tmp_path / "noisy.duckdb"
    shutil.copy(demo_store, store)
    random = np.random.default_rng(11)
    with duckdb.connect(str(store)) as connection:
        for p in P_LABELS:
            for tweet_id in _drawn(connection, random):
                connection.execute(
                    f"UPDATE classifications SET {p} = NOT {p}, p_{p} = 1 - p_{p} WHERE tweet_id = ?",
                    [tweet_id],
                )
        for tweet_id in _drawn(connection, random):
            other = SENTIMENTS[int(random.integers(3))]
            shares = [0.8 if sentiment == other else 0.1 for sentiment in SENTIMENTS]
            connection.execute(
                """UPDATE sentiments SET sentiment = ?, p_negative = ?, p_neutral = ?, p_positive = ?
                WHERE tweet_id = ?""",
                [other, *shares, tweet_id],
            )
        connection.execute("DELETE FROM p_sentiments")
        copy_whole_sentiment(connection)
        connection.execute("DELETE FROM meta WHERE key = 'topics'")
        assert fit_topics(connection, Silent())
        posts.rebuild(connection)
    assert len(measured(store)["missed"]) <= 3


def _drawn(connection: duckdb.DuckDBPyConnection, random: np.random.Generator) -> list[str]:
    ids = [row[0] for row in connection.execute("SELECT tweet_id FROM tweets ORDER BY tweet_id").fetchall()]
    return [ids[row] for row in random.choice(len(ids), round(FLIPPED * len(ids)), replace=False)]


def test_the_command_gives_the_fields_that_others_read(demo_store: Path, mmx: Mmx) -> None:
    period = ("--since", "2026-09-10", "--until", "2026-10-10")
    done = mmx("painpoints", "--db", demo_store, "--brand", "Harrow & Pine", *period, "--json")
    assert done.returncode == 0, done.stderr
    worst = json.loads(done.stdout)[0]
    assert set(worst) >= FIELDS
    assert worst["rank"] == 1
    assert worst["p"] == "place"
    assert {"address", "payment"} <= set(worst["words"])
    assert len(worst["tweet_ids"]) == worst["tweets"]
    assert worst["since"].startswith("2026-09-1")


def test_the_text_is_one_sentence_and_the_typical_words(demo_store: Path, mmx: Mmx) -> None:
    period = ("--since", "2026-09-10", "--until", "2026-10-10")
    done = mmx("painpoints", "--db", demo_store, "--brand", "Harrow & Pine", *period)
    first, words, *_ = done.stdout.splitlines()
    assert first.startswith("1. Place · ")
    assert re.search(r" % negative \(usually \d+ %\), since \d+ Sep 2026, still going, ", first)
    assert words.startswith("   Typical words: ")
    assert "address" in words


def test_strengths_have_the_mirrored_fields(demo_store: Path, mmx: Mmx) -> None:
    done = mmx("painpoints", "--db", demo_store, "--brand", "Harrow & Pine", "--strengths", "--json")
    best = json.loads(done.stdout)[0]
    assert set(best) >= FIELDS - {"negative_share"} | {"positive_share"}
    assert best["p"] == "product"
    assert best["positive_share"] > best["baseline_share"]


def test_alerts_say_what_drives_them(demo_store: Path, mmx: Mmx) -> None:
    done = mmx("alerts", "--db", demo_store, "--brand", "Telora Mobile", "--since", "2026-06-01", "--json")
    (alert,) = json.loads(done.stdout)
    assert "2026-06-09" <= alert["since"] <= "2026-06-15"
    assert "volume" in alert["kinds"]
    assert len(alert["tweet_ids"]) == alert["tweets"] > 3 * alert["usual_tweets"]
    assert {"signal", "outage"} & set(alert["words"])
    assert alert["topics"][0]["tweets"] > alert["topics"][0]["usual"]


def test_a_period_without_complaints_says_so(demo_store: Path, mmx: Mmx) -> None:
    period = ("--since", "2026-02-01", "--until", "2026-02-03")
    done = mmx("painpoints", "--db", demo_store, "--brand", "Harrow & Pine", *period)
    assert re.match(r"Nothing stands out in this period\. Checked: \d+ tweets? in \d+ topics?, ", done.stdout)
