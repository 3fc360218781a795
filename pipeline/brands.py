"""The catalogue of brands: which there are, how they are written, and which of them a tweet mentions."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from pipeline.brand_forms import slug
from pipeline.brand_matching import Matcher, Name
from pipeline.errors import InputError

COLUMNS = ("brand", "industry", "handle", "aliases", "ambiguous")
OTHER_INDUSTRY = "Other"

_DELIMITERS = ",;\t"
_YES = frozenset({"1", "2", "true", "yes"})
_NO = frozenset({"", "0", "false", "no"})


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
    aliases
        Other names; those that start with "@" are further accounts, with "#" further hashtags.
    ambiguous
        Those of the name and the aliases that are ordinary words too, so that they need evidence.
    """

    brand_id: str
    name: str
    industry: str = OTHER_INDUSTRY
    handle: str | None = None
    aliases: tuple[str, ...] = ()
    ambiguous: frozenset[str] = frozenset()

    @property
    def accounts(self) -> tuple[str, ...]:
        """All accounts, with "@"."""
        others = (alias for alias in self.aliases if alias.startswith("@"))
        return (self.handle, *others) if self.handle else tuple(others)

    @property
    def hashtags(self) -> tuple[str, ...]:
        """Hashtags that are not just its names, with "#"."""
        return tuple(alias for alias in self.aliases if alias.startswith("#"))

    @property
    def names(self) -> tuple[str, ...]:
        """The name and those aliases that are words."""
        return (self.name, *(alias for alias in self.aliases if alias[0] not in "@#"))


class Catalogue:
    """Brands by id, and the matcher that finds them in tweets.

    Attributes
    ----------
    brands
        By brand_id, in the catalogue's order.
    handles
        All accounts, case-folded, without "@": those that preprocessing keeps.
    """

    def __init__(self, brands: Iterable[Brand]) -> None:
        self.brands: Mapping[str, Brand] = MappingProxyType({brand.brand_id: brand for brand in brands})
        self.handles = frozenset(
            account.removeprefix("@").casefold() for brand in self.brands.values() for account in brand.accounts
        )
        self._matcher = Matcher(_names(self.brands.values()), _contexts())

    @classmethod
    def load(cls, extra: Path | None = None) -> Catalogue:
        """Read the package's catalogue and, where given, the user's own brands.

        Parameters
        ----------
        extra
            CSV with a header; columns as `COLUMNS`, of which only `brand` is required. A brand of the same id
            as one in the package takes its place; a handle, name or alias that both have means the user's.

        Raises
        ------
        InputError
            If the user's file cannot be used; the message names the line and what to do.
        """
        text = (files("pipeline") / "data" / "brands.csv").read_text(encoding="utf-8")
        brands = {brand.brand_id: brand for brand in read_brands(text, "brands.csv")}
        if extra is None:
            return cls(brands.values())
        own = {brand.brand_id: brand for brand in read_brands(_decode(extra), extra.name)}
        # The user's come first where two brands claim the same name.
        return cls((own | {key: brand for key, brand in brands.items() if key not in own}).values())

    def match(self, text: str) -> list[str]:
        """Return the ids of the brands that a tweet mentions, each once, in order of first appearance.

        Handles, hashtags and names count in any case; an ambiguous name only with evidence that the brand is
        meant (docs/brands.md says which). Where names overlap, the longest counts.
        """
        return self._matcher.match(text)


def read_brands(text: str, source: str) -> list[Brand]:
    """Parse a catalogue's CSV; `source` is its name in messages.

    Raises
    ------
    InputError
        If it has no brand column or no rows, a row is unusable, or two rows are the same brand.
    """
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    found: dict[str, tuple[int, Brand]] = {}
    for line, row in _numbered(rows, source):
        brand = _brand(row, f"{source}, line {line}")
        if brand.brand_id in found:
            first, other = found[brand.brand_id]
            raise InputError(
                f"{source}, line {line}: {brand.name} is the same brand as {other.name} in line {first}; delete one"
            )
        found[brand.brand_id] = (line, brand)
    if not found:
        raise InputError(f"{source} has no brands; give one a line under the header, such as: {','.join(COLUMNS)}")
    return [brand for _, brand in found.values()]


def _numbered(rows: csv.DictReader[str], source: str) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        header = [name.strip().casefold() for name in rows.fieldnames or []]
        if "brand" not in header:
            raise InputError(f"{source} has no column 'brand'; its first line must name the columns: {','.join(COLUMNS)}")
        rows.fieldnames = header
        for row in rows:
            if None in row:
                raise InputError(
                    f"{source}, line {rows.line_num}: more values than columns; put a value with a comma in quotes"
                )
            values = {name: (row.get(name) or "").strip() for name in COLUMNS}
            if any(values.values()):
                yield rows.line_num, values
    except csv.Error as error:
        raise InputError(f"{source}, line {rows.line_num}: not valid CSV ({error}); check the quotes") from error


def _brand(row: dict[str, str], where: str) -> Brand:
    name = row["brand"]
    brand_id = slug(name)
    if not brand_id:
        raise InputError(f"{where}: the brand has no name; write one in the column 'brand' or delete the line")
    flag = row["ambiguous"].casefold()
    if flag not in _YES | _NO:
        raise InputError(f"{where}: ambiguous must be 0, 1 or 2, or empty, not '{row['ambiguous']}'")
    ambiguous = {name} if flag in _YES else set()
    aliases = []
    for alias in filter(None, map(str.strip, row["aliases"].split("|"))):
        aliases.append(alias.rstrip("?"))
        if alias.endswith("?"):
            ambiguous.add(aliases[-1])
    for alias in aliases:
        if not slug(alias) or (alias[0] in "@#" and not alias[1:].replace("_", "a").isalnum()):
            raise InputError(f"{where}: the alias '{alias}' has no letters, or is no handle or hashtag; mend it")
    handle = row["handle"].lstrip("@")
    if handle and not handle.replace("_", "a").isalnum():
        raise InputError(f"{where}: '{row['handle']}' is no handle; write it as @name, without spaces")
    return Brand(
        brand_id=brand_id,
        name=name,
        industry=row["industry"] or OTHER_INDUSTRY,
        handle=f"@{handle}" if handle else None,
        aliases=tuple(aliases),
        ambiguous=frozenset(ambiguous),
    )


def _names(brands: Iterable[Brand]) -> Iterator[Name]:
    for brand in brands:
        for account in brand.accounts:
            yield Name(brand.brand_id, account, brand.industry, ambiguous=False)
        for hashtag in brand.hashtags:
            yield Name(brand.brand_id, hashtag, brand.industry, ambiguous=False)
        for name in brand.names:
            yield Name(brand.brand_id, name, brand.industry, ambiguous=name in brand.ambiguous)


def _contexts() -> dict[str, frozenset[str]]:
    """Return the words of each industry that speak for its brands, case-folded."""
    text = (files("pipeline") / "data" / "industry_words.csv").read_text(encoding="utf-8")
    return {row["industry"]: frozenset(row["words"].split()) for row in csv.DictReader(io.StringIO(text))}


def _delimiter(text: str) -> str:
    header = text.partition("\n")[0]
    return max(_DELIMITERS, key=header.count)


def _decode(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"cannot read the brands in {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name} is not UTF-8; save it as 'CSV UTF-8' and try again") from error
