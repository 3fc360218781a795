"""Codebooks as data."""

from pathlib import Path

import pytest

from specialist.codebook import Codebook, check_together
from specialist.errors import SpecialistError

OWN = """
id = "toxicity"
title = "Toxicity"
kind = "multilabel"
none = "Polite."
prompt = "{definitions}"
[[labels]]
id = "insult"
title = "Insult"
definition = "Insults a person."
example = "You fool."
color = "#C23B4B"
icon = "block"
"""


def test_the_four_ps_come_in_the_methods_order() -> None:
    assert Codebook.load("mmx").label_ids == ("product", "place", "price", "promotion")
    assert Codebook.load("sentiment").kind == "single"


def test_a_codebook_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "toxicity.toml"
    path.write_text(OWN)
    assert Codebook.load(path).label_ids == ("insult",)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("id = ", "not valid TOML"),
        (OWN.replace('title = "Toxicity"', ""), "lacks a field"),
        (OWN.replace('"multilabel"', '"many"'), 'kind "many"'),
        (OWN.replace('"multilabel"', '"single"'), "at least 2 labels"),
        (OWN.replace('id = "toxicity"', 'id = "a.b"'), 'the id "a.b"'),
        (OWN.replace('id = "insult"', 'id = "n"'), 'the id "n"'),
        (OWN.replace('id = "insult"', "id = 3"), 'the id "3"'),
        (OWN + OWN[OWN.index("[[labels]]") :], "two labels of the same id"),
        (OWN.replace("You fool", "Höllisch").encode("latin-1"), "not valid TOML"),
    ],
)
def test_a_broken_codebook_is_refused_in_words(tmp_path: Path, content: str | bytes, says: str) -> None:
    path = tmp_path / "toxicity.toml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(SpecialistError, match=says):
        Codebook.load(path)


def test_codebooks_that_name_the_same_thing_do_not_share_a_specialist(tmp_path: Path) -> None:
    mmx, sentiment = Codebook.load("mmx"), Codebook.load("sentiment")
    check_together([mmx, sentiment])
    moods = tmp_path / "moods.toml"
    moods.write_text(OWN.replace('id = "insult"', 'id = "negative"'))
    with pytest.raises(SpecialistError, match="two codebooks name negative"):
        check_together([mmx, sentiment, Codebook.load(moods)])


def test_an_unknown_codebook_is_named() -> None:
    with pytest.raises(SpecialistError, match="there is no codebook nowhere"):
        Codebook.load("nowhere")
