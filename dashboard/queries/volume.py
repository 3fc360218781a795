"""How much is said and how: mentions by sentiment, in all, over time, by P and by brand."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from dashboard.queries.catalogue import Coverage
from dashboard.selection import Selection
from dashboard.store import Store
from pipeline.counts import COUNTS, SUMMED_COUNTS, Counts, Steps, cut
from pipeline.store import P_LABELS


def totals(store: Store, selection: Selection) -> Counts:
    """Count a selection's mentions."""
    condition, values = selection.where()
    frame = store.frame(f"SELECT {SUMMED_COUNTS} FROM daily_mentioned WHERE {condition}", values)
    return Counts.of(frame.iloc[0].to_dict())


def by_p(store: Store, selection: Selection) -> dict[str, Counts]:
    """Count a selection's mentions about each P, by sentiment towards it; one that is about two counts for both."""
    condition, values = selection.where()
    frame = store.frame(f"SELECT p, {SUMMED_COUNTS} FROM daily_about WHERE {condition} GROUP BY p", values)
    found = {row["p"]: Counts.of(row) for row in frame.to_dict("records")}
    return {p: found.get(p, Counts()) for p in P_LABELS}


def by_brand(store: Store, selection: Selection) -> pd.DataFrame:
    """Count each brand's mentions: brand_id, brand, industry, mentions, negative, neutral, positive."""
    condition, values = selection.where()
    return store.frame(
        f"""SELECT brand_id, brand, industry, {SUMMED_COUNTS} FROM daily_mentioned WHERE {condition}
            GROUP BY brand_id, brand, industry ORDER BY mentions DESC, brand""",
        values,
    )


def steps(selection: Selection, coverage: Coverage, *, most: int = 60) -> Steps | None:
    """Return the shortest of days, weeks and 4 weeks that cuts the period into at most so many steps.

    None without dated tweets; 4 weeks for any longer period.
    """
    if coverage.first is None or coverage.newest is None:
        return None
    since = max(selection.since or coverage.first, coverage.first)
    until = selection.until or coverage.newest
    return cut(since, until, most=most)


def over_time(store: Store, selection: Selection, cut: Steps, by: str | None = None) -> pd.DataFrame:
    """Count mentions in each step: start, mentions, negative, neutral, positive; empty steps count 0.

    Parameters
    ----------
    by
        "brand" for a count of each brand (column brand, only steps with mentions), or None.
    """
    condition, values = replace(selection, since=cut.since, until=cut.until).where()
    group = f", {by}" if by == "brand" else ""
    frame = store.frame(
        f"""SELECT CAST(time_bucket(to_days(CAST(? AS INTEGER)), created_at, CAST(? AS TIMESTAMP)) AS DATE)
                   AS start{group}, {SUMMED_COUNTS}
            FROM daily_mentioned WHERE {condition} GROUP BY start{group} ORDER BY start""",
        [cut.days, cut.starts[0], *values],
    )
    frame["start"] = pd.to_datetime(frame["start"])
    if by is not None:
        return frame
    whole = frame.set_index("start").reindex(pd.to_datetime(cut.starts), fill_value=0)
    return whole.rename_axis("start").reset_index()


def top_topics(store: Store, selection: Selection, top: int) -> pd.DataFrame:
    """Return the most mentioned topics: topic_id, label, mentions, negative, neutral, positive."""
    condition, values = selection.where("tweet")
    return store.frame(
        f"""SELECT topic_id, label, {COUNTS} FROM told JOIN topics USING (topic_id)
            WHERE topic_id >= 0 AND {condition}
            GROUP BY topic_id, label ORDER BY mentions DESC, label LIMIT ?""",
        [*values, top],
    )
