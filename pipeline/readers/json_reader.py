"""Reads JSON lines, and JSON documents of one or more values: tweets, lists of tweets, or API responses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import InputError
from pipeline.readers.json_types import ColumnTypes, clean, column_array
from pipeline.readers.lines import BrokenLine, TextLines
from pipeline.readers.reader import (
    CHUNK_CHARACTERS,
    CHUNK_ROWS,
    Chunk,
    OnReject,
    Reject,
    distinct,
    reject,
)
from pipeline.readers.x_api import Record, tweets_in

if TYPE_CHECKING:
    import pyarrow as pa

NOT_JSON = "not JSON"
NO_TWEET = "no tweet in it"

# One document is in memory as a whole, about five times its size.
_LARGEST_DOCUMENT = 400_000_000
_LINE_SUFFIXES = frozenset({".jsonl", ".ndjson"})
_SAMPLE_LINES = 20
# Between the values of a document: a list is read as its items.
_BETWEEN = re.compile(r"[\s,\[\]]*")


class JsonReader:
    """A JSON file. See `reader.Reader`.

    Columns are the keys of all tweets in order of first appearance; one whose values are all whole numbers,
    numbers, or true and false has that type, any other is text, in which nested values are JSON.

    Raises
    ------
    InputError
        If the file is empty, holds no JSON at all, or is a single document too large for the memory.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lines = TextLines(path)
        self._by_line = self._is_by_line()
        self._types = self._scan()
        self.columns = distinct([clean(key) for key in self._types])

    @property
    def notes(self) -> list[str]:
        """Return what the latest reading found."""
        return self._lines.notes

    def chunks(self, on_reject: OnReject) -> Iterator[Chunk]:
        """Read the file from its beginning, as `reader.Reader` says."""
        rows: list[Record] = []
        starts: list[int] = []
        seen = characters = 0
        for line, size, tweets in self._values(on_reject):
            seen += max(1, len(tweets))
            characters += size
            rows += tweets
            starts += [line] * len(tweets)
            if seen >= CHUNK_ROWS or characters >= CHUNK_CHARACTERS:
                yield self._chunk(rows, starts)
                rows, starts, seen, characters = [], [], 0, 0
        yield self._chunk(rows, starts)

    def _chunk(self, rows: list[Record], starts: list[int]) -> Chunk:
        import pyarrow as pa

        arrays = [
            column_array([row.get(key) for row in rows], arrow_type)
            for key, arrow_type in self._types.items()
        ]
        return Chunk(pa.table(arrays, self.columns), starts)

    def _scan(self) -> dict[str, pa.DataType]:
        """Read the file once to find all keys and the types of their values."""
        types = ColumnTypes()
        rejects: list[Reject] = []
        tweets_found = False
        for _, _, tweets in self._values(lambda reject: rejects.append(reject) if not rejects else None):
            tweets_found = tweets_found or bool(tweets)
            types.add(tweets)
        if tweets_found:
            return types.chosen()
        if rejects:
            hint = "" if self._by_line else ", neither as lines nor as a whole"
            raise InputError(
                f'{self.path}: {rejects[0].reason}{hint} (it begins with "{rejects[0].excerpt[:60]}")'
            )
        raise InputError(f"{self.path} holds no tweets")

    def _values(self, on_reject: OnReject) -> Iterator[tuple[int, int, list[Record]]]:
        """Give each value's line, its size in characters and the tweets in it."""
        for line, content, value in self._by_lines(on_reject) if self._by_line else self._document(on_reject):
            tweets: list[Record] = []
            for item in value if isinstance(value, list) else [value]:
                found = tweets_in(item)
                if found is None:
                    on_reject(reject(self.path, line, NO_TWEET, content))
                else:
                    tweets += found
            yield line, len(content), tweets

    def _by_lines(self, on_reject: OnReject) -> Iterator[tuple[int, str, Any]]:
        for number, line in enumerate(self._lines, 1):
            if isinstance(line, BrokenLine):
                on_reject(reject(self.path, number, line.reason, line))
            elif line.strip():
                try:
                    value = json.loads(line)
                except (ValueError, RecursionError):
                    on_reject(reject(self.path, number, NOT_JSON, line))
                else:
                    yield number, line, value

    def _document(self, on_reject: OnReject) -> Iterator[tuple[int, str, Any]]:
        if self.path.stat().st_size > _LARGEST_DOCUMENT:
            raise InputError(
                f"{self.path} is one JSON document of over {_LARGEST_DOCUMENT // 1_000_000} MB; "
                "write it as JSON lines, one tweet a line"
            )
        text = "".join(TextLines(self.path, longest=_LARGEST_DOCUMENT))
        decode = json.JSONDecoder().raw_decode
        line, end = 1, 0
        while (start := _next_value(text, end)) < len(text):
            line += text.count("\n", end, start)
            try:
                value, end = decode(text, start)
            except (ValueError, RecursionError):
                on_reject(reject(self.path, line, NOT_JSON, text[start : start + 1000]))
                return
            yield line, text[start:end], value
            line += text.count("\n", start, end)

    def _is_by_line(self) -> bool:
        """Tell JSON lines from a document: in the former the first line, or one soon after it, is a value."""
        if self.path.suffix.lower() in _LINE_SUFFIXES:
            return True
        first = [line for line in islice(self._lines, _SAMPLE_LINES) if line.strip()]
        if first and first[0].lstrip().startswith("["):
            return _is_json(first[0])
        return any(line.lstrip().startswith("{") and _is_json(line) for line in first)


def _next_value(text: str, position: int) -> int:
    between = _BETWEEN.match(text, position)
    return between.end() if between else position


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True
