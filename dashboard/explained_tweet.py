"""A tweet's text with the words marked that the specialist's answer rests on, and the same in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import explanations, formatting, highlighted_text, live_results, palette
from pipeline.store import P_LABELS
from specialist.errors import SpecialistError

LIKELIEST, SENTIMENT = "likeliest", "sentiment"
TITLES = {
    LIKELIEST: "Likeliest P",
    **{p: mark.label for p, mark in palette.PS.items()},
    SENTIMENT: ":material/sentiment_satisfied: Sentiment",
}


def choose(key: str, *, with_sentiment: bool) -> str:
    """Draw the choice for what the words are marked, and return it: a key of `TITLES`.

    Parameters
    ----------
    with_sentiment
        Whether the specialist has a sentiment of its own that could be explained.
    """
    return st.segmented_control(
        "Words marked for",
        [option for option in TITLES if with_sentiment or option != SENTIMENT],
        key=key,
        default=LIKELIEST,
        required=True,
        format_func=lambda option: TITLES[option],
        help="Each word is left out in turn and the tweet judged again. The stronger a word's fill and line, the "
        "more it speaks for what you chose; dotted: it speaks against it. Words that hardly matter are not marked.",
    )


def show(text: str, answer: Mapping[Any, Any], choice: str, *, judge: str | None = None) -> None:
    """Draw the text with its words marked, and say which speak most for and against.

    Parameters
    ----------
    text
        As the specialist read it.
    answer
        The specialist's own: `p_<p>` and `<p>` for each P, and `sentiment`.
    choice
        From `choose`.
    judge
        Name of the specialist whose answer it is; None: of the one that explains it.
    """
    try:
        specialist = live_results.specialist()
    except SpecialistError as error:
        st.text(text)
        st.caption(f"The words cannot be marked: {formatting.plain(str(error))}")
        return
    explained = explanations.explanation(specialist.name, text, specialist)
    label = _label(answer, choice)
    mark = (palette.SENTIMENTS if choice == SENTIMENT else palette.PS)[label]
    words = explanations.telling_words(explained, label)
    st.html(highlighted_text.html(text, words, mark.title, mark.color))
    given = choice == SENTIMENT or bool(answer[label])
    st.markdown(f":small[{sentence(words, mark, given=given)}]")
    if judge not in (None, specialist.name):
        st.caption(
            f"The words are weighed by {formatting.plain(specialist.name)}; the tweet was judged by "
            f"{formatting.plain(judge)}, which may weigh them differently."
        )


def sentence(words: list[explanations.Word], mark: palette.Mark, *, given: bool) -> str:
    """Return, as Markdown, which words speak most for a P or sentiment and which against it.

    Parameters
    ----------
    given
        Whether the specialist decided for it.
    """
    speaking = explanations.strongest_first(words)
    against = explanations.strongest_first(words, against=True)
    if not speaking and not against:
        return f"No single word decides on {mark.colored}: the specialist reads it from the whole tweet."
    said = f"Words that speak most for {mark.colored}: {_listed(speaking)}." if speaking else ""
    if not speaking:
        said = f"No word speaks for {mark.colored}."
    elif not given:
        said += f" Not enough for the tweet to be about {mark.title}."
    return f"{said} Against it: {_listed(against)}." if against else said


def _label(answer: Mapping[Any, Any], choice: str) -> str:
    if choice == SENTIMENT:
        return str(answer["sentiment"])
    if choice == LIKELIEST:
        return max(P_LABELS, key=lambda p: float(answer[f"p_{p}"]))
    return choice


def _listed(words: list[str]) -> str:
    return ", ".join(formatting.plain(word) for word in words)
