"""Reads CSV files of any delimiter; a broken line costs that line and no other."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from pipeline.errors import InputError
from pipeline.readers.dialect import find_dialect
from pipeline.readers.lines import LONGEST_LINE, TOO_LONG, BrokenLine, TextLines
from pipeline.readers.reader import (
    CHUNK_CHARACTERS,
    CHUNK_ROWS,
    Chunk,
    OnReject,
    distinct,
    reject,
    renamed_note,
)

RAGGED = "wrong number of columns"
UNCLOSED = "a quotation mark is opened and not closed"

_SAMPLE_LINES = 1000

# The csv module's own limit (131,072) is below a long cell; `LONGEST_LINE` bounds a record here.
csv.field_size_limit(min(sys.maxsize, 2**31 - 1))


class _BrokenError(Exception):
    """A line, or the record that it goes on with, cannot be read."""


class _Feed:
    """Gives the csv module its lines and can take back those of the current record.

    Attributes
    ----------
    taken
        The lines of the current record, so far.
    number
        How many lines have been taken.
    """

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._returned: list[str] = []
        self._size = 0
        self.taken: list[str] = []
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._returned.pop() if self._returned else next(self._lines)
        self.taken.append(line)
        self.number += 1
        self._size += len(line)
        if isinstance(line, BrokenLine):
            raise _BrokenError(line.reason)
        if self._size > LONGEST_LINE:
            raise _BrokenError(TOO_LONG)
        return line

    def begin(self) -> None:
        """Begin a record."""
        self.taken.clear()
        self._size = 0

    def give_back(self) -> str:
        """Return the record's first line and read on from its second."""
        others = self.taken[1:]
        del self.taken[1:]
        self._returned.extend(reversed(others))
        self.number -= len(others)
        return self.taken[0]


class CsvReader:
    """A CSV file; all columns are text, as written. See `reader.Reader`.

    The csv module reads it in strict mode. A record that is not well formed loses its first line, and reading
    goes on with the second: thus a quotation mark that is never closed does not swallow the rows below it. Other
    readers were tried on such files: Arrow's merges the row after a stray mark and stops at a byte that is not
    UTF-8, DuckDB's gives the whole file up.

    Raises
    ------
    InputError
        If the file is empty or `delimiter` is not one character.
    """

    def __init__(self, path: Path, delimiter: str | None) -> None:
        self.path = path
        self._lines = TextLines(path)
        self._dialect = find_dialect(list(islice(self._lines, _SAMPLE_LINES)), delimiter)
        _, _, header = self._open()
        self._header = [name.replace("\0", "").strip() for name in header]
        self.columns = distinct(self._header)

    @property
    def notes(self) -> list[str]:
        """Return what the latest reading found."""
        return [*renamed_note(self._header), *self._lines.notes]

    def chunks(self, on_reject: OnReject) -> Iterator[Chunk]:
        """Read the file from its beginning, as `reader.Reader` says."""
        rows: list[list[str]] = []
        starts: list[int] = []
        characters = seen = 0
        for start, found in self._records(on_reject):
            seen += 1
            if found is not None:
                rows.append(found)
                starts.append(start)
                characters += sum(map(len, found))
            if seen >= CHUNK_ROWS or characters >= CHUNK_CHARACTERS:
                yield self._chunk(rows, starts)
                rows, starts, characters, seen = [], [], 0, 0
        yield self._chunk(rows, starts)

    def _chunk(self, rows: list[list[str]], starts: list[int]) -> Chunk:
        import pyarrow as pa

        cells = list(zip(*rows, strict=True)) if rows else [()] * len(self.columns)
        return Chunk(pa.table([pa.array(column, pa.string()) for column in cells], self.columns), starts)

    def _records(self, on_reject: OnReject) -> Iterator[tuple[int, list[str] | None]]:
        """Give each record's first line and cells, None for those that are rejected."""
        feed, reader, _ = self._open()
        while True:
            feed.begin()
            start = feed.number + 1
            reason = RAGGED
            try:
                cells = next(reader)
                if _is_blank(cells, len(self.columns)):
                    continue
                found = _fitted(cells, len(self.columns))
            except StopIteration:
                return
            except (csv.Error, _BrokenError):
                found, reason = self._mended(feed.give_back())
            if found is None:
                on_reject(reject(self.path, start, reason, feed.give_back()))
            yield start, found

    def _mended(self, line: str) -> tuple[list[str] | None, str]:
        """Read one line on its own, where quotation marks inside a cell need not be doubled."""
        if isinstance(line, BrokenLine):
            return None, line.reason
        rest = iter([line, ""])
        cells = next(csv.reader(rest, delimiter=self._dialect.delimiter))
        if next(rest, None) is None:
            return None, UNCLOSED
        return _fitted(cells, len(self.columns)), RAGGED

    def _open(self) -> tuple[_Feed, Iterator[list[str]], list[str]]:
        """Return the file's lines, their records below the header, and the header."""
        feed = _Feed(iter(self._lines))
        reader = csv.reader(
            feed,
            delimiter=self._dialect.delimiter,
            quoting=csv.QUOTE_MINIMAL if self._dialect.quoted else csv.QUOTE_NONE,
            strict=True,
        )
        try:
            for _ in range(self._dialect.skip):
                next(feed)
            while not "".join(header := next(reader)).strip():
                feed.begin()
        except StopIteration:
            raise InputError(f"{self.path} is empty") from None
        except (csv.Error, _BrokenError) as error:
            raise InputError(f"{self.path}: its first line is no header of a CSV file ({error})") from error
        return feed, reader, header


def _fitted(cells: list[str], width: int) -> list[str] | None:
    """Cut the empty cells that some programs write at a row's end; None if the width is still wrong."""
    if len(cells) < width or any(cells[width:]):
        return None
    return cells[:width]


def _is_blank(cells: list[str], width: int) -> bool:
    """Tell whether the line is empty, and not a row whose only cell is."""
    return not cells or (len(cells) == 1 < width and not cells[0].strip())
