"""Splits a tweet into clauses: the stretches in which a writer says one thing, and turns to the next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

# A stretch with fewer words says nothing of its own and stays with the one beside it; at a turn, two say enough:
# "lovely jacket, but not at that price".
FEWEST_WORDS = 3
_FEWEST_AT_A_TURN = 2
# A clause of these many words on each side is a clause, not one of two words that "and" joins.
_LONG_ENOUGH = 3

# Emoji and their modifiers, joiners and selectors.
_EMOJI = (
    r"[\u200d\u20e3\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\ufe0f"
    r"\U0001f000-\U0001faff\U000e0020-\U000e007f]"
)
_SENTENCE_MARKS = ".!?…"
# Words that turn to another side of the matter.
_CONTRAST = (
    "but|though|although|yet|while|whilst|whereas|however|except|unless|despite|nevertheless|nonetheless"
    "|still,|otherwise|instead|even so|then again|that said|having said that|at least|in fairness|to be fair"
    "|shame|pity|too bad|meanwhile|only to|none of|none at all|unfortunately|sadly|thankfully|luckily"
)
# Words that add a further clause; as often they join single words, so both sides must be long enough.
_ADDITION = "and|or|so|then|because|cause|cuz|when|if|until|which|plus|also"

_WORD = re.compile(r"\w+(?:['’]\w+)*")
# What ends a clause. Emoji comment what stands before them, but those behind a comma belong to what follows.
# Without white space behind them neither a full stop nor a comma ends anything: 4.50, t.co, 1,000.
_BOUNDARY = re.compile(
    rf"[{_SENTENCE_MARKS}]++[)\"'”’]*+(?:\s*{_EMOJI})*+(?:\s+|$)"
    rf"|(?<=[^\s,;:(]\s){_EMOJI}++\s+|(?<=\w){_EMOJI}++\s+"
    r"|\s*[;—–|/]++\s+|:\s+|\s+-+\s+|\s*\(|\)\s*|,\s+"
    rf"|\s+(?=(?:{_CONTRAST})\b)",
    re.IGNORECASE,
)
_BEFORE_ADDITION = re.compile(rf"\s+(?=(?:{_ADDITION})\b)", re.IGNORECASE)
_TURN = re.compile(rf"(?:{_CONTRAST})\b", re.IGNORECASE)


def split(text: str) -> list[str]:
    """Split a text into clauses.

    Parameters
    ----------
    text
        Any string.

    Returns
    -------
    list of str
        The clauses in order. Joined they are the text, character for character: white space, punctuation and emoji
        stay at the end of their clause. Each has at least `FEWEST_WORDS` words (two beside a word of contrast), unless
        the text has fewer. Empty for an empty text.
    """
    return _merged([part for piece in _cut(text, _BOUNDARY) for part in _cut_at_additions(piece)])


def with_what_led_to_it(clauses: Sequence[str]) -> list[str]:
    """Return each clause with the one before it in the same sentence, which often holds what it speaks of."""
    return [
        clause if _ends_a_sentence(before) else before + clause for before, clause in pairwise(["", *clauses])
    ]


def turns(clauses: Sequence[str]) -> bool:
    """Tell whether a word of contrast joins the clauses anywhere: "but", "yet", "shame that"."""
    return any(_TURN.match(clause) for clause in clauses[1:])


def count_words(text: str) -> int:
    """Return how many words a text has; numbers count, emoji and punctuation do not."""
    return sum(1 for _ in _WORD.finditer(text))


def _ends_a_sentence(clause: str) -> bool:
    behind_the_words = _WORD.split(clause)[-1]
    return any(mark in behind_the_words for mark in _SENTENCE_MARKS)


def _cut(text: str, boundary: re.Pattern[str]) -> list[str]:
    ends = [found.end() for found in boundary.finditer(text)]
    starts = [0, *ends]
    return [text[start:end] for start, end in zip(starts, [*ends, len(text)], strict=True) if start < end]


def _cut_at_additions(text: str) -> list[str]:
    parts: list[str] = []
    for piece in _cut(text, _BEFORE_ADDITION):
        # The joining word itself is none of the clause's.
        if parts and min(count_words(parts[-1]), count_words(piece) - 1) < _LONG_ENOUGH:
            parts[-1] += piece
        else:
            parts.append(piece)
    return parts


def _merged(parts: list[str]) -> list[str]:
    """Join what is too short to the clause before it, at the beginning to the one behind."""
    clauses: list[str] = []
    for part in parts:
        fewest = _FEWEST_AT_A_TURN if _TURN.match(part) else FEWEST_WORDS
        if clauses and min(count_words(part), count_words(clauses[-1])) < fewest:
            clauses[-1] += part
        else:
            clauses.append(part)
    return clauses
