"""Files of tweets: which are read, how their columns are found, and which rows are the same tweet."""

import csv
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.brands import Catalogue
from pipeline.errors import InputError
from pipeline.ingest import ColumnNames, Reject, find_columns, read_rows, read_tweets
from pipeline.intake import FileIntake, file_sha256, take_in
from pipeline.store import building, transaction

NOON = datetime(2024, 5, 6, 12)
ROWS = [
    {
        "id": "11",
        "created_at": "2024-05-06T12:00:00Z",
        "author": "@ann",
        "text": "Tea, please; | now",
        "likes": "3",
    },
    {
        "id": "12",
        "created_at": "2024-05-06T12:00:00Z",
        "author": "@bob",
        "text": 'Line one\nline "two"',
        "likes": "",
    },
]

TakeIn = Callable[[Path], FileIntake]


def write_csv(
    path: Path, rows: list[dict[str, str]] = ROWS, delimiter: str = ",", encoding: str = "utf-8"
) -> Path:
    with path.open("w", encoding=encoding, newline="") as handle:
        writer = csv.DictWriter(handle, rows[0].keys(), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def tweets(path: Path, **options: Any) -> tuple[list[dict[str, Any]], list[Reject], list[str]]:
    rejects: list[Reject] = []
    defaults = {"columns": ColumnNames(), "date_format": None, "delimiter": None}
    found = read_tweets(path, **(defaults | options), on_reject=rejects.append)
    rows = [row for table in found for row in table.to_pylist()]
    return rows, rejects, found.notes


def rows_of(path: Path) -> list[dict[str, Any]]:
    rejects: list[Reject] = []
    found = read_rows(path, delimiter=None, on_reject=rejects.append)
    assert rejects == []
    return [row for table in found for row in table.select(found.columns).to_pylist()]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_of_any_delimiter_and_encoding(tmp_path: Path, delimiter: str, encoding: str) -> None:
    path = write_csv(tmp_path / "tweets.csv", ROWS, delimiter, encoding)
    assert rows_of(path) == ROWS
    rows, rejects, _ = tweets(path)
    assert rejects == []
    assert [row["text"] for row in rows] == [row["text"] for row in ROWS]
    assert [row["source_id"] for row in rows] == ["11", "12"]
    assert [row["created_at"] for row in rows] == [NOON, NOON]
    assert [row["likes"] for row in rows] == [3, None]
    assert [row["line"] for row in rows] == [2, 3]


def test_line_numbers_count_the_lines_inside_quoted_texts(tmp_path: Path) -> None:
    path = tmp_path / "tweets.csv"
    path.write_text('id,text\n1,"a\nb\nc"\n2,d\n3,e,f\n', encoding="utf-8")
    rows, rejects, _ = tweets(path)
    assert [row["line"] for row in rows] == [2, 5]
    assert [(reject.line, reject.excerpt) for reject in rejects] == [(6, "3,e,f")]


def test_json_lines_with_whatever_keys_each_line_has(tmp_path: Path) -> None:
    path = tmp_path / "tweets.jsonl"
    path.write_text(
        '{"id": 20000000000000001, "text": "one \\ud83d\\ude00", "geo": {"lat": 1}}\n\n{"text": "two", "score": 0.5}\n',
        encoding="utf-8",
    )
    assert rows_of(path) == [
        {"id": 20000000000000001, "text": "one 😀", "geo": '{"lat": 1}', "score": None},
        {"id": None, "text": "two", "geo": None, "score": 0.5},
    ]
    assert [row["source_id"] for row in tweets(path)[0]] == ["20000000000000001", None]


@pytest.mark.parametrize("indent", [None, 2])
def test_a_json_list_on_one_line_or_many(tmp_path: Path, indent: int | None) -> None:
    path = tmp_path / "tweets.json"
    path.write_text(json.dumps(ROWS, indent=indent), encoding="utf-8")
    assert rows_of(path) == ROWS


RESPONSE = {
    "data": [
        {
            "id": "1590000000000000001",
            "text": "short …",
            "note_tweet": {"text": "the whole long post"},
            "author_id": "77",
            "created_at": "2024-05-06T12:00:00.000Z",
            "public_metrics": {"retweet_count": 2, "like_count": 5, "reply_count": 0, "quote_count": 0},
        },
        {
            "id": "1590000000000000002",
            "text": "second",
            "author_id": "78",
            "created_at": "2024-05-06T12:00:00.000Z",
        },
    ],
    "includes": {"users": [{"id": "77", "username": "ann", "name": "Ann"}]},
    "meta": {"result_count": 2, "newest_id": "1590000000000000002"},
}
EMPTY_RESPONSE = {"meta": {"result_count": 0}}


@pytest.mark.parametrize("layout", ["one", "indented", "lines"])
def test_x_api_v2_responses(tmp_path: Path, layout: str) -> None:
    path = tmp_path / "response.json"
    content = {
        "one": json.dumps(RESPONSE),
        "indented": json.dumps(RESPONSE, indent=1),
        "lines": "\n".join(map(json.dumps, [RESPONSE, EMPTY_RESPONSE])),
    }
    path.write_text(content[layout], encoding="utf-8")
    rows, rejects, _ = tweets(path)
    assert rejects == []
    assert [row["text"] for row in rows] == ["the whole long post", "second"]
    assert [row["source_id"] for row in rows] == ["1590000000000000001", "1590000000000000002"]
    assert [(row["likes"], row["reposts"]) for row in rows] == [(5, 2), (None, None)]
    assert rows_of(path)[0]["author_username"] == "ann"


def test_x_api_v1_tweets(tmp_path: Path) -> None:
    path = tmp_path / "stream.jsonl"
    tweet = {
        "created_at": "Tue Oct 18 20:40:10 +0000 2011",
        "id": 126415614616154112,
        "id_str": "126415614616154112",
        "text": "cut …",
        "extended_tweet": {"full_text": "not cut"},
        "user": {"id": 5, "screen_name": "ann", "followers_count": 9},
        "favorite_count": 4,
        "retweet_count": 1,
        "lang": "en",
    }
    path.write_text(json.dumps(tweet), encoding="utf-8")
    (row,), _, _ = tweets(path)
    assert (row["source_id"], row["text"], row["likes"], row["reposts"]) == (
        "126415614616154112",
        "not cut",
        4,
        1,
    )
    assert (row["created_at"], row["lang"]) == (datetime(2011, 10, 18, 20, 40, 10), "en")


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    path = tmp_path / "tweets.parquet"
    table = pa.table(
        {
            "tweet_id": pa.array([2**60, 2**60 + 1]),
            "content": pa.array(["one", "two"]).dictionary_encode(),
            "date": pa.array([NOON, None], pa.timestamp("ns", "Europe/Berlin")),
            "favorites": pa.array([1.0, None]),
            "tags": pa.array([["a"], []]),
        }
    )
    pq.write_table(table, path)
    assert rows_of(path)[0] == table.to_pylist()[0]
    rows, _, notes = tweets(path)
    assert [row["source_id"] for row in rows] == [str(2**60), str(2**60 + 1)]
    assert [row["text"] for row in rows] == ["one", "two"]
    assert [row["created_at"] for row in rows] == [NOON, None]
    assert [row["likes"] for row in rows] == [1, None]
    assert notes == ["tweets that have no date: 1"]


def test_a_large_file_comes_in_chunks_that_keep_its_order(tmp_path: Path) -> None:
    path = tmp_path / "tweets.csv"
    path.write_text("id,text\n" + "".join(f"{n},tweet {n}\n" for n in range(25_000)), encoding="utf-8")
    found = read_rows(path, delimiter=None, on_reject=lambda _: None)
    tables = list(found)
    assert max(map(len, tables)) <= 10_000
    assert [int(value) for table in tables for value in table.column("id").to_pylist()] == list(range(25_000))


@pytest.mark.parametrize(
    "header",
    ["text", "Tweet", "FULL_TEXT", "full text", "tweetText", "Content", " body "],
)
def test_text_columns_are_known_by_usual_names(header: str) -> None:
    assert find_columns(["n", header, "x"], ColumnNames()).text == header


def test_other_columns_are_known_by_usual_names() -> None:
    found = find_columns(
        ["Date", "Tweet Id", "Text", "Username", "Language", "Likes", "Retweets"], ColumnNames()
    )
    assert found.created_at == "Date"
    assert found.tweet_id == "Tweet Id"
    assert (found.author, found.lang, found.likes, found.reposts) == (
        "Username",
        "Language",
        "Likes",
        "Retweets",
    )


def test_the_users_names_go_before_usual_ones() -> None:
    columns = ["text", "Remark", "id", "ref", "when"]
    found = find_columns(columns, ColumnNames(text="remark", created_at="when", tweet_id="ref"))
    assert (found.text, found.created_at, found.tweet_id) == ("Remark", "when", "ref")
    with pytest.raises(InputError, match=r'no column "nope".*--id-column.*text, Remark'):
        find_columns(columns, ColumnNames(tweet_id="nope"))


def test_a_file_of_one_column_is_cut_nowhere(tmp_path: Path) -> None:
    path = tmp_path / "tweets.txt"
    path.write_text("text\nHello, world; again | and\tagain\nSecond\n", encoding="utf-8")
    assert rows_of(path) == [{"text": "Hello, world; again | and\tagain"}, {"text": "Second"}]


def test_tab_separated_exports_without_quoting(tmp_path: Path) -> None:
    path = tmp_path / "tweets.tsv"
    path.write_text('id\ttext\n1\t"Never again" said nobody\n2\t"open\n3\tplain\n', encoding="utf-8")
    assert [row["text"] for row in rows_of(path)] == ['"Never again" said nobody', '"open', "plain"]


def test_a_spreadsheets_line_naming_the_separator(tmp_path: Path) -> None:
    path = tmp_path / "tweets.csv"
    path.write_text("sep=;\r\nid;text\r\n1;a,b\r\n", encoding="utf-8")
    assert rows_of(path) == [{"id": "1", "text": "a,b"}]


def test_the_users_delimiter_goes_before_the_evidence(tmp_path: Path) -> None:
    path = tmp_path / "tweets.csv"
    path.write_text("id~text\n1~a,b\n", encoding="utf-8")
    rows, _, _ = tweets(path, delimiter="~")
    assert [row["text"] for row in rows] == ["a,b"]
    with pytest.raises(InputError, match="--delimiter"):
        tweets(path, delimiter="ab")


def test_dates_are_told_from_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "tweets.csv"
    days = ["2/3/2015 11:35"] * 12_000 + ["2/24/2015 11:35"]
    write_csv(path, [{"text": f"t{n}", "date": day} for n, day in enumerate(days)])
    rows, _, notes = tweets(path)
    assert rows[0]["created_at"] == datetime(2015, 2, 3, 11, 35)
    assert any("month/day/year (1 of 12,001 values have a day over 12)" in note for note in notes)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with building(tmp_path / "store.duckdb") as connection:
        yield connection


@pytest.fixture
def take(store: duckdb.DuckDBPyConnection) -> TakeIn:
    """Take a file into the store, as a run does."""
    catalogue = Catalogue.load()

    def run(path: Path) -> FileIntake:
        with transaction(store):
            return take_in(
                store,
                path,
                file_sha256(path),
                "run",
                catalogue,
                lambda _: None,
                columns=ColumnNames(),
                date_format=None,
                delimiter=None,
                keep_raw=False,
            )

    return run


def stored(store: duckdb.DuckDBPyConnection) -> dict[str, str]:
    return dict(store.execute("SELECT tweet_id, text FROM tweets").fetchall())


def counts(intake: FileIntake) -> tuple[int, int, int, int]:
    return intake.rows, intake.accepted, intake.duplicates, intake.rejected


def test_ids_that_a_spreadsheet_mangled_merge_no_tweets(
    tmp_path: Path, take: TakeIn, store: duckdb.DuckDBPyConnection
) -> None:
    rows = [{"id": "5.70301E+17", "text": f"tweet {n}", "date": "2015-02-24"} for n in range(300)]
    path = write_csv(tmp_path / "tweets.csv", rows)
    first = take(path)
    assert counts(first) == (300, 300, 0, 0)
    assert set(stored(store).values()) == {row["text"] for row in rows}
    assert any("mangled by a spreadsheet" in note and ": 300" in note for note in first.notes)
    assert counts(take(path)) == (300, 0, 300, 0)


def test_an_id_that_repeats_with_another_text_stays_with_the_first(
    tmp_path: Path, take: TakeIn, store: duckdb.DuckDBPyConnection
) -> None:
    path = write_csv(tmp_path / "a.csv", [{"id": "7", "text": "one"}, {"id": "7", "text": "two"}])
    assert counts(take(path)) == (2, 2, 0, 0)
    other = write_csv(tmp_path / "b.csv", [{"id": "7", "text": "three"}, {"id": "7", "text": "one"}])
    assert counts(take(other)) == (2, 1, 1, 0)
    found = stored(store)
    assert found["7"] == "one"
    assert sorted(found.values()) == ["one", "three", "two"]
    assert counts(take(path)) == (2, 0, 2, 0)


def test_the_same_id_and_text_is_one_tweet_however_its_date_is_written(tmp_path: Path, take: TakeIn) -> None:
    take(write_csv(tmp_path / "a.csv", [{"id": "7", "text": "one", "date": "2024-05-06T12:00:09Z"}]))
    again = [{"id": "7", "text": " one ", "date": "6 May 2024 14:00"}, {"id": "8", "text": "one", "date": ""}]
    assert counts(take(write_csv(tmp_path / "b.csv", again))) == (2, 1, 1, 0)


def test_without_an_id_text_time_and_author_tell_a_tweet(tmp_path: Path, take: TakeIn) -> None:
    rows = [
        {"text": "Good morning", "date": "2024-05-06 09:00", "username": "ann"},
        {"text": "Good morning", "date": "2024-05-06 09:00", "username": "bob"},
        {"text": "Good morning", "date": "2024-05-07 09:00", "username": "ann"},
        {"text": "Good morning", "date": "2024-05-06T09:00:00Z", "username": "@Ann"},
    ]
    assert counts(take(write_csv(tmp_path / "a.csv", rows))) == (4, 3, 1, 0)
    with_ids = [row | {"id": str(n)} for n, row in enumerate(rows[:3])] + [
        rows[0] | {"id": "9", "text": "Night"}
    ]
    assert counts(take(write_csv(tmp_path / "b.csv", with_ids))) == (4, 1, 3, 0)


def test_tweets_with_ids_of_their_own_may_say_the_same(tmp_path: Path, take: TakeIn) -> None:
    rows = [{"id": str(n), "text": "Thanks!"} for n in range(5)]
    assert counts(take(write_csv(tmp_path / "a.csv", rows))) == (5, 5, 0, 0)


def test_rows_not_taken_are_kept_with_line_reason_and_beginning(
    tmp_path: Path, take: TakeIn, store: duckdb.DuckDBPyConnection
) -> None:
    path = tmp_path / "tweets.csv"
    path.write_text('id,text\n1,fine\n2,"open\n3,\n4,\n5,good\n', encoding="utf-8")
    intake = take(path)
    assert counts(intake) == (5, 2, 0, 3)
    reasons = {"a quotation mark is opened and not closed": 1, "no text": 2}
    assert json.loads(json.dumps(intake.record()))["rejects"] == reasons
    found = store.execute("SELECT source, line, reason, excerpt FROM rejects ORDER BY line").fetchall()
    assert found[:2] == [
        ("tweets.csv", 3, "a quotation mark is opened and not closed", '2,"open'),
        ("tweets.csv", 4, "no text", "3"),
    ]


def test_many_tweets_on_one_line_are_all_taken(tmp_path: Path, take: TakeIn) -> None:
    """More tweets with one line number than the store takes in one step."""
    path = tmp_path / "response.json"
    path.write_text(
        json.dumps([{"id": str(n), "text": f"tweet {n}"} for n in range(45_000)]), encoding="utf-8"
    )
    assert counts(take(path)) == (45_000, 45_000, 0, 0)


def test_a_text_too_short_to_tell_has_the_language_that_its_file_gives(
    tmp_path: Path, take: TakeIn, store: duckdb.DuckDBPyConnection
) -> None:
    rows = [
        {"id": "1", "text": "muy bueno", "lang": "es"},
        {"id": "2", "text": "😂😂", "lang": "qme"},
        {"id": "3", "text": "the parcel never arrived", "lang": "es"},
    ]
    take(write_csv(tmp_path / "a.csv", rows))
    found = store.execute("SELECT tweet_id, lang FROM tweets ORDER BY tweet_id").fetchall()
    assert found == [("1", "es"), ("2", "und"), ("3", "en")]
