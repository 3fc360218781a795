"""Splits a text into the words that brands are matched by, and a brand's name into the forms people write it in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# Scripts written without spaces, where each sign is a token of its own: kana, Han, and Hangul as NFKD leaves it.
_UNSPACED = "\u1100-\u11ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
# Vowel signs and points, which belong to the word they stand in: Hebrew, Arabic, Indic, Thai.
_MARKS = "\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0981-\u0dff\u0e31-\u0e4e"
_LETTERS = rf"(?:[^\W_{_UNSPACED}]|[{_MARKS}])+"

# One token: a handle or hashtag, a word with its apostrophes, "&" or "+" (AT&T, Disney+).
TOKEN = re.compile(rf"(?<![^\W_{_UNSPACED}])[@#]\w+|{_LETTERS}(?:'{_LETTERS})*|[{_UNSPACED}]|[&+]")

_ACCENT = re.compile(r"[\u0300-\u036f]+")
_TYPOGRAPHY = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "´": "'", "＇": "'", "™": " ", "®": " ", "©": " "})
# The shortest name that other forms are derived from: "bestbuy" is a brand, "hm" may be a sigh.
_SHORTEST_DERIVED = 5
# What customers put before a name to make a hashtag against the brand.
_CALLS_AGAINST = ("boycott", "delete")
# The shortest name on either side of an "&" that may be left out: "harrow pine", but not "h m".
_SHORTEST_PART = 4


def plain_letters(text: str) -> str:
    """Return the text with plain apostrophes and without accents or trademark signs; its capitals stay."""
    if text.isascii():
        return text
    return _ACCENT.sub("", unicodedata.normalize("NFKD", text.translate(_TYPOGRAPHY)))


def words_of(plain: str) -> str:
    """Return the tokens of a text after `plain_letters`, case-folded, each between two spaces.

    A phrase is written in a text as whole words exactly if the phrase's `words_of` is a part of the text's.
    """
    return f" {' '.join(TOKEN.findall(plain))} ".casefold()


def phrases(name: str, *, derived: bool) -> Iterator[str]:
    """Yield the `words_of` of each way to write a name.

    These are: as it is, with "and", "n" or nothing for "&", without apostrophes, as one word, the plural of a name
    of one word, and the possessive of each.

    Parameters
    ----------
    name
        As the brand writes it, such as "McDonald's", "Coca-Cola" or "Harrow & Pine".
    derived
        Whether the name may be written as one word ("cocacola") and in the plural ("iphones").
    """
    words = words_of(plain_letters(name))
    bases = dict.fromkeys(
        form.replace(" & ", ampersand)
        for form in (words, words.replace("'", ""))
        for ampersand in (" & ", " and ", " n ")
    )
    parts = words.split(" & ")
    if min(len(part.strip()) for part in parts) >= _SHORTEST_PART:
        bases[" ".join(parts)] = None
    one_word = re.sub(r"['& ]", "", words)
    if derived and len(one_word) >= _SHORTEST_DERIVED:
        bases[f" {one_word} "] = None
        if words.count(" ") == 2 and not one_word.endswith("s"):
            bases[f" {one_word}s "] = None
    for base in bases:
        yield base
        if not base.endswith("'s "):
            yield f"{base[:-1]}'s "


def hashtags(name: str, handle: str | None = None) -> Iterator[str]:
    """Yield the `words_of` of a name's hashtags: "#harrowandpine", "#harrowpine", "#boycottharrowpine" and so on.

    That of the handle is one if it begins with the whole name: "#ollowear", but not "#cheesecake".
    """
    letters = words_of(plain_letters(name)).replace("'", "")
    for ampersand in ("and", "n", ""):
        tag = re.sub(r"[ +]", "", letters.replace("&", ampersand))
        yield f" #{tag} "
        yield from (f" #{call}{tag} " for call in _CALLS_AGAINST)
        if handle and handle[1:].casefold().startswith(tag):
            yield f" #{handle[1:].casefold()} "


def hashtag_beginning(name: str) -> str | None:
    """Return how the `words_of` of campaigns' hashtags begin ("#lumoraleaf"), or None for a name too short."""
    tag = re.sub(r"['+& ]", "", words_of(plain_letters(name)))
    return f" #{tag}" if len(tag) >= _SHORTEST_DERIVED else None


def slug(name: str) -> str:
    """Return the id of a brand of this name: "harrow-pine" for "Harrow & Pine"; empty if it has no letters."""
    letters = plain_letters(name).casefold().replace("'", "").replace("+", " plus ")
    return "-".join(re.findall(r"[^\W_]+", letters))
