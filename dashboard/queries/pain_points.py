"""What hurts a brand in a period: the ranking, how often it was said before, and what was looked at."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from dashboard.selection import Selection
from dashboard.store import Store, Version
from pipeline.painpoints import rank


def ranked(store: Store, brand_id: str, since: date | None, until: date | None, top: int) -> pd.DataFrame:
    """Return a brand's worst pain points in a period, worst first (see `pipeline.painpoints.rank`)."""
    return _ranked(str(store.path), store.version, brand_id, since, until, top, store)


@st.cache_data(max_entries=200, show_spinner=False)
def _ranked(
    path: str,
    version: Version,
    brand_id: str,
    since: date | None,
    until: date | None,
    top: int,
    _store: Store,
) -> pd.DataFrame:
    with _store.cursor() as cursor:
        return rank(cursor, brand_id, since, until, top)


def mentions(store: Store, selection: Selection, topic_id: int) -> int:
    """Count a selection's mentions in a topic."""
    condition, values = selection.where()
    found = store.frame(
        f"SELECT count(*) AS n FROM mentioned WHERE topic_id = ? AND {condition}", [topic_id, *values]
    )
    return int(found["n"].iloc[0])


def checked(store: Store, selection: Selection) -> tuple[int, int, int]:
    """Count a selection's mentions, the topics they are in, and the negative ones of them."""
    condition, values = selection.where()
    found = store.frame(
        f"""SELECT count(*) AS tweets, count(DISTINCT topic_id) FILTER (topic_id >= 0) AS topics,
                   count(*) FILTER (sentiment = 'negative') AS negative FROM mentioned WHERE {condition}""",
        values,
    ).iloc[0]
    return int(found.tweets), int(found.topics), int(found.negative)
