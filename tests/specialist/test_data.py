"""Labelled texts: what is read, what is refused."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from specialist.codebook import Codebook
from specialist.data import Labelled, read_labelled
from specialist.errors import SpecialistError

MMX, SENTIMENT = Codebook.load("mmx"), Codebook.load("sentiment")


def test_labels_come_in_the_codebooks_order(tmp_path: Path) -> None:
    path = tmp_path / "labelled.csv"
    path.write_text(
        "promotion,text,price,product,place,sentiment\n1,hello @bob,0,1,0,negative\n,only mood,,,,positive\n"
    )
    found = read_labelled(path, [MMX, SENTIMENT])
    assert found.texts == ["hello @user", "only mood"]
    assert found.labels["mmx"][0].tolist() == [1, 0, 0, 1]
    assert np.isnan(found.labels["mmx"][1]).all()
    assert found.labels["sentiment"].tolist() == [[1, 0, 0], [0, 0, 1]]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("product,place,price,promotion\n1,0,0,0\n", "no column text"),
        ("text,product,place\nhi,1,0\n", "no column price, promotion"),
        ("text,product,place,price,promotion\nhi,2,0,0,0\n", '"2" is no label'),
        ("text,product,place,price,promotion\nhi,yes,0,0,0\n", '"yes" is no label'),
        ("text,product,place,price,promotion\n", "labelled.csv has no rows"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "labelled.csv"
    path.write_text(content)
    with pytest.raises(SpecialistError, match=says):
        read_labelled(path, [MMX])


def test_a_label_that_the_codebook_lacks_is_refused() -> None:
    table = pd.DataFrame({"text": ["a", "b"], "sentiment": ["negative", "sad"]})
    with pytest.raises(SpecialistError, match='"sad" is no label of the codebook sentiment'):
        read_labelled(table, [SENTIMENT])


def test_a_byte_order_mark_is_no_part_of_a_column(tmp_path: Path) -> None:
    (tmp_path / "excel.csv").write_bytes(b"\xef\xbb\xbftext,sentiment\nhello,negative\n")
    assert read_labelled(tmp_path / "excel.csv", [SENTIMENT]).texts == ["hello"]


def test_hash_tells_other_labels_but_not_another_order(labelled: Labelled) -> None:
    assert labelled.take(np.arange(len(labelled))[::-1]).sha256() == labelled.sha256()
    changed = Labelled(labelled.texts, labelled.labels | {"mmx": 1 - labelled.labels["mmx"]})
    assert changed.sha256() != labelled.sha256()
