"""A store that an older version of the program made: brought up to date at a click, by whoever may do that."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard import access, formatting, upload_progress
from pipeline import jobs
from pipeline.errors import InputError


def show(db: Path) -> None:
    """Draw why nothing can be shown yet, and the way on."""
    st.title("These tweets need bringing up to date", anchor=False)
    st.write(
        "They were analysed by an older version of this program. Tweets and their brands stay as they are; topics and "
        "pain points are found anew. If the specialist has changed since, it judges the tweets again."
    )
    upload_progress.refused()
    if upload_progress.running(db):
        upload_progress.show(db)
        return
    upload_progress.outcome(db)
    if not access.of_visitor(db).everything:
        st.info("Whoever may see all brands can do that here.", icon=":material/lock:")
    elif access.read_only():
        st.info(
            "This dashboard is read-only: whoever runs it can do that, with new tweets or with a file that was loaded "
            "before.",
            icon=":material/lock:",
        )
        st.code(f'mmx run tweets.csv --db "{db}"', language="bash", wrap_lines=True)
    else:
        st.button(
            "Bring it up to date",
            key="bring_up_to_date",
            icon=":material/update:",
            on_click=_begin,
            args=(db,),
        )
        st.caption(
            "Takes some minutes, more for many tweets. The work goes on in the background, also when you close the "
            "window. The file as it is now is kept beside the new one."
        )


def _begin(db: Path) -> None:
    if upload_progress.running(db):
        # Somebody else was quicker; the page shows how far it is.
        return
    try:
        access.check_may_add(db)
        jobs.bring_up_to_date(db)
    except InputError as error:
        upload_progress.refuse(formatting.sentence(error))
