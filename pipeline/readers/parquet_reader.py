"""Reads Parquet files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.readers.reader import CHUNK_CHARACTERS, CHUNK_ROWS, Chunk, OnReject, distinct, renamed_note

if TYPE_CHECKING:
    import pyarrow as pa


class ParquetReader:
    """A Parquet file; columns keep their types. See `reader.Reader`.

    Raises
    ------
    InputError
        If it is not a whole Parquet file, or a part of it is damaged.
    """

    def __init__(self, path: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self.path = path
        try:
            with pq.ParquetFile(path) as file:
                self._schema: pa.Schema = file.schema_arrow
                bytes_a_row = _bytes_a_row(file.metadata)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise InputError(f"{path} is not a whole Parquet file: {_first_line(error)}") from error
        self._batch_rows = max(1, min(CHUNK_ROWS, CHUNK_CHARACTERS // bytes_a_row))
        self.columns = distinct(self._schema.names)

    @property
    def notes(self) -> list[str]:
        """Return what the user should know of the file."""
        return renamed_note(self._schema.names)

    def chunks(self, on_reject: OnReject) -> Iterator[Chunk]:
        """Read the file from its beginning, as `reader.Reader` says."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        first = 1
        try:
            with pq.ParquetFile(self.path) as file:
                for batch in file.iter_batches(self._batch_rows):
                    table = pa.table([_plain(column) for column in batch.columns], self.columns)
                    yield Chunk(table, list(range(first, first + len(table))))
                    first += len(table)
                if first == 1:
                    columns = [_plain(field) for field in self._schema.empty_table().columns]
                    yield Chunk(pa.table(columns, self.columns), [])
        except (pa.ArrowException, OSError, ValueError) as error:
            raise InputError(f"{self.path} is damaged: {_first_line(error)}") from error


def _bytes_a_row(metadata: pa.parquet.FileMetaData) -> int:
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    return max([1, *(group.total_byte_size // max(1, group.num_rows) for group in groups)])


def _plain(column: pa.Array) -> pa.Array:
    """Return a column without dictionary, and its text as UTF-8 that can be read."""
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        try:
            column.validate(full=True)
        except pa.ArrowInvalid:
            values = [None if value is None else value.decode("utf-8", "replace") for value in _bytes(column)]
            column = pa.array(values, column.type)
    return column


def _bytes(column: pa.Array) -> list[bytes | None]:
    import pyarrow as pa

    binary = pa.binary() if pa.types.is_string(column.type) else pa.large_binary()
    return column.cast(binary).to_pylist()


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
