"""The look at an uploaded file: columns are guessed, a sample is shown as it will be kept, bombs do no harm."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import InputError
from pipeline.readers.columns import FoundColumns
from pipeline.upload_preview import preview

ROWS = """nr;Posted at;Post body;Likes;Note
1;13/02/2026 10:00;@ann_b I do like the new coat, see https://t.co/x;5;a
2;14/02/2026 11:00;;3;a
broken;row
3;15/02/2026 12:00;The queue at the shop was endless again;2;a
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "tweets.csv"
    path.write_text(ROWS)
    return path


def test_columns_are_guessed_and_the_sample_is_as_it_will_be_kept(file: Path) -> None:
    found = preview(file)
    # No usual name holds the text: it is where the longest values are.
    assert found.mapping == FoundColumns("Post body", "Posted at", None, None, None, "Likes", None)
    assert found.columns["Likes"] == ["5", "3", "2"]
    first, second = found.tweets
    assert first["created_at"] == "2026-02-13T10:00:00"
    assert "@ann_b" not in first["text"]
    assert "t.co" not in first["text"]
    assert (first["likes"], second["text"]) == (5, "The queue at the shop was endless again")
    assert found.reasons == {"no text": 1, "wrong number of columns": 1}
    assert sorted((one["line"], one["reason"]) for one in found.rejects) == [
        (3, "no text"),
        (4, "wrong number of columns"),
    ]
    assert (found.rows, found.more) == (4, False)


def test_the_chosen_columns_are_read_and_no_others(file: Path) -> None:
    found = preview(file, FoundColumns("Note", None, "nr", None, None, None, None))
    assert [tweet["text"] for tweet in found.tweets] == ["a", "a", "a"]
    assert {tweet["created_at"] for tweet in found.tweets} == {None}
    assert {tweet["likes"] for tweet in found.tweets} == {None}
    with pytest.raises(InputError, match='no column "Gone"'):
        preview(file, FoundColumns("Gone", None, None, None, None, None, None))


def test_of_a_long_file_the_beginning_is_looked_at(tmp_path: Path) -> None:
    file = tmp_path / "long.csv"
    file.write_text("text\n" + "Lovely coat\n" * 10_000 + "Lovely coat\n" * 5_000)
    found = preview(file)
    assert (found.rows, found.more) == (10_000, True)


@pytest.mark.slow
def test_a_parquet_file_that_unpacks_to_gigabytes_is_refused_without_taking_them(tmp_path: Path) -> None:
    page = pa.table({"text": pa.array(["a" * 300_000_000], pa.large_string())})
    file = tmp_path / "bomb.parquet"
    with pq.ParquetWriter(file, page.schema, compression="zstd", use_dictionary=False) as writer:
        writer.write_table(pa.concat_tables([page] * 2))
    assert file.stat().st_size < 1_000_000
    with pytest.raises(InputError, match="too much memory"):
        preview(file, memory=1_200_000_000)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"PK\x03\x04" + b"\0" * 200, "an Excel or zip file"),
        ("a.csv", b"\x1f\x8b" + b"\0" * 200, "compressed with gzip"),
        ("a.csv", b"", "empty"),
        ("a.exe", b"text\nhello\n", "the name must end in"),
        ("a.parquet", b"PAR1" + b"\0" * 100 + b"PAR1", "Parquet"),
        ("a.csv", ",".join(f"c{i}" for i in range(1200)).encode() + b"\n1\n", "over 1,000 columns"),
    ],
)
def test_what_is_no_table_of_tweets_is_refused_in_words(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(InputError, match=reason) as caught:
        preview(file)
    assert str(tmp_path) not in str(caught.value)
