"""Writes tables, one after another, to a CSV, JSON lines or Parquet file that appears only when it is whole."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

FORMATS = (".csv", ".jsonl", ".parquet")

Write = Callable[["pd.DataFrame"], None]


def check_output(output: Path) -> None:
    """Raise InputError if the name's suffix is not one of `FORMATS`, or its folder does not exist."""
    if output.suffix.lower() not in FORMATS:
        raise InputError(f"cannot write {output.name}: the name must end in {', '.join(FORMATS)}")
    if not output.absolute().parent.is_dir():
        raise InputError(f"the folder {output.parent} does not exist")


@contextmanager
def table_writer(output: Path) -> Iterator[Write]:
    """Give a function that appends a table to the file; all tables have the same columns.

    Lists and other nested values are written as JSON in CSV. If the block fails, there is no file.
    """
    unfinished = output.with_name(f".{output.name}.unfinished")
    formats = {".csv": _csv_writer, ".jsonl": _jsonl_writer, ".parquet": _parquet_writer}
    try:
        with formats[output.suffix.lower()](unfinished) as write:
            yield write
        unfinished.replace(output)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def _csv_writer(path: Path) -> Iterator[Write]:
    with path.open("w", encoding="utf-8", newline="") as handle:
        first = [True]

        def write(frame: pd.DataFrame) -> None:
            header = first.pop() if first else False
            frame = frame.assign(**{name: _json_texts(frame[name]) for name in _nested(frame)})
            rows = frame.to_csv(index=False, header=header)
            if "\r" in rows:
                # The csv module of Python 3.11 and 3.12 leaves a cell with a lone carriage return unquoted.
                rows = frame.to_csv(index=False, header=header, quoting=csv.QUOTE_NONNUMERIC)
            handle.write(rows)

        yield write


@contextmanager
def _jsonl_writer(path: Path) -> Iterator[Write]:
    with path.open("w", encoding="utf-8") as handle:

        def write(frame: pd.DataFrame) -> None:
            # Through text, so that a single-precision 0.6369 is not written as 0.636900007724762.
            single = frame.select_dtypes("float32").astype("str").astype("float64")
            frame = frame.assign(**single)
            for record in frame.astype(object).where(frame.notna(), None).to_dict("records"):
                handle.write(_json(record) + "\n")

        yield write


@contextmanager
def _parquet_writer(path: Path) -> Iterator[Write]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    writer: list[pq.ParquetWriter] = []

    def write(frame: pd.DataFrame) -> None:
        table = pa.Table.from_pandas(frame, preserve_index=False)
        if not writer:
            writer.append(pq.ParquetWriter(path, table.schema))
        writer[0].write_table(table.cast(writer[0].schema))

    try:
        yield write
    finally:
        if writer:
            writer[0].close()


def _nested(frame: pd.DataFrame) -> list[str]:
    import pandas as pd
    import pyarrow as pa

    return [
        str(name)
        for name, kind in frame.dtypes.items()
        if isinstance(kind, pd.ArrowDtype) and pa.types.is_nested(kind.pyarrow_dtype)
    ]


def _json_texts(column: pd.Series) -> pd.Series:
    import pandas as pd

    texts = [None if absent else _json(value) for value, absent in zip(column, column.isna(), strict=True)]
    return pd.Series(texts, index=column.index, dtype="str")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    """Return what the JSON encoder does not know as lists and text."""
    return value.tolist() if hasattr(value, "tolist") else str(value)
