"""Numbers, dates and changes as the pages write them, and text that Markdown leaves as it is."""

from __future__ import annotations

import re

from pipeline.wording import (
    SMALL,
    TOO_SMALL,
    change,
    clipped,
    day,
    days_before,
    mean_sentiment,
    net_range,
    net_sentiment,
    number,
    period,
    plural,
    points,
    share,
    short,
    signed,
)

__all__ = [
    "SMALL",
    "TOO_SMALL",
    "change",
    "clipped",
    "day",
    "days_before",
    "mean_sentiment",
    "net_range",
    "net_sentiment",
    "number",
    "period",
    "plain",
    "plural",
    "points",
    "share",
    "short",
    "signed",
]


# Characters that turn the writing's direction until another ends it, which would reverse our own words after them.
TURNS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])

# What Streamlit's Markdown makes links of though every character is escaped: addresses of the web and of e-mail.
_LINKED = re.compile(r"https?:(?=//)|www(?=\.)|(?<=[\w.+-])@(?=[\w-]+\.)", re.IGNORECASE)
_WORD_JOINER = "\u2060"
_OPTION = re.compile(r" \([^()]*--[^()]*\)")


def plain(text: str) -> str:
    """Return text that Markdown leaves as it is: for tweets and names, which may hold any character.

    Addresses in it get a character that is not seen, so that they are no links.
    """
    text = _LINKED.sub(rf"\g<0>{_WORD_JOINER}", text.translate(TURNS))
    for character in "\\`*_{}[]()<>#+-.!|$~:&":
        text = text.replace(character, "\\" + character)
    return " ".join(text.split())


def without_options(note: str) -> str:
    """Return a note without what it says of options of the command line."""
    return _OPTION.sub("", note)


def sentence(error: Exception) -> str:
    """Return an error's message as a sentence that Markdown leaves as it is."""
    text = without_options(str(error)).rstrip(".")
    return plain(f"{text[0].upper()}{text[1:]}.")
