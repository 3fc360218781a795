"""The form in which an analyst ticks a tweet's right labels, and what it says of a tweet that was corrected."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import access, corrected, formatting, palette
from dashboard.store import Store
from pipeline import corrections
from pipeline.corrections import Correction, Labels
from pipeline.errors import InputError
from pipeline.store import P_LABELS, SENTIMENTS

HELP = (
    "Your labels are kept in a file of their own beside the tweets and hold through every later run. They show here "
    "at once; filters, charts and figures go on counting the specialist's labels."
)


def show(store: Store, tweet: pd.Series, fixed: Correction | None) -> None:
    """Draw the form for a tweet; nothing in read-only mode.

    Parameters
    ----------
    tweet
        A row with tweet_id, text, and the specialist's Ps and sentiment.
    fixed
        Its correction, if it has one.
    """
    if access.read_only():
        return
    now = corrected.labels(tweet) if fixed is None else fixed.labels
    # Other labels, another form: it begins with what counts now.
    key = f"{tweet.tweet_id} {'' if fixed is None else fixed.at}"
    with st.expander("Correct the labels", icon=":material/edit:", key="correct"):
        with st.form(f"correct {key}", border=False):
            ps = st.pills(
                "About",
                P_LABELS,
                selection_mode="multi",
                default=now.ps,
                format_func=lambda p: palette.PS[p].label,
                key=f"right_ps {key}",
                help="All that the tweet is about. None chosen: none of the four Ps.",
            )
            sentiment = st.pills(
                "Sentiment",
                SENTIMENTS,
                default=now.sentiment,
                required=True,
                format_func=lambda name: palette.SENTIMENTS[name].label,
                key=f"right_sentiment {key}",
            )
            saved = st.form_submit_button("Save", help=HELP)
        undone = fixed is not None and st.button("Undo the correction", icon=":material/undo:", key="undo")
        if saved:
            chosen = Labels(tuple(p for p in P_LABELS if p in ps), sentiment)
            _keep(store, tweet, chosen)
        elif undone:
            _keep(store, tweet, None)


def note(tweet: pd.Series, fixed: Correction) -> str:
    """Return, as Markdown, who corrected a tweet and when, and what the specialist had said."""
    who = f" by {formatting.plain(fixed.by)}" if fixed.by else ""
    said = corrected.labels(tweet)
    ps = " and ".join(palette.PS[p].title for p in said.ps) or "none of the four Ps"
    feels = palette.SENTIMENTS[said.sentiment].title.lower()
    return (
        f":material/edit: Corrected{who} on {formatting.day(fixed.at)}. The specialist said: {ps}, {feels}."
    )


def _keep(store: Store, tweet: pd.Series, chosen: Labels | None) -> None:
    """Keep a correction, or undo the last where there is none, and draw the page anew with it."""
    file = corrected.file(store)
    try:
        access.check_may_correct()
        if chosen is None:
            corrections.undo(file, tweet.tweet_id, tweet.text, access.email())
        else:
            corrections.correct(file, tweet.tweet_id, tweet.text, chosen, access.email())
    except InputError as error:
        st.error(f"Not saved: {formatting.plain(str(error))}.")
        return
    st.rerun()
