"""The catalogue of brands: which there are, how they are written, and which of them a tweet mentions."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from pipeline.brand_evidence import Ambiguity, Context
from pipeline.brand_forms import hashtag_beginning, hashtags, phrases, plain_letters, words_of
from pipeline.brand_list import Brand, read_brand_file, read_brands
from pipeline.brand_matching import Matcher, Pattern

_DATA = files("pipeline") / "data"
_ANY_INDUSTRY = "Any industry"
# The code that decides what is matched; a store made with other code is matched again.
_CODE = ("brands.py", "brand_forms.py", "brand_matching.py", "brand_evidence.py", "brand_grammar.py")


class Catalogue:
    """Brands by id, and the matcher that finds them in tweets.

    Attributes
    ----------
    brands
        By brand_id, in the catalogue's order.
    handles
        All accounts, case-folded, without "@": those that preprocessing keeps.
    fingerprint
        SHA-256 of all that decides which brands a text is said to mention: equal fingerprints, equal matches.
    """

    def __init__(self, brands: Iterable[Brand]) -> None:
        self.brands: Mapping[str, Brand] = MappingProxyType({brand.brand_id: brand for brand in brands})
        self.handles = frozenset(
            account.removeprefix("@").casefold()
            for brand in self.brands.values()
            for account in brand.accounts
        )
        words = (_DATA / "industry_words.csv").read_text(encoding="utf-8")
        self.fingerprint = _fingerprint(self.brands.values(), words)
        contexts, elsewhere = _contexts(words)
        self._matcher = Matcher(_patterns(self.brands.values()), contexts, elsewhere)

    @classmethod
    def load(cls, extra: Path | None = None) -> Catalogue:
        """Read the package's catalogue and, where given, the user's own brands.

        Parameters
        ----------
        extra
            CSV with a header; columns as `brand_list.COLUMNS`, of which only `brand` is required. A brand of the
            same id as one in the package takes its place; a handle, name or alias that both have means the
            user's.

        Raises
        ------
        InputError
            If the user's file cannot be used; the message names the line and what to do.
        """
        return cls.with_own([] if extra is None else read_brand_file(extra))

    @classmethod
    def with_own(cls, own: Sequence[Brand]) -> Catalogue:
        """Return the package's catalogue with the user's own brands, as `load` does."""
        brands = read_brands((_DATA / "brands.csv").read_text(encoding="utf-8"), "brands.csv")
        replaced = {brand.brand_id for brand in own}
        # The user's come first: where two brands claim the same name, the first has it.
        return cls([*own, *(brand for brand in brands if brand.brand_id not in replaced)])

    def match(self, text: str) -> list[str]:
        """Return the ids of the brands that a tweet mentions, each once, in order of first appearance.

        Handles, hashtags and names count in any case; an ambiguous name only with evidence that the brand is
        meant (docs/brands.md says which). Where names overlap, the longest counts.
        """
        return self._matcher.match(text)


def _fingerprint(brands: Iterable[Brand], words: str) -> str:
    digest = hashlib.sha256(words.encode())
    for module in _CODE:
        digest.update((files("pipeline") / module).read_bytes())
    for brand in brands:
        digest.update(repr(brand).encode())
    return digest.hexdigest()


def _patterns(brands: Iterable[Brand]) -> Iterator[Pattern]:
    brands = list(brands)
    # What is written in the catalogue goes before what is derived from it.
    for brand in brands:
        for written in (*brand.accounts, *brand.hashtags):
            yield Pattern(words_of(plain_letters(written)), brand.brand_id, brand.industry)
        for name, ambiguity in brand.names.items():
            yield Pattern(words_of(plain_letters(name)), brand.brand_id, brand.industry, ambiguity)
        for phrase in brand.excluded:
            yield Pattern(words_of(plain_letters(phrase)), None)
    for brand in brands:
        for name, ambiguity in brand.names.items():
            for words in phrases(name, derived=ambiguity is Ambiguity.NONE):
                yield Pattern(words, brand.brand_id, brand.industry, ambiguity)
            for words in hashtags(name, brand.handle):
                yield Pattern(words, brand.brand_id, brand.industry)
            if ambiguity is Ambiguity.NONE and (beginning := hashtag_beginning(name)):
                yield Pattern(beginning, brand.brand_id, brand.industry)


def _contexts(text: str) -> tuple[dict[str, Context], Context]:
    """Read the words that speak for an industry's brands; the second is for industries without a row."""
    words = {
        row["industry"]: _with_plurals(row["words"].split()) for row in csv.DictReader(text.splitlines())
    }
    general = words.pop(_ANY_INDUSTRY)
    contexts = {industry: Context(own, general) for industry, own in words.items()}
    return contexts, Context(frozenset(), general)


def _with_plurals(words: list[str]) -> frozenset[str]:
    return frozenset(words) | {f"{word}s" for word in words}
