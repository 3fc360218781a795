"""How sentiment is spread: by score, over time and by topic, of all mentions or towards one P."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dashboard.queries.compare import MEAN, OVERALL, SCORES
from dashboard.selection import Selection
from dashboard.store import Store
from pipeline.counts import COUNTS, SUMMED_COUNTS, Steps

BINS = 10  # to each side of 0


def spread(store: Store, selection: Selection) -> pd.DataFrame:
    """Count mentions by their score, rounded to a tenth: few rows, however many mentions there are.

    Returns
    -------
    pandas.DataFrame
        column ("overall" or a P), score (from -1 to 1), mentions, negative, neutral, positive; by column and score.
    """
    condition, values = selection.where()
    return store.frame(
        f"""SELECT "column", round(({SCORES[MEAN]})::DOUBLE * {BINS}) / {BINS} AS score, {COUNTS}
            FROM (SELECT '{OVERALL}' AS "column", * FROM mentioned
                  UNION ALL BY NAME SELECT p AS "column", * EXCLUDE (p) FROM about)
            WHERE {condition} GROUP BY ALL ORDER BY "column", score""",
        values,
    )


def over_time(store: Store, selection: Selection, cut: Steps, column: str) -> pd.DataFrame:
    """Count mentions in each step, overall or towards a P: start, mentions, negative, neutral, positive.

    Empty steps count 0.
    """
    condition, values = _of(selection.only(since=cut.since, until=cut.until), column)
    found = store.frame(
        f"""SELECT CAST(time_bucket(to_days(CAST(? AS INTEGER)), created_at, CAST(? AS TIMESTAMP)) AS DATE)
                   AS start, {SUMMED_COUNTS}
            FROM daily_{_view(column)} WHERE {condition} GROUP BY start ORDER BY start""",
        [cut.days, cut.starts[0], *values],
    )
    found["start"] = pd.to_datetime(found["start"])
    whole = found.set_index("start").reindex(pd.to_datetime(cut.starts), fill_value=0)
    return whole.rename_axis("start").reset_index()


def by_topic(store: Store, selection: Selection, column: str, top: int) -> pd.DataFrame:
    """Count the most mentioned topics, overall or towards a P: topic_id, label, mentions and those by sentiment."""
    condition, values = _of(selection, column)
    return store.frame(
        f"""SELECT topic_id, label, {COUNTS} FROM {_view(column)} JOIN topics USING (topic_id)
            WHERE topic_id >= 0 AND {condition}
            GROUP BY topic_id, label ORDER BY mentions DESC, label LIMIT ?""",
        [*values, top],
    )


def _view(column: str) -> str:
    return "mentioned" if column == OVERALL else "about"


def _of(selection: Selection, column: str) -> tuple[str, list[Any]]:
    condition, values = selection.where()
    return (condition, values) if column == OVERALL else (f"p = ? AND {condition}", [column, *values])
