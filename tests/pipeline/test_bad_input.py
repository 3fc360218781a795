"""Broken and strange files: one clear line, or counted rejects; nothing else is lost, and nothing raises."""

import json
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.ingest import LONGEST_TEXT, ColumnNames, Reject, read_rows, read_tweets

Mmx = Callable[..., Any]
GOOD = 400


def rows_of(path: Path) -> tuple[list[dict[str, Any]], list[Reject]]:
    rejects: list[Reject] = []
    found = read_rows(path, delimiter=None, on_reject=rejects.append)
    return [row for table in found for row in table.select(found.columns).to_pylist()], rejects


def tweets(path: Path) -> tuple[list[dict[str, Any]], list[Reject], list[str]]:
    rejects: list[Reject] = []
    found = read_tweets(
        path, columns=ColumnNames(), date_format=None, delimiter=None, on_reject=rejects.append
    )
    return [row for table in found for row in table.to_pylist()], rejects, found.notes


def good_line(number: int) -> bytes:
    """Return a row; every third is quoted, every fifth holds a line break."""
    text = (
        f'"tweet, {number}"'
        if number % 3 == 0
        else f'"tweet\n{number}"'
        if number % 5 == 0
        else f"tweet {number}"
    )
    return f"{number},{text},2024-05-06\n".encode()


