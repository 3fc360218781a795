"""Mentions by sentiment: how many, what shares follow, and how a period is cut to show their course."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pipeline.chance import Mean
from pipeline.store import SENTIMENTS
from specialist.intervals import wilson

# Columns of a SELECT over mentions that have a sentiment.
COUNTS = """count(*) AS mentions,
    count(*) FILTER (sentiment = 'negative') AS negative,
    count(*) FILTER (sentiment = 'neutral') AS neutral,
    count(*) FILTER (sentiment = 'positive') AS positive"""
# The same over rows that stand for so many mentions each.
SUMMED_COUNTS = ", ".join(
    f"CAST(coalesce(sum(mentions){condition}, 0) AS BIGINT) AS {name}"
    for name, condition in {
        "mentions": "",
        **{sentiment: f" FILTER (sentiment = '{sentiment}')" for sentiment in SENTIMENTS},
    }.items()
)


def net_interval(net: float, mentions: int) -> tuple[float, float]:
    """Return the bounds of net sentiment with 95 % certainty, within -1 to 1.

    Wilson's interval of the share positive, a neutral mention counting as half of one: right also where all mentions
    are alike, and wider than need be where many are neutral.

    Parameters
    ----------
    net
        Share positive minus share negative, from -1 to 1.
    """
    low, high = wilson((1 + net) / 2 * mentions, mentions)
    return 2 * low - 1, 2 * high - 1


@dataclass(frozen=True)
class Counts:
    """Mentions by sentiment."""

    mentions: int = 0
    negative: int = 0
    neutral: int = 0
    positive: int = 0

    @classmethod
    def of(cls, row: Mapping[Any, Any]) -> Counts:
        """Return the counts in a row of a query for `COUNTS`."""
        return cls(*(int(row[name]) for name in ("mentions", *SENTIMENTS)))

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

    @property
    def net_interval(self) -> tuple[float, float]:
        """Bounds of net sentiment with 95 % certainty; see `net_interval`."""
        return net_interval(self.net, self.mentions)

    def share(self, sentiment: str) -> float:
        """Return the share of mentions with a sentiment, from 0 to 1; 0 without mentions."""
        return getattr(self, sentiment) / self.mentions if self.mentions else 0.0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.mentions + other.mentions,
            self.negative + other.negative,
            self.neutral + other.neutral,
            self.positive + other.positive,
        )

    def __sub__(self, other: Counts) -> Counts:
        return Counts(
            self.mentions - other.mentions,
            self.negative - other.negative,
            self.neutral - other.neutral,
            self.positive - other.positive,
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


def cut(since: date, until: date, *, most: int, shortest: int = 1) -> Steps:
    """Return the shortest of days, weeks and 4 weeks that cuts a period into at most so many steps.

    4 weeks for any longer period; nothing shorter than `shortest` days.
    """
    length = (until - since).days + 1
    return Steps(
        since, until, next((days for days in (1, 7) if days >= shortest and length <= most * days), 28)
    )
