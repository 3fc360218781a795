"""What every reader of tweet files gives: columns, chunks of rows, and rejects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from pipeline.readers.printing import printable

if TYPE_CHECKING:
    import pyarrow as pa

# Rows and characters after which a chunk is handed on, so that memory stays bounded whatever the file's size.
CHUNK_ROWS = 10_000
CHUNK_CHARACTERS = 16_000_000

_EXCERPT = 160


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was not taken.

    Attributes
    ----------
    source
        The file's path.
    line
        Where it begins: the line from 1, in Parquet the row from 1.
    reason
        One of a few fixed phrases, so that rejects can be counted by it.
    excerpt
        The row's beginning, printable, at most 160 characters.
    """

    source: str
    line: int
    reason: str
    excerpt: str


OnReject = Callable[[Reject], None]


class Chunk(NamedTuple):
    """Some rows of a file, in its order, with the line at which each begins."""

    table: pa.Table
    lines: list[int]


class Reader(Protocol):
    """A file of tweets; its chunks may be read any number of times.

    Attributes
    ----------
    path
        The file.
    columns
        The names of its columns, each different from the others.
    """

    path: Path
    columns: list[str]

    @property
    def notes(self) -> list[str]:
        """Return what the user should know of how the file was read, a sentence each; known after a reading."""
        ...

    def chunks(self, on_reject: OnReject) -> Iterator[Chunk]:
        """Read the file from its beginning.

        Each chunk has all columns, with the same types in each; the first may be the only one and empty.
        """
        ...


def reject(path: Path, line: int, reason: str, content: str) -> Reject:
    """Return the reject of a row, with an excerpt that is safe to print."""
    return Reject(str(path), line, reason, printable(content, _EXCERPT))


def distinct(names: list[str]) -> list[str]:
    """Return the names of columns with repeated ones numbered: text, text_2, text_3."""
    taken = set(names)
    seen: set[str] = set()
    result = []
    for name in names:
        unique, number = name, 1
        while unique in seen or (number > 1 and unique in taken):
            number += 1
            unique = f"{name}_{number}"
        seen.add(unique)
        result.append(unique)
    return result


def renamed_note(names: list[str]) -> list[str]:
    """Return the note for columns of which several have the same name, if there are any."""
    repeated = [printable(name, 40) or "(no name)" for name in dict.fromkeys(names) if names.count(name) > 1]
    if not repeated:
        return []
    return [
        f"several columns are called {', '.join(repeated)}; the later ones are read as {repeated[0]}_2 and so on"
    ]
