"""Numbers, dates and changes as the pages write them, and text that Markdown leaves as it is."""

from __future__ import annotations

from pipeline.wording import (
    SMALL,
    TOO_SMALL,
    change,
    clipped,
    day,
    days_before,
    mean_sentiment,
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


def plain(text: str) -> str:
    """Return text that Markdown leaves as it is: for tweets and names, which may hold any character."""
    for character in "\\`*_{}[]()<>#+-.!|$~:&":
        text = text.replace(character, "\\" + character)
    return " ".join(text.split())
