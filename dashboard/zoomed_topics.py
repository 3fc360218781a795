"""Zooming in: fresh topics of one brand's tweets about one P, made when the user asks for them."""

from __future__ import annotations

import threading
from collections.abc import Iterable

import pandas as pd
import streamlit as st

from dashboard import formatting, palette, tweet_table
from dashboard.frame import View
from dashboard.queries import topics
from dashboard.store import Store, Version
from pipeline.progress import Silent
from pipeline.topic_lists import zoom_in

ASKED = "zoomed_in_on"  # the brand and P in the session that the user wants to see zoomed in
SHOWN = 3  # tweets of a topic before the user opens the list
# Numba, under UMAP, ends the process when two threads compute at once.
_one_at_a_time = threading.Lock()


def offer(shown: View) -> None:
    """Draw the button that zooms in; without a brand and one P it says what to choose."""
    target = _target(shown)
    st.button(
        "Zoom in" if target is None else f"Zoom in on {_words(shown, target[1])}",
        key="zoom_in",
        icon=":material/zoom_in:",
        disabled=target is None,
        on_click=_ask,
        args=(target,),
        help="Sorts just the tweets of one brand about one P into topics afresh, finer than those of all "
        "tweets. Choose a brand and one P at the left first.",
    )


def show_if_asked(shown: View) -> bool:
    """Draw the zoomed-in topics where the user asked for them; return whether that is so."""
    target = _target(shown)
    if target is None or st.session_state.get(ASKED) != target:
        return False
    brand_id, p = target
    st.button("Back to all topics", key="zoom_out", icon=":material/arrow_back:", on_click=_ask, args=(None,))
    with st.spinner(
        f"Sorting the tweets of {formatting.plain(_words(shown, p))} into topics; "
        "the first time also loads the topic model, which may take half a minute …"
    ):
        found = _zoomed(str(shown.store.path), shown.store.version, brand_id, p, shown.store)
    if found.empty:
        with st.container(border=True):
            st.markdown("**:material/zoom_in: Too few tweets to zoom in**")
            st.write("There are too few tweets of this brand about this P to sort them into topics.")
        return True
    st.markdown(
        f"### {formatting.plural(len(found), 'topic')} of {formatting.plain(_words(shown, p))}, all dates"
    )
    for topic in found.to_dict("records"):
        _one(
            shown, topic["label"], topic["keywords"], list(topic["tweet_ids"]), f"zoomed_{topic['topic_id']}"
        )
    return True


def _one(shown: View, label: str, keywords: Iterable[str], tweet_ids: list[str], key: str) -> None:
    tweets = topics.tweets(shown.store, tweet_ids).set_index("tweet_id").loc[tweet_ids].reset_index()
    negative = int((tweets.sentiment == "negative").sum())
    with st.container(border=True, key=key):
        text = f"**{formatting.plain(label)}**: {formatting.plural(len(tweets), 'tweet')}"
        if len(tweets) >= formatting.TOO_SMALL:
            text += f", {formatting.share(negative / len(tweets))} negative"
        st.markdown(text)
        st.caption("Keywords: " + ", ".join(formatting.plain(word) for word in keywords))
        for tweet in tweets.head(SHOWN).text:
            st.text(f"“{tweet}”")
        if len(tweets) > SHOWN:
            with st.expander(f"All {formatting.plural(len(tweets), 'tweet')}"):
                tweet_table.show(tweet_table.of(tweets), f"{key}_tweets", "The topic's tweets", height=420)


def _target(shown: View) -> tuple[str, str] | None:
    """Return the brand and the P to zoom in on, or None unless one of each is chosen."""
    chosen = shown.selection
    return (chosen.brand_id, chosen.ps[0]) if chosen.brand_id is not None and len(chosen.ps) == 1 else None


def _ask(target: tuple[str, str] | None) -> None:
    st.session_state[ASKED] = target


def _words(shown: View, p: str) -> str:
    return f"{shown.brand} · {palette.PS[p].title}"


@st.cache_data(max_entries=50, show_spinner=False)
def _zoomed(path: str, version: Version, brand_id: str, p: str, _store: Store) -> pd.DataFrame:
    with _one_at_a_time, _store.cursor() as cursor:
        return zoom_in(cursor, brand_id, p, Silent())
