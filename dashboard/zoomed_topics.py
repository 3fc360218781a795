"""Zooming in: fresh topics of one brand's tweets about one P in a period, made when the user asks for them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pandas as pd
import streamlit as st

from dashboard import formatting, palette, topic_grouping, tweet_table
from dashboard.frame import View
from dashboard.queries import topics
from dashboard.store import Key
from pipeline.progress import Advance
from pipeline.topic_lists import Wanted, list_zoomed, zoom_in

ZOOM = "zoom"  # the page's parameter while it is zoomed in
KEPT = 50  # zoom-ins that are not made again
SHOWN = 3  # tweets of a topic before the user opens the list
# Numba, under UMAP, ends the process when two threads compute at once.
_one_at_a_time = threading.Lock()

# Topics, and which tweets are in them.
Zoomed = tuple[pd.DataFrame, pd.DataFrame]


def offer(shown: View) -> None:
    """Draw the button that zooms in; without a brand and one P it says what to choose."""
    asked = _wanted(shown)
    st.button(
        "Zoom in" if asked is None else f"Zoom in on {_words(shown)}",
        key="zoom_in",
        icon=":material/zoom_in:",
        disabled=asked is None,
        on_click=_zoom,
        args=(True,),
        help="Sorts just the tweets of one brand about one P in this period into topics afresh, finer than those "
        "of all tweets. Choose a brand and one P at the left first.",
    )


def show_if_asked(shown: View) -> bool:
    """Draw the zoomed-in topics where the URL asks for them; return whether that is so."""
    if ZOOM not in st.query_params:
        return False
    asked = _wanted(shown)
    if asked is None:
        _zoom(False)
        return False
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.button(
            "Back to all topics", key="zoom_out", icon=":material/arrow_back:", on_click=_zoom, args=(False,)
        )
        assigned = topic_grouping.outlier_switch()
    fresh, assignments = _zoomed(shown, asked)
    found = list_zoomed(fresh, assignments, replace(asked, reduce_outliers=assigned))
    if found.empty:
        with st.container(border=True):
            st.markdown("**:material/zoom_in: Too few tweets to zoom in**")
            st.write(
                "There are too few tweets of this brand about this P in this period to sort them into topics."
            )
        return True
    outside = len(assignments) - int(found["size"].sum())
    st.markdown(f"### {formatting.plural(len(found), 'topic')} of {_words(shown)}, {shown.when}")
    st.caption(
        f"{formatting.plural(len(assignments), 'tweet')}, "
        + (f"{formatting.number(outside)} of them in no topic" if outside else "all of them in a topic")
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


def _wanted(shown: View) -> Wanted | None:
    """Return the tweets to zoom in on, or None unless one brand and one P are chosen."""
    chosen = shown.selection
    if chosen.brand_id is None or len(chosen.ps) != 1:
        return None
    return Wanted(chosen.brand_id, chosen.ps[0], chosen.since, chosen.until)


def _zoom(into: bool) -> None:
    if into:
        st.query_params[ZOOM] = "yes"
    else:
        st.query_params.pop(ZOOM, None)


def _words(shown: View) -> str:
    return f"{formatting.plain(str(shown.brand))} · {palette.PS[shown.selection.ps[0]].title}"


def _zoomed(shown: View, asked: Wanted) -> Zoomed:
    """Return the topics of these tweets, made now or when somebody asked before."""
    made = _kept()
    key = (shown.store.key, asked)
    with _one_at_a_time:
        if key not in made:
            with shown.store.cursor() as cursor:
                fitted = zoom_in(cursor, asked, _OnPage(_words(shown)))
            made[key] = fitted.model.topics, fitted.assignments
        made.move_to_end(key)
        if len(made) > KEPT:
            made.popitem(last=False)
        return made[key]


@st.cache_resource(show_spinner=False)
def _kept() -> OrderedDict[tuple[Key, Wanted], Zoomed]:
    return OrderedDict()


class _OnPage:
    """A reporter that shows a stage's progress on the page while it lasts."""

    def __init__(self, of: str) -> None:
        self._of = of

    @contextmanager
    def stage(self, title: str, total: int | None) -> Iterator[Advance]:
        place = st.empty()
        done = 0
        steps = total or 1

        def advance(number: int) -> None:
            nonlocal done
            done += number
            place.progress(min(done / steps, 1.0), self._text(done, steps))

        advance(0)
        yield advance
        place.empty()

    def _text(self, done: int, steps: int) -> str:
        return (
            f"Sorting the tweets of {self._of} into topics: step {min(done + 1, steps)} of {steps}. "
            "The first time also loads the topic model, which may take half a minute …"
        )

    def note(self, message: str) -> None:
        st.caption(formatting.plain(message))
