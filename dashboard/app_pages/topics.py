"""Topics: what people talk about."""

from functools import partial

import pandas as pd
import streamlit as st

from dashboard import (
    formatting,
    frame,
    topic_charts,
    topic_details,
    topic_grouping,
    topic_list,
    topic_map,
    tweet_table,
    zoomed_topics,
)
from dashboard.queries import topic_groups, topics, volume
from dashboard.topic_charts import Chosen

MOST_POINTS = 10_000
VIEWS = {
    "map": "Map",
    "time": "Over time",
    "p": "Marketing mix",
    "brand": "Brands",
    "similarity": "Similarity",
}


def chosen_topic(grouping: topic_groups.Grouping) -> int | None:
    """Return the topic_id in the URL, or of the topic that it is merged into; None without one."""
    given = st.query_params.get("topic", "")
    return grouping.group(int(given)) if given.isdecimal() and len(given) < 10 else None


def choose(topic_id: int) -> None:
    """Choose a topic after the controls were drawn."""
    st.query_params["topic"] = str(topic_id)
    st.rerun()


def choose_clicked(topic_ids: list[int], before: int | None) -> None:
    """Choose the topic of the dot that was clicked; a dot of the chosen topic gives it up again.

    Parameters
    ----------
    topic_ids
        The topic of each dot.
    """
    clicked = [topic_ids[row] for row in topic_map.selected(st.session_state[topic_map.KEY])]
    if len(clicked) != 1 or clicked[0] == topic_groups.OUTLIERS:
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


def show_map(chosen: Chosen, trend: pd.DataFrame | None, step: str) -> list[str]:
    """Draw the map and, beside it, the list of topics; return the tweets that are circled on the map."""
    shown, grouping = chosen.shown, chosen.grouping
    in_all, outliers = topics.mapped(shown.store, shown.selection, grouping)
    points = topics.points(shown.store, shown.selection, MOST_POINTS, grouping)
    listed = (chosen.found.topic_id == chosen.topic_id).any()
    left, right = st.columns([5, 7])
    with left:
        drawn = topic_map.figure(
            points,
            st.session_state["color_by"],
            chosen.topic_id if listed else None,
            st.context.theme.type or "light",
        )
        picked = topic_map.show(
            drawn,
            map_title(len(points), in_all, outliers),
            partial(choose_clicked, points.topic_id.tolist(), chosen.topic_id),
        )
    with right:
        topic_list.show(chosen.found, trend, step, chosen.topic_id)
    return [str(tweet) for tweet in points.tweet_id.iloc[picked]]


shown = frame.view()
frame.heading("Topics", shown)
if zoomed_topics.show_if_asked(shown):
    st.stop()

if (
    volume.totals(shown.store, shown.selection).mentions == 0
    and not topics.mapped(shown.store, shown.selection)[0]
):
    frame.nothing_found(shown)
    st.stop()

with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
    look = st.segmented_control(
        "Look at",
        list(VIEWS),
        default="map",
        required=True,
        key="look",
        bind="query-params",
        format_func=lambda key: VIEWS[key],
    )
    if look == "map":
        st.segmented_control(
            "Colour by",
            list(topic_map.COLOR_BY),
            default="topic",
            required=True,
            key="color_by",
            format_func=lambda key: topic_map.COLOR_BY[key],
        )
    zoomed_topics.offer(shown)
grouping = topic_grouping.controls(shown.store)
found = topics.listed(shown.store, shown.selection, grouping)
if found.empty:
    with st.container(border=True):
        st.markdown("**:material/bubble_chart: No topic among these tweets**")
        st.write("Too few of them speak alike. Choose a longer period, or take filters away.")
        frame.page_link("tweets", shown.selection, "Read the tweets")
    st.stop()

topic_id = chosen_topic(grouping)
chosen = Chosen(shown, grouping, found, topic_id, choose)
cut = volume.steps(shown.selection, shown.coverage)
trend = None if cut is None else topics.counts_over_time(shown.store, shown.selection, cut, grouping)
in_list = found[found.topic_id == topic_id]
circled: list[str] = []
if look == "map":
    circled = show_map(chosen, trend, "" if cut is None else cut.word)
elif look == "time":
    topic_charts.over_time(chosen, cut, trend)
elif look == "p":
    topic_charts.by_p(chosen)
elif look == "brand":
    topic_charts.by_brand(chosen)
else:
    topic_charts.similarity(chosen)

if circled:
    show_circled(topics.tweets(shown.store, circled))
elif not in_list.empty:
    topic_details.show(shown, in_list.iloc[0], grouping)
elif topic_id is not None and (other := topics.about(shown.store, topic_id, grouping)) is not None:
    st.info(
        f"No tweet of the topic “{formatting.plain(other.label)}” in this selection. "
        "Choose a longer period, or take filters away.",
        icon=":material/search_off:",
    )
