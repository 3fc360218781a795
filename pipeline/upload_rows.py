"""The first tweets of an uploaded file, with all its columns, read in a confined process as `upload_preview` does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from pipeline import confined
from pipeline.errors import InputError
from pipeline.ingest import rows_with_text, texts_in
from pipeline.readers import open_reader
from pipeline.readers.columns import FoundColumns, given_columns

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

LARGEST = 100_000_000  # bytes in memory of the rows that are handed on


@dataclass(frozen=True)
class FirstTweets:
    """A file's first tweets.

    Attributes
    ----------
    rows
        All the file's columns with their types, as Arrow's; that with the texts as text. Rows without a tweet are not
        among them.
    more
        Whether the file has further tweets.
    """

    rows: pd.DataFrame
    more: bool


def first_tweets(path: Path, text: str, most: int, *, memory: int = confined.MEMORY) -> FirstTweets:
    """Return a file's first tweets, read in a process of its own.

    Parameters
    ----------
    text
        The column with the texts.
    most
        How many tweets, at the most.
    memory
        Bytes that the process may take (where the system can tell it so).

    Raises
    ------
    InputError
        If the file cannot be read, has no such column, or these rows are larger than tweets are.
    """
    import pandas as pd
    import pyarrow as pa

    with TemporaryDirectory() as folder:
        target = Path(folder) / "rows.arrow"
        given = {"path": str(path), "text": text, "most": most, "target": str(target)}
        found = confined.ask(__name__, given, memory=memory)
        with pa.OSFile(str(target)) as source, pa.ipc.open_file(source) as file:
            table = file.read_all()
    return FirstTweets(table.to_pandas(types_mapper=pd.ArrowDtype), found["more"])


def _read(given: dict[str, Any]) -> dict[str, Any]:
    import pyarrow as pa

    table, more = _first(Path(given["path"]), given["text"], given["most"])
    with pa.OSFile(given["target"], "wb") as target, pa.ipc.new_file(target, table.schema) as file:
        file.write_table(table)
    return {"more": more}


def _first(path: Path, text: str, most: int) -> tuple[pa.Table, bool]:
    import pyarrow as pa

    reader = open_reader(path)
    given_columns(reader.columns, FoundColumns(text, None, None, None, None, None, None))
    parts: list[pa.Table] = []
    rows = size = 0
    for chunk in reader.chunks(lambda _: None):
        kept = rows_with_text(chunk, text, path, lambda _: None)
        taken = kept[: most - rows]
        part = chunk.table.select(reader.columns).take(pa.array(taken, pa.int64()))
        texts = pa.array(texts_in(part, text), pa.string())
        parts.append(part.set_column(reader.columns.index(text), text, texts))
        rows += len(taken)
        size += parts[-1].nbytes
        if size > LARGEST:
            raise InputError(
                f"the first {rows:,} rows hold over {LARGEST // 1_000_000} MB, which is more than tweets take; "
                "leave out columns that are not needed"
            )
        if len(taken) < len(kept):
            return pa.concat_tables(parts), True
    return pa.concat_tables(parts), False


if __name__ == "__main__":
    confined.answer(_read)
