"""Adds a file of tweets to the store: upload, which column holds what, a preview, and off it goes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard import access, file_preview, formatting, upload_progress
from pipeline import jobs
from pipeline.errors import InputError
from pipeline.readers.columns import FoundColumns
from pipeline.upload_preview import Preview

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
    key = f"upload {st.session_state.get('uploads', 0)}"
    running = upload_progress.running(db)
    upload_progress.refused()
    if running:
        upload_progress.show(db)
        # Whoever has a file in hand keeps it until it is its turn.
        if st.session_state.get(key) is None:
            return
    else:
        upload_progress.outcome(db)
    if access.read_only():
        st.caption("This dashboard is read-only: whoever runs it adds the tweets.")
        return
    given = st.file_uploader(
        "A file of tweets",
        file_preview.FORMATS,
        key=key,
        help=f"{file_preview.KINDS} It stays on this machine, and is deleted there when its tweets are in the store.",
    )
    if given is None:
        return
    try:
        _choose(db, given, wait=running)
    except InputError as error:
        st.error(formatting.sentence(error), icon=":material/error:")


def _choose(db: Path, given: UploadedFile, *, wait: bool) -> None:
    """Draw which column holds what, and how the file is read then; to wait is for another file to be added."""
    guess = file_preview.look(given, None)
    names = list(guess.columns)
    st.markdown("**Which column holds what?**")
    with st.container(horizontal=True, key="mapping"):
        chosen = {
            role: st.selectbox(
                title,
                names,
                index=file_preview.place(names, getattr(guess.mapping, role, None)),
                key=f"map {role} {given.file_id}",
                format_func=lambda name: file_preview.with_examples(name, guess.columns[name]),
                placeholder="Choose the column" if role == "text" else NOT_THERE,
                help=why,
                width=260,
            )
            for role, (title, why) in ROLES.items()
        }
    text = chosen.pop("text")
    if text is None:
        st.info(file_preview.CHOOSE_TEXT, icon=":material/edit_note:")
        return
    mapping = FoundColumns(text=text, **chosen)
    used = [name for name in vars(mapping).values() if name is not None]
    twice = next((name for name in used if used.count(name) > 1), None)
    if twice is not None:
        st.warning(f"The column {formatting.plain(twice)} is chosen twice.", icon=":material/content_copy:")
        return
    found = file_preview.look(given, mapping)
    _show(found)
    if found.tweets:
        # No callback: that would be given the columns as they were drawn before the latest choice.
        if st.button("Add these tweets", key="add", icon=":material/playlist_add:", disabled=wait):
            _start(db, given, mapping)
        if wait:
            st.caption("Another file is being added: this one can follow when that is done.")
            return
        st.caption("The work goes on in the background, also when you leave the page or close the window.")


def _start(db: Path, given: UploadedFile, mapping: FoundColumns) -> None:
    access.check_may_add(db)
    jobs.start(db, given.name, given.getvalue(), mapping)
    st.session_state["uploads"] = st.session_state.get("uploads", 0) + 1
    st.session_state.pop("upload_previews", None)
    st.rerun()


def _show(found: Preview) -> None:
    """Draw the sample as it will be kept, and what will not be taken."""
    st.markdown("**How it will be read**")
    st.caption(f"{file_preview.how_many(found)} Names of people and addresses are taken out of the texts.")
    file_preview.notes(found.notes)
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
        st.warning(file_preview.NO_TWEET, icon=":material/warning:")
    if found.reasons:
        st.markdown(f"**{file_preview.not_taken(found)}**")
        file_preview.rejects(found)


def _sample(found: Preview) -> pd.DataFrame:
    tweets = pd.DataFrame(found.tweets)
    tweets["created_at"] = pd.to_datetime(tweets.created_at)
    assert found.mapping is not None
    titles = {"created_at": "Date (UTC)", "text": "Text"} | {
        role: ROLES[role][0] for role in ("likes", "reposts", "tweet_id", "lang")
    }
    shown = [role for role in titles if getattr(found.mapping, role) is not None]
    return tweets[shown].rename(columns=titles)
