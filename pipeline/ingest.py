"""Reads files of tweets: as they are, row by row, or as tweets with id, time, text and counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.dates import DateColumn
from pipeline.errors import InputError
from pipeline.identity import author_key, content_id, is_mangled, resolve_ids, source_id
from pipeline.readers import open_reader
from pipeline.readers.columns import ColumnNames, FoundColumns, find_columns, given_columns
from pipeline.readers.reader import Chunk, OnReject, Reader, Reject, reject
from pipeline.readers.values import strings

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "LONGEST_TEXT",
    "ColumnNames",
    "FoundColumns",
    "Reject",
    "Rows",
    "Tweets",
    "find_columns",
    "read_rows",
    "read_tweets",
    "resolve_ids",
    "rows_with_text",
    "strings",
    "texts_in",
]

# X's own limit for its longest posts. What is longer is a broken file, and VADER's time grows with its square.
LONGEST_TEXT = 25_000

NO_TEXT = "no text"
TEXT_TOO_LONG = f"text of over {LONGEST_TEXT:,} characters"


class Rows:
    """A file's rows as Arrow tables of bounded size, with the file's own columns.

    Attributes
    ----------
    columns
        Their names; where several have the same one, the later are numbered.
    """

    def __init__(self, reader: Reader, on_reject: OnReject) -> None:
        self._reader = reader
        self._on_reject = on_reject
        self.columns = reader.columns

    def __iter__(self) -> Iterator[pa.Table]:
        for chunk in self._reader.chunks(self._on_reject):
            yield chunk.table

    @property
    def notes(self) -> list[str]:
        """Return what the user should know of how the file was read; known after the last row."""
        return self._reader.notes


def read_rows(source: Path, *, delimiter: str | None, on_reject: OnReject) -> Rows:
    """Open a file to read all its rows in order, with all its columns as they are.

    Columns of a CSV are text as written; those of JSON and Parquet keep their types. Each table has at most
    10,000 rows; the first may be empty.

    Parameters
    ----------
    delimiter
        What separates the columns of a CSV; None: found from the file.
    on_reject
        Called with each row that cannot be read.

    Raises
    ------
    InputError
        If there is no such file, or it is none that can be read.
    """
    return Rows(open_reader(source, delimiter=delimiter), on_reject)


class Tweets:
    """A file's tweets as Arrow tables of bounded size.

    Each table has `source_id`, `content_id`, `author_key` (text), `created_at` (timestamp, UTC), `text`, `lang` (the
    file's, text), `likes`, `reposts` and `line` (64-bit integers). Empty are `source_id` where the file's id is
    missing or mangled by a spreadsheet, and what the file does not have or give.

    Attributes
    ----------
    columns
        Which of the file's columns they were read from.
    notes
        How the file was understood, for the user to read; complete after the last row.
    """

    def __init__(
        self, reader: Reader, columns: FoundColumns, date_format: str | None, on_reject: OnReject
    ) -> None:
        self._reader = reader
        self._on_reject = on_reject
        self._date_format = date_format
        self.columns = columns
        self.notes: list[str] = []

    def __iter__(self) -> Iterator[pa.Table]:
        dates = DateColumn(self._date_format)
        if self.columns.created_at is not None:
            for chunk in self._reader.chunks(_ignore):
                dates.observe(strings(chunk.table.column(self.columns.created_at)))
        mangled = 0
        for chunk in self._reader.chunks(self._on_reject):
            table, found = self._tweets(chunk, dates)
            mangled += found
            yield table
        self.notes = [*self._reader.notes, *self._date_notes(dates)]
        if mangled:
            self.notes.append(
                f"ids mangled by a spreadsheet (such as 5.70301E+17), replaced by ids from the content: {mangled:,}"
            )

    def _tweets(self, chunk: Chunk, dates: DateColumn) -> tuple[pa.Table, int]:
        """Return a chunk's tweets and how many mangled ids were found."""
        import pyarrow as pa

        kept = rows_with_text(chunk, self.columns.text, self._reader.path, self._on_reject)
        table = chunk.table.take(pa.array(kept, pa.int64()))
        columns = self.columns
        texts = texts_in(table, columns.text)
        moments = [dates.parse(value) for value in _column(table, columns.created_at)]
        authors = _column(table, columns.author)
        ids = _column(table, columns.tweet_id)
        contents = [
            content_id(text, moment, author)
            for text, moment, author in zip(texts, moments, authors, strict=True)
        ]
        tweets = {
            "source_id": pa.array([source_id(value) for value in ids], pa.string()),
            "content_id": pa.array(contents, pa.string()),
            "author_key": pa.array([author_key(author) for author in authors], pa.string()),
            "created_at": pa.array(moments, pa.timestamp("us")),
            "text": pa.array(texts, pa.string()),
            "lang": pa.array(_column(table, columns.lang), pa.string()),
            "likes": pa.array([_count(value) for value in _column(table, columns.likes)], pa.int64()),
            "reposts": pa.array([_count(value) for value in _column(table, columns.reposts)], pa.int64()),
            "line": pa.array([chunk.lines[row] for row in kept], pa.int64()),
        }
        return pa.table(tweets), sum(value is not None and is_mangled(value.strip()) for value in ids)

    def _date_notes(self, dates: DateColumn) -> list[str]:
        if self.columns.created_at is None:
            return ["no column holds dates (name it with --date-column); the tweets are kept without"]
        return dates.notes()


def read_tweets(
    path: Path,
    *,
    columns: ColumnNames | FoundColumns,
    date_format: str | None,
    delimiter: str | None,
    on_reject: OnReject,
) -> Tweets:
    """Open a file to read its tweets, in its order.

    The file is read twice: first all its dates, since only together they tell day from month.

    Parameters
    ----------
    columns
        Names of columns that are not usual ones; or all that are to be read, by what they hold.
    date_format
        How dates are written, as for `strptime`; None: found from the file.
    delimiter
        What separates the columns of a CSV; None: found from the file.
    on_reject
        Called with each row that holds no tweet or cannot be read.

    Raises
    ------
    InputError
        If there is no such file, it is none that can be read or has no text column, or an option is wrong.
    """
    DateColumn(date_format)
    reader = open_reader(path, delimiter=delimiter)
    try:
        if isinstance(columns, FoundColumns):
            found = given_columns(reader.columns, columns)
        else:
            found = find_columns(reader.columns, columns)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
    return Tweets(reader, found, date_format, on_reject)


def rows_with_text(chunk: Chunk, column: str, path: Path, on_reject: OnReject) -> list[int]:
    """Return the positions of a chunk's rows that have a tweet's text in a column; report the others."""
    kept = []
    for row, text in enumerate(strings(chunk.table.column(column))):
        if text and len(text) <= LONGEST_TEXT and _is_visible(text):
            kept.append(row)
        else:
            reason = TEXT_TOO_LONG if text and len(text) > LONGEST_TEXT else NO_TEXT
            content = text or ", ".join(_row(chunk.table, row))
            on_reject(reject(path, chunk.lines[row], reason, content))
    return kept


def texts_in(table: pa.Table, column: str) -> list[str]:
    """Return the tweets' texts of rows that all have one (see `rows_with_text`)."""
    return [text.replace("\0", "") for text in strings(table.column(column)) if text]


def _column(table: pa.Table, name: str | None) -> Sequence[str | None]:
    return [None] * len(table) if name is None else strings(table.column(name))


def _row(table: pa.Table, row: int) -> list[str]:
    values = (strings(column.slice(row, 1))[0] for column in table.columns)
    return [value for value in values if value]


def _is_visible(text: str) -> bool:
    return any(letter.isprintable() and not letter.isspace() for letter in text)


def _count(value: str | None) -> int | None:
    """Return a number of likes or reposts; None where there is none that makes sense."""
    try:
        number = float((value or "").replace(",", ""))
    except ValueError:
        return None
    return int(number) if 0 <= number < 2**53 else None


def _ignore(_: Reject) -> None:
    return None
