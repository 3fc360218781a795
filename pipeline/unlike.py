"""Tells texts that say the same, so that of quotes shown side by side no two are alike."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Characters of a tweet that is read at a glance: from, to.
READABLE = (30, 240)
# From this share of common words on, two tweets say the same (Jaccard).
_ALIKE = 0.5
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_PLACEHOLDERS = frozenset({"user", "url", "email", "rt"})


def unlike(texts: Sequence[str], top: int) -> list[int]:
    """Return the positions of the first `top` texts of which no two share most of their words."""
    kept: list[tuple[int, set[str]]] = []
    for position, text in enumerate(texts):
        words = set(_WORD.findall(text.lower())) - _PLACEHOLDERS
        if all(len(words & other) < _ALIKE * len(words | other) for _, other in kept):
            kept.append((position, words))
        if len(kept) == top:
            break
    return [position for position, _ in kept]
