"""Reads lists of brands, the package's and users' own, and says what is wrong with one and how to mend it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.brand_evidence import Ambiguity
from pipeline.brand_forms import slug
from pipeline.errors import InputError

COLUMNS = ("brand", "industry", "handle", "aliases", "ambiguous")
OTHER_INDUSTRY = "Other"

_DELIMITERS = ",;\t"
_AMBIGUITIES = {
    **dict.fromkeys(("", "0", "no", "false"), Ambiguity.NONE),
    **dict.fromkeys(("1", "yes", "true"), Ambiguity.WORD),
    "2": Ambiguity.NAME,
}


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand, and what it is called.

    Attributes
    ----------
    brand_id
        Slug of the name, such as "harrow-pine".
    name, industry
        For people to read.
    handle
        Its account with "@", or None.
    names
        The name and the aliases that are words, each with how ambiguous it is.
    accounts, hashtags
        All accounts, with "@", and the hashtags that are not just its names, with "#".
    excluded
        Phrases and hashtags that have its name in them but do not mean it, such as "apple pie".
    """

    brand_id: str
    name: str
    industry: str = OTHER_INDUSTRY
    handle: str | None = None
    names: Mapping[str, Ambiguity] = field(default_factory=dict)
    accounts: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


def read_brand_file(path: Path) -> list[Brand]:
    """Read a user's own brands.

    Raises
    ------
    InputError
        As `read_brands`, or if the file cannot be read or is not UTF-8.
    """
    return read_brands(brand_text(path), path.name)


def brand_text(path: Path) -> str:
    """Return the text of a file of brands.

    Raises
    ------
    InputError
        If it cannot be read or is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"cannot read the brands in {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path.name} is not UTF-8; save it as 'CSV UTF-8' in your spreadsheet and try again"
        ) from error


def read_brands(text: str, source: str) -> list[Brand]:
    """Parse a list of brands: CSV with a header, delimited by comma, semicolon or tab.

    Parameters
    ----------
    text
        The file's content.
    source
        Its name in messages.

    Raises
    ------
    InputError
        If it has no brand column or no rows, a row is unusable, or two rows are the same brand or claim the same
        handle or unambiguous name. The message names the line and what to do.
    """
    found: dict[str, tuple[int, Brand]] = {}
    owners: dict[str, str] = {}
    for line, row in _rows(text, source):
        where = f"{source}, line {line}"
        brand = _brand(row, where)
        if brand.brand_id in found:
            first, other = found[brand.brand_id]
            raise InputError(
                f"{where}: {brand.name} is the same brand as {other.name} in line {first}; delete one"
            )
        found[brand.brand_id] = (line, brand)
        for claim in _claims(brand):
            if claim in owners:
                first, other = found[owners[claim]]
                raise InputError(
                    f"{where}: {brand.name} and {other.name} (line {first}) both have {claim}; take it from one"
                )
        owners.update(dict.fromkeys(_claims(brand), brand.brand_id))
    if not found:
        raise InputError(f"{source} has no brands; give one a line under the header {','.join(COLUMNS)}")
    return [brand for _, brand in found.values()]


def _claims(brand: Brand) -> set[str]:
    """Return what only one brand may have."""
    sure = (name for name, ambiguity in brand.names.items() if ambiguity is Ambiguity.NONE)
    return {claim.casefold() for claim in (*brand.accounts, *brand.hashtags, *sure)}


def _rows(text: str, source: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row that is not empty with the line it ends in, its cells stripped."""
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        header = [name.strip().casefold() for name in rows.fieldnames or ()]
        if "brand" not in header:
            raise InputError(
                f"{source} has no column 'brand'; its first line must name the columns: {','.join(COLUMNS)}"
            )
        rows.fieldnames = header
        for row in rows:
            if None in row:
                raise InputError(
                    f"{source}, line {rows.line_num}: more values than columns; put a value with the delimiter "
                    "in it in quotes"
                )
            cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
            if any(cells.values()):
                yield rows.line_num, cells
    except csv.Error as error:
        raise InputError(
            f"{source}, line {rows.line_num + 1}: not valid CSV ({error}); check the quotes"
        ) from error


def _delimiter(text: str) -> str:
    header = text.partition("\n")[0]
    return max(_DELIMITERS, key=header.count)


def _brand(row: Mapping[str, str], where: str) -> Brand:
    name = row["brand"]
    brand_id = slug(name)
    if not brand_id:
        raise InputError(
            f"{where}: the brand has no name; write one in the column 'brand' or delete the line"
        )
    ambiguity = _AMBIGUITIES.get(row["ambiguous"].casefold())
    if ambiguity is None:
        raise InputError(
            f"{where}: ambiguous is '{row['ambiguous']}'; write 0, 1 (an ordinary word too) or 2 (a person's or "
            "place's name too)"
        )
    handle = _handle(row["handle"], where)
    names = {name: ambiguity}
    accounts, hashtags, excluded = [handle] if handle else [], [], []
    for alias in filter(None, map(str.strip, row["aliases"].split("|"))):
        if not slug(alias):
            raise InputError(f"{where}: the alias '{alias}' has no letters; mend or delete it")
        if alias.startswith("@"):
            accounts.append(_handle(alias, where))
        elif alias.startswith("#"):
            hashtags.append(f"#{_one_word(alias, where)}")
        elif alias.startswith("!"):
            excluded.append(alias[1:].strip())
        else:
            written = alias.rstrip("?")
            names.setdefault(written.strip(), Ambiguity(min(len(alias) - len(written), 2)))
    return Brand(
        brand_id=brand_id,
        name=name,
        industry=row["industry"] or OTHER_INDUSTRY,
        handle=handle or None,
        names=names,
        accounts=tuple(accounts),
        hashtags=tuple(hashtags),
        excluded=tuple(excluded),
    )


def _handle(written: str, where: str) -> str:
    """Return a handle with "@", or "" if there is none."""
    return f"@{_one_word(written, where)}" if written else ""


def _one_word(written: str, where: str) -> str:
    word = written.lstrip("@#＠＃")
    if not word.replace("_", "a").isalnum():
        raise InputError(
            f"{where}: '{written}' is no handle or hashtag; write it as @name, without spaces or dots"
        )
    return word
