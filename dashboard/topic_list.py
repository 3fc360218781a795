"""Topics as a table: what each is about, how large, how negative, and how it went."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import charts, formatting, palette
from dashboard.topic_colors import topic_color
from dashboard.topic_map import HEIGHT
from pipeline.store import P_LABELS

KEY = "topic_list"
NOTABLE = 0.25  # share of a topic's tweets from which on it is said to be about a P


def show(topics: pd.DataFrame, trend: pd.DataFrame | None, step: str, chosen: int | None) -> None:
    """Draw the topics; choosing one, by clicking anywhere in its row, puts it into the URL.

    Parameters
    ----------
    topics
        From `queries.topics.listed`.
    trend
        From `queries.topics.counts_over_time`, or None without dates.
    step
        What a count in the trend covers: "week".
    chosen
        The chosen topic's topic_id.
    """
    ids = [int(topic) for topic in topics.topic_id]
    st.session_state[KEY] = {
        "selection": {"rows": [ids.index(chosen)] if chosen in ids else [], "columns": [], "cells": []}
    }
    with st.container(border=True):
        charts.titled(
            f"{formatting.plural(len(topics), 'topic')}, largest first: click one to read about it",
            "A topic is a group of tweets that speak alike; its name is made of the words that set it "
            "apart. A tweet belongs to one topic or to none.",
            KEY,
            partial(_table, topics, trend),
        )
        st.dataframe(
            _table(topics, trend),
            key=KEY,
            hide_index=True,
            height=HEIGHT,
            on_select=partial(_choose, ids),
            selection_mode=["single-row", "single-cell"],
            column_config=_columns(topics, step),
            placeholder="",
            alt="Topics, largest first",
        )


def shares_by_p(topic: pd.Series) -> list[tuple[palette.Mark, float]]:
    """Return the Ps that a notable share of a topic's tweets is about, with the share, largest first.

    Of a topic with too few tweets for shares there is none.
    """
    if topic.mentions < formatting.TOO_SMALL:
        return []
    shares = [(palette.PS[p], topic[p] / topic.mentions) for p in P_LABELS]
    return sorted((pair for pair in shares if pair[1] >= NOTABLE), key=lambda pair: -pair[1])


def _choose(ids: list[int]) -> None:
    selection = st.session_state[KEY].selection
    rows = [cell[0] for cell in selection.cells] or selection.rows
    if rows:
        st.query_params["topic"] = str(ids[rows[0]])
    else:
        st.query_params.pop("topic", None)


def _table(topics: pd.DataFrame, trend: pd.DataFrame | None) -> pd.DataFrame:
    enough = topics.mentions >= formatting.TOO_SMALL
    table = pd.DataFrame(
        {
            "No.": [[str(topic)] for topic in topics.topic_id],
            "Topic": topics.label,
            "Tweets": topics.mentions,
            "Negative": (topics.negative / topics.mentions * 100).where(enough),
            "About": [[_chip(*pair) for pair in shares_by_p(topic)] for _, topic in topics.iterrows()],
        }
    )
    if trend is not None:
        table["Trend"] = [
            trend.loc[topic].tolist() if topic in trend.index else [] for topic in topics.topic_id
        ]
    return table


def _chip(mark: palette.Mark, share: float) -> str:
    return f"{mark.title} {formatting.share(share)}"


def _columns(topics: pd.DataFrame, step: str) -> dict[str, Any]:
    chips = {
        _chip(mark, share): mark.color for _, topic in topics.iterrows() for mark, share in shares_by_p(topic)
    }
    return {
        "No.": st.column_config.MultiselectColumn(
            options=[str(topic) for topic in topics.topic_id],
            color=[topic_color(int(topic)) for topic in topics.topic_id],
            width=48,
            help="The topic's number and colour: the same on every page, and after a new run as long as most of its "
            "tweets stay together.",
        ),
        "Topic": st.column_config.TextColumn(width=150),
        "Tweets": st.column_config.NumberColumn(format="localized", width=54),
        "Negative": st.column_config.ProgressColumn(
            format="%.0f %%",
            min_value=0,
            max_value=100,
            width=84,
            color=palette.SENTIMENTS["negative"].color,
            help=f"Share of the topic's tweets that are negative; none under {formatting.TOO_SMALL} tweets.",
        ),
        "About": st.column_config.MultiselectColumn(
            options=list(chips), color=list(chips.values()), width=116, help="Which Ps its tweets are about."
        ),
        "Trend": st.column_config.LineChartColumn(width=66, y_min=0, help=f"Tweets per {step}."),
    }
