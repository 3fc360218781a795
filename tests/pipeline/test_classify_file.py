"""Files classified: every row and column stays as it is, in its order, with the answers beside it."""

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.classify import ClassifySummary, classify_file
from pipeline.progress import Silent
from pipeline.store import P_LABELS

ANSWERS = [
    *("product", "place", "price", "promotion"),
    *("p_product", "p_place", "p_price", "p_promotion"),
    *("compound", "vader", "sentiment", "p_negative", "p_neutral", "p_positive"),
]
ROWS = [
    ["7", "Way too expensive, the fee doubled", "x"],
    ["7", 'He said "no",\nthen\rleft', ""],
    ["", "", "5.70301E+17"],
    ["8", "Warum ist der Laden schon wieder zu? Das nervt wirklich sehr", "0012"],
    ["9", "great deal " * 100_000, "1.50"],
]


def classify(source: Path, output: Path, **options: Any) -> ClassifySummary:
    defaults = {"specialist": "default", "brands": None, "text_column": None, "delimiter": None}
    return classify_file(source, output, **(defaults | {"english_only": False} | options), reporter=Silent())


def write_csv(path: Path, rows: list[list[str]], header: str = "id,text,note", delimiter: str = ",") -> Path:
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([header.split(","), *rows])
    return path


def read_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.reader(handle))


def test_sentiment_by_p_is_added_if_asked_for(tmp_path: Path) -> None:
    mixed = "I love these boots, they are gorgeous and so comfortable. But the price is a rip-off, far too expensive!"
    source = write_csv(
        tmp_path / "in.csv", [["1", mixed, ""], ["2", "good morning everyone", ""], ["3", "", ""]]
    )
    classify(source, tmp_path / "out.csv", by_p=True)
    header, *rows = read_csv(tmp_path / "out.csv")
    assert header == ["id", "text", "note", *ANSWERS, *(f"sentiment_{p}" for p in P_LABELS), "lang"]
    assert [row[-5:-1] for row in rows] == [["positive", "", "negative", ""], [""] * 4, [""] * 4]


def test_all_cells_stay_as_they_are(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in.csv", ROWS, delimiter=";")
    summary = classify(source, tmp_path / "out.csv")
    header, *rows = read_csv(tmp_path / "out.csv")
    assert header == ["id", "text", "note", *ANSWERS, "lang"]
    assert [row[:3] for row in rows] == ROWS
    assert (rows[0][header.index("price")], rows[0][header.index("lang")]) == ("1", "en")
    assert rows[2][3:-1] == [""] * len(ANSWERS)
    text = "\n".join(summary.lines())
    assert "without text, so without answers: 1" in text
    assert "only their beginning was read: 1" in text
    assert "not English (de), answers not to be relied on: 1" in text


def test_tweets_in_other_languages_may_be_left_without_answers(tmp_path: Path) -> None:
    classify(write_csv(tmp_path / "in.csv", ROWS[:4]), tmp_path / "out.jsonl", english_only=True)
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    assert [record["price"] is None for record in records] == [False, False, True, True]
    assert records[3]["lang"] == "de"


def test_names_that_the_input_uses_already_stay_its_own(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in.csv", [["a", "nice shoes", "b"]], "product,text,predicted_product")
    summary = classify(source, tmp_path / "out.csv")
    header, row = read_csv(tmp_path / "out.csv")
    assert row[:3] == ["a", "nice shoes", "b"]
    assert header[3] == "predicted_predicted_product"
    assert any("product; the answers are in predicted_" in line for line in summary.lines())


def test_rows_not_taken_are_counted_and_the_first_is_shown(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text('id,text\n1,fine\n2,"open\n3,good\n4,a,b,c\n', encoding="utf-8")
    summary = classify(source, tmp_path / "out.csv")
    assert [row[0] for row in read_csv(tmp_path / "out.csv")[1:]] == ["1", "3"]
    assert summary.lines()[1:] == [
        '  not taken, a quotation mark is opened and not closed: 1 (line 3: 2,"open)',
        "  not taken, wrong number of columns: 1 (line 5: 4,a,b,c)",
    ]


def test_a_header_alone_gives_a_header_alone(tmp_path: Path) -> None:
    classify(write_csv(tmp_path / "in.csv", []), tmp_path / "out.csv")
    assert read_csv(tmp_path / "out.csv") == [["id", "text", "note", *ANSWERS, "lang"]]


def test_parquet_keeps_types_even_where_a_whole_chunk_has_no_text(tmp_path: Path) -> None:
    texts = [""] * 10_000 + ["nice shoes"]
    table = pa.table({"id": pa.array(range(10_001)), "text": texts, "tags": [["a"]] * 10_001})
    pq.write_table(table, tmp_path / "in.parquet")
    classify(tmp_path / "in.parquet", tmp_path / "out.parquet")
    found = pq.read_table(tmp_path / "out.parquet")
    assert found.select(["id", "text", "tags"]).to_pydict() == table.to_pydict()
    assert found.column("product").to_pylist() == [None] * 10_000 + [1]
    assert found.column("sentiment").null_count == 10_000


def test_nested_values_are_json_in_files_of_text(tmp_path: Path) -> None:
    table = pa.table({"text": ["nice", "shoes"], "tags": [["a", "b"], None], "user": [{"name": "ann"}, None]})
    pq.write_table(table, tmp_path / "in.parquet")
    classify(tmp_path / "in.parquet", tmp_path / "out.csv")
    assert [row[1:3] for row in read_csv(tmp_path / "out.csv")[1:]] == [
        ['["a", "b"]', '{"name": "ann"}'],
        ["", ""],
    ]
    classify(tmp_path / "in.parquet", tmp_path / "out.jsonl")
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert [
        {name: json.loads(line)[name] for name in table.column_names} for line in lines
    ] == table.to_pylist()


def test_a_failure_leaves_no_output(tmp_path: Path) -> None:
    source = tmp_path / "in.parquet"
    pq.write_table(pa.table({"text": ["word " * 50] * 50_000, "n": list(range(50_000))}), source)
    content = bytearray(source.read_bytes())
    content[5_000:20_000] = bytes(15_000)
    source.write_bytes(content)
    with pytest.raises(ValueError, match="is damaged"):
        classify(source, tmp_path / "out.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.parquet"]
