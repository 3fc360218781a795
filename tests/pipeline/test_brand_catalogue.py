"""The catalogue in the package: which brands it knows, and that the demo's tweets find theirs."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from pipeline.brand_evidence import Ambiguity
from pipeline.brands import Catalogue
from pipeline.demo import TWEETS
from specialist.preprocess import preprocess

DEMO_THEMES = Path(__file__).with_name("demo_themes.csv")
DEMO_INDUSTRIES = {
    "Beauty & care": ("Barelle", "Saffron & Sage", "Velvetine"),
    "Fashion": ("Denizen Row", "Harrow & Pine", "Ollo"),
    "Banking & telecom": ("Northfold Bank", "Pennant Pay", "Telora Mobile"),
    "Restaurants & coffee": ("Bramble Coffee", "Noodle Union", "Tack Burger"),
    "Grocery": ("Corner Larder", "Greenbasket", "Zipcrate"),
    "Home & fitness": ("Hearthly", "PulseLoop", "Strideworks"),
    "Consumer electronics": ("Lumora", "Quillbyte", "Voltera"),
    "Travel": ("Halcyon Hotels", "Kestrel Air", "Waypoint Rail"),
}
# Tweets that were written for a brand but do not name it: a question about fruit, a quiz team, names of networks.
NAMELESS = (
    "is bramble a fruit or a bush",
    "is harrow a person",
    "Harrow & Whine",
    "Wifi names on this train",
)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load()


@pytest.fixture(scope="module")
def demo(catalogue: Catalogue) -> dict[str, tuple[str, list[str]]]:
    """Text and matched brands of each of the demo's tweets, by id."""
    with TWEETS.open(encoding="utf-8", newline="") as file:
        texts = {row["id"]: preprocess(row["text"], catalogue.handles) for row in csv.DictReader(file)}
    return {key: (text, catalogue.match(text)) for key, text in texts.items()}


def test_it_knows_the_demos_brands_and_real_ones_of_many_industries(catalogue: Catalogue) -> None:
    known = {(brand.industry, brand.name) for brand in catalogue.brands.values()}
    fictional = {(industry, name) for industry, names in DEMO_INDUSTRIES.items() for name in names}
    assert fictional <= known
    real = known - fictional
    sizes = Counter(industry for industry, _ in real)
    print(f"{len(real)} real brands of {len(sizes)} industries")
    assert len(real) >= 1000
    assert sum(size >= 10 for size in sizes.values()) >= 25


def test_no_two_brands_share_a_handle_or_a_sure_name(catalogue: Catalogue) -> None:
    claims = Counter(
        claim
        for brand in catalogue.brands.values()
        for claim in {account.casefold() for account in brand.accounts}
        | {name.casefold() for name, ambiguity in brand.names.items() if ambiguity is Ambiguity.NONE}
    )
    assert [claim for claim, count in claims.items() if count > 1] == []


@pytest.mark.parametrize(
    "name",
    ["Gap", "Target", "Apple", "Shell", "Visa", "Chase", "Subway", "Dove", "Sprint", "Mars", "Puma", "Sky"],
)
def test_ordinary_words_are_known_to_be_ambiguous(catalogue: Catalogue, name: str) -> None:
    owners = [brand.names[name] for brand in catalogue.brands.values() if name in brand.names]
    assert owners and all(owners)


def test_each_brand_is_found_by_its_handle_and_full_name(catalogue: Catalogue) -> None:
    lost = []
    for brand in catalogue.brands.values():
        if brand.handle and catalogue.match(f"so {brand.handle} said") != [brand.brand_id]:
            lost.append(brand.handle)
        if not brand.names[brand.name] and catalogue.match(f"so {brand.name} said") != [brand.brand_id]:
            lost.append(brand.name)
    assert lost == []


def test_preprocessing_keeps_the_handles_that_are_matched(catalogue: Catalogue) -> None:
    assert preprocess("@HarrowPine @someone_else", catalogue.handles) == "@HarrowPine @user"


def test_demo_tweets_find_the_brand_they_were_written_for(demo: dict[str, tuple[str, list[str]]]) -> None:
    with DEMO_THEMES.open(encoding="utf-8", newline="") as file:
        written_for = {row["id"]: row["brand"] for row in csv.DictReader(file)}
    shares: dict[str, list[bool]] = {}
    for key, brand in written_for.items():
        text, found = demo[key]
        if not any(part in text for part in NAMELESS):
            brand_id = brand.lower().replace(" & ", "-").replace(" ", "-")
            shares.setdefault(brand, []).append(brand_id in found)
    for brand, hits in shares.items():
        print(f"{brand}: {sum(hits)} of {len(hits)}")
        assert sum(hits) / len(hits) >= 0.98
    assert len(shares) == 12


def test_the_demo_names_its_own_brands_and_no_real_one(demo: dict[str, tuple[str, list[str]]]) -> None:
    own = {
        name.lower().replace(" & ", "-").replace(" ", "-")
        for names in DEMO_INDUSTRIES.values()
        for name in names
    }
    without = [text for text, found in demo.values() if own.isdisjoint(found)]
    real = [(text, found) for text, found in demo.values() if not own.issuperset(found)]
    print(f"{len(without)} of {len(demo)} tweets without a demo brand, {len(real)} with a real one")
    assert len(without) <= 0.015 * len(demo)
    assert len(real) <= 2, real


def test_a_catalogues_fingerprint_changes_with_what_it_matches(catalogue: Catalogue) -> None:
    brands = list(catalogue.brands.values())
    assert Catalogue(brands).fingerprint == catalogue.fingerprint == Catalogue.load().fingerprint
    assert Catalogue(brands[1:]).fingerprint != catalogue.fingerprint
