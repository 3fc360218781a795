"""Judges from the words around it whether an ambiguous name (Gap, Target, Apple) means the brand."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from enum import IntEnum
from functools import cached_property
from typing import NamedTuple

from pipeline import brand_grammar as grammar
from pipeline.brand_forms import TOKEN


class Ambiguity(IntEnum):
    """How far a name is from being the brand's alone."""

    NONE = 0
    # An ordinary word too (target, apple, dove): a capital letter tells.
    WORD = 1
    # With a capital elsewhere too (Chase, Ford, Mars), or too common a word: a capital tells nothing.
    NAME = 2


class Context(NamedTuple):
    """The words that speak for a brand, case-folded."""

    industry: frozenset[str]
    any_industry: frozenset[str]


# Between two words of one sentence; anything else (full stop, colon, quote, emoji, dash) begins a new one.
_WITHIN_SENTENCE = re.compile(r"[\s,'/(\-]*")
# How many words from a name in lower case its industry's words still speak for it.
_REACH = 8


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
        self._spoken: dict[frozenset[str], list[int]] = {}
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
        self, first: int, last: int, ambiguity: Ambiguity, context: Context, *, rival_named: bool
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
        rival_named
            Whether the text names another brand of the same industry.
        """
        capital = self._has_capital(first, last)
        tells = capital and self._capitals_tell(first, last)
        before = self._folded[first - 1] if first and not self._initial[first] else ""
        after = self._following(last)
        if after in context.industry or after in context.any_industry:
            return True
        if tells and self._capital_means_brand(first, last, before, ambiguity):
            return True
        if not tells and self._is_common_noun_or_verb(first, last, before):
            return False
        if rival_named or self._speaks(context.industry, first, last):
            return True
        return ambiguity is Ambiguity.WORD and (
            self._owns(first, last)
            or self._acts(first, last, before, after)
            or self._obtained(first, last, before, after)
            or (capital and self._speaks(context.any_industry, first, last))
        )

    def _following(self, last: int) -> str:
        if last + 1 == len(self._tokens) or self._after[last]:
            return ""
        return self._folded[last + 1]

    def _has_capital(self, first: int, last: int) -> bool:
        return all(
            token[0].isupper() or not token[0].isalpha() or (position > first and token in grammar.CONNECTING)
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
        """Tell whether a word of the context stands by the name; near it, if the name is in lower case."""
        if context not in self._spoken:
            self._spoken[context] = [
                position for position, word in enumerate(self._folded) if word in context
            ]
        spoken = self._spoken[context]
        reach = len(self._tokens) if self._has_capital(first, last) else _REACH
        before = bisect_left(spoken, first)
        after = bisect_right(spoken, last)
        return (before > 0 and first - spoken[before - 1] <= reach) or (
            after < len(spoken) and spoken[after] - last <= reach
        )

    def _capital_means_brand(self, first: int, last: int, before: str, ambiguity: Ambiguity) -> bool:
        if ambiguity is Ambiguity.NAME:
            return before in grammar.OWNED
        if last > first:
            return True
        if self._initial[first]:
            return self._opens_as_name(last)
        part_of_longer_name = (
            not self._initial[first - 1]
            and self._tokens[first - 1][0].isupper()
            and not self._after[first - 1]
            and self._tokens[first - 1] != "I"
        )
        return not part_of_longer_name

    def _opens_as_name(self, last: int) -> bool:
        """Tell whether a sentence that begins with the name goes on as after a proper name.

        A thing would have its article ("The target is"); a verb has an object or a preposition after it ("Dodge
        the queue"), a person's first name the surname ("Bing Crosby"), a headline's thing a participle ("Visa
        denied").
        """
        if self._after[last] == "." or last + 1 == len(self._tokens):
            return last > 0
        after = self._following(last)
        if after in grammar.AGENT_PARTICIPLES:
            return not self._is_passive(last + 1)
        return bool(after) and after not in grammar.AFTER_VERB and not self._tokens[last + 1][0].isupper()

    def _is_passive(self, participle: int) -> bool:
        return self._following(participle) in {"", *grammar.AFTER_PASSIVE}

    def _is_common_noun_or_verb(self, first: int, last: int, before: str) -> bool:
        verb = (before in grammar.MODALS and not self._asked_about(first, before)) or (
            before == "to" and not self._goes_to(first) and self._following(last) not in grammar.AFTER_PLACE
        )
        compound = "-" in (self._after[first - 1] if first else "", self._after[last])
        return before in grammar.DETERMINERS or verb or compound

    def _goes_to(self, first: int) -> bool:
        return first > 1 and self._folded[first - 2] in grammar.GOING

    def _owns(self, first: int, last: int) -> bool:
        """Tell whether it is a possessive with a capital or without an article: "Gap's policy", "but apple's new"."""
        return self._tokens[last].endswith("'s") and (
            self._has_capital(first, last) or self._begins_clause(first)
        )

    def _acts(self, first: int, last: int, before: str, after: str) -> bool:
        """Tell whether the name does what companies do, or is spoken to."""
        if after in grammar.AGENT_VERBS or before in grammar.ADDRESSING:
            return True
        if after in grammar.AGENT_PARTICIPLES and not self._is_passive(last + 1):
            return True
        if self._asked_about(first, before):
            return True
        addressed = self._initial[first] and self._after[last] == "," and last + 1 < len(self._tokens)
        return (self._begins_clause(first) and after in grammar.FINITE_VERBS) or (
            addressed and self._folded[last + 1] in grammar.AFTER_ADDRESS
        )

    def _begins_clause(self, first: int) -> bool:
        return (
            self._initial[first]
            or self._after[first - 1] == ","
            or self._folded[first - 1] in grammar.BEFORE_SUBJECT
        )

    def _asked_about(self, first: int, before: str) -> bool:
        return (
            before in grammar.AUXILIARIES and first > 1 and self._folded[first - 2] in grammar.QUESTION_WORDS
        )

    def _obtained(self, first: int, last: int, before: str, after: str) -> bool:
        """Tell whether the name is where one goes, buys or works: "at apple", "went to target for"."""
        ends = self._after[last] or last + 1 == len(self._tokens) or after in grammar.PHRASE_ENDS
        if not ends or self._folded[first] in grammar.DETERMINERS:
            return False
        earlier = self._folded[first - 2] if first > 1 else ""
        return (
            before in grammar.PLACE_PREPOSITIONS
            or before in grammar.DEALING_VERBS
            or (before == "to" and self._goes_to(first))
            or (before == "with" and earlier in grammar.DEALING)
        )
