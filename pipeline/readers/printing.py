"""Text of unknown files in messages: short, on one line, safe for a terminal."""

from __future__ import annotations

import re

# What steers a terminal (C0, DEL, C1), ends a line, turns the writing's direction, or is half a character.
_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str, longest: int) -> str:
    """Return the beginning of a text with everything that cannot be printed as a space."""
    return "".join(letter if letter.isprintable() else " " for letter in text[:longest]).strip()


def for_terminal(lines: str) -> str:
    """Return lines with everything that would steer a terminal as a space; line feeds stay."""
    return "\n".join(_STEERING.sub(" ", line) for line in lines.split("\n"))


def json_for_terminal(document: str) -> str:
    """Return a JSON document that says the same, with everything that would steer a terminal escaped."""
    return "\n".join(
        _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", line) for line in document.split("\n")
    )
