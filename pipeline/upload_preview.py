"""How the tweets of an uploaded file will be read: its columns, a sample, and what will not be taken.

Files from elsewhere are hostile until proven otherwise: a Parquet page of some bytes may unpack to gigabytes. So a file
is looked at in a confined process (see `confined`) before anything else reads it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

from pipeline import confined
from pipeline.errors import InputError
from pipeline.readers import open_reader
from pipeline.readers.columns import ColumnNames, FoundColumns, find_columns, given_columns, has_text_column
from pipeline.readers.parquet_reader import ParquetReader
from pipeline.readers.printing import printable
from pipeline.readers.reader import CHUNK_ROWS, Chunk, OnReject, Reader, Reject

if TYPE_CHECKING:
    import pyarrow as pa

LARGEST = 200_000_000  # bytes; also the limit of the dashboard's uploader
MOST_COLUMNS = 1_000
LARGEST_UNPACKED = 4_000_000_000  # bytes of a Parquet file's columns in memory, one part after another
BATCH_ROWS = 1_000
HEAD_CHUNKS = 8  # looked at for as many rows as one has, since a giant text may be alone in one
SAMPLE = 8  # tweets and rejects shown
LOOKED_AT = 50  # values of a column, to tell what it holds
SHORTEST_TEXTS = 20  # characters on average, from which on a column of no usual name may hold the texts
EXAMPLES = 3  # values of a column shown
EXAMPLE_LENGTH = 60
TEXT_LENGTH = 500


@dataclass(frozen=True)
class Preview:
    """How a file will be read.

    Attributes
    ----------
    columns
        Its columns' names, each with its first values that are not empty.
    mapping
        The columns that tweets are read from; None where the text's is not known.
    tweets
        The first ones as the store will hold them: created_at (ISO 8601, UTC), text, tweet_id, lang, likes, reposts;
        missing are None.
    rejects
        The first rows that will not be taken: line, reason, excerpt.
    reasons
        How many rows will not be taken, by reason.
    rows
        How many rows were looked at, those not taken among them.
    more
        Whether the file has further rows.
    notes
        How the file was understood, a sentence each.
    file_notes
        Those of them that hold whichever columns are read.
    """

    columns: dict[str, list[str]]
    mapping: FoundColumns | None
    tweets: list[dict[str, Any]] = field(default_factory=list)
    rejects: list[dict[str, Any]] = field(default_factory=list)
    reasons: dict[str, int] = field(default_factory=dict)
    rows: int = 0
    more: bool = False
    notes: list[str] = field(default_factory=list)
    file_notes: list[str] = field(default_factory=list)


def preview(path: Path, mapping: FoundColumns | None = None, *, memory: int = confined.MEMORY) -> Preview:
    """Return how a file will be read, found out in a process of its own.

    Parameters
    ----------
    mapping
        The columns to read; None: found by their usual names.
    memory
        Bytes that the process may take (where the system can tell it so).

    Raises
    ------
    InputError
        If the file cannot be read, is too large, or does not have these columns.
    """
    if path.stat().st_size > LARGEST:
        raise InputError(f"files of over {LARGEST // 1_000_000} MB are for the command line: mmx run")
    answer = confined.ask(
        __name__,
        {"path": str(path), "mapping": None if mapping is None else asdict(mapping)},
        memory=memory,
    )
    found = answer.pop("mapping")
    return Preview(mapping=None if found is None else FoundColumns(**found), **answer)


class _Head:
    """A file's first rows, as a reader; see `reader.Reader`."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.path = reader.path
        self.columns = reader.columns
        self.more = False

    @property
    def notes(self) -> list[str]:
        return self._reader.notes

    def chunks(self, on_reject: OnReject) -> Iterator[Chunk]:
        rows, is_head = 0, True

        def count(reject: Reject) -> None:
            nonlocal rows
            if is_head:
                rows += 1
                on_reject(reject)

        chunks = self._reader.chunks(count)
        for chunk in islice(chunks, HEAD_CHUNKS):
            yield chunk
            rows += len(chunk.lines)
            if rows >= CHUNK_ROWS:
                break
        is_head = False
        self.more = next(chunks, None) is not None


