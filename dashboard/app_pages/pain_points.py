"""Pain points: what to fix first."""

import streamlit as st

from dashboard import formatting, frame, pain_cards, pain_ranking, palette
from dashboard.frame import View
from dashboard.queries import pain_points, volume

TOP = 10
FIRST = 5  # cards before the user asks for more


def nothing_stands_out(shown: View) -> None:
    """Say what was checked where the ranking is empty."""
    tweets, topics, negative = pain_points.checked(shown.store, shown.selection.only(ps=(), sentiments=()))
    about = " or ".join(palette.PS[p].title for p in shown.selection.ps)
    weighed = f"those about {about}" if about else "each topic for each of the four Ps"
    with st.container(border=True):
        st.markdown("**:material/sentiment_satisfied: Nothing stands out in this period**")
        st.write(
            f"Checked: {formatting.plural(tweets, 'tweet')} in {formatting.plural(topics, 'topic')}, {weighed}. "
            f"{formatting.number(negative)} of the tweets are negative, but no topic gathers clearly more of "
            "them than the brand's other tweets."
        )
        frame.page_link("tweets", shown.selection.only(sentiments=("negative",)), "Read the negative tweets")


shown = frame.view()
chosen = shown.selection
frame.heading("Pain points", shown)
if chosen.sentiments:
    st.caption("The sentiment filter has no effect here: a pain point is weighed by all its tweets.")
if volume.totals(shown.store, chosen.only(sentiments=())).mentions == 0:
    frame.nothing_found(shown)
    st.stop()
if chosen.brand_id is None:
    pain_ranking.show(shown)
    st.stop()

found = pain_points.ranked(shown.store, chosen.brand_id, chosen.since, chosen.until, TOP)
if chosen.ps:
    found = found[found.p.isin(chosen.ps)]
if found.empty:
    nothing_stands_out(shown)
    st.stop()
more = len(found) > FIRST and st.session_state.get("more_pain_points", False)
for point in found.head(TOP if more else FIRST).to_dict("records"):
    pain_cards.show(shown, point)
if len(found) > FIRST and not more:
    st.button(
        f"Show {len(found) - FIRST} more",
        key="show_more",
        icon=":material/expand_more:",
        on_click=lambda: st.session_state.update(more_pain_points=True),
    )
