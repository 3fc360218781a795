"""Adds a file of tweets to the store: upload, which column holds what, a preview, and off it goes."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard import access, formatting, upload_progress
from pipeline import jobs
from pipeline.errors import InputError
from pipeline.readers.columns import FoundColumns
from pipeline.upload_preview import Preview, preview

FORMATS = ("csv", "tsv", "txt", "jsonl", "ndjson", "json", "parquet")
NOT_THERE = "Not in this file"
# The tweets' columns, as the user reads them, and what each is good for.
ROLES = {
    "text": ("Text", "What people wrote. Rows without it are not taken."),
    "created_at": ("Date", "When it was written. Tweets without a date are in no period."),
    "tweet_id": ("Tweet id", "So that a tweet that is in several files is counted once."),
    "likes": ("Likes", "So that what many liked weighs more."),
    "reposts": ("Reposts", "Retweets, shares."),
    "author": ("Author", "Only tells tweets apart that have no id; names are not kept."),
    "lang": ("Language", "Only asked for texts too short to tell."),
}


def section(db: Path) -> None:
    """Draw all of it; in read-only mode, only what is being added; for who may see some brands only, nothing."""
    if not access.of_visitor(db).everything:
        st.caption("Whoever may see all brands adds the tweets.")
        return
    if upload_progress.running(db):
        upload_progress.show(db)
        return
    upload_progress.outcome(db)
    if access.read_only():
        st.caption("This dashboard is read-only: whoever runs it adds the tweets.")
        return
    if "upload_refused" in st.session_state:
        st.error(st.session_state.pop("upload_refused"), icon=":material/error:")
    number = st.session_state.get("uploads", 0)
    given = st.file_uploader(
        "A file of tweets",
        FORMATS,
        key=f"upload {number}",
        help="CSV, JSON lines, Parquet or X API JSON, up to 200 MB. It stays on this machine, and is deleted there "
        "when its tweets are in the store.",
    )
    if given is None:
        return
    try:
        _choose(db, given)
    except InputError as error:
        st.error(sentence(error), icon=":material/error:")


def sentence(error: Exception) -> str:
    """Return an error's message as a sentence that Markdown leaves as it is."""
    text = upload_progress.without_options(str(error)).rstrip(".")
    return formatting.plain(f"{text[0].upper()}{text[1:]}.")


def _choose(db: Path, given: UploadedFile) -> None:
    """Draw which column holds what, and how the file is read then."""
    guess = _preview(given, None)
    names = list(guess.columns)
    st.markdown("**Which column holds what?**")
    with st.container(horizontal=True, key="mapping"):
        chosen = {
            role: st.selectbox(
                title,
                names,
                index=_place(names, getattr(guess.mapping, role, None)),
                key=f"map {role} {given.file_id}",
                format_func=lambda name: _with_examples(name, guess.columns[name]),
                placeholder="Choose the column" if role == "text" else NOT_THERE,
                help=why,
                width=260,
            )
            for role, (title, why) in ROLES.items()
        }
    text = chosen.pop("text")
    if text is None:
        st.info("Choose the column that holds what people wrote.", icon=":material/edit_note:")
        return
    mapping = FoundColumns(text=text, **chosen)
    used = [name for name in vars(mapping).values() if name is not None]
    twice = next((name for name in used if used.count(name) > 1), None)
    if twice is not None:
        st.warning(f"The column {formatting.plain(twice)} is chosen twice.", icon=":material/content_copy:")
        return
    found = _preview(given, mapping)
    _show(found)
    if found.tweets:
        # No callback: that would be given the columns as they were drawn before the latest choice.
        if st.button("Add these tweets", key="add", icon=":material/playlist_add:"):
            _start(db, given, mapping)
        st.caption("The work goes on in the background, also when you leave the page or close the window.")


def _start(db: Path, given: UploadedFile, mapping: FoundColumns) -> None:
    access.check_may_add(db)
    jobs.start(db, given.name, given.getvalue(), mapping)
    st.session_state["uploads"] = st.session_state.get("uploads", 0) + 1
    st.session_state.pop("upload_previews", None)
    st.rerun()


def _preview(given: UploadedFile, mapping: FoundColumns | None) -> Preview:
    """Return how the file is read, remembered until another file is chosen."""
    known = st.session_state.get("upload_previews")
    if known is None or known["file"] != given.file_id:
        known = st.session_state["upload_previews"] = {"file": given.file_id}
    if mapping not in known:
        with st.spinner("Reading the file …"), TemporaryDirectory() as folder:
            file = Path(folder) / f"upload{Path(jobs.safe_name(given.name)).suffix}"
            file.write_bytes(given.getbuffer())
            known[mapping] = preview(file, mapping)
            # What was found without being told is the same as when told so.
            known[known[mapping].mapping] = known[mapping]
    found: Preview = known[mapping]
    return found


def _show(found: Preview) -> None:
    """Draw the sample as it will be kept, and what will not be taken."""
    rejected = sum(found.reasons.values())
    st.markdown("**How it will be read**")
    looked_at = f"the first {formatting.number(found.rows)} rows" if found.more else "the file"
    st.caption(
        f"Of {looked_at}, {formatting.plural(found.rows - rejected, 'tweet')} can be read and "
        f"{formatting.plural(rejected, 'row')} cannot. Names of people and addresses are taken out of the texts."
    )
    for note in found.notes:
        st.caption(f":material/info: {formatting.plain(upload_progress.without_options(note))}")
    if found.tweets:
        st.dataframe(
            _sample(found),
            key="sample",
            hide_index=True,
            column_config={
                "Text": st.column_config.TextColumn(width="large"),
                "Date (UTC)": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm"),
            },
        )
    else:
        st.warning("No row holds a tweet: choose another column as text.", icon=":material/warning:")
    if rejected:
        reasons = "; ".join(
            f"{formatting.plain(reason)}: {formatting.number(rows)}" for reason, rows in found.reasons.items()
        )
        st.markdown(f"**What will not be taken** ({reasons})")
        st.dataframe(
            pd.DataFrame(found.rejects).rename(
                columns={"line": "Line", "reason": "Why", "excerpt": "Begins with"}
            ),
            key="sample_rejects",
            hide_index=True,
            column_config={"Begins with": st.column_config.TextColumn(width="large")},
        )


def _sample(found: Preview) -> pd.DataFrame:
    tweets = pd.DataFrame(found.tweets)
    tweets["created_at"] = pd.to_datetime(tweets.created_at)
    assert found.mapping is not None
    titles = {"created_at": "Date (UTC)", "text": "Text"} | {
        role: ROLES[role][0] for role in ("likes", "reposts", "tweet_id", "lang")
    }
    shown = [role for role in titles if getattr(found.mapping, role) is not None]
    return tweets[shown].rename(columns=titles)


def _place(names: list[str], name: str | None) -> int | None:
    return None if name is None else names.index(name)


def _with_examples(name: str, examples: list[str]) -> str:
    shown = " · ".join(formatting.clipped(example, 24) for example in examples[:2])
    return f"{name or '(no name)'}  ({shown})" if shown else name or "(no name)"
