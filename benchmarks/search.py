"""Full-text search and paging over many tweets: which way is quick enough, and what it costs to build.

    python benchmarks/search.py [1000000 10000000]

Makes tweets by drawing from the demo's and adding made-up words, some common, most rare; puts them, sorted by time, in
a DuckDB table shaped as the dashboard's; and does what the page Tweets does for a search, fetch the newest 50 and
count the others, in each of these ways:

- a scan, by the very conditions that the dashboard uses;
- a scan of a further column with the texts in lower case;
- SQLite FTS5 beside the store, an index of words, and one of parts of words (trigrams);
- DuckDB's extension fts, where it can be loaded.

Over all tweets, and over a selection (a brand of 2 % in the newest 90 days of two years); in brackets how many tweets
each finds. Beside that, pages further and further down, by offset and by the last tweet of the page before (keyset).
Prints tables and writes them to benchmarks/results/search.md.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from dashboard.queries.tweets import Wanted
from dashboard.selection import Selection
from pipeline.demo import TWEETS
from pipeline.efficiency_report import machine

RESULT = Path(__file__).parent / "results" / "search.md"
SIZES = [1_000_000, 10_000_000]
ROUNDS = 5
PAGE = 50
EVERYTHING = "true"
# A brand of 2 % in the newest 90 days of two years.
SELECTED = "brand_id = 'brand-7' AND created_at >= '2026-08-03'"
SEARCHES = {
    "rare word": "w499123",
    "middling word": "checkout",
    "common word": "the",
    "two words": "checkout the",
    "phrase": '"online checkout"',
    "part of a word": "heckou",
    "nothing": "zzzyzx",
    "with an apostrophe": "don't",
}
ORDERS = {
    "newest": "created_at DESC NULLS LAST, tweet_id",
    "likes": "likes DESC NULLS LAST, tweet_id",
    "negative": "p_negative DESC, tweet_id",
}
# A brand in fifty, two years, and two words a tweet out of half a million.
MAKE = """
CREATE TABLE judged AS
SELECT row_number() OVER (ORDER BY created_at, k) - 1 AS position, k::VARCHAR AS tweet_id, created_at,
       text || ' w' || (pow(random(), 4) * 500000)::INT || ' w' || (pow(random(), 4) * 500000)::INT AS text,
       'brand-' || (random() * 50)::INT AS brand_id, true AS is_first,
       (1 / (random() + 0.001) - 1)::BIGINT AS likes, random()::FLOAT AS p_negative
FROM (SELECT range AS k, TIMESTAMP '2024-11-01' + to_seconds((random() * 63071999)::BIGINT) AS created_at,
             (random() * {drawn})::INT % {drawn} AS i FROM range({size}))
JOIN source USING (i) ORDER BY created_at, k
"""
Answer = tuple[int, list[str]]


# Counts the tweets that match what the user typed, of all or of those by a condition; returns the ids of the newest.
Way = Callable[[str, str], Answer]


@dataclass(frozen=True)
class Built:
    """A way that is ready, and what that took: seconds and MB on disk."""

    search: Way
    seconds: float
    megabytes: float


def main() -> None:
    """Measure all sizes, print and write the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES)
    lines: list[str] = []
    for size in parser.parse_args().sizes:
        with tempfile.TemporaryDirectory() as folder:
            lines += measure(size, Path(folder))
    text = "\n".join([f"Seconds, the median of {ROUNDS} rounds; {machine()}.", "", *lines])
    print(text)
    RESULT.write_text(
        f"# Search and paging\n\nMade by `python benchmarks/search.py`.\n\n{text}\n", encoding="utf-8"
    )


