"""Files to take away: a table as CSV, Excel or Parquet, made only when the user asks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from pipeline.export import write_relation

EXCEL_ROWS = 1_048_575  # what a sheet holds below its header
EXCEL_CHARACTERS = 32_767  # what a cell holds
BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # without it Excel reads a CSV file in the machine's old code page
# How a spreadsheet recognises a formula (OWASP, "CSV Injection").
FORMULA = r"^([=+\-@\t\r])"

CSV_HELP = (
    "UTF-8, for any program; Excel recognises the encoding. Texts that begin with = + - @, a tab or a line "
    "break (CR) get an apostrophe in front, so that no spreadsheet takes a tweet for a formula. "
    "Spreadsheets round the long ids in CSV files; in an Excel file they stay whole."
)
EXCEL_HELP = "Texts are texts: none is taken for a formula or a link."
PARQUET_HELP = "For analysts: typed columns, for pandas, DuckDB, R or Spark."


@dataclass(frozen=True)
class Format:
    """A kind of file.

    Attributes
    ----------
    title, suffix, mime, help
        What the user reads, and what the browser needs to know.
    build
        Makes the file's bytes of a table.
    """

    title: str
    suffix: str
    mime: str
    help: str
    build: Callable[[duckdb.DuckDBPyRelation], bytes]


def csv(table: duckdb.DuckDBPyRelation) -> bytes:
    """Return a table as CSV that spreadsheets read rightly and safely (see `CSV_HELP`)."""
    safe = _each_text(table, f"regexp_replace({{}}, '{FORMULA}', '''\\1')")
    return BYTE_ORDER_MARK + _written(safe, ".csv")


def excel(table: duckdb.DuckDBPyRelation) -> bytes:
    """Return a table as an Excel file; texts are cut at what a cell holds.

    Raises
    ------
    InputError
        If it has more than `EXCEL_ROWS` rows.
    """
    return _written(_each_text(table, f"left({{}}, {EXCEL_CHARACTERS})"), ".xlsx")


def parquet(table: duckdb.DuckDBPyRelation) -> bytes:
    """Return a table as Parquet, just as it is."""
    return _written(table, ".parquet")


FORMATS = (
    Format("CSV", ".csv", "text/csv", CSV_HELP, csv),
    Format(
        "Excel",
        ".xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        EXCEL_HELP,
        excel,
    ),
    Format("Parquet", ".parquet", "application/vnd.apache.parquet", PARQUET_HELP, parquet),
)


def _each_text(table: duckdb.DuckDBPyRelation, expression: str) -> duckdb.DuckDBPyRelation:
    """Return a table with an SQL expression, {} standing for the column, applied to its text columns."""
    columns = [
        f"{expression.format(quoted)} AS {quoted}" if str(kind) == "VARCHAR" else quoted
        for quoted, kind in zip(map(_quoted, table.columns), table.types, strict=True)
    ]
    return table.project(", ".join(columns))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _written(table: duckdb.DuckDBPyRelation, suffix: str) -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"table{suffix}"
        write_relation(table, file)
        return file.read_bytes()
