"""A tweet's text as HTML with the words marked that an answer rests on: by fill, underline, weight and a title."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from dashboard import palette
from dashboard.explanations import Word

STRONG = 0.6  # weight from which on a word stands in bold type
# Lines as they were written; a long word breaks rather than widens the page; Arabic runs from right to left.
FRAME = '<p dir="auto" style="margin: 0; white-space: pre-wrap; overflow-wrap: anywhere">{}</p>'


def html(text: str, words: Sequence[Word], title: str, color: str) -> str:
    """Return the text as HTML; none of its characters is taken for HTML.

    Parameters
    ----------
    text
        Any text.
    words
        Those to mark, in the text's order.
    title, color
        Of the P or sentiment for which they speak.
    """
    pieces, position = [], 0
    for word in words:
        pieces += [
            escape(text[position : word.start]),
            _marked(text[word.start : word.end], word, title, color),
        ]
        position = word.end
    return FRAME.format("".join([*pieces, escape(text[position:])]))


def _marked(text: str, word: Word, title: str, color: str) -> str:
    weight = abs(word.weight)
    how = "strongly" if weight >= STRONG else "a little"
    if word.weight < 0:
        style = f"text-decoration: underline dotted {palette.NEUTRAL} 2px; text-underline-offset: 3px"
        return f'<span style="{style}" title="Speaks {how} against {escape(title)}">{escape(text)}</span>'
    style = (
        f"background-color: {palette.rgba(color, 0.1 + 0.4 * weight)}; color: inherit; border-radius: 3px; "
        f"padding: 0 2px; border-bottom: {1 + round(2 * weight)}px solid {color}"
    )
    if weight >= STRONG:
        style += "; font-weight: 700"
    return f'<mark style="{style}" title="Speaks {how} for {escape(title)}">{escape(text)}</mark>'