def with_line(path: Path, line: bytes, at: int = GOOD // 2) -> Path:
    lines = [good_line(number) for number in range(GOOD)]
    path.write_bytes(b"id,text,date\n" + b"".join([*lines[:at], line, *lines[at:]]))
    return path


def assert_nothing_else_lost(rows: list[dict[str, Any]]) -> None:
    ids = [row["id"] for row in rows if row["id"].isdecimal()]
    assert ids == [str(number) for number in range(GOOD)]


BROKEN_LINES = {
    "a quotation mark that is never closed": b'x,"never closed,2024-05-06\n',
    "two in a row": b'x,"never closed,2024-05-06\ny,"nor this,2024-05-06\n',
    "too many columns": b"x,a,b,c,d\n",
    "too few columns": b"x\n",
    "binary data": bytes(range(1, 256)).translate(None, b"\r\n") + b"\n",
    "a line of 9 MB": b"x," + b"a" * 9_000_000 + b",2024-05-06\n",
    "an unquoted line break": b"x,first\nsecond,2024-05-06\n",
}


@pytest.mark.parametrize("name", BROKEN_LINES)
@pytest.mark.parametrize("at", [0, GOOD // 2, GOOD])
def test_a_broken_line_is_counted_and_costs_no_other(tmp_path: Path, name: str, at: int) -> None:
    path = with_line(tmp_path / "tweets.csv", BROKEN_LINES[name], at)
    rows, rejects = rows_of(path)
    assert_nothing_else_lost(rows)
    assert len(rows) == GOOD
    assert len(rejects) == (2 if name in {"two in a row", "an unquoted line break"} else 1)
    assert all(reject.reason and reject.line > 1 and len(reject.excerpt) <= 160 for reject in rejects)
    assert all(reject.excerpt.isprintable() for reject in rejects)


def test_one_broken_line_in_a_large_file_without_other_quotation_marks(tmp_path: Path) -> None:
    """The open mark reaches to the file's end, far past what may be one record."""
    path = tmp_path / "tweets.csv"
    lines = [f"{n},tweet number {n} about nothing in particular,2024-05-06\n" for n in range(200_000)]
    lines[1000] = 'x,"never closed,2024-05-06\n'
    path.write_text("id,text,date\n" + "".join(lines), encoding="utf-8")
    rejects: list[Reject] = []
    found = sum(len(table) for table in read_rows(path, delimiter=None, on_reject=rejects.append))
    assert found == 199_999
    assert [(reject.line, reject.excerpt) for reject in rejects] == [(1002, 'x,"never closed,2024-05-06')]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (b'x,"he said "hi" to me",2024-05-06\n', "hi"),
        (b'x,5" screen,2024-05-06\n', '5" screen'),
        (b'x,"caf\xe9 \x80 5",2024-05-06\n', "café € 5"),
        (b'x,"cut \xf0\x9f\x98 here \xe2\x82\xac",2024-05-06\n', "cut \ufffd here €"),
        (b'x,"a\x00b",2024-05-06\n', "ab"),
        (b'x,"surrogate \xed\xa0\xbd!",2024-05-06\n', "surrogate"),
        (b'x,"one\r\n\r\ntwo\rthree\n",2024-05-06\n', "one\r\n\r\ntwo\rthree\n"),
        (b"x,trailing delimiters,2024-05-06,,,\n", "trailing delimiters"),
        (b"\n  \nx,after blank lines,2024-05-06\n", "after blank lines"),
    ],
)
def test_what_can_be_read_is_read(tmp_path: Path, line: bytes, text: str) -> None:
    rows, rejects, _ = tweets(with_line(tmp_path / "tweets.csv", line))
    assert rejects == []
    assert len(rows) == GOOD + 1
    assert text in rows[GOOD // 2]["text"]


def test_the_summary_says_what_was_not_utf_8(tmp_path: Path) -> None:
    _, _, notes = tweets(with_line(tmp_path / "tweets.csv", b"x,caf\xe9,2024-05-06\n"))
    assert "lines not in UTF-8, read as Windows-1252: 1" in notes


def test_a_text_of_a_megabyte_is_kept_by_rows_and_no_tweet(tmp_path: Path) -> None:
    path = with_line(tmp_path / "tweets.csv", b'x,"' + b"word " * 200_000 + b'",2024-05-06\n')
    rows, rejects = rows_of(path)
    assert len(rows) == GOOD + 1
    assert rejects == []
    found, rejects, _ = tweets(path)
    assert len(found) == GOOD
    assert [reject.reason for reject in rejects] == [f"text of over {LONGEST_TEXT:,} characters"]


@pytest.mark.parametrize("text", ["", "   ", "\u200b\ufeff", '"\n"', "\x00"])
def test_a_row_without_text_is_no_tweet(tmp_path: Path, text: str) -> None:
    path = tmp_path / "tweets.csv"
    path.write_text(f"id,text\n1,{text}\n2,Hello\n", encoding="utf-8")
    found, rejects, _ = tweets(path)
    assert [row["text"] for row in found] == ["Hello"]
    assert [(reject.line, reject.reason) for reject in rejects] == [(2, "no text")]
    assert len(rows_of(path)[0]) == 2


def test_a_date_that_cannot_be_read_costs_no_tweet(tmp_path: Path) -> None:
    path = tmp_path / "tweets.csv"
    path.write_text("id,text,date\n1,Hello,soon\n2,World,2024-05-06\n", encoding="utf-8")
    found, rejects, notes = tweets(path)
    assert [row["created_at"] is None for row in found] == [True, False]
    assert rejects == []
    assert any('"soon"' in note for note in notes)


def test_columns_of_the_same_name_are_numbered_and_said(tmp_path: Path) -> None:
    path = tmp_path / "tweets.csv"
    path.write_text("text,id,text,,\na,1,b,c,d\n", encoding="utf-8")
    rows, _ = rows_of(path)
    assert rows == [{"text": "a", "id": "1", "text_2": "b", "": "c", "_2": "d"}]
    _, _, notes = tweets(path)
    assert any("several columns are called text" in note for note in notes)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": "x", "text": "cut of', "not JSON"),
        ("[1, 2", "not JSON"),
        ("7", "no tweet in it"),
        ('{"errors": [{"title": "Not Found"}]}', "no tweet in it"),
        ('{"a":' * 100_000, "not JSON"),
        ("\x00\x01\x02", "not JSON"),
    ],
)
def test_a_broken_json_line_is_counted_and_costs_no_other(tmp_path: Path, line: str, reason: str) -> None:
    path = tmp_path / "tweets.jsonl"
    lines = [json.dumps({"id": str(number), "text": f"tweet {number}"}) for number in range(GOOD)]
    path.write_text("\n".join([*lines[:200], line, *lines[200:]]), encoding="utf-8")
    rows, rejects = rows_of(path)
    assert_nothing_else_lost(rows)
    assert [(reject.line, reject.reason) for reject in rejects] == [(201, reason)]


