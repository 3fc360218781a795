"""Topics: what people talk about."""

from functools import partial

import pandas as pd
import streamlit as st

from dashboard import (
    formatting,
    frame,
    topic_details,
    topic_list,
    topic_map,
    tweet_table,
    zoomed_topics,
)
from dashboard.queries import topics, volume

MOST_POINTS = 10_000


def chosen_topic() -> int | None:
    """Return the topic_id in the URL, or None."""
    given = st.query_params.get("topic", "")
    return int(given) if given.isdecimal() and len(given) < 10 else None


def choose_clicked(topic_ids: list[int], before: int | None) -> None:
    """Choose the topic of the dot that was clicked; a dot of the chosen topic gives it up again.

    Parameters
    ----------
    topic_ids
        The topic of each dot.
    """
    clicked = [topic_ids[row] for row in topic_map.selected(st.session_state[topic_map.KEY])]
    if len(clicked) != 1 or clicked[0] == topics.OUTLIERS:
        return
    if clicked[0] == before:
        st.query_params.pop("topic", None)
    else:
        st.query_params["topic"] = str(clicked[0])


def map_title(drawn: int, in_all: int, outliers: int) -> str:
    """Say what the map shows, and how much of it."""
    title = formatting.plural(in_all, "tweet")
    if drawn < in_all:
        title = f"{formatting.number(drawn)} of {title}"
    return f"{title}; {formatting.share(outliers / in_all)} in no topic" if outliers else title


def show_circled(circled: pd.DataFrame) -> None:
    """Draw the tweets that the user circled on the map."""
    with st.container(border=True, key="circled"):
        st.markdown(
            f"**{formatting.plural(len(circled), 'tweet')} chosen on the map**",
            help="Double-click the map to choose none.",
        )
        tweet_table.show(
            tweet_table.of(circled), "circled_tweets", "The tweets chosen on the map", height=420
        )


shown = frame.view()
frame.heading("Topics", shown)
if zoomed_topics.show_if_asked(shown):
    st.stop()

in_all, outliers = topics.mapped(shown.store, shown.selection)
found = topics.listed(shown.store, shown.selection)
if in_all == 0 and volume.totals(shown.store, shown.selection).mentions == 0:
    frame.nothing_found(shown)
    st.stop()
if found.empty:
    with st.container(border=True):
        st.markdown("**:material/bubble_chart: No topic among these tweets**")
        st.write("Too few of them speak alike. Choose a longer period, or take filters away.")
        frame.page_link("tweets", shown.selection, "Read the tweets")
    st.stop()

with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
    color_by = st.segmented_control(
        "Colour by",
        list(topic_map.COLOR_BY),
        default="topic",
        required=True,
        key="color_by",
        format_func=lambda key: topic_map.COLOR_BY[key],
    )
    zoomed_topics.offer(shown)

chosen = chosen_topic()
points = topics.points(shown.store, shown.selection, MOST_POINTS)
cut = volume.steps(shown.selection, shown.coverage)
trend = None if cut is None else topics.counts_over_time(shown.store, shown.selection, cut)
in_list = found[found.topic_id == chosen]
left, right = st.columns([5, 7])
with left:
    picked = topic_map.show(
        topic_map.figure(
            points, color_by, None if in_list.empty else chosen, st.context.theme.type or "light"
        ),
        map_title(len(points), in_all, outliers),
        partial(choose_clicked, points.topic_id.tolist(), chosen),
    )
with right:
    topic_list.show(found, trend, "" if cut is None else cut.word, chosen)

if picked:
    show_circled(topics.tweets(shown.store, points.tweet_id.iloc[picked].tolist()))
elif not in_list.empty:
    topic_details.show(shown, in_list.iloc[0])
elif chosen is not None and (other := topics.about(shown.store, chosen)) is not None:
    st.info(
        f"No tweet of the topic “{formatting.plain(other.label)}” in this selection. "
        "Choose a longer period, or take filters away.",
        icon=":material/search_off:",
    )