def measure(size: int, folder: Path) -> list[str]:
    """Return the tables for so many tweets, as Markdown."""
    connection = make(size, folder / "tweets.duckdb")
    ways: dict[str, Callable[[], Built | str]] = {
        "scan": lambda: Built(scan(connection, stored=False), 0.0, 0.0),
        "scan, stored lower case": lambda: lower_case_column(connection, folder),
        "FTS5, words": lambda: fts5(connection, folder / "words.sqlite", "unicode61"),
        "FTS5, parts of words": lambda: fts5(connection, folder / "parts.sqlite", "trigram"),
        "DuckDB fts": lambda: duckdb_fts(connection),
    }
    built = {name: build() for name, build in ways.items()}
    lines = [f"## {size:,} tweets", "", "| | " + " | ".join(built) + " |", "|---" * (len(built) + 1) + "|"]
    lines.append(row("to build", [b if isinstance(b, str) else f"{b.seconds:.0f} s" for b in built.values()]))
    lines.append(
        row("on disk", ["" if isinstance(b, str) else f"{b.megabytes:,.0f} MB" for b in built.values()])
    )
    for among, where in ((EVERYTHING, "all tweets"), (SELECTED, "a selection")):
        for title, search in SEARCHES.items():
            cells = ["" if isinstance(b, str) else timed(b.search, search, among) for b in built.values()]
            lines.append(row(f"{where}, {title}", cells))
    return [*lines, "", *paging(connection, size), ""]


def make(size: int, file: Path) -> duckdb.DuckDBPyConnection:
    """Return an open store of made-up tweets."""
    connection = duckdb.connect(str(file))
    connection.execute("SELECT setseed(0.5)")
    connection.execute(
        f"CREATE TEMP TABLE source AS SELECT row_number() OVER () - 1 AS i, text FROM read_csv('{TWEETS}')"
    )
    drawn = connection.execute("SELECT count(*) FROM source").fetchall()[0][0]
    connection.execute(MAKE.format(size=size, drawn=drawn))
    connection.execute("CHECKPOINT")
    return connection


def scan(connection: duckdb.DuckDBPyConnection, *, stored: bool) -> Way:
    """Return the dashboard's own way, or the same with the texts in lower case from a column of their own."""

    def search(words: str, among: str) -> Answer:
        condition, values = Wanted(Selection(period="all"), words).where()
        condition, table = f"{condition} AND {among}", "judged"
        if stored:
            condition, table = condition.replace("lower(text)", "folded"), "folded"
        return answer(connection, table, condition, values)

    return search


def answer(connection: duckdb.DuckDBPyConnection, table: str, condition: str, values: list[Any]) -> Answer:
    """Return how many tweets there are and the newest; as in the dashboard, few need no counting."""
    ids = newest(connection, table, condition, values)
    if len(ids) < PAGE:
        return len(ids), ids
    query = f"SELECT count(*) FROM {table} WHERE {condition}"
    return connection.execute(query, values).fetchall()[0][0], ids


def newest(connection: duckdb.DuckDBPyConnection, table: str, condition: str, values: list[Any]) -> list[str]:
    """Return the ids of the newest tweets, a page of them."""
    query = f"SELECT tweet_id FROM {table} WHERE {condition} ORDER BY {ORDERS['newest']} LIMIT {PAGE}"
    return [tweet_id for (tweet_id,) in connection.execute(query, values).fetchall()]


def lower_case_column(connection: duckdb.DuckDBPyConnection, folder: Path) -> Built:
    """Build a table that has the texts in lower case, too."""
    before, start = size_of(folder / "tweets.duckdb"), time.perf_counter()
    connection.execute(
        "CREATE TABLE folded AS SELECT tweet_id, created_at, brand_id, is_first, lower(text) AS folded FROM judged"
    )
    connection.execute("CHECKPOINT")
    seconds = time.perf_counter() - start
    # The other columns are the table's own; only the text's share is more.
    grown = size_of(folder / "tweets.duckdb") - before
    return Built(scan(connection, stored=True), seconds, grown)