def test_json_texts_with_lone_surrogates_and_nul_bytes_are_read(tmp_path: Path) -> None:
    path = tmp_path / "tweets.jsonl"
    path.write_text('{"text": "half \\ud83d of it\\u0000", "\\udc00": 1}\n{"text": 5}\n', encoding="utf-8")
    found, rejects, _ = tweets(path)
    assert [row["text"] for row in found] == ["half \ufffd of it", "5"]
    assert rejects == []


def test_a_cut_off_json_list_gives_the_tweets_before_the_cut(tmp_path: Path) -> None:
    path = tmp_path / "tweets.json"
    whole = json.dumps([{"id": str(number), "text": f"tweet {number}"} for number in range(GOOD)], indent=1)
    path.write_text(whole[: whole.index('"tweet 300"')], encoding="utf-8")
    rows, rejects = rows_of(path)
    assert len(rows) == 300
    assert [reject.reason for reject in rejects] == ["not JSON"]


def test_parquet_text_that_is_not_utf_8_is_read(tmp_path: Path) -> None:
    path = tmp_path / "tweets.parquet"
    broken = pa.array([b"caf\xe9", None], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"text": broken, "id": [float("nan"), 5.70301e17]}), path)
    rows, _ = rows_of(path)
    assert [row["text"] for row in rows] == ["caf\ufffd", None]
    found, rejects, _ = tweets(path)
    assert [(row["text"], row["source_id"]) for row in found] == [("caf\ufffd", None)]
    assert [reject.reason for reject in rejects] == ["no text"]


