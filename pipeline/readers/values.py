"""A column's values as text, whatever its type."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

# Whole numbers up to here are exact as floating-point numbers.
_EXACT = 2**53


def strings(column: pa.ChunkedArray) -> list[str | None]:
    """Return a column's values as text; None where there is none.

    Numbers with nothing behind the point are written without it, as ids and epoch times are.
    """
    import pyarrow as pa

    values = column.to_pylist()
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return values
    if pa.types.is_floating(kind):
        return [None if value is None else _number(value) for value in values]
    return [None if value is None else _text(value) for value in values]


def _number(value: float) -> str | None:
    if math.isnan(value):
        return None
    return str(int(value)) if abs(value) <= _EXACT and value.is_integer() else repr(value)


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
