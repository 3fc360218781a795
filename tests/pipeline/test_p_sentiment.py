"""What a tweet says of each of its Ps: told apart by clause, kept in the store, and counted where it hurts."""

from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from pipeline.classify import classify_texts
from pipeline.errors import InputError
from pipeline.p_sentiment_clauses import sentiment_by_p
from pipeline.progress import Silent
from pipeline.stages import classify_pending, tell_ps_apart
from pipeline.store import P_LABELS, building, connect
from specialist.predict import Specialist

MIXED = (
    "I love these boots, they are gorgeous and so comfortable. But the price is a rip-off, far too expensive!"
)
TURNED = "What a great bargain, so cheap, thank you! But the boots are awful, they fell apart in a week"
ANOTHER = MIXED.replace("boots", "shoes")
ONE_CLAUSE = "gorgeous comfortable boots at a wonderful bargain price"
ONE_P = "These boots are wonderfully comfortable. Never had better ones!"


@pytest.fixture(scope="module")
def specialist() -> Specialist:
    return Specialist.load()


class WithoutSentiment:
    """A specialist for the Ps alone."""

    name = "ps-only"

    def __init__(self, specialist: Specialist) -> None:
        self._specialist = specialist

    def predict(self, texts: list[str], **options: Any) -> pd.DataFrame:
        answers = self._specialist.predict(texts, **options)
        return answers.drop(columns=["sentiment", "p_negative", "p_neutral", "p_positive"])


def told(texts: list[str], specialist: Any, about: tuple[str, ...] = ("product", "price")) -> pd.DataFrame:
    answers = classify_texts(texts, specialist)
    for p in P_LABELS:
        answers[p] = p in about
    return sentiment_by_p(texts, answers, specialist)


def test_each_p_of_a_mixed_tweet_has_its_own_sentiment(specialist: Specialist) -> None:
    found = told([MIXED, TURNED], specialist)
    assert found.loc[0].set_index("p").sentiment.to_dict() == {"product": "positive", "price": "negative"}
    assert found.loc[1].set_index("p").sentiment.to_dict() == {"product": "negative", "price": "positive"}
    shares = found[["p_negative", "p_neutral", "p_positive"]]
    assert (shares.sum(axis=1) - 1).abs().max() < 1e-5
    assert (shares.idxmax(axis=1) == "p_" + found.sentiment).all()


def test_a_tweet_of_one_clause_or_one_p_says_of_it_what_it_says_as_a_whole(specialist: Specialist) -> None:
    whole = classify_texts([ONE_CLAUSE, ONE_P], specialist)
    for found in (told([ONE_CLAUSE], specialist), told([ONE_CLAUSE, ONE_P], specialist, ("product",))):
        own = whole.loc[found.index]
        assert found.sentiment.tolist() == own.sentiment.tolist()
        assert found.p_negative.tolist() == pytest.approx(own.p_negative.tolist())


def test_where_the_specialist_tells_no_sentiment_vader_scores_the_clauses(specialist: Specialist) -> None:
    found = told(
        ["The boots are lovely and great, but the price is horrible and bad"], WithoutSentiment(specialist)
    )
    assert found.set_index("p").sentiment.to_dict() == {"product": "positive", "price": "negative"}
    assert found[["p_negative", "p_neutral", "p_positive"]].isna().all(axis=None)


def test_nothing_is_told_of_no_tweets_and_of_tweets_about_no_p(specialist: Specialist) -> None:
    assert told([], specialist).empty
    assert told([MIXED], specialist, ()).empty


def add(connection: duckdb.DuckDBPyConnection, texts: list[str]) -> None:
    for number, text in enumerate(texts):
        connection.execute(
            """INSERT OR IGNORE INTO tweets (tweet_id, content_id, text, lang, source)
            VALUES (?, ?, ?, 'en', 'x')""",
            [str(number), str(number), text],
        )


def stored(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return connection.execute("SELECT * FROM p_sentiments ORDER BY ALL").fetchall()


def test_the_store_has_a_row_for_each_p_of_a_tweet_and_adds_only_what_is_missing(
    specialist: Specialist, tmp_path: Path
) -> None:
    with building(tmp_path / "store.duckdb") as connection:
        add(connection, [MIXED, ONE_P])
        classify_pending(connection, specialist, Silent())
        assert tell_ps_apart(connection, specialist, Silent()) == 1
        wanted = connection.execute(
            f"SELECT sum({' + '.join(f'{p}::INT' for p in P_LABELS)}) FROM classifications"
        ).fetchone()
        first = stored(connection)
        assert wanted == (len(first),)
        assert {"positive", "negative"} <= {row[2] for row in first if row[0] == "0"}
        add(connection, [MIXED, ONE_P, ANOTHER])
        classify_pending(connection, specialist, Silent())
        assert tell_ps_apart(connection, specialist, Silent()) == 1
        assert [row for row in stored(connection) if row[0] != "2"] == first


def test_another_specialist_tells_the_ps_anew(specialist: Specialist, tmp_path: Path) -> None:
    with building(tmp_path / "store.duckdb") as connection:
        add(connection, [MIXED, ONE_P])
        classify_pending(connection, specialist, Silent())
        tell_ps_apart(connection, specialist, Silent())
        before = stored(connection)
        connection.execute("UPDATE classifications SET specialist = 'an older one'")
        connection.execute("UPDATE p_sentiments SET sentiment = 'neutral'")
        classify_pending(connection, specialist, Silent())
        tell_ps_apart(connection, specialist, Silent())
        assert stored(connection) == before


def test_a_store_of_the_version_before_is_refused_for_reading_and_brought_up_to_date_by_the_next_run(
    specialist: Specialist, tmp_path: Path
) -> None:
    db = tmp_path / "store.duckdb"
    with building(db) as connection:
        add(connection, [MIXED, ONE_P])
        classify_pending(connection, specialist, Silent())
        connection.execute("DROP TABLE p_sentiments")
        connection.execute("CREATE OR REPLACE TABLE topics (topic_id INTEGER PRIMARY KEY)")
        connection.execute("UPDATE meta SET value = '1' WHERE key = 'schema_version'")
    with pytest.raises(InputError, match=r"schema version 1, .* bring it up to date with mmx run"):
        connect(db)
    with building(db) as connection:
        assert classify_pending(connection, specialist, Silent()) == 0
        assert tell_ps_apart(connection, specialist, Silent()) == 1
        assert connection.execute("SELECT count(label) FROM topics").fetchone() == (0,)
    with connect(db) as connection:
        assert connection.execute("SELECT count(DISTINCT tweet_id) FROM p_sentiments").fetchone() == (2,)
