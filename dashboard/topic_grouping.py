"""How finely topics are told apart, and what becomes of tweets in none: the reader's choice, kept in the URL."""

from __future__ import annotations

import streamlit as st

from dashboard.queries import topic_groups
from dashboard.queries.topic_groups import Grouping
from dashboard.store import Store

PARAMETERS = DETAIL, ASSIGNED = "detail", "assigned"  # the URL's, and keys of the controls
FEWEST_GROUPS = 4  # with fewer, topics have nothing in common but that people tweet


def controls(store: Store) -> Grouping:
    """Draw the slider between fewer, broader and more, finer topics, and the switch; return what they say."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="large"):
        groups = _detail_slider(topic_groups.count(store))
        assigned = outlier_switch()
    return topic_groups.grouping(store, groups, assigned)


def outlier_switch() -> bool:
    """Draw the switch that counts tweets in no topic in the nearest one; return whether it is on."""
    return st.toggle(
        "Put tweets in no topic into the nearest",
        key=ASSIGNED,
        bind="query-params",
        help="Some tweets are like no others and belong to no topic. Switched on, each counts in the topic that is "
        "nearest in meaning, for this view only; topics grow, and become less sharp.",
    )


def of_link(store: Store) -> Grouping:
    """Return the grouping that the URL asks for; anything else is the topics as they were found."""
    given = st.query_params.get(DETAIL, "")
    groups = int(given) if given.isdecimal() and len(given) < 10 else None
    if groups is not None and groups < FEWEST_GROUPS:
        groups = None
    return topic_groups.grouping(store, groups, st.query_params.get(ASSIGNED) == "true")


def parameters(store: Store, grouping: Grouping) -> dict[str, str]:
    """Return the URL's parameters that reproduce a grouping on another page."""
    found = {}
    if grouping.joined:
        found[DETAIL] = str(topic_groups.count(store) - len(grouping.joined))
    if grouping.assigned:
        found[ASSIGNED] = "true"
    return found


def _detail_slider(found: int) -> int | None:
    """Return how many topics are wanted; None, without a slider, where there are hardly any."""
    if found <= FEWEST_GROUPS:
        return None
    wanted: int = st.slider(
        "Fewer, broader topics ↔ more, finer",
        FEWEST_GROUPS,
        found,
        found,
        key=DETAIL,
        bind="query-params",
        width=340,
        help="How many topics all tweets are sorted into. To the left, topics that are most alike become one; it "
        "goes by the name of what they have in common, in the colour of its largest.",
    )
    return wanted
