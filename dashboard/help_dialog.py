"""The button Help: what the words on the pages mean, how to find one's way, and the tour again."""

from __future__ import annotations

import streamlit as st

from dashboard import palette, tour
from pipeline.wording import SMALL, TOO_SMALL

WORDS = {
    "Mention": "A tweet that names a brand. A tweet about two brands counts for both.",
    "Share of voice": "The brand's mentions among all mentions of brands in its industry.",
    "Net sentiment": "Share of positive minus share of negative mentions, from −100 to +100.",
    "Likely … to …": "Between these the true value lies with 95 % certainty, given how few or many tweets there are.",
    "May be chance": "So small a difference appears by chance alone in more than 5 of 100 cases.",
    "Pale figures": f"They rest on fewer than {SMALL} mentions. Under {TOO_SMALL} no share is shown.",
    "Pain point, strength": "A topic in which clearly more tweets are negative, or positive, than is usual.",
    "Alert": "Days with clearly more tweets, or more negative ones, than the brand's own past lets expect.",
}
HOW_TO = (
    "Filters at the left hold on every page. **Share link** copies the view, **Reset** sets the filters back.",
    "Click a bar, a point, a row or a link below a figure to read the tweets behind it.",
    "Hover over :material/help: to read how a figure or chart is meant.",
    "Favourites and that you took the tour are remembered by this browser only.",
)


def button() -> None:
    """Draw the button."""
    if st.button("Help", key="help", icon=":material/help:", width="stretch"):
        _dialog()


def p_definitions() -> str:
    """Return what each P means, in Markdown."""
    return "\n\n".join(f"**{mark.colored}** {mark.definition}" for mark in palette.PS.values())


def p_briefs() -> str:
    """Return what each P means in a few words, in Markdown: what its definition says before it goes into detail."""
    return "\n\n".join(f"**{mark.colored}** {mark.definition.split(':')[0]}." for mark in palette.PS.values())


@st.dialog("Help", width="medium", icon=":material/help:")
def _dialog() -> None:
    st.markdown("\n".join(f"- {line}" for line in HOW_TO))
    st.markdown("**:material/category: The four Ps of the marketing mix**")
    st.markdown(p_definitions())
    st.markdown("**:material/menu_book: Words**")
    st.markdown("\n\n".join(f"**{word}:** {meaning}" for word, meaning in WORDS.items()))
    if st.button(
        "Take the one-minute tour",
        key="help_tour",
        icon=":material/explore:",
        on_click=tour.want,
    ):
        st.rerun()
