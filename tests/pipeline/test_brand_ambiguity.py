"""Ambiguous names: how often "target" is the shop and when it is a target, on sentences labelled by hand.

`ambiguous_brands.csv` holds sentences of this project, each with a brand whose name is in it and whether it is meant.
The rules were made while looking at the part "tune". The part "held out" was written before it was first used, about 68
names of which 60 were drawn at random from the catalogue; its errors were not looked at while rules were made.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.brands import Catalogue

SENTENCES = Path(__file__).with_name("ambiguous_brands.csv")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load()


def _sentences(part: str) -> Iterator[tuple[str, str, bool]]:
    with SENTENCES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["part"] == part:
                yield row["text"], row["brand"], row["meant"] == "1"


@pytest.mark.parametrize(
    ("part", "least_precision", "least_recall"), [("tune", 0.97, 0.95), ("held out", 0.93, 0.88)]
)
def test_ambiguous_names_are_told_apart(
    catalogue: Catalogue, part: str, least_precision: float, least_recall: float
) -> None:
    judged = [(meant, brand in catalogue.match(text)) for text, brand, meant in _sentences(part)]
    right = sum(meant and found for meant, found in judged)
    precision = right / sum(found for _, found in judged)
    recall = right / sum(meant for meant, _ in judged)
    print(f"{part}: {len(judged)} sentences, precision {precision:.3f}, recall {recall:.3f}")
    assert precision >= least_precision
    assert recall >= least_recall


def test_the_sentences_are_about_brands_of_the_catalogue(catalogue: Catalogue) -> None:
    sentences = [*_sentences("tune"), *_sentences("held out")]
    assert {brand for _, brand, _ in sentences} <= set(catalogue.brands)
    assert len({(text, brand) for text, brand, _ in sentences}) == len(sentences)


@pytest.mark.parametrize(
    ("brand", "meant", "not_meant"),
    [
        ("target", "ran into my ex at target", "we are on target"),
        ("target", "Love the new Target ad", "hit the target"),
        ("apple", "Apple's keynote bored me", "an apple's core"),
        ("visa", "Visa or Mastercard?", "Visa denied"),
        ("chase", "my Chase card was declined", "Met Chase at the party"),
        ("mars", "craving a Mars bar", "the first man on Mars"),
        ("shell", "SHELL IS OUT OF DIESEL AGAIN", "A SHELL ON THE BEACH"),
        ("gap", "#Gap is closing", "mind the gap"),
        ("gap", "@Gap is closing", "gap year"),
        ("sprint", "why is sprint always down", "we had to sprint to the store"),
        ("staples", "I work at staples", "rice and beans are staples"),
    ],
)
def test_each_kind_of_evidence(catalogue: Catalogue, brand: str, meant: str, not_meant: str) -> None:
    assert brand in catalogue.match(meant)
    assert brand not in catalogue.match(not_meant)
