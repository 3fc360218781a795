"""What the overview asks beside the counts of `queries.volume`."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from dashboard.selection import Selection
from dashboard.store import Store
from pipeline.counts import COUNTS, Counts
from pipeline.pain_candidates import Sentiment
from pipeline.painpoints import TABLES


def in_topic(store: Store, selection: Selection, p: str, topic_id: int) -> Counts:
    """Count a selection's mentions about a P in a topic, by sentiment towards the P."""
    condition, values = selection.where()
    frame = store.frame(
        f"SELECT {COUNTS} FROM about WHERE p = ? AND topic_id = ? AND {condition}", [p, topic_id, *values]
    )
    return Counts.of(frame.iloc[0].to_dict())


def foremost(
    store: Store, industry: str | None, ps: Sequence[str], sentiment: Sentiment
) -> dict[Hashable, Any] | None:
    """Return the foremost pain point or strength of all brands, or of an industry's, over all dates; None: none.

    It is that of the last run: a row of the table pain_points or strengths (docs/store.md), with the topic's
    `label` and the name of the `brand`.

    Parameters
    ----------
    ps
        Only of these Ps; empty: of any.
    """
    found = store.frame(
        f"""SELECT r.* REPLACE (CAST(since AS VARCHAR) AS since, CAST(until AS VARCHAR) AS until), t.label,
                   b.name AS brand
            FROM {TABLES[sentiment]} r JOIN brands b USING (brand_id) JOIN topics t USING (topic_id)
            WHERE (? IS NULL OR industry = ?) AND (len(?) = 0 OR p IN (SELECT unnest(?)))
            ORDER BY score DESC, brand LIMIT 1""",
        [industry, industry, tuple(ps), tuple(ps)],
    )
    return None if found.empty else found.to_dict("records")[0]