def fts5(connection: duckdb.DuckDBPyConnection, file: Path, tokenizer: str) -> Built:
    """Build an index of SQLite's beside the store, whose rows are the store's positions."""
    start = time.perf_counter()
    index = sqlite3.connect(file)
    index.execute("PRAGMA journal_mode = OFF")
    index.execute("PRAGMA synchronous = OFF")
    index.execute("PRAGMA cache_size = -400000")
    index.execute(f"CREATE VIRTUAL TABLE words USING fts5(text, tokenize = '{tokenizer}', content = '')")
    with index:
        for rows in batches(connection):
            index.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", rows)
        index.execute("INSERT INTO words (words) VALUES ('optimize')")
    seconds = time.perf_counter() - start

    def search(words: str, among: str) -> Answer:
        words = words if '"' in words else " ".join(f'"{word}"' for word in words.split())
        ask = "FROM words WHERE words MATCH ?"
        if among == EVERYTHING:
            found = index.execute(f"SELECT count(*) {ask}", [words]).fetchone()[0]
            top = index.execute(f"SELECT rowid {ask} ORDER BY rowid DESC LIMIT {PAGE}", [words]).fetchall()
            positions = [position for (position,) in top]
            return found, newest(
                connection, "judged", "position IN (SELECT unnest(?::BIGINT[]))", [positions]
            )
        matching = [position for (position,) in index.execute(f"SELECT rowid {ask}", [words])]
        condition = f"{among} AND position IN (SELECT unnest(?::BIGINT[]))"
        return answer(connection, "judged", condition, [matching])

    return Built(search, seconds, size_of(file))


def batches(connection: duckdb.DuckDBPyConnection) -> Iterator[list[tuple[int, str]]]:
    """Yield positions and texts."""
    with closing(connection.cursor()) as cursor:
        cursor.execute("SELECT position, text FROM judged ORDER BY position")
        while rows := cursor.fetchmany(50_000):
            yield rows


def duckdb_fts(connection: duckdb.DuckDBPyConnection) -> Built | str:
    """Build an index of DuckDB's extension; say so where that cannot be loaded."""
    try:
        connection.execute("LOAD fts")
    except duckdb.Error:
        return "not there"
    start = time.perf_counter()
    connection.execute(
        "PRAGMA create_fts_index('judged', 'position', 'text', stemmer = 'none', stopwords = 'none')"
    )
    seconds = time.perf_counter() - start

    def search(words: str, among: str) -> Answer:
        condition = f"{among} AND fts_main_judged.match_bm25(position, ?, conjunctive := 1) IS NOT NULL"
        return answer(connection, "judged", condition, [words])

    return Built(search, seconds, 0.0)


def paging(connection: duckdb.DuckDBPyConnection, size: int) -> list[str]:
    """Return a table of how long a page takes that begins after so many tweets."""
    offsets = [0, size // 100, size // 10, size // 2, size - PAGE]
    lines = ["| page after | " + " | ".join(f"{title}, offset" for title in ORDERS) + " | newest, keyset |"]
    lines.append("|---" * (len(ORDERS) + 2) + "|")
    for offset in offsets:
        cells = [
            median(
                lambda sql=f"SELECT tweet_id FROM judged ORDER BY {order} LIMIT {PAGE} OFFSET {offset}": (
                    connection.execute(sql).fetchall()
                )
            )
            for order in ORDERS.values()
        ]
        last = connection.execute(
            f"SELECT created_at, tweet_id FROM judged ORDER BY {ORDERS['newest']} LIMIT 1 OFFSET {offset}"
        ).fetchall()[0]
        keyset = f"""SELECT tweet_id FROM judged WHERE created_at < $1 OR (created_at = $1 AND tweet_id >= $2)
                     ORDER BY {ORDERS["newest"]} LIMIT {PAGE}"""
        cells.append(median(lambda query=keyset, key=last: connection.execute(query, key).fetchall()))
        lines.append(row(f"{offset:,} tweets", cells))
    return lines


def timed(search: Way, words: str, among: str) -> str:
    """Return the seconds of a search and how many tweets it found."""
    return f"{median(lambda: search(words, among))} ({search(words, among)[0]:,})"


def median(work: Callable[[], object]) -> str:
    """Return the median seconds of some rounds."""
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return f"{statistics.median(taken):.3f}"


def row(title: str, cells: list[str]) -> str:
    """Return a row of a Markdown table."""
    return f"| {title} | " + " | ".join(cells) + " |"


def size_of(file: Path) -> float:
    """Return a file's size in MB."""
    return file.stat().st_size / 1e6


if __name__ == "__main__":
    main()
