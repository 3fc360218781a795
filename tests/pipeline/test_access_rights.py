"""The file of access rights: who may see which brands, and what is refused."""

from pathlib import Path

import pytest

from pipeline import access_rights
from pipeline.access_rights import Access, NoAccessError
from pipeline.errors import InputError

FILE = """
[[access]]
who = ["ann@example.com", "@Agency.example"]
brands = ["harrow-pine", "Velvet Row"]

[[access]]
who = ["ann@example.com"]
industries = ["Coffee"]

[[access]]
who = ["@example.com"]
everything = true
"""


@pytest.fixture
def rules(tmp_path: Path) -> dict[str, Access]:
    file = access_rights.beside(tmp_path / "tweets.duckdb")
    file.write_text(FILE)
    assert file.name == "tweets.duckdb.access.toml"
    found = access_rights.read(file)
    assert found is not None
    return found


def test_an_address_sees_what_its_own_rules_and_its_domain_give(rules: dict[str, Access]) -> None:
    brands = frozenset({"harrow-pine", "Velvet Row"})
    assert access_rights.of("Bob@AGENCY.example", rules) == Access(brands=brands)
    ann = access_rights.of("ann@example.com", rules)
    assert ann == Access(everything=True, brands=brands, industries=frozenset({"Coffee"}))


def test_a_brand_is_given_by_id_name_or_industry() -> None:
    some = Access(brands=frozenset({"harrow-pine", "Velvet Row"}), industries=frozenset({"Coffee"}))
    assert some.covers("harrow-pine", "Harrow & Pine", "Fashion")
    assert some.covers("velvet-row", "Velvet Row", "Fashion")
    assert some.covers("sabah", "Sabah", "Coffee")
    assert not some.covers("lumen", "Lumen", "Telecom")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "example.com",
        "@example.com@evil.example",
        "ann@example.com.evil.example",
        "ann@notexample.com",
        "ann@sub.example.com",
        "ann@example.com ",
        "ann@exampl\u212a.com",
        "ann@e\u017fample.com",
        "*@*",
    ],
)
def test_no_other_address_passes_for_a_known_one(rules: dict[str, Access], address: str) -> None:
    with pytest.raises(NoAccessError):
        access_rights.of(address, rules)


def test_letters_that_look_like_a_known_domain_are_another_domain() -> None:
    # The sign for kelvin becomes an ordinary k in small letters.
    with pytest.raises(NoAccessError):
        access_rights.of("ann@\u212aettle.example", {"@kettle.example": Access(everything=True)})


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[[access]]\nwho = ['example.com']\neverything = true", "neither an address"),
        ("[[access]]\nwho = ['*']\neverything = true", "neither an address"),
        ("[[access]]\nwho = ['@']\neverything = true", "neither an address"),
        ("[[access]]\nwho = 'ann@example.com'\neverything = true", "list of texts"),
        ("[[access]]\nwho = ['ann@example.com']\nbrand = ['x']", "brand is not known"),
        ("[[access]]\nwho = ['ann@example.com']", "needs who"),
        ("[[access]]\nwho = ['ann@example.com']\neverything = 'no'", "true or false"),
        ("[access]\nwho = ['ann@example.com']", "may only hold"),
        ("everything = true", "may only hold"),
        ("access = [1]", "write it as"),
        ("[[access]", "cannot be read"),
        ("\x00", "cannot be read"),
    ],
)
def test_a_mistake_in_the_file_is_named_and_lets_nobody_in(tmp_path: Path, content: str, says: str) -> None:
    file = tmp_path / "tweets.duckdb.access.toml"
    file.write_text(content)
    with pytest.raises(InputError, match=says):
        access_rights.read(file)


def test_an_empty_file_lets_nobody_in(tmp_path: Path) -> None:
    file = tmp_path / "tweets.duckdb.access.toml"
    file.write_text("")
    assert access_rights.read(file) == {}
    assert access_rights.read(tmp_path / "none.access.toml") is None
