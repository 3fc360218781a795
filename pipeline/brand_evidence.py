"""Judges from the words around it whether an ambiguous name (Gap, Target, Apple) means the brand."""

from __future__ import annotations

import re

from pipeline.brand_forms import TOKEN

# Between two words of one sentence; anything else (full stop, colon, quote, emoji, dash) begins a new one.
_WITHIN_SENTENCE = re.compile(r"[\s,'/(\-]*")

# What companies and people do, things do not: "Target says …" is the shop.
_AGENT_VERBS = frozenset(
    "says said told tells announces announced unveils unveiled launches launched introduces introduced offers offered "
    "sells sold wants wanted refuses refused sent sends gave gives hired hires fired pays paid sued sues "
    "charged charges opens opened customer please pls".split()
)
# Directly before a lower-case name these make it a common noun or a verb: "the target", "to chase".
_DETERMINERS = frozenset(
    "a an the my your his her its our their this that these those some any no every each another one to "
    "will can could would should might must i we you they who and on off for of".split()
)
# Directly after "at apple" these show that the noun phrase ended with the name.
_PHRASE_ENDS = frozenset(
    "and but so or because when while if since as than then for to in on with by i we you he she they it is was has had "
    "today tonight yesterday tomorrow now again last this that the a my right just still who after before "
    "until about they're it's i'm".split()
)


class Reading:
    """A text's tokens with their places, read once for all its ambiguous names.

    Parameters
    ----------
    text
        After `plain_letters`; its tokens are counted as in `words_of`.
    """

    def __init__(self, text: str) -> None:
        found = list(TOKEN.finditer(text))
        self._tokens = [token[0] for token in found]
        self._folded = [token.casefold() for token in self._tokens]
        self._initial = []  # whether the token begins a sentence
        self._clause_end = []  # whether the token ends one, or is followed by punctuation
        begins, end = True, 0
        for token in found:
            begins = begins or not _WITHIN_SENTENCE.fullmatch(text, end, token.start())
            self._initial.append(begins)
            begins = begins and (token[0][0] in "@#" or token[0] in {"RT", "URL"})
            end = token.end()
        starts = [token.start() for token in found[1:]] + [len(text)]
        self._clause_end = [
            bool(text[token.end() : start].strip()) or start == len(text)
            for token, start in zip(found, starts, strict=True)
        ]

    def means_brand(self, first: int, last: int, context: frozenset[str]) -> bool:
        """Tell whether tokens `first` to `last` (included) are meant as the brand's name.

        Parameters
        ----------
        first, last
            Positions of the name's first and last token.
        context
            Case-folded words of the brand's industry, which speak for it.
        """
        capital = all(
            token[0].isupper() or not token[0].isalpha() or token in {"and", "of", "the", "&"}
            for token in self._tokens[first : last + 1]
        )
        possessive = self._folded[last].endswith("'s")
        followed = self._folded[last + 1] if last + 1 < len(self._tokens) and not self._clause_end[last] else ""
        if capital and self._capitals_tell(first, last):
            if last > first or not self._initial[first]:
                return True
            if possessive or followed in _AGENT_VERBS:
                return True
        preceded = self._folded[first - 1] if first and not self._initial[first] else ""
        if preceded in {"at", "from"} and (self._clause_end[last] or followed in _PHRASE_ENDS):
            return True
        if not capital and preceded in _DETERMINERS:
            return False
        return any(
            word in context
            for position, word in enumerate(self._folded)
            if not first <= position <= last
        )

    def _capitals_tell(self, first: int, last: int) -> bool:
        """Tell whether most other words are in lower case, so that a capital means something."""
        balance = 0
        for position, token in enumerate(self._tokens):
            if first <= position <= last or self._initial[position] or not token.isalpha() or token in {"I", "URL"}:
                continue
            balance += -1 if token[0].isupper() else 1
        return balance >= 0
