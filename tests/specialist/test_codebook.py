"""Codebooks as data."""

from pathlib import Path

import pytest

from specialist.codebook import Codebook
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
    ],
)
def test_a_broken_codebook_is_refused_in_words(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "toxicity.toml"
    path.write_text(content)
    with pytest.raises(SpecialistError, match=says):
        Codebook.load(path)


def test_an_unknown_codebook_is_named() -> None:
    with pytest.raises(SpecialistError, match="there is no codebook nowhere"):
        Codebook.load("nowhere")
