"""Files to take away: a table as CSV, Excel or Parquet, made only when the user asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from dashboard.selection import Selection
from pipeline.export import EXCEL_ROWS, write_relation

__all__ = ["EXCEL_ROWS", "FORMATS", "Format", "file_name"]

CSV_HELP = (
    "UTF-8, for any program; Excel recognises the encoding. Texts that begin with = + - @, a tab or a line "
    "break get an apostrophe in front, so that no spreadsheet takes a tweet for a formula. "
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
    """

    title: str
    suffix: str
    mime: str
    help: str

    def build(self, table: duckdb.DuckDBPyRelation) -> bytes:
        """Return a table's file; where it is Excel's and too long for a sheet, raise InputError."""
        with TemporaryDirectory() as folder:
            file = Path(folder) / f"table{self.suffix}"
            write_relation(table, file, byte_order_mark=True)
            return file.read_bytes()


def file_name(what: str, chosen: Selection | None, suffix: str) -> str:
    """Return a name that says what is in the file: tweets_harrow-pine_2026-08-03_2026-10-31.csv."""
    if chosen is None:
        return what + suffix
    parts = [what, chosen.brand_id or chosen.industry or "all-brands"]
    parts += [str(day) for day in (chosen.since, chosen.until) if day is not None]
    return "_".join(parts).replace("/", "-") + suffix


FORMATS = (
    Format("CSV", ".csv", "text/csv", CSV_HELP),
    Format(
        "Excel",
        ".xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        EXCEL_HELP,
    ),
    Format("Parquet", ".parquet", "application/vnd.apache.parquet", PARQUET_HELP),
)
