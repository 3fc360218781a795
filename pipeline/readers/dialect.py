"""How a CSV file is written: what separates its columns, and whether cells are quoted."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.errors import InputError
from pipeline.readers.columns import has_text_column

_DELIMITERS = ",;\t|"
# No text holds it: a file of one column is cut nowhere.
_NONE = "\x1f"
_WORDS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
_SEPARATOR_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Dialect:
    """How a CSV file's lines become cells.

    Attributes
    ----------
    quoted
        False where quotation marks are letters like any other, as in many tab-separated exports.
    skip
        Lines before the header: 1 where a spreadsheet wrote "sep=;" there.
    """

    delimiter: str
    quoted: bool = True
    skip: int = 0


def find_dialect(lines: Sequence[str], delimiter: str | None) -> Dialect:
    """Judge from a file's first lines how it is written.

    Parameters
    ----------
    lines
        The header and some rows.
    delimiter
        What the user says separates columns: a character, or "tab".

    Raises
    ------
    InputError
        If `delimiter` is not one character.
    """
    separator = _SEPARATOR_LINE.fullmatch(lines[0]) if lines else None
    skip = 1 if separator else 0
    rows = [line for line in lines[skip:] if line.strip()]
    if delimiter is not None:
        chosen = _checked(delimiter)
    elif separator:
        chosen = separator[1]
    else:
        chosen = max(_DELIMITERS, key=lambda candidate: _fit(rows, candidate))
        chosen = chosen if rows and chosen in rows[0] else _NONE
    return Dialect(chosen, quoted=not (chosen == "\t" and _is_unquoted(rows)), skip=skip)


def _checked(delimiter: str) -> str:
    chosen = _WORDS.get(delimiter.lower(), delimiter)
    if len(chosen) != 1 or chosen in '"\r\n\0':
        raise InputError(f'--delimiter must be one character, such as ";" or "tab", not "{delimiter}"')
    return chosen


def _fit(rows: list[str], delimiter: str) -> tuple[bool, float, int]:
    """Rate a delimiter: a text column in the header, then rows as wide as the header, then its columns."""
    if not rows or delimiter not in rows[0]:
        return False, 0.0, 0
    header, *cells = csv.reader(rows, delimiter=delimiter)
    same = sum(len(row) == len(header) for row in cells)
    return has_text_column(header), same / len(cells) if cells else 0.0, len(header)


def _is_unquoted(rows: list[str]) -> bool:
    """Tell whether most cells that begin with a quotation mark do not end with one, each line being a row."""
    if len({row.count("\t") for row in rows}) > 1:
        return False
    cells = [cell for row in rows for cell in row.rstrip("\r\n").split("\t")]
    opened = [cell for cell in cells if cell.startswith('"')]
    closed = sum(len(cell) > 1 and cell.endswith('"') for cell in opened)
    return closed < len(opened) - closed
