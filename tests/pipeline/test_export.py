"""What `mmx export` writes: the selection, in each format, whole."""

import csv
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pytest

from pipeline.errors import InputError
from pipeline.export import Filters, find_brand, select_tweets, write_relation
from pipeline.store import building, connect, insert

TWEETS = [
    # id, day, brand, Ps, sentiment, text
    ("1", "2026-09-01", "ollo", "product", "positive", 'soft, "warm" wool'),
    ("2", "2026-09-02", "ollo", "place price", "negative", "closed shop\nand a fee"),
    ("3", "2026-09-03", "harrow-pine", "place", "negative", "=1+1 checkout 🧥"),
    ("4", "2026-09-03", "ollo harrow-pine", "", "neutral", "Ollo or Harrow & Pine?"),
    ("5", None, "harrow-pine", "promotion", "positive", "no date"),
]
COLUMNS = ["tweet_id", "created_at", "brands", "text", "product", "place", "price", "promotion", "sentiment"]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "it's a store.duckdb"
    names = pd.DataFrame(
        [
            ("ollo", "Ollo", "Fashion", "@OlloWear"),
            ("harrow-pine", "Harrow & Pine", "Fashion", "@HarrowPine"),
        ],
        columns=["brand_id", "name", "industry", "handle"],
    )
    with building(path) as connection:
        insert(connection, "brands", names)
        for tweet_id, day, brands, ps, sentiment, text in TWEETS:
            connection.execute(
                "INSERT INTO tweets VALUES (?, ?, ?, ?, 'en', 'a.csv', 3, NULL, NULL)",
                [tweet_id, tweet_id, day, text],
            )
            for brand in brands.split():
                connection.execute("INSERT INTO mentions VALUES (?, ?)", [tweet_id, brand])
            given = [p in ps.split() for p in ("product", "place", "price", "promotion")]
            shares = [0.9 if value else 0.1 for value in given]
            connection.execute(
                "INSERT INTO classifications VALUES (?, 's', ?, ?, ?, ?, ?, ?, ?, ?)",
                [tweet_id, *shares, *given],
            )
            connection.execute(
                "INSERT INTO sentiments VALUES (?, 0.5, 'positive', 0.2, 0.2, 0.6, ?)", [tweet_id, sentiment]
            )
    return path


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), ["3", "4", "2", "1", "5"]),
        (Filters(brands=["Ollo"]), ["4", "2", "1"]),
        (Filters(brands=["@harrowpine", "OLLO"]), ["3", "4", "2", "1", "5"]),
        (Filters(ps=["place"]), ["3", "2"]),
        (Filters(ps=["Price", "promotion"]), ["2", "5"]),
        (Filters(since=date(2026, 9, 2), until=date(2026, 9, 2)), ["2"]),
        (Filters(sentiments=["negative"], brands=["harrow-pine"]), ["3"]),
    ],
)
def test_filters(db: Path, filters: Filters, expected: list[str]) -> None:
    with connect(db) as connection:
        assert select_tweets(connection, filters).df()["tweet_id"].tolist() == expected


def _read(path: Path) -> pd.DataFrame:
    if path.suffix == ".csv":
        return pd.read_csv(path, dtype={"tweet_id": str})
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    return pd.DataFrame([json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()])


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".jsonl"])
def test_each_format_holds_every_row_and_character(db: Path, tmp_path: Path, suffix: str) -> None:
    output = tmp_path / f"it's here{suffix}"
    with connect(db) as connection:
        assert write_relation(select_tweets(connection, Filters()), output) == len(TWEETS)
    found = _read(output).set_index("tweet_id")
    assert set(COLUMNS) - {"tweet_id"} <= set(found.columns)
    for tweet_id, _, _, ps, sentiment, text in TWEETS:
        row = found.loc[tweet_id]
        assert row["text"] == (f"'{text}" if suffix == ".csv" and text[0] == "=" else text)
        assert row["sentiment"] == sentiment
        assert [p for p in ("product", "place", "price", "promotion") if row[p]] == ps.split()
    assert found.loc["4", "brands"] == "Harrow & Pine; Ollo"


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＠SUM(A1)"]
TEXTS = [*FORMULAS, "a = b", "'=1", "5-1", ""]


