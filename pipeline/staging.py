"""A folder or object-store URL through which the nodes of a cluster exchange Parquet files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pipeline.locations import file_system

if TYPE_CHECKING:
    import pyarrow as pa


class Staging:
    """A folder of files; it can be pickled, and stands for the same folder on each machine that sees it.

    Parameters
    ----------
    place
        A path, made absolute, or a URL such as `s3://bucket/folder`; need not exist yet.

    Attributes
    ----------
    files
        The file system that the folder is on, pyarrow's.

    Raises
    ------
    InputError
        If it is a URL of a kind that cannot be used.
    """

    def __init__(self, place: str) -> None:
        self._place = place
        self.files, self._folder = file_system(place)

    def __reduce__(self) -> tuple[Any, ...]:
        return Staging, (self._place,)

    def __str__(self) -> str:
        return self._folder

    @contextmanager
    def open(self) -> Iterator[None]:
        """Make the folder, empty; remove it with all in it when the block ends."""
        self._clear()
        self.files.create_dir(self._folder)
        try:
            yield
        finally:
            self._clear()

    def write_all(self, chunks: Iterable[pa.Table]) -> dict[str, int]:
        """Write each chunk to a file of its own; return the files' paths with their numbers of rows."""
        sizes = {}
        for number, chunk in enumerate(chunks):
            path = f"{self._folder}/texts-{number:06d}.parquet"
            self._write(chunk, path)
            sizes[path] = len(chunk)
        return sizes

    def write_rows(self, rows: pa.Table, texts: str) -> str:
        """Write the rows for a file of texts to a file named after it; return its path."""
        path = f"{texts.removesuffix('.parquet')}-rows.parquet"
        self._write(rows, path)
        return path

    def read(self, path: str) -> pa.Table:
        """Read a file."""
        import pyarrow.parquet as pq

        return pq.read_table(path, filesystem=self.files)

    def remove(self, path: str) -> None:
        """Remove a file."""
        self.files.delete_file(path)

    def mark(self) -> str:
        """Leave a file for other machines to look for; return its path."""
        path = f"{self._folder}/seen-by-all-nodes"
        with self.files.open_output_stream(path):
            return path

    def sees(self, mark: str) -> bool:
        """Tell whether this machine sees the file."""
        import pyarrow.fs

        return bool(self.files.get_file_info(mark).type == pyarrow.fs.FileType.File)

    def _write(self, table: pa.Table, path: str) -> None:
        import pyarrow.parquet as pq

        pq.write_table(table, path, filesystem=self.files)

    def _clear(self) -> None:
        import pyarrow.fs

        if self.files.get_file_info(self._folder).type == pyarrow.fs.FileType.Directory:
            self.files.delete_dir(self._folder)
