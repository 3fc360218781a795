"""Reads Parquet files."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
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
                self._texts = _texts(self._schema)
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
            with pq.ParquetFile(self.path, read_dictionary=self._texts) as file:
                for part in chain.from_iterable(map(_parts, file.iter_batches(self._batch_rows))):
                    table = pa.table([_plain(column) for column in part.columns], self.columns)
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


def _texts(schema: pa.Schema) -> list[str]:
    """Return the columns of text; they are read as dictionaries, since a page may repeat a value a billion times."""
    return [field.name for field in schema if _is_text(field.type)]


def _is_text(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _parts(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """Cut a batch so that no part unpacks to more than a chunk may hold, or else has a single row."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    sizes = np.zeros(len(batch), dtype=np.int64)
    for column in batch.columns:
        if pa.types.is_dictionary(column.type) and _is_text(column.type.value_type):
            lengths = pc.binary_length(column.dictionary).take(column.indices)
            sizes += lengths.fill_null(0).to_numpy(zero_copy_only=False)
    start, ends = 0, sizes.cumsum()
    while start < len(batch):
        before = ends[start - 1] if start else 0
        end = max(start + 1, int(np.searchsorted(ends, before + CHUNK_CHARACTERS, side="right")))
        yield batch.slice(start, end - start)
        start = end


def _plain(column: pa.Array) -> pa.Array:
    """Return a column without dictionary, and its text as UTF-8 that can be read."""
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = _unpacked(column)
    if _is_text(column.type):
        try:
            column.validate(full=True)
        except pa.ArrowInvalid:
            values = [None if value is None else value.decode("utf-8", "replace") for value in _bytes(column)]
            column = pa.array(values, column.type)
    return column


def _unpacked(column: pa.DictionaryArray) -> pa.Array:
    """Return a column's values without dictionary.

    Arrow reserves room for a value of mean length in each row: gigabytes where one value of the dictionary is long,
    even if no row of this part has it.
    """
    import pyarrow as pa

    values = column.dictionary
    reserved = values.nbytes // max(1, len(values)) * len(column)
    if not _is_text(values.type) or reserved <= 4 * CHUNK_CHARACTERS:
        return column.cast(values.type)
    positions = column.indices.to_pylist()
    plain = values.view(_binary(values.type))
    used = {position: plain[position].as_py() for position in set(positions) if position is not None}
    return pa.array([used.get(position) for position in positions], plain.type).view(values.type)


def _bytes(column: pa.Array) -> list[bytes | None]:
    return column.cast(_binary(column.type)).to_pylist()


def _binary(text: pa.DataType) -> pa.DataType:
    import pyarrow as pa

    return pa.binary() if pa.types.is_string(text) else pa.large_binary()


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
