"""Splits a text into the words that brands are matched by, and a brand's name into the forms people write it in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# One token: a handle or hashtag, a word with its apostrophes, "&" or "+" (AT&T, Disney+).
TOKEN = re.compile(r"(?<![^\W_])[@#]\w+|[^\W_]+(?:'[^\W_]+)*|[&+]")

_ACCENT = re.compile(r"[\u0300-\u036f]+")
_TYPOGRAPHY = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "´": "'", "＇": "'", "™": " ", "®": " ", "©": " "})
# The shortest name that is also looked for written as one word: "bestbuy" is a brand, "hm" may be a sigh.
_SHORTEST_JOINED = 5


def plain_letters(text: str) -> str:
    """Return the text with plain apostrophes and without accents or trademark signs; its capitals stay."""
    if text.isascii():
        return text
    return _ACCENT.sub("", unicodedata.normalize("NFKD", text.translate(_TYPOGRAPHY)))


def words_of(text: str) -> str:
    """Return the text's tokens, case-folded, each between two spaces; "&" and "n" read as "and".

    A phrase is written in a text as whole words exactly if the phrase's `words_of` is a part of the text's.
    """
    words = f" {' '.join(TOKEN.findall(plain_letters(text)))} ".casefold()
    return words.replace(" & ", " and ").replace(" n ", " and ")


def phrases(name: str, *, joined: bool) -> Iterator[str]:
    """Yield the `words_of` of each way to write a name: with and without apostrophes, possessive, as one word.

    Parameters
    ----------
    name
        As the brand writes it, such as "McDonald's", "Coca-Cola" or "Harrow & Pine".
    joined
        Whether the name may be written as one word ("cocacola").
    """
    words = words_of(name)
    bases = [words, words.replace("'", "")]
    one_word = words.replace("'", "").replace(" ", "")
    if joined and words.count(" ") > 2 and len(one_word) >= _SHORTEST_JOINED:
        bases.append(f" {one_word} ")
    for base in bases:
        yield base
        if not base.endswith("'s "):
            yield f"{base[:-1]}'s "


def hashtags(name: str) -> Iterator[str]:
    """Yield the `words_of` of a name's hashtags: "#harrowandpine" and "#harrowpine" for "Harrow & Pine"."""
    letters = words_of(name).replace("'", "")
    yield f" #{re.sub(r'[ +]', '', letters)} "
    if "&" in name:
        yield f" #{re.sub(r'[ +]', '', letters.replace(' and ', ' '))} "


def slug(name: str) -> str:
    """Return the id of a brand of this name: "harrow-pine" for "Harrow & Pine"; empty if it has no letters."""
    letters = plain_letters(name).casefold().replace("'", "").replace("+", " plus ")
    return "-".join(re.findall(r"[^\W_]+", letters))
