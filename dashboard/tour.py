"""The one-minute tour: offered on a first visit, and to be had again by the button Help.

It is offered beside the page, not over it, and only to who comes without a link to some view: a link shows the view
and nothing else. Whoever took it or does not want it is not asked again in the same browser.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboard import browser_memory, palette
from dashboard.selection import DEFAULT_PERIOD, URL_KEYS

COOKIE = "mmx_tour"
DONE = "done"
_OFFERED, _STEP = "tour_offered", "tour_step"  # a step is set as long as the tour is shown


@dataclass(frozen=True)
class Step:
    """What the tour tells at once."""

    title: str
    text: str


def _ps() -> str:
    return "  \n".join(f"**{mark.colored}**" for mark in palette.PS.values())


STEPS = (
    Step(
        ":material/tune: Say what you want to see",
        "At the left, choose a **brand** (type to search; a star keeps it at the top), a **period**, and what it is "
        "**compared with**. The choice holds on every page and is in the address: **Share link** gives others "
        "exactly what you see. On a phone, :material/keyboard_double_arrow_right: at the top opens the filters.",
    ),
    Step(
        ":material/dashboard: How are we doing?",
        "**Overview** starts with how often the brand is spoken of, its share among its competitors, and how people "
        "feel; then the same for each P of the marketing mix:\n\n"
        f"{_ps()}\n\nHover over :material/help: beside any of them to read what it means.",
    ),
    Step(
        ":material/priority_high: What should we fix first?",
        "**Pain points** ranks what hurts, says since when, and lets customers speak. **Strengths** and **alerts** "
        "stand beside it. **Compare** shows where others do better; **Topics** what people talk about.",
    ),
    Step(
        ":material/ads_click: See the tweets behind it",
        "Click a bar, a point or a link below a figure: it opens **Tweets** with just those. There you search, "
        "download, and correct what was judged wrongly.",
    ),
    Step(
        ":material/shield_lock: Yours alone",
        "**Live** judges what you paste, **Data** takes your own file. All of it runs on this computer: no tweet "
        "leaves it. What is pale rests on few tweets; “may be chance” means just that.",
    ),
)


def begin() -> None:
    """Decide at the start of a visit whether to offer the tour; call it before the filters write the address."""
    if _OFFERED not in st.session_state:
        plain = not [key for key in URL_KEYS if key in st.query_params and key != "period"]
        plain = plain and st.query_params.get("period", DEFAULT_PERIOD) == DEFAULT_PERIOD
        st.session_state[_OFFERED] = plain and browser_memory.recall(COOKIE) != DONE


def offer() -> None:
    """Offer the tour where this is a first visit."""
    if not st.session_state[_OFFERED]:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="tour_offer"):
        st.markdown("**New here?** A one-minute tour shows what is where.")
        st.button("Take the tour", key="tour_take", on_click=want)
        st.button("No, thanks", key="tour_decline", on_click=_done)


def want() -> None:
    """Have the tour shown from the next run on; for on_click."""
    st.session_state[_STEP] = 0


def show_if_wanted() -> None:
    """Show the tour where it was asked for."""
    if _STEP in st.session_state:
        _dialog()


def _done() -> None:
    browser_memory.remember(COOKIE, DONE)
    st.session_state[_OFFERED] = False
    st.session_state.pop(_STEP, None)


@st.dialog("One-minute tour", icon=":material/explore:", on_dismiss=_done)
def _dialog() -> None:
    number = st.session_state[_STEP]
    step = STEPS[number]
    with st.container(key="tour_text", height=300, border=False):
        st.markdown(f"**{step.title}**")  # a heading would be smaller than the text in a dialog
        st.markdown(step.text)
    st.progress((number + 1) / len(STEPS), f"{number + 1} of {len(STEPS)}")
    with st.container(horizontal=True):
        last = number == len(STEPS) - 1
        st.button(
            "Back",
            key="tour_back",
            icon=":material/arrow_back:",
            disabled=number == 0,
            on_click=_turn,
            args=(-1,),
        )
        if not last:
            st.button(
                "Next",
                key="tour_next",
                icon=":material/arrow_forward:",
                on_click=_turn,
                args=(1,),
            )
        if st.button("Done" if last else "Skip", key="tour_end", type="secondary" if last else "tertiary"):
            _done()
            st.rerun()


def _turn(by: int) -> None:
    st.session_state[_STEP] = min(max(st.session_state[_STEP] + by, 0), len(STEPS) - 1)
