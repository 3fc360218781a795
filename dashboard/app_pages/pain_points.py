"""Pain points: what to fix first; beside it what customers praise, and what was unusual."""

import streamlit as st

from dashboard import formatting, frame, pain_alerts, pain_cards, pain_ranking, palette
from dashboard.frame import View
from dashboard.pain_words import ALERTS, PAIN, PAIN_POINTS, STRENGTH, STRENGTHS, Kind
from dashboard.queries import pain_points, volume

FIRST = 5  # cards before the user asks for more


def nothing_stands_out(shown: View, kind: Kind) -> None:
    """Say what was checked where the ranking is empty."""
    everything = shown.selection.only(ps=(), sentiments=())
    tweets, topics, said = pain_points.checked(shown.store, everything, kind.sentiment)
    about = " or ".join(palette.PS[p].title for p in shown.selection.ps)
    weighed = f"those about {about}" if about else "each topic for each of the four Ps"
    with st.container(border=True):
        st.markdown("**:material/check_circle: Nothing stands out in this period**")
        st.write(
            f"Checked: {formatting.plural(tweets, 'tweet')} in {formatting.plural(topics, 'topic')}, {weighed}. "
            f"{formatting.number(said)} of the tweets {'is' if said == 1 else 'are'} {kind.sentiment}, but no topic "
            "gathers clearly more of them than the brand's other tweets."
        )
        counted = everything.only(sentiments=(kind.sentiment,), source=shown.store.source)
        frame.page_link("tweets", counted, f"Read the {kind.sentiment} tweets")


def ranking(shown: View, kind: Kind) -> None:
    """Draw the cards of the selected brand, first to last."""
    chosen = shown.selection
    found = pain_points.ranked(shown.store, chosen.brand_id or "", chosen.since, chosen.until, kind.sentiment)
    if chosen.ps:
        found = found[found.p.isin(chosen.ps)]
    if found.empty:
        nothing_stands_out(shown, kind)
        return
    more = len(found) > FIRST and st.session_state.get(f"more_{kind.sentiment}", False)
    for point in found.head(len(found) if more else FIRST).to_dict("records"):
        pain_cards.show(shown, point, kind)
    if len(found) > FIRST and not more:
        st.button(
            f"Show {len(found) - FIRST} more",
            key="show_more",
            icon=":material/expand_more:",
            on_click=lambda: st.session_state.update({f"more_{kind.sentiment}": True}),
        )


shown = frame.view()
chosen = shown.selection
frame.heading("Pain points", shown)
view = st.segmented_control(
    "Show",
    [PAIN_POINTS, STRENGTHS, ALERTS],
    default=PAIN_POINTS,
    key="view",
    required=True,
    bind="query-params",
    label_visibility="collapsed",
)
kind = STRENGTH if view == STRENGTHS else PAIN
if view == ALERTS and (chosen.ps or chosen.sentiments):
    st.caption(
        "The filters for Ps and sentiment have no effect here: an alert is about all the brand's tweets."
    )
elif chosen.sentiments:
    st.caption(f"The sentiment filter has no effect here: a {kind.one} is weighed by all its tweets.")
if volume.totals(shown.store, chosen.only(sentiments=())).mentions == 0:
    frame.nothing_found(shown)
    st.stop()
if chosen.brand_id is None:
    st.info("Choose a brand at the left, or click one below, to see more.", icon=":material/storefront:")
    if view == ALERTS:
        pain_alerts.show_brands(shown)
    else:
        pain_ranking.show(shown, kind)
elif view == ALERTS:
    pain_alerts.show(shown)
else:
    ranking(shown, kind)
