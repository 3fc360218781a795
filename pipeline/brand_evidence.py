"""Judges from the words around it whether an ambiguous name (Gap, Target, Apple) means the brand."""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import IntEnum
from functools import cached_property
from typing import NamedTuple

from pipeline.brand_forms import TOKEN


class Ambiguity(IntEnum):
    """How far a name is from being the brand's alone."""

    NONE = 0
    WORD = 1  # an ordinary word too (target, apple, dove): a capital letter tells
    NAME = (
        2  # written with a capital elsewhere too (Chase, Ford, Mars), or too common: a capital tells nothing
    )


class Context(NamedTuple):
    """The words that speak for a brand, case-folded."""

    industry: frozenset[str]
    any_industry: frozenset[str]


def _words(spaced: str) -> frozenset[str]:
    return frozenset(spaced.split())


# Between two words of one sentence; anything else (full stop, colon, quote, emoji, dash) begins a new one.
_WITHIN_SENTENCE = re.compile(r"[\s,'/(\-]*")

# Directly before a name these make it a common noun or a verb: "the target", "to chase".
_DETERMINERS = _words(
    "a an the my your his her its our their this that these those some any no every each another one two "
    "never let's i we you he she it they who"
)
_MODALS = _words("will can could would should might must don't didn't doesn't can't won't")
# Before a capital they show that it is neither a person nor a place: "a Ford", "my Delta flight".
_OWNED = _words("a an my your his her our their another these those")
# What companies and people do, things do not: "Target says …" is the shop.
_AGENT_VERBS = _words(
    "says said told tells announces announced unveils unveiled launches launched introduces introduced offers "
    "wants wanted refuses refused sends gave gives hires fires pays sued sues charges opens knows reports reported "
    "recalls raises lost broke owes admits confirms acquires buys sells signs apologised apologized promised makes "
    "made"
)
# The same, but for a passive: "Target raised its prices" is the shop, "target raised to $135" is not.
_AGENT_PARTICIPLES = _words(
    "acquired bought canceled cancelled charged closed declined delivered fired hired locked offered opened "
    "ate banned blocked cut deleted denied dropped forgot froze ignored killed left ruined scammed suspended took "
    "overcharged paid raised recalled refunded rejected removed replaced sent shipped signed sold stopped"
)
_AFTER_PASSIVE = _words(
    "to by at in on from out for with and up down again off after before when between across over under near since "
    "until because"
)
# After a name that begins a sentence without an article, these make it a proper name: "Intel is late".
_FINITE_VERBS = _words(
    "is has was had just really needs keeps kept does doesn't did didn't won't will can can't should never always "
    "still finally got gets went isn't hasn't please pls"
)
# Directly after "at apple" these show that the noun phrase ended with the name.
_PHRASE_ENDS = _words(
    "and but so or because when while if since as than then for to in on with by i we you he she they it is was "
    "has had today tonight yesterday tomorrow now again last this that the a my right just still who after before "
    "until about they're it's i'm via instead near"
)
_SELLER_PREPOSITIONS = _words("at from")
# After "to gap" these speak against a verb.
_AFTER_PLACE = _words("and but because so again today yesterday tomorrow") | {""}
# "to" and "with" need a word before them: "went to target for", but not "wants to target the young".
_GOING = _words(
    "go goes going went run ran drive drove back trip over switch switched switching moved migrated"
)
_DEALING = _words("done issue issues problem problems trouble experience account deal dealing hold phone")
# "why is apple …", "how does target …": a thing would have its article.
_QUESTION_WORDS = _words("why how when what where who since")
_AUXILIARIES = _words("is isn't was does doesn't did didn't has hasn't will won't can can't would wouldn't")
_ADDRESSING = _words("dear hey thanks thank yo hello attention congrats shoutout")
_AFTER_ADDRESS = _words("please pls your you why what stop fix can do when how get u")
_JOINING = _words("and or vs versus not than over & +")
_LISTING = frozenset({",", "/", "|", ">", "<", "="})
_CONNECTING = _words("and of the in & n")


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
        self._words = frozenset(self._folded)
        self._spoken: dict[frozenset[str], frozenset[str]] = {}
        self._initial = []  # whether the token begins a sentence
        self._after = []  # what stands between the token and the next
        begins, end = True, 0
        for token in found:
            begins = begins or not _WITHIN_SENTENCE.fullmatch(text, end, token.start())
            self._initial.append(begins)
            begins = begins and (token[0][0] in "@#" or token[0] in {"RT", "URL"})
            end = token.end()
        ends = [token.end() for token in found]
        starts = [token.start() for token in found[1:]] + [len(text)]
        self._after = [text[end:start].strip() for end, start in zip(ends, starts, strict=True)]

    def means_brand(
        self, first: int, last: int, ambiguity: Ambiguity, context: Context, named: Collection[int]
    ) -> bool:
        """Tell whether tokens `first` to `last` (included) are meant as the brand's name.

        Parameters
        ----------
        first, last
            Positions of the name's first and last token.
        ambiguity
            Of the name.
        context
            The words that speak for the brand.
        named
            Positions of tokens that are known to name brands.
        """
        capital = self._has_capital(first, last) and self._capitals_tell(first, last)
        before = self._folded[first - 1] if first and not self._initial[first] else ""
        after = self._following(last)
        if after in context.industry or after in context.any_industry:
            return True
        if capital and self._capital_means_brand(first, last, before, ambiguity):
            return True
        if ambiguity is Ambiguity.WORD and self._owns(first, last):
            return True
        if not capital and self._is_common_noun_or_verb(first, last, before):
            return False
        return (
            self._beside(first, last, named)
            or self._speaks(context.industry, first, last)
            or (
                ambiguity is Ambiguity.WORD
                and (
                    self._acts(first, last, before, after)
                    or self._obtained(first, last, before, after)
                    or (self._has_capital(first, last) and self._speaks(context.any_industry, first, last))
                )
            )
        )

    def _following(self, last: int) -> str:
        if last + 1 == len(self._tokens) or self._after[last]:
            return ""
        return self._folded[last + 1]

    def _has_capital(self, first: int, last: int) -> bool:
        return all(
            token[0].isupper() or not token[0].isalpha() or (position > first and token in _CONNECTING)
            for position, token in enumerate(self._tokens[first : last + 1], first)
        )

    def _capitals_tell(self, first: int, last: int) -> bool:
        """Tell whether most other words are in lower case, so that a capital means something."""
        return self._lower_case_lead - sum(map(self._case_vote, range(first, last + 1))) >= 0

    @cached_property
    def _lower_case_lead(self) -> int:
        return sum(map(self._case_vote, range(len(self._tokens))))

    def _case_vote(self, position: int) -> int:
        token = self._tokens[position]
        if not token[0].isalpha() or token in {"I", "URL", "RT"}:
            return 0
        if self._initial[position]:
            return -1 if len(token) > 1 and token.isupper() else 0
        return -1 if token[0].isupper() else 1

    def _speaks(self, context: frozenset[str], first: int, last: int) -> bool:
        if context not in self._spoken:
            self._spoken[context] = self._words & context
        return not self._spoken[context] <= frozenset(self._folded[first : last + 1])

    def _capital_means_brand(self, first: int, last: int, before: str, ambiguity: Ambiguity) -> bool:
        if ambiguity is Ambiguity.NAME:
            return before in _OWNED
        if last > first:
            return True
        if self._initial[first]:
            return False
        part_of_longer_name = (
            not self._initial[first - 1]
            and self._tokens[first - 1][0].isupper()
            and not self._after[first - 1]
            and self._tokens[first - 1] != "I"
        )
        return not part_of_longer_name

    def _is_common_noun_or_verb(self, first: int, last: int, before: str) -> bool:
        verb = (before in _MODALS and not self._asked_about(first, before)) or (
            before == "to" and not self._goes_to(first) and self._following(last) not in _AFTER_PLACE
        )
        compound = "-" in (self._after[first - 1] if first else "", self._after[last])
        return before in _DETERMINERS or verb or compound

    def _goes_to(self, first: int) -> bool:
        return first > 1 and self._folded[first - 2] in _GOING

    def _owns(self, first: int, last: int) -> bool:
        """Tell whether it is a possessive with a capital, which things seldom have: "Gap's return policy"."""
        return self._tokens[last].endswith("'s") and self._has_capital(first, last)

    def _beside(self, first: int, last: int, named: Collection[int]) -> bool:
        """Tell whether the name is listed with another brand's: "Visa and Mastercard", "Dove, not Nivea"."""
        right, left = last + 1, first - 1
        while right < len(self._tokens) and self._folded[right] in _JOINING:
            right += 1
        while left >= 0 and self._folded[left] in _JOINING:
            left -= 1
        listed_right = right > last + 1 or self._after[last] in _LISTING
        listed_left = left < first - 1 or (left >= 0 and self._after[left] in _LISTING)
        return (listed_right and right in named) or (listed_left and left in named)

    def _acts(self, first: int, last: int, before: str, after: str) -> bool:
        """Tell whether the name does what companies do, or is spoken to."""
        if after in _AGENT_VERBS or before in _ADDRESSING:
            return True
        if after in _AGENT_PARTICIPLES and self._following(last + 1) not in {"", *_AFTER_PASSIVE}:
            return True
        if not self._initial[first]:
            return self._asked_about(first, before)
        addressed = self._after[last] == "," and last + 1 < len(self._tokens)
        return after in _FINITE_VERBS or (addressed and self._folded[last + 1] in _AFTER_ADDRESS)

    def _asked_about(self, first: int, before: str) -> bool:
        return before in _AUXILIARIES and first > 1 and self._folded[first - 2] in _QUESTION_WORDS

    def _obtained(self, first: int, last: int, before: str, after: str) -> bool:
        """Tell whether the name is where one goes, buys or works: "at apple", "went to target for"."""
        ends = self._after[last] or last + 1 == len(self._tokens) or after in _PHRASE_ENDS
        if not ends or self._folded[first] in _DETERMINERS:
            return False
        earlier = self._folded[first - 2] if first > 1 else ""
        return (
            before in _SELLER_PREPOSITIONS
            or (before == "to" and self._goes_to(first))
            or (before == "with" and earlier in _DEALING)
        )