FILES: dict[str, tuple[str, bytes, str]] = {
    "empty": ("a.csv", b"", "a.csv is empty"),
    "only blank lines": ("a.csv", b"\n\n  \n", "a.csv is empty"),
    "only a byte order mark": ("a.csv", b"\xef\xbb\xbf", "a.csv is empty"),
    "wrong suffix": ("a.docx", b"text\nhello\n", "the name must end in .csv"),
    "no suffix": ("a", b"text\nhello\n", "the name must end in .csv"),
    "a spreadsheet": ("a.xlsx", b"PK\x03\x04rest", "save its sheet as CSV"),
    "a spreadsheet called CSV": ("a.csv", b"PK\x03\x04rest", "save its sheet as CSV"),
    "compressed": ("a.csv.gz", b"\x1f\x8b\x08rest", "unpack it first"),
    "binary garbage": ("a.csv", bytes(range(256)) * 50, "no text file"),
    "no text column": ("a.csv", b"id,label\n1,2\n", "--text-column (columns found: id, label)"),
    "no header": ("a.csv", b"1,hello\n2,world\n", "--text-column (columns found: 1, hello)"),
    "a header that never ends": ("a.csv", b'"id,text\n' * 3, "no header of a CSV"),
    "no Parquet": ("a.parquet", b"id,text\n1,hello\n", "not a whole Parquet file"),
    "half a Parquet file": ("a.parquet", b"PAR1" + b"\0" * 100, "not a whole Parquet file"),
    "CSV called JSON": (
        "a.json",
        b"id,text\n1,hello\n",
        'not JSON, neither as lines nor as a whole (it begins with "id',
    ),
    "an API error": ("a.json", b'{"errors": [{"title": "Unauthorized"}]}', "no tweet in it"),
    "an empty API response": ("a.json", b'{"meta": {"result_count": 0}}', "holds no tweets"),
    "JSON without text": ("a.jsonl", b'{"id": 1}\n', "--text-column (columns found: id)"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_holds_no_tweets_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    file_name, content, says = FILES[name]
    path = tmp_path / file_name
    path.write_bytes(content)
    with pytest.raises(InputError) as raised:
        tweets(path)
    message = str(raised.value)
    assert says in message
    assert str(path) in message
    assert len(message.splitlines()) == 1


@pytest.mark.parametrize("name", ["no text column", "binary garbage", "a spreadsheet"])
def test_commands_end_with_that_line_and_exit_code_2(tmp_path: Path, mmx: Mmx, name: str) -> None:
    file_name, content, says = FILES[name]
    path = tmp_path / file_name
    path.write_bytes(content)
    for arguments in (
        ["classify", path, "-o", tmp_path / "out.csv"],
        ["run", path, "--db", tmp_path / "s.duckdb"],
    ):
        done = mmx(*arguments)
        assert done.returncode == 2
        assert done.stderr.startswith("mmx: ")
        assert says in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "out.csv").exists()
    assert not (tmp_path / "s.duckdb").exists()


def test_a_folder_and_a_missing_file_are_named(tmp_path: Path) -> None:
    for path, says in ((tmp_path, "is not a file"), (tmp_path / "none.csv", "there is no file")):
        with pytest.raises(InputError, match=says):
            tweets(path)


@pytest.mark.parametrize("name", ["a.csv", "a.tsv"])
def test_a_header_alone_is_a_file_of_no_tweets(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("id\ttext\n", encoding="utf-8")
    assert tweets(path)[:2] == ([], [])
    found = read_rows(path, delimiter=None, on_reject=lambda _: None)
    assert [table.column_names for table in found] == [["id", "text"]]


def test_content_goes_before_a_wrong_name(tmp_path: Path) -> None:
    lines, parquet = tmp_path / "lines.csv", tmp_path / "parquet.csv"
    lines.write_text('{"text": "hello"}\n', encoding="utf-8")
    pq.write_table(pa.table({"text": ["hello"]}), parquet)
    assert rows_of(lines)[0] == rows_of(parquet)[0] == [{"text": "hello"}]


SUFFIXES = st.sampled_from([".csv", ".tsv", ".txt", ".json", ".jsonl", ".parquet"])
TWEETISH = st.lists(
    st.sampled_from(
        [b"id", b"text", b"date", b",", b";", b"\t", b'"', b'""', b"\n", b"\r\n", b"\r", b"\0", b"\xe9"]
    )
    | st.sampled_from(
        [b"\xf0\x9f\x98\x80", b"\xed\xa0\xbd", b"{", b"}", b"[", b"]", b":", b'{"text":"a"}', b"1e400"]
    )
    | st.binary(max_size=6),
    max_size=60,
).map(b"".join)
JSONISH = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["text", "data", "includes", "users", "meta", "id", "errors", "public_metrics", "user"]
            )
            | st.text(max_size=3),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


def read_anything(content: bytes, suffix: str) -> tuple[int, Counter[str]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"file{suffix}"
        path.write_bytes(content)
        try:
            rows, _ = rows_of(path)
            found, rejects, _ = tweets(path)
        except InputError as error:
            assert len(str(error).splitlines()) == 1
            return 0, Counter()
        assert all(row["text"] and row["content_id"] for row in found)
        assert len(found) <= len(rows)
        return len(found), Counter(reject.reason for reject in rejects)


@given(st.binary(max_size=400) | TWEETISH, SUFFIXES)
@settings(deadline=None, max_examples=400)
@example(b"text\n\xff\xfe", ".csv")
@example(b"\xff\xfetext\n\x00\xd8", ".csv")
@example(b'text\n"' * 3, ".csv")
def test_no_bytes_raise_anything_but_an_input_error(content: bytes, suffix: str) -> None:
    read_anything(content, suffix)


@given(TWEETISH)
@settings(deadline=None, max_examples=200)
def test_no_content_of_a_csv_raises(content: bytes) -> None:
    read_anything(b"id,text,date\n1,first,2024-05-06\n" + content, ".csv")


@given(st.lists(JSONISH, max_size=4))
@settings(deadline=None, max_examples=200)
def test_no_json_raises(values: list[Any]) -> None:
    content = "\n".join(json.dumps(value) for value in values)
    read_anything(content.encode("utf-8", "surrogatepass"), ".jsonl")
    read_anything(json.dumps(values, indent=1).encode("utf-8", "surrogatepass"), ".json")


@given(st.data())
@settings(deadline=None, max_examples=150)
def test_no_damage_to_a_parquet_file_raises(data: st.DataObject) -> None:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"text": ["hello", "world"] * 5, "id": list(range(10))}), sink)
    content = bytearray(sink.getvalue().to_pybytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    read_anything(bytes(content), ".parquet")


@given(
    st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1)
)
@settings(deadline=None, max_examples=100)
def test_any_texts_survive_being_written_and_read(texts: list[str]) -> None:
    import csv

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tweets.csv"
        with path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle, quoting=csv.QUOTE_ALL)
            writer.writerows([["id", "text"], *enumerate(texts)])
        rows, rejects = rows_of(path)
    assert rejects == []
    assert [row["text"] for row in rows] == texts
