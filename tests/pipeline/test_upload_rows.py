"""A file's first tweets with all its columns: nothing rounded, no row without a tweet, none that takes gigabytes."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import InputError
from pipeline.upload_rows import first_tweets


def test_the_first_tweets_keep_their_columns_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "tweets.parquet"
    ids = [570300000000000001, None, 570300000000000003, 4]
    texts = ["Lovely coat", "", "Two\0\nlines", None]
    pq.write_table(pa.table({"id": ids, "text": texts, "tags": [["a"], [], None, ["b", "c"]]}), file)
    found = first_tweets(file, "text", 10)
    assert not found.more
    assert list(found.rows) == ["id", "text", "tags"]
    assert found.rows["id"].tolist() == [570300000000000001, 570300000000000003]
    assert found.rows["text"].tolist() == ["Lovely coat", "Two\nlines"]
    assert pa.Array.from_pandas(found.rows["tags"]).to_pylist() == [["a"], None]


@pytest.mark.parametrize(("most", "more"), [(9_999, True), (10_000, True), (10_001, False)])
def test_no_more_are_read_than_asked_for(tmp_path: Path, most: int, more: bool) -> None:
    file = tmp_path / "tweets.csv"
    file.write_text("text\n" + "".join(f"Lovely coat {i}\n" for i in range(10_001)))
    found = first_tweets(file, "text", most)
    assert (len(found.rows), found.more) == (most, more)
    assert found.rows["text"].iloc[-1] == f"Lovely coat {most - 1}"


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    file = tmp_path / "tweets.csv"
    file.write_text("text\nLovely coat\n")
    with pytest.raises(InputError, match='no column "Gone"'):
        first_tweets(file, "Gone", 10)


def test_columns_beside_the_texts_cannot_fill_the_memory(tmp_path: Path) -> None:
    """One value, referred to from each row: 400 MB in some kilobytes."""
    file = tmp_path / "tweets.parquet"
    others = pa.DictionaryArray.from_arrays(pa.array([0] * 400, pa.int32()), ["a" * 1_000_000])
    pq.write_table(pa.table({"text": ["Lovely coat"] * 400, "other": others.cast(pa.string())}), file)
    assert file.stat().st_size < 1_000_000
    with pytest.raises(InputError, match="over 100 MB"):
        first_tweets(file, "text", 10_000)


@pytest.mark.slow
def test_a_page_that_unpacks_to_more_than_there_is_ends_only_the_reading(tmp_path: Path) -> None:
    file = tmp_path / "bomb.parquet"
    page = pa.table({"text": pa.array(["a" * 300_000_000], pa.large_string())})
    pq.write_table(page, file, compression="zstd", use_dictionary=False)
    with pytest.raises(InputError, match="too much memory"):
        first_tweets(file, "text", 10, memory=1_200_000_000)
