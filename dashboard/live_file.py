"""The page Live's tweets from a file: read as the page Data reads it, and no more of it than is judged at a time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard import file_preview, formatting, live_results
from dashboard.live_results import Given
from pipeline.errors import InputError
from pipeline.readers.columns import FoundColumns
from pipeline.upload_rows import first_tweets


def choose(number: int) -> Callable[[], Given] | None:
    """Draw the file picker, the column of the texts and what can be read; return what reads the tweets.

    Parameters
    ----------
    number
        How many files were cleared away before.

    Returns
    -------
    callable or None
        It raises InputError where the tweets cannot be read; None where there are none, and the page says why.
    """
    given = st.file_uploader(
        "A file of tweets",
        file_preview.FORMATS,
        key=f"live_file {number}",
        help=f"{file_preview.KINDS} The first {formatting.number(live_results.LIMIT)} tweets are judged. "
        "The file stays on this machine.",
    )
    if given is None:
        return None
    try:
        return _column(given)
    except InputError as error:
        st.error(formatting.sentence(error), icon=":material/error:")
        return None


def _column(given: UploadedFile) -> Callable[[], Given] | None:
    guess = file_preview.look(given, None)
    names = list(guess.columns)
    text = st.selectbox(
        "Column with the tweets",
        names,
        index=file_preview.place(names, guess.mapping.text if guess.mapping else None),
        key=f"live_column {given.file_id}",
        format_func=lambda name: file_preview.with_examples(name, guess.columns[name]),
        placeholder="Choose the column that holds the tweets' text",
    )
    if text is None:
        st.info(file_preview.CHOOSE_TEXT, icon=":material/edit_note:")
        return None
    found = guess
    if guess.mapping is None or guess.mapping.text != text:
        found = file_preview.look(given, FoundColumns(text, None, None, None, None, None, None))
    st.caption(file_preview.how_many(found))
    file_preview.notes(found.file_notes)
    if found.reasons:
        with st.expander(file_preview.not_taken(found), icon=":material/block:"):
            file_preview.rejects(found)
    if not found.tweets:
        st.warning(file_preview.NO_TWEET, icon=":material/warning:")
        return None
    return partial(file_preview.with_file, given, partial(_read, text))


def _read(text: str, file: Path) -> Given:
    found = first_tweets(file, text, live_results.LIMIT)
    return Given(found.rows, text, found.more)
