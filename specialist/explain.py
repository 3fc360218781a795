"""Explains an answer: how much each word of a text speaks for each label, by leaving it out.

Occlusion after Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks" (ECCV 2014), on words as in
Li, Monroe and Jurafsky, "Understanding Neural Networks through Representation Erasure" (2016, arXiv 1612.08220).
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from specialist.predict import Specialist

LONGEST = 100  # words explained of a long text; specialists read little more
# Probabilities this near to 0 or 1 are not told apart: float32 has little left of 1 - p there.
_NEAREST = 1e-6

# A text is cut by the kind of each character: w letter or digit, m what belongs to the character before it (accents,
# variation selectors, joiners), o emoji, c currency, h # or @, j ' & . - that joins two words, % percent,
# ! question and exclamation marks, p other punctuation, s space.
_KINDS = {"#": "h", "@": "h", "%": "%", "!": "!", "?": "!", "_": "w"} | dict.fromkeys("'’&.-", "j")
_CATEGORIES = {"L": "w", "N": "w", "M": "m", "C": "m", "S": "p", "P": "p", "Z": "s"}
_EXACT = {"Sc": "c", "So": "o", "Sk": "m"}
# "@brand", "#tag", "$389", "4%" and "self-destructs" are one word each; so are a row of emoji and "?!".
_WORD = re.compile(r"[hc]*w[wm]*(?:j[wm]+)*[%c]?|o[om]*|!+")

# English words that carry the sentence and not its subject. They are half of a long tweet, and to read that "for"
# speaks for Price helps nobody. None that denies or weighs ("not", "but", "only", "over", "out") is among them.
_LISTED = """
a an the this that these those i me my we us our you your he him his she her it its they them their who which and or
of to in into on at for from by with as than then so if when while am is are was were be been being have has had do
does did will would shall should can could may might must there here
"""
_FUNCTION_WORDS = frozenset(_LISTED.split())
_FUNCTION_ENDINGS = frozenset(["", "s", "m", "re", "ve", "ll", "d"])


def explain(specialist: Specialist, text: str) -> pd.DataFrame:
    """Return how much each word speaks for each label: the label's log-odds with the word minus those without it.

    Log-odds, since probabilities stand still near 0 and 1. In 30 tweets of the demo, 32 labels had a probability of
    90 % or more; for 11 of them no word's absence moved it by 5 points, not even that of "£6" or "fees" in tweets
    surely about Price, which more than halves the odds. A word that stands there several times is left out
    everywhere at once, since either of "milk … milk" says what the other does. All the shortened texts are answered
    in one call.

    Parameters
    ----------
    text
        One preprocessed text.

    Returns
    -------
    pandas.DataFrame
        One row a word of `word_spans`, in the text's order, at most `LONGEST`: `word`, `start`, `end` (its
        characters are `text[start:end]`) and for each label of all codebooks `for_<label>`, from about -28 to 28:
        0.7 doubles the odds, 2.3 makes them ten times as high; negative: the word speaks against the label.
    """
    import pandas as pd

    spans = word_spans(text)[:LONGEST]
    words = [text[start:end] for start, end in spans]
    alike = {word: number for number, word in enumerate(dict.fromkeys(word.casefold() for word in words))}
    numbers = [alike[word.casefold()] for word in words]
    without = [
        _without(text, [span for span, own in zip(spans, numbers, strict=True) if own == number])
        for number in alike.values()
    ]
    labels = [label for codebook in specialist.codebooks for label in codebook.label_ids]
    answers = specialist.predict([text, *without])
    shares = answers[[f"p_{label}" for label in labels]].to_numpy(dtype=np.float64)
    shares = shares.clip(_NEAREST, 1 - _NEAREST)
    log_odds = np.log(shares / (1 - shares))
    found = pd.DataFrame(log_odds[0] - log_odds[1:][numbers], columns=[f"for_{label}" for label in labels])
    starts, ends = [start for start, _ in spans], [end for _, end in spans]
    return pd.concat([pd.DataFrame({"word": words, "start": starts, "end": ends}), found], axis=1)


def word_spans(text: str) -> list[tuple[int, int]]:
    """Return start and end of each word that may tell why, in a text of any script.

    Emoji and exclamation marks are words; other punctuation and English function words are none.
    """
    kinds = "".join(_kind(character) for character in text)
    spans = [found.span() for found in _WORD.finditer(kinds)]
    return [(start, end) for start, end in spans if not _is_function_word(text[start:end])]


def _is_function_word(word: str) -> bool:
    stem, _, ending = word.casefold().replace("’", "'").partition("'")
    return stem in _FUNCTION_WORDS and ending in _FUNCTION_ENDINGS


def _kind(character: str) -> str:
    if character in _KINDS:
        return _KINDS[character]
    category = unicodedata.category(character)
    return "s" if character.isspace() else _EXACT.get(category, _CATEGORIES[category[0]])


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    pieces, position = [], 0
    for start, end in spans:
        pieces.append(text[position:start])
        position = end
    return " ".join(" ".join([*pieces, text[position:]]).split())