def look(path: Path, mapping: FoundColumns | None) -> Preview:
    """Return how a file will be read, found out in this process."""
    import pyarrow as pa

    from pipeline.ingest import Tweets, strings

    reader = open_reader(path)
    if len(reader.columns) > MOST_COLUMNS:
        raise InputError(f"the file has over {MOST_COLUMNS:,} columns")
    if isinstance(reader, ParquetReader):
        _unpack(path)
    first = next(reader.chunks(lambda _: None)).table
    values = {name: strings(first.column(name).slice(0, LOOKED_AT)) for name in reader.columns}
    columns = {name: _examples(found) for name, found in values.items()}
    mapping = _guess(values) if mapping is None else given_columns(reader.columns, mapping)
    if mapping is None:
        return Preview(columns, None)
    head = _Head(reader)
    rejects: list[Reject] = []
    tweets = Tweets(head, mapping, None, rejects.append)
    table = pa.concat_tables(tweets)
    rejects.sort(key=lambda one: one.line)
    return Preview(
        columns,
        mapping,
        tweets=_as_kept(table.slice(0, SAMPLE)),
        rejects=[
            {"line": one.line, "reason": one.reason, "excerpt": one.excerpt} for one in rejects[:SAMPLE]
        ],
        reasons=dict(Counter(one.reason for one in rejects).most_common()),
        rows=table.num_rows + len(rejects),
        more=head.more,
        notes=tweets.notes,
        file_notes=reader.notes,
    )


def _guess(values: Mapping[str, Sequence[str | None]]) -> FoundColumns | None:
    """Return the columns by their usual names; where none is usual for the text, it is in the longest values."""
    names = list(values)
    if has_text_column(names):
        return find_columns(names, ColumnNames())
    lengths = {name: mean(len(value or "") for value in found) for name, found in values.items() if found}
    longest = max(lengths, key=lengths.__getitem__, default=None)
    if longest is None or lengths[longest] < SHORTEST_TEXTS:
        return None
    return find_columns(names, ColumnNames(text=longest))


def _examples(values: Sequence[str | None]) -> list[str]:
    found = [printable(value, EXAMPLE_LENGTH) for value in values if value and value.strip()]
    return found[:EXAMPLES]


def _as_kept(tweets: pa.Table) -> list[dict[str, Any]]:
    """Return tweets as the store will hold them."""
    from pipeline.brands import Catalogue
    from specialist.preprocess import preprocess

    handles = Catalogue.load().handles
    return [
        {
            "created_at": None if tweet["created_at"] is None else tweet["created_at"].isoformat(),
            "text": preprocess(tweet["text"], handles)[:TEXT_LENGTH],
            "tweet_id": tweet["source_id"],
            **{name: tweet[name] for name in ("lang", "likes", "reposts")},
        }
        for tweet in tweets.to_pylist()
    ]


def _unpack(path: Path) -> None:
    """Unpack all of a Parquet file, part by part, since what its pages hold is known only then."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    unpacked = 0
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(BATCH_ROWS, use_threads=False):
                unpacked += batch.nbytes
                if unpacked > LARGEST_UNPACKED:
                    raise InputError(
                        f"the file unpacks to over {LARGEST_UNPACKED // 1_000_000_000} GB; "
                        "files of this size are for the command line: mmx run"
                    )
    except pa.ArrowMemoryError as error:
        raise MemoryError from error
    except (pa.ArrowException, OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"the file is damaged: {str(error).splitlines()[0]}") from error


def _look(given: dict[str, Any]) -> dict[str, Any]:
    mapping = None if given["mapping"] is None else FoundColumns(**given["mapping"])
    return asdict(look(Path(given["path"]), mapping))


if __name__ == "__main__":
    confined.answer(_look)
