"""Finds all brands' names in a tweet at once, with one Aho-Corasick automaton over its words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import ahocorasick

from pipeline.brand_evidence import Ambiguity, Context, Reading
from pipeline.brand_forms import plain_letters, words_of


class Pattern(NamedTuple):
    """One way to write a brand, as `words_of` gives it; without a brand, a phrase that names none.

    Without the space at its end it is the beginning of a word.
    """

    words: str
    brand_id: str | None
    industry: str = ""
    ambiguity: Ambiguity = Ambiguity.NONE


class _Mention(NamedTuple):
    first: int  # tokens, both included
    last: int
    pattern: Pattern

    @property
    def tokens(self) -> range:
        return range(self.first, self.last + 1)


class Matcher:
    """An automaton built once; finding a thousand brands takes as long as finding one.

    Parameters
    ----------
    patterns
        Of two with the same words, the first counts.
    contexts
        By industry, the words that speak for a brand of it.
    elsewhere
        The context of an industry that `contexts` does not have.
    """

    def __init__(
        self, patterns: Iterable[Pattern], contexts: Mapping[str, Context], elsewhere: Context
    ) -> None:
        self._contexts = contexts
        self._elsewhere = elsewhere
        self._automaton = ahocorasick.Automaton()
        for pattern in patterns:
            if pattern.words not in self._automaton:
                self._automaton.add_word(pattern.words, (pattern, len(pattern.words.split())))
        self._automaton.make_automaton()

    def match(self, text: str) -> list[str]:
        """Return the ids of the brands named in the text, each once, in order of first appearance."""
        plain = plain_letters(text)
        found = list(self._find(words_of(plain)))
        if any(mention.pattern.ambiguity for mention in found):
            found = self._meant(found, Reading(plain))
        if len(found) > 1:
            found = _longest(found)
        return list(dict.fromkeys(m.pattern.brand_id for m in found if m.pattern.brand_id is not None))

    def _find(self, words: str) -> Iterator[_Mention]:
        # Tokens are counted from hit to hit: from the start each time would be quadratic in long texts.
        counted, last = 0, -1
        for end, (pattern, length) in self._automaton.iter(words):
            last += words.count(" ", counted, end)
            counted = end
            yield _Mention(last - length + 1, last, pattern)

    def _meant(self, found: list[_Mention], reading: Reading) -> list[_Mention]:
        """Return the mentions that are certain and, of the others, those with evidence that a brand is meant."""
        meant = _longest(mention for mention in found if not mention.pattern.ambiguity)
        lengths = {token: len(mention.tokens) for mention in meant for token in mention.tokens}
        rivals: dict[str, set[str]] = {}  # brands that are meant, by industry
        for mention in meant:
            rivals.setdefault(mention.pattern.industry, set()).add(mention.pattern.brand_id or "")
        for mention in found:
            pattern, tokens = mention.pattern, mention.tokens
            if not pattern.ambiguity or any(lengths.get(token, 0) >= len(tokens) for token in tokens):
                continue
            same_industry = rivals.setdefault(pattern.industry, set())
            if reading.means_brand(
                mention.first,
                mention.last,
                pattern.ambiguity,
                self._contexts.get(pattern.industry, self._elsewhere),
                rival_named=not same_industry <= {pattern.brand_id},
            ):
                meant.append(mention)
                same_industry.add(pattern.brand_id or "")
        return meant


def _longest(mentions: Iterable[_Mention]) -> list[_Mention]:
    """Keep the longest of mentions that overlap, and put them in the text's order."""
    kept: list[_Mention] = []
    taken: set[int] = set()
    for mention in sorted(mentions, key=lambda m: (m.first - m.last, m.first, -len(m.pattern.words))):
        if taken.isdisjoint(mention.tokens):
            kept.append(mention)
            taken.update(mention.tokens)
    return sorted(kept, key=lambda mention: mention.first)
