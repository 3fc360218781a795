"""Tells which language a tweet is in, offline, so that tweets in other languages are not misclassified."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

ENGLISH = "en"
UNKNOWN = "und"

# A tweet is in another language only if English is this improbable: brands write in English with foreign names,
# and a wrongly excluded tweet is lost, while one that slips through is one of many.
_ENGLISH_AT_MOST = 0.03
# Bytes of letters in UTF-8, so that four Japanese characters tell as much as twelve Latin ones.
_FEWEST_BYTES = 12
# A language shows within this many characters.
_LONGEST = 1000

# The languages of nearly all tweets. Leaving out small ones near to English (Nigerian Pidgin, Scots) and Latin
# keeps slang and product names from being taken for them.
_LANGUAGES = (
    "af am ar az bg bn ca cs da de el en es et eu fa fi fr gu he hi hr hu hy id is it ja ka kk km kn ko lt lv mk ml "
    "mr ms my nl no pa pl pt ro ru si sk sl sq sr sv sw ta te th tl tr uk ur vi zh"
)
# What says nothing of the language: links, handles, hashtags, the placeholders of preprocessing, laughter.
_NAMES = re.compile(
    r"(?:https?://|www\.)\S+|[@＠#＃]\w+|\b(?:URL|EMAIL|RT)\b|&\w+;|\b[Aa]*(?:[Hh][aeioAEIO]){2,}[Hh]?\b"
)
_NO_LETTERS = re.compile(r"[^a-z']+")
_LANGUAGE_CODE = re.compile(r"[a-z]{2}")
_LENGTHENED = re.compile(r"(\w)\1{2,}")


def detect(texts: Sequence[str]) -> list[str]:
    """Tell the language of each of n texts.

    Returns
    -------
    list of str
        n codes of ISO 639-1, or "und" where there are too few letters to tell. Anything but English is said only
        where English is improbable.
    """
    return [_detect(text) for text in texts]


def is_language(code: str | None) -> bool:
    """Tell whether this is a code of ISO 639-1, which "und" and X's "qme" or "zxx" are not."""
    return isinstance(code, str) and _LANGUAGE_CODE.fullmatch(code) is not None


def _detect(text: str) -> str:
    letters = _letters(text)
    if len(letters.replace(" ", "").encode()) < _FEWEST_BYTES:
        return UNKNOWN
    best, _ = _identifier().classify(letters)
    if best == ENGLISH:
        return ENGLISH
    probability = dict(_identifier().rank(letters))[ENGLISH]
    return str(best) if probability < _ENGLISH_AT_MOST else ENGLISH


def _letters(text: str) -> str:
    """Return a text's words in lower case without names, numbers, marks and emoji."""
    plain = unicodedata.normalize("NFKC", _NAMES.sub(" ", text[:_LONGEST])).lower()
    if plain.isascii():
        kept = _NO_LETTERS.sub(" ", plain)
    else:
        kept = "".join(letter if _is_letter(letter) else " " for letter in plain)
    return " ".join(_LENGTHENED.sub(r"\1\1", kept).split())


def _is_letter(character: str) -> bool:
    """Tell letters, apostrophes, and the marks that Indic and Thai words are written with."""
    return character.isalpha() or character in "'’" or unicodedata.category(character)[0] == "M"


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_LANGUAGES.split())
    return identifier
