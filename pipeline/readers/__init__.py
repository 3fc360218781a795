"""Readers of tweet files, one a format: rows as Arrow tables, with what could not be taken as rejects."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.errors import InputError
from pipeline.readers.csv_reader import CsvReader
from pipeline.readers.json_reader import JsonReader
from pipeline.readers.parquet_reader import ParquetReader
from pipeline.readers.reader import Reader

_CSV = frozenset({".csv", ".tsv", ".tab", ".psv", ".txt"})
_JSON = frozenset({".json", ".jsonl", ".ndjson"})
_PARQUET = frozenset({".parquet", ".pq"})

_PARQUET_MAGIC = b"PAR1"
# What people take for a table of tweets and is none that can be read here, by its first bytes.
_OTHERS = {
    b"PK\x03\x04": "an Excel or zip file; save its sheet as CSV",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file; save its sheet as CSV",
    b"\x1f\x8b": "compressed with gzip; unpack it first",
    b"BZh": "compressed with bzip2; unpack it first",
    b"\xfd7zXZ": "compressed with xz; unpack it first",
    b"\x28\xb5\x2f\xfd": "compressed with zstd; unpack it first",
    b"%PDF": "a PDF file; export the tweets as CSV",
    b"SQLite format 3": "an SQLite database; export the tweets as CSV",
}
_JSON_START = re.compile(rb'(?:\xef\xbb\xbf)?\s*\[?\s*\{\s*"[^"\n]*"\s*:')
_SAMPLE = 65_536
_TEXT_CONTROLS = frozenset(b"\t\n\v\f\r")


def open_reader(path: Path, *, delimiter: str | None = None) -> Reader:
    """Open a file of tweets; its content decides on the format where the name is wrong.

    Parameters
    ----------
    delimiter
        What separates the columns of a CSV; None: found from the file.

    Raises
    ------
    InputError
        If there is no such file, it is empty or of another kind, or its content is not what its name says.
    """
    start = _beginning(path)
    suffix = path.suffix.lower()
    if start.startswith(_PARQUET_MAGIC) or suffix in _PARQUET:
        return ParquetReader(path)
    if suffix not in _CSV | _JSON:
        raise InputError(f"{path}: the name must end in .csv, .tsv, .txt, .jsonl, .json or .parquet")
    if _is_binary(start):
        raise InputError(f"{path} is no text file; give CSV, JSON lines, Parquet or X API JSON")
    if suffix in _JSON or _JSON_START.match(start):
        return JsonReader(path)
    return CsvReader(path, delimiter)


def _beginning(path: Path) -> bytes:
    """Return a file's first bytes, if it is one that may hold tweets."""
    if not path.exists():
        raise InputError(f"there is no file {path}")
    if not path.is_file():
        raise InputError(f"{path} is not a file")
    try:
        with path.open("rb") as handle:
            start = handle.read(_SAMPLE)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    if not start:
        raise InputError(f"{path} is empty")
    for magic, kind in _OTHERS.items():
        if start.startswith(magic):
            raise InputError(f"{path} is {kind}")
    return start


def _is_binary(start: bytes) -> bool:
    """Tell binary data from text, which has hardly any control characters, unless it is UTF-16."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    controls = sum(byte < 0x20 and byte not in _TEXT_CONTROLS for byte in start)
    return controls > len(start) // 20 + 8
