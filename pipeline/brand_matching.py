"""Finds all brands' names in a tweet at once, with one Aho-Corasick automaton over its words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import ahocorasick

from pipeline.brand_evidence import Reading
from pipeline.brand_forms import hashtags, phrases, plain_letters, words_of


class Name(NamedTuple):
    """One name, handle ("@…") or hashtag ("#…") of a brand."""

    brand_id: str
    written: str
    industry: str
    ambiguous: bool


class _Pattern(NamedTuple):
    brand_id: str
    length: int  # in tokens
    ambiguous: Name | None


class _Mention(NamedTuple):
    first: int  # tokens, both included
    last: int
    brand_id: str


class Matcher:
    """An automaton built once; finding a thousand brands takes as long as finding one.

    Parameters
    ----------
    names
        Where two brands have the same name, it means the first of them.
    contexts
        By industry, the case-folded words that speak for a brand of it.
    """

    def __init__(self, names: Iterable[Name], contexts: Mapping[str, frozenset[str]]) -> None:
        self._contexts = contexts
        self._automaton = ahocorasick.Automaton()
        names = list(names)
        # What is written in the catalogue goes before what is derived from it.
        for name in names:
            self._add(words_of(name.written), name)
        for name in names:
            if name.written[0] not in "@#":
                for phrase in phrases(name.written, joined=not name.ambiguous):
                    self._add(phrase, name)
                for hashtag in hashtags(name.written):
                    self._add(hashtag, name._replace(ambiguous=False))
            elif name.written[0] == "@":
                self._add(f" #{name.written[1:].casefold()} ", name)
        self._automaton.make_automaton()

    def _add(self, phrase: str, name: Name) -> None:
        if phrase not in self._automaton:
            pattern = _Pattern(name.brand_id, phrase.count(" ") - 1, name if name.ambiguous else None)
            self._automaton.add_word(phrase, pattern)

    def match(self, text: str) -> list[str]:
        """Return the ids of the brands named in the text, each once, in order of first appearance."""
        text = plain_letters(text)
        words = words_of(text)
        reading: Reading | None = None
        mentions = []
        for end, pattern in self._automaton.iter(words):
            last = words.count(" ", 0, end) - 1
            first = last - pattern.length + 1
            if pattern.ambiguous:
                reading = reading or Reading(text)
                if not reading.means_brand(first, last, self._contexts.get(pattern.ambiguous.industry, frozenset())):
                    continue
            mentions.append(_Mention(first, last, pattern.brand_id))
        if len(mentions) > 1:
            mentions = _longest(mentions)
        return list(dict.fromkeys(mention.brand_id for mention in mentions))


def _longest(mentions: list[_Mention]) -> list[_Mention]:
    """Keep the longest of mentions that overlap, and put them in the text's order."""
    kept: list[_Mention] = []
    for mention in sorted(mentions, key=lambda mention: (mention.first - mention.last, mention.first)):
        if all(mention.last < other.first or mention.first > other.last for other in kept):
            kept.append(mention)
    return sorted(kept)
