"""Users' own brands: which files are read, that they come before the package's, and what is said of a broken one."""

from pathlib import Path

import pytest

from pipeline.brand_list import read_brand_file
from pipeline.brands import Catalogue
from pipeline.errors import InputError

HEADER = "brand,industry,handle,aliases,ambiguous\n"


def _file(folder: Path, content: str | bytes) -> Path:
    path = folder / "own.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    "content",
    [
        "brand,industry,handle,aliases,ambiguous\nAcme Soap,Household,@acmesoap,Acme|#AcmeClean,0\n",
        "brand;industry;handle;aliases;ambiguous\r\nAcme Soap;Household;acmesoap;Acme|#AcmeClean;\r\n",
        "brand\tindustry\thandle\taliases\tambiguous\nAcme Soap\tHousehold\t@acmesoap\tAcme | #AcmeClean\tno\n",
        '\ufeffBrand , Industry,HANDLE,aliases,note\n"Acme Soap",Household,@acmesoap,Acme|#AcmeClean,ours\n\n,,,,\n',
        "aliases,handle,brand,industry\nAcme|#AcmeClean,@acmesoap,Acme Soap,Household\n",
    ],
    ids=["comma", "semicolon and CRLF", "tab", "BOM, spaces, empty rows, another column", "other order"],
)
def test_files_as_spreadsheets_write_them_are_read(tmp_path: Path, content: str) -> None:
    catalogue = Catalogue.load(_file(tmp_path, content))
    brand = catalogue.brands["acme-soap"]
    assert (brand.name, brand.industry, brand.handle) == ("Acme Soap", "Household", "@acmesoap")
    for text in ("ACME SOAP", "@AcmeSoap", "#acmesoap", "my acme broke", "#acmeclean"):
        assert catalogue.match(text) == ["acme-soap"], text
    assert catalogue.match("@Nike") == ["nike"]
    assert "acmesoap" in catalogue.handles


def test_only_the_brand_is_required(tmp_path: Path) -> None:
    catalogue = Catalogue.load(_file(tmp_path, "brand\nZorbl\n"))
    assert catalogue.brands["zorbl"].industry == "Other"
    assert catalogue.match("zorbl is great") == ["zorbl"]


def test_ambiguity_and_exclusions_work_for_own_brands(tmp_path: Path) -> None:
    rows = "Otter,Household,@otter,Otter Wash|!sea otter|Rex??,1\n"
    catalogue = Catalogue.load(_file(tmp_path, HEADER + rows))
    for text in ("I love my new Otter so much", "at otter", "otter detergent", "#otter", "Rex detergent"):
        assert catalogue.match(text) == ["otter"], text
    for text in ("an otter swam by", "I saw the Sea Otter twice", "my dog Rex barked"):
        assert catalogue.match(text) == [], text


def test_own_brands_come_before_the_packages(tmp_path: Path) -> None:
    rows = "Starbucks,Ours,@ourbucks,,\nCoffee Club,Ours,@Costco,Lidl,\n"
    catalogue = Catalogue.load(_file(tmp_path, HEADER + rows))
    assert catalogue.brands["starbucks"].industry == "Ours"
    assert catalogue.match("@Costco or lidl") == ["coffee-club"]
    assert catalogue.match("@Starbucks") == []  # the user's row has taken the place of the package's
    assert catalogue.fingerprint != Catalogue.load().fingerprint


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "own.csv has no column 'brand'; its first line must name the columns: brand,industry"),
        ("name,industry\nAcme,Soap\n", "has no column 'brand'"),
        (HEADER, "own.csv has no brands; give one a line under the header"),
        (HEADER + "Acme,,,,\n,Soap,@soap,,\n", "own.csv, line 3: the brand has no name; write one"),
        (HEADER + "!!!,,,,\n", "line 2: the brand has no name"),
        (HEADER + "Acme,,,,maybe\n", "line 2: ambiguous is 'maybe'; write 0, 1"),
        (HEADER + "Acme,,@acme soap,,\n", "line 2: '@acme soap' is no handle or hashtag; write it as @name"),
        (HEADER + "Acme,,https://x.com/acme,,\n", "is no handle or hashtag"),
        (HEADER + "Acme,,,#acme-clean,\n", "line 2: '#acme-clean' is no handle or hashtag"),
        (HEADER + "Acme,,,Acme|?!,\n", "line 2: the alias '?!' has no letters"),
        (HEADER + "Acme,,,,\nacme,,,,\n", "line 3: acme is the same brand as Acme in line 2; delete one"),
        (
            HEADER + "Acme,,@a,,\nBolt,,@A,,\n",
            "line 3: Bolt and Acme (line 2) both have @a; take it from one",
        ),
        (HEADER + "Acme,,,Zip,\nBolt,,,zip,\n", "line 3: Bolt and Acme (line 2) both have zip"),
        (HEADER + "Acme,Soap, and more,@acme,,1\n", "line 2: more values than columns; put a value"),
        (HEADER + '"Acme,,,,\n', "own.csv, line 2: not valid CSV"),
        (HEADER.encode() + "Häagen,,,,\n".encode("cp1252"), "own.csv is not UTF-8; save it as 'CSV UTF-8'"),
        (HEADER.encode("utf-16"), "is not UTF-8"),
        (HEADER.encode() + b"Ac\x00me,,@a b,,\n", "line 2"),
    ],
)
def test_a_broken_file_is_told_in_one_line_with_what_to_do(
    tmp_path: Path, content: str | bytes, message: str
) -> None:
    with pytest.raises(InputError) as error:
        Catalogue.load(_file(tmp_path, content))
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot read the brands in .*nowhere\.csv: No such file"):
        read_brand_file(tmp_path / "nowhere.csv")
    with pytest.raises(InputError, match="Is a directory"):
        read_brand_file(tmp_path)


def test_the_example_in_the_docs_works(tmp_path: Path) -> None:
    docs = (Path(__file__).parents[2] / "docs" / "brands.md").read_text(encoding="utf-8")
    example = next(block for block in docs.split("```") if block.strip().startswith("brand,"))
    catalogue = Catalogue.load(_file(tmp_path, example.strip() + "\n"))
    for text in (
        "@otterhelp",
        "#otterclean",
        "OtterWash",
        "I love my new Otter",
        "mint and co",
        "my Mint account",
    ):
        assert catalogue.match(text), text
    for text in ("a sea otter", "fresh mint in the garden"):
        assert catalogue.match(text) == [], text
