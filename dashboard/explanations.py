"""Which words an answer rests on: kept for the tweets last seen, and as words that speak for a P or a sentiment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from specialist.explain import explain

if TYPE_CHECKING:
    from specialist.predict import Specialist

# Log-odds that are the specialist's rounding rather than the tweet's meaning.
LEAST = 0.2
# Of the strongest word's: what is weaker is not marked, so that the few words that decide are seen.
WEAKEST = 0.2
NAMED = 4  # words that are named in a sentence
LONGEST = 1_000  # characters that are explained; the specialist reads no further


@dataclass(frozen=True)
class Word:
    """A word that speaks for or against a label.

    Attributes
    ----------
    start, end
        Where it stands in the text.
    weight
        From -1 (speaks against) to 1; the strongest of the text is at -1 or 1.
    """

    text: str
    start: int
    end: int
    weight: float


@st.cache_data(max_entries=500, show_spinner=False)
def explanation(name: str, text: str, _specialist: Specialist) -> pd.DataFrame:
    """Return what `specialist.explain.explain` says of a text; `name` is the specialist's."""
    return explain(_specialist, text[:LONGEST])


def telling_words(explained: pd.DataFrame, label: str) -> list[Word]:
    """Return the words that speak for or against a label clearly enough to be marked, in the text's order.

    Parameters
    ----------
    explained
        From `explanation`.
    """
    weights = explained[f"for_{label}"]
    strongest = float(weights.abs().max()) if len(weights) else 0.0
    if strongest < LEAST:
        return []
    rows = zip(explained["word"], explained["start"], explained["end"], weights, strict=True)
    return [
        Word(str(word), int(start), int(end), float(weight) / strongest)
        for word, start, end, weight in rows
        if abs(weight) >= max(LEAST, WEAKEST * strongest)
    ]


def strongest_first(words: list[Word], *, against: bool = False) -> list[str]:
    """Return the words that speak most for a label, or against it, each once."""
    chosen = [word for word in words if (word.weight < 0) == against]
    ordered = sorted(chosen, key=lambda word: -abs(word.weight))
    return list({word.text.casefold(): word.text for word in ordered}.values())[:NAMED]
