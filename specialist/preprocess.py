"""Makes one form of a tweet's text for training, batch and live classification alike.

After Ringel, "Creating Synthetic Experts with Generative Artificial Intelligence" (SSRN 4542949): URLs replaced,
white space normalised, users anonymised. Brands' own handles and all hashtags stay, since they carry the brand.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection

URL = "URL"
USER = "@user"
EMAIL = "EMAIL"

# An entity may be escaped again by each system that a tweet passes through; more rounds than this are an attack.
_MAX_UNESCAPE_ROUNDS = 8

_SURROGATE = re.compile(r"[\ud800-\udfff]")
# Controls, invisible marks and bidirectional overrides; ZWJ (200d), ZWNJ (200c) and variation selectors carry
# meaning in emoji and in Persian or Indic text.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
_SPACE = re.compile(r"\s+")
_URL = re.compile(r"(?:https?://|www\.|(?<![\w.@/])t\.co/)[^\s<>\"]+", re.IGNORECASE)
# RFC 5321 allows 64 characters before the @; without a bound the search takes the square of the text's length.
_EMAIL = re.compile(r"[\w.+-]{1,64}(?:[@＠][\w-]+(?:\.[\w-]+)+)+")
# Handles are ASCII; a language without spaces goes on right behind them: "@OlloWearさん" is still the brand.
_MENTION = re.compile(r"[@＠](?=\w)([A-Za-z0-9_]*)\w*")


def preprocess(text: str, handles: Collection[str] = frozenset()) -> str:
    """Return a tweet's text in the one form that specialists read.

    Parameters
    ----------
    text
        Any string, even with NUL bytes or lone surrogates.
    handles
        Handles that stay, case-folded and without "@": those of brands.

    Returns
    -------
    str
        Text that UTF-8 can encode, without line breaks or doubled spaces: each URL as "URL", each e-mail
        address as "EMAIL", each other handle as "@user". Applying the function again changes nothing, and the
        result is at most four times as long as the input.
    """
    text = _SPACE.sub(" ", _unescape_and_clean(text))
    text = _URL.sub(URL, text)
    text = _EMAIL.sub(EMAIL, text)
    text = _MENTION.sub(lambda found: found[0] if found[1].casefold() in handles else USER, text)
    return text.strip()


def _unescape_and_clean(text: str) -> str:
    """Resolve HTML entities and drop invisible characters until neither is left: each may uncover the other."""
    for _ in range(_MAX_UNESCAPE_ROUNDS):
        cleaned = _INVISIBLE.sub("", _SURROGATE.sub("\ufffd", html.unescape(text)))
        if cleaned == text:
            return text
        text = cleaned
    # What is still escaped after so many rounds stays as text that no later call unescapes either.
    return text.replace("&", "+")
