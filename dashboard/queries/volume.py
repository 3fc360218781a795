"""How much is said and how: mentions by sentiment, in all, over time, by P and by brand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

from dashboard.chance import Mean
from dashboard.queries.catalogue import Coverage
from dashboard.selection import Selection
from dashboard.store import Store
from pipeline.store import P_LABELS, SENTIMENTS

COUNTS = """count(*) AS mentions,
    count(*) FILTER (sentiment = 'negative') AS negative,
    count(*) FILTER (sentiment = 'neutral') AS neutral,
    count(*) FILTER (sentiment = 'positive') AS positive"""
# The rows of `mentioned` once for each P they are about, as column p.
BY_P = """(SELECT ps.p, m.* FROM mentioned m, (VALUES ('product'), ('place'), ('price'), ('promotion')) ps(p)
    WHERE CASE ps.p WHEN 'product' THEN m.product WHEN 'place' THEN m.place
                    WHEN 'price' THEN m.price ELSE m.promotion END)"""


@dataclass(frozen=True)
class Counts:
    """Mentions by sentiment."""

    mentions: int = 0
    negative: int = 0
    neutral: int = 0
    positive: int = 0

    @property
    def net(self) -> float:
        """Net sentiment, share positive minus share negative, from -1 to 1; 0 without mentions."""
        return (self.positive - self.negative) / self.mentions if self.mentions else 0.0

    @property
    def mean(self) -> Mean:
        """Net sentiment as a mean over mentions that count -1, 0 or 1."""
        if self.mentions < 2:
            return Mean(self.net, 0.0, self.mentions)
        spread = (self.positive + self.negative) / self.mentions - self.net**2
        return Mean(self.net, (spread * self.mentions / (self.mentions - 1)) ** 0.5, self.mentions)

    def share(self, sentiment: str) -> float:
        """Return the share of mentions with a sentiment, from 0 to 1; 0 without mentions."""
        return getattr(self, sentiment) / self.mentions if self.mentions else 0.0

    def __sub__(self, other: Counts) -> Counts:
        return Counts(
            self.mentions - other.mentions,
            self.negative - other.negative,
            self.neutral - other.neutral,
            self.positive - other.positive,
        )


def _counts(row: Mapping[Any, Any]) -> Counts:
    return Counts(*(int(row[name]) for name in ("mentions", *SENTIMENTS)))


def totals(store: Store, selection: Selection) -> Counts:
    """Count a selection's mentions."""
    condition, values = selection.where()
    frame = store.frame(f"SELECT {COUNTS} FROM mentioned WHERE {condition}", values)
    return _counts(frame.iloc[0].to_dict())


def by_p(store: Store, selection: Selection) -> dict[str, Counts]:
    """Count a selection's mentions about each P; one that is about two counts for both."""
    condition, values = selection.where()
    frame = store.frame(f"SELECT p, {COUNTS} FROM {BY_P} WHERE {condition} GROUP BY p", values)
    found = {row["p"]: _counts(row) for row in frame.to_dict("records")}
    return {p: found.get(p, Counts()) for p in P_LABELS}


def by_brand(store: Store, selection: Selection) -> pd.DataFrame:
    """Count each brand's mentions: brand_id, brand, industry, mentions, negative, neutral, positive."""
    condition, values = selection.where()
    return store.frame(
        f"""SELECT brand_id, brand, industry, {COUNTS} FROM mentioned WHERE {condition}
            GROUP BY brand_id, brand, industry ORDER BY mentions DESC, brand""",
        values,
    )


@dataclass(frozen=True)
class Steps:
    """How a period is cut for charts over time: steps of `days`, counted back from the last day."""

    since: date
    until: date
    days: int

    @property
    def word(self) -> str:
        """What a step is called: day, week or 4 weeks."""
        return {1: "day", 7: "week", 28: "4 weeks"}[self.days]

    @property
    def starts(self) -> list[date]:
        """First days of the steps; the first step may begin before the period does."""
        count = -(-((self.until - self.since).days + 1) // self.days)
        return [self.until - timedelta(days=self.days * (i + 1) - 1) for i in reversed(range(count))]

    def end(self, start: date) -> date:
        """Return the last day of the step that starts on a day."""
        return start + timedelta(days=self.days - 1)


def steps(selection: Selection, coverage: Coverage, *, most: int = 60) -> Steps | None:
    """Return the shortest of days, weeks and 4 weeks that cuts the period into at most so many steps.

    None without dated tweets; 4 weeks for any longer period.
    """
    if coverage.first is None or coverage.newest is None:
        return None
    since = max(selection.since or coverage.first, coverage.first)
    until = selection.until or coverage.newest
    length = (until - since).days + 1
    return Steps(since, until, next((days for days in (1, 7) if length <= most * days), 28))


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
                   AS start{group}, {COUNTS}
            FROM mentioned WHERE {condition} GROUP BY start{group} ORDER BY start""",
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
        f"""SELECT topic_id, label, {COUNTS} FROM judged JOIN topics USING (topic_id)
            WHERE topic_id >= 0 AND {condition}
            GROUP BY topic_id, label ORDER BY mentions DESC, label LIMIT ?""",
        [*values, top],
    )