def test_no_text_in_a_csv_file_is_a_formula_unless_wanted_as_it_is(tmp_path: Path) -> None:
    relation = duckdb.connect().from_df(pd.DataFrame({"=text": TEXTS, "change": [-1.5] * len(TEXTS)}))
    found = {}
    for raw in (False, True):
        write_relation(relation, tmp_path / "texts.csv", raw_texts=raw)
        with (tmp_path / "texts.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))[1:]
        found[raw] = [text for text, _ in rows]
        assert {change for _, change in rows} == {"-1.5"}
    assert found[False] == [*(f"'{text}" for text in FORMULAS), *TEXTS[len(FORMULAS) :]]
    assert found[True] == TEXTS


def test_the_mark_for_excel_stands_before_the_same_file(db: Path, tmp_path: Path) -> None:
    with connect(db) as connection:
        for name, marked in (("plain.csv", False), ("marked.csv", True)):
            write_relation(select_tweets(connection, Filters()), tmp_path / name, byte_order_mark=marked)
    plain, marked = (tmp_path / "plain.csv").read_bytes(), (tmp_path / "marked.csv").read_bytes()
    assert plain.startswith(b"tweet_id,")
    assert marked == b"\xef\xbb\xbf" + plain
    assert sorted(path.name for path in tmp_path.iterdir()) == ["marked.csv", "plain.csv"]


def test_excel_cuts_a_text_at_what_a_cell_holds(tmp_path: Path) -> None:
    write_relation(duckdb.connect().from_df(pd.DataFrame({"text": ["x" * 40_000]})), tmp_path / "long.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "long.xlsx").active
    assert len(sheet["A2"].value) == 32_767


def test_excel_takes_text_as_text_never_as_a_formula(db: Path, tmp_path: Path) -> None:
    output = tmp_path / "tweets.xlsx"
    with connect(db) as connection:
        assert write_relation(select_tweets(connection, Filters()), output) == len(TWEETS)
    rows = list(openpyxl.load_workbook(output).active.iter_rows())
    header = [cell.value for cell in rows[0]]
    cells = {row[0].value: row[header.index("text")] for row in rows[1:]}
    assert (cells["3"].value, cells["3"].data_type) == ("=1+1 checkout 🧥", "s")


def test_a_brand_that_is_not_there_is_answered_with_the_nearest(db: Path) -> None:
    with connect(db) as connection:
        assert find_brand(connection, " harrow & pine ") == "harrow-pine"
        with pytest.raises(
            InputError, match=r'no tweet in this store mentions a brand "Harow"; nearest: Harrow & Pine'
        ):
            find_brand(connection, "Harow")


@pytest.mark.parametrize(
    ("filters", "says"),
    [
        (Filters(ps=["people"]), '"people" is not a P'),
        (Filters(sentiments=["angry"]), '"angry" is not a sentiment'),
    ],
)
def test_wrong_choices_are_refused_in_words(db: Path, filters: Filters, says: str) -> None:
    with connect(db) as connection, pytest.raises(InputError, match=says):
        select_tweets(connection, filters)


def test_from_the_command_line(db: Path, tmp_path: Path, mmx: Callable[..., object]) -> None:
    output = tmp_path / "place.csv"
    done = mmx("export", "--db", db, "-o", output, "--p", "place", "--sentiment", "negative")
    assert done.returncode == 0, done.stderr
    assert "2 tweets written" in done.stderr
    assert pd.read_csv(output)["tweet_id"].tolist() == [3, 2]
    done = mmx("export", "--db", db, "-o", output, "--p", "place", "--bom", "--raw-texts")
    assert done.returncode == 0, done.stderr
    assert output.read_bytes().startswith(b"\xef\xbb\xbf")
    assert pd.read_csv(output)["text"].tolist()[0] == "=1+1 checkout 🧥"
    done = mmx("export", "--db", db, "-o", output, "--since", "2026-09-03", "--until", "2026-09-01")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--since 2026-09-03 is after --until 2026-09-01" in done.stderr
