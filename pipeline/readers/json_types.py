"""The types of JSON columns: numbers and truth values where all of a column's are, else text."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pipeline.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

_SURROGATE = re.compile("[\ud800-\udfff]")
_INT64 = 2**63
# Whole numbers up to here are exact as floating-point numbers.
_EXACT = 2**53
_MOST_COLUMNS = 2000


class ColumnTypes:
    """Collects the kinds of values that each key has over all records of a file."""

    def __init__(self) -> None:
        self._kinds: defaultdict[str, set[str]] = defaultdict(set)

    def add(self, records: Iterable[dict[str, Any]]) -> None:
        """Take records into account.

        Raises
        ------
        InputError
            If the records have more different keys than a table can have columns.
        """
        for record in records:
            for key, value in record.items():
                self._kinds[key].add(_kind(value))
        if len(self._kinds) > _MOST_COLUMNS:
            raise InputError(f"the JSON has over {_MOST_COLUMNS:,} different keys; these cannot be columns")

    def chosen(self) -> dict[str, pa.DataType]:
        """Return each key's type, in order of first appearance."""
        return {key: _type(kinds - {"none"}) for key, kinds in self._kinds.items()}


def column_array(values: list[Any], arrow_type: pa.DataType) -> pa.Array:
    """Return a column of the type that `ColumnTypes` chose; in one of text, other values are written as JSON."""
    import pyarrow as pa

    if pa.types.is_string(arrow_type):
        values = [value if value is None else _text(value) for value in values]
    elif pa.types.is_floating(arrow_type):
        values = [value if value is None else float(value) for value in values]
    return pa.array(values, arrow_type)


def clean(text: str) -> str:
    """Return the text with lone surrogates, which JSON can hold and UTF-8 cannot, replaced by U+FFFD."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def _text(value: Any) -> str:
    return clean(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _kind(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int" if abs(value) <= _EXACT else "long" if abs(value) < _INT64 else "huge"
    return "float" if isinstance(value, float) else "other"


def _type(kinds: set[str]) -> pa.DataType:
    import pyarrow as pa

    if kinds == {"bool"}:
        return pa.bool_()
    if kinds and kinds <= {"int", "long"}:
        return pa.int64()
    if kinds and kinds <= {"int", "float"}:
        return pa.float64()
    return pa.string()
