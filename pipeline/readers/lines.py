"""The physical lines of a text file in whatever encoding, in bounded memory, none ever failing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

# In characters. Nothing that is a row of tweets is longer; a file without line breaks would fill the memory.
LONGEST_LINE = 8_000_000
TOO_LONG = "longer than 8 MB"
BINARY = "binary data"

_BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_ESCAPED = re.compile("[\udc80-\udcff]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")


class BrokenLine(str):
    """A line that holds no text to read; the string is its beginning.

    Attributes
    ----------
    reason
        `TOO_LONG` or `BINARY`.
    """

    __slots__ = ("reason",)

    reason: str

    @classmethod
    def of(cls, content: str, reason: str) -> BrokenLine:
        """Return the broken line of this beginning."""
        line = cls(content)
        line.reason = reason
        return line


class TextLines:
    """A text file's lines, each with its line break (LF, CR LF or CR) as written.

    Files are UTF-8, with or without byte order mark, or UTF-16 with one. A line that is not UTF-8 is read as
    Windows-1252, or, if it has other letters that are UTF-8, with the damaged ones replaced by U+FFFD.

    Parameters
    ----------
    longest
        In characters; a longer line is a `BrokenLine`.

    Attributes
    ----------
    windows, damaged
        How many lines of the latest reading were Windows-1252, or had damaged letters.
    """

    def __init__(self, path: Path, longest: int = LONGEST_LINE) -> None:
        self.path = path
        self._longest = longest
        self.windows = 0
        self.damaged = 0

    def __iter__(self) -> Iterator[str]:
        self.windows = self.damaged = 0
        encoding = self._encoding()
        # UTF-16 has no bytes to escape: a lone surrogate in it is replaced at once.
        errors = "replace" if encoding == "utf-16" else "surrogateescape"
        with self.path.open(encoding=encoding, errors=errors, newline="") as handle:
            while line := handle.readline(self._longest):
                if len(line) == self._longest and line[-1] not in "\r\n":
                    line = BrokenLine.of(line[:1000], TOO_LONG)
                    while (rest := handle.readline(self._longest)) and rest[-1] not in "\r\n":
                        pass
                elif not line.isascii() and _ESCAPED.search(line):
                    line = self._decode(line.encode("utf-8", "surrogateescape"))
                yield line

    @property
    def notes(self) -> list[str]:
        """Return what the latest reading found about the file's encoding."""
        notes = []
        if self.windows:
            notes.append(f"lines not in UTF-8, read as Windows-1252: {self.windows:,}")
        if self.damaged:
            notes.append(f"lines with damaged letters, now shown as \ufffd: {self.damaged:,}")
        return notes

    def _encoding(self) -> str:
        with self.path.open("rb") as handle:
            start = handle.read(3)
        return next((encoding for bom, encoding in _BOMS.items() if start.startswith(bom)), "utf-8")

    def _decode(self, line: bytes) -> str:
        text = line.decode("utf-8", "replace")
        damaged = text.count("\ufffd")
        others = sum(letter > "\x7f" for letter in text) - damaged
        if len(_CONTROL.findall(text)) > max(8, len(line) // 20):
            return BrokenLine.of(text, BINARY)
        if others >= damaged:
            self.damaged += 1
            return text
        self.windows += 1
        return line.decode("cp1252", "replace")
