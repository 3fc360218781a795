"""A file of tweets that somebody gave: looked at without harm, remembered, and told how it will be read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard import formatting
from pipeline import jobs
from pipeline.errors import InputError
from pipeline.readers.columns import FoundColumns
from pipeline.upload_preview import Preview, preview

FORMATS = ("csv", "tsv", "txt", "jsonl", "ndjson", "json", "parquet")
KINDS = "CSV, JSON lines, Parquet or X API JSON, up to 200 MB."
NO_TWEET = "No row holds a tweet: choose another column as text."
CHOOSE_TEXT = "Choose the column that holds what people wrote."
Found = TypeVar("Found")


def look(given: UploadedFile, mapping: FoundColumns | None) -> Preview:
    """Return how a file is read, remembered until another file is looked at.

    Parameters
    ----------
    mapping
        The columns to read; None: found by their usual names.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    known = st.session_state.get("upload_previews")
    if known is None or known["file"] != given.file_id:
        known = st.session_state["upload_previews"] = {"file": given.file_id}
    if mapping not in known:
        try:
            found = with_file(given, lambda file: preview(file, mapping))
        except InputError as error:
            # Kept, so that what takes minutes to be refused is not read again at each click.
            known[mapping] = error
        else:
            # What was found without being told is the same as when told so.
            known[mapping] = known[found.mapping] = found
    answer: Preview | InputError = known[mapping]
    if isinstance(answer, InputError):
        raise answer
    return answer


def with_file(given: UploadedFile, read: Callable[[Path], Found]) -> Found:
    """Return what is read from a file, which lies in a folder for as long as that takes."""
    with st.spinner("Reading the file …"), TemporaryDirectory() as folder:
        file = Path(folder) / f"upload{Path(jobs.safe_name(given.name)).suffix}"
        file.write_bytes(given.getbuffer())
        return read(file)


def with_examples(name: str, examples: Sequence[str]) -> str:
    """Return a column's name with its first values."""
    shown = " · ".join(formatting.clipped(example, 24) for example in examples[:2])
    return f"{name or '(no name)'}  ({shown})" if shown else name or "(no name)"


def place(names: Sequence[str], name: str | None) -> int | None:
    """Return where a column is among all, for a list that begins with it chosen."""
    return None if name is None else names.index(name)


def how_many(found: Preview) -> str:
    """Return how many rows hold tweets, as a sentence."""
    rejected = sum(found.reasons.values())
    looked_at = f"the first {formatting.number(found.rows)} rows" if found.more else "the file"
    return (
        f"Of {looked_at}, {formatting.plural(found.rows - rejected, 'tweet')} can be read and "
        f"{formatting.plural(rejected, 'row')} cannot."
    )


def notes(lines: Sequence[str]) -> None:
    """Draw what was assumed of the file."""
    for line in lines:
        st.caption(f":material/info: {formatting.plain(formatting.without_options(line))}")


def not_taken(found: Preview) -> str:
    """Return what the rows that will not be taken are, and why, as a title."""
    reasons = "; ".join(
        f"{formatting.plain(reason)}: {formatting.number(rows)}" for reason, rows in found.reasons.items()
    )
    return f"What will not be taken ({reasons})"


def rejects(found: Preview) -> None:
    """Draw the first rows that will not be taken."""
    st.dataframe(
        pd.DataFrame(found.rejects).rename(
            columns={"line": "Line", "reason": "Why", "excerpt": "Begins with"}
        ),
        key="sample_rejects",
        hide_index=True,
        column_config={"Begins with": st.column_config.TextColumn(width="large")},
    )
