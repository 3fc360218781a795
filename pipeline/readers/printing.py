"""Text of unknown files in messages: short, on one line, safe for a terminal."""

from __future__ import annotations


def printable(text: str, longest: int) -> str:
    """Return the beginning of a text with everything that cannot be printed as a space."""
    return "".join(letter if letter.isprintable() else " " for letter in text[:longest]).strip()
