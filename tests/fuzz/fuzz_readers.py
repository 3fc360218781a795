"""Feeds the readers of tweet files with mutated files, led by the code that each reaches, until one fails.

    pip install atheris
    python tests/fuzz/fuzz_readers.py [SECONDS]

Begins with small files of each format and what earlier calls found, which is kept in the system's folder for temporary
files. An input that raises anything but InputError, takes over 25 seconds or 2 GB, or of which more tweets come than it
has rows, ends it and is written to the folder it was started in, as crash-…; it becomes a test in
tests/pipeline/test_bad_input.py.
"""

from __future__ import annotations

import io
import json
import logging
import sys
import tempfile
from pathlib import Path

import atheris
import pyarrow as pa
import pyarrow.parquet as pq

with atheris.instrument_imports(include=["pipeline", "csv", "json"]):
    import csv  # noqa: F401

    from pipeline.errors import InputError
    from pipeline.ingest import ColumnNames, read_rows, read_tweets

SECONDS = 600
SUFFIXES = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".parquet")
TWEET = {"id": "570301", "text": 'Late again, "of course" é😀', "created_at": "2024-05-06T10:00:00Z"}
ROWS = ["id,text,date,likes", '1,"a, b ""c""\nd",06/05/2024 10:00,3', "2,plain,1715000000,1e3"]
V1 = {"full_text": "x", "user": {"screen_name": "y"}, "extended_tweet": {"full_text": "long"}}
FOLDER = Path(tempfile.gettempdir()) / "fuzz-readers"


def seeds() -> dict[str, list[bytes]]:
    """Return small whole files by the ending of their names."""
    rows = "\n".join(ROWS)
    response = {"data": [TWEET], "includes": {"users": [{"id": "1", "username": "a"}]}, "meta": {}}
    table = pa.table({"text": ["hello", None, "hello"], "id": [1, 2, 3], "date": ["2024-05-06"] * 3})
    parquet = io.BytesIO()
    pq.write_table(table, parquet)
    return {
        ".csv": [
            rows.encode(),
            b"\xef\xbb\xbf" + rows.replace(",", ";").encode("cp1252"),
            b"sep=|\ntext|id\na|1\n",
        ],
        ".tsv": [rows.replace(",", "\t").encode()],
        ".txt": [rows.encode("utf-16")],
        ".json": [json.dumps([TWEET, V1], indent=1).encode(), json.dumps(response).encode()],
        ".jsonl": ["\n".join(map(json.dumps, (TWEET, V1, {"text": "\ud83d"}))).encode()],
        ".parquet": [parquet.getvalue()],
    }


def read(data: bytes) -> None:
    """Read one file; its first byte tells the ending of its name."""
    if not data:
        return
    path = FOLDER / f"file{SUFFIXES[data[0] % len(SUFFIXES)]}"
    path.write_bytes(data[1:])
    try:
        rows = sum(len(table) for table in read_rows(path, delimiter=None, on_reject=lambda _: None))
        found = read_tweets(
            path, columns=ColumnNames(), date_format=None, delimiter=None, on_reject=lambda _: None
        )
        tweets = sum(len(table) for table in found)
    except InputError as error:
        assert len(str(error).splitlines()) == 1
        return
    assert tweets <= rows


def main() -> None:
    """Write the seeds and fuzz for so many seconds."""
    seconds = sys.argv[1] if len(sys.argv) > 1 else str(SECONDS)
    corpus = FOLDER / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, suffix in enumerate(SUFFIXES):
        for place, content in enumerate(seeds()[suffix]):
            (corpus / f"{number}-{place}").write_bytes(bytes([number]) + content)
    logging.disable()
    options = [f"-max_total_time={seconds}", "-max_len=4096", "-timeout=25", "-rss_limit_mb=2048"]
    atheris.Setup([sys.argv[0], str(corpus), *options], read)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
