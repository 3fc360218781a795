"""What a report tells beside numbers: pain points, strengths and alerts, each in customers' own words."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

import duckdb

from pipeline.alerts import find_alerts
from pipeline.painpoints import rank, rank_strengths

if TYPE_CHECKING:
    import pandas as pd

# Pain points, strengths and alerts that a report tells of.
MOST = 5


@dataclass(frozen=True)
class Quote:
    """A tweet in its writer's words; `day` is None where it has no date."""

    text: str
    day: date | None


@dataclass(frozen=True)
class Finding:
    """A pain point or a strength.

    Attributes
    ----------
    sentiment
        Of what it tells: "negative" for a pain point, "positive" for a strength.
    tweets, share
        How many, and the share of them with this sentiment.
    surely
        What this share surely exceeds (see `pipeline.painpoints.rank`).
    usual
        What would be usual.
    stretch
        First and last day of the time in which its tweets gather; None: they come evenly.
    going
        Whether that time reaches the end of the period.
    growth
        Tweets in so many days, in as many days before, and how many days; None: not known.
    words
        What sets it apart.
    """

    rank: int
    p: str
    label: str
    sentiment: Literal["negative", "positive"]
    tweets: int
    share: float
    surely: float
    usual: float
    stretch: tuple[date, date] | None
    going: bool
    growth: tuple[int, int, int] | None
    words: tuple[str, ...]
    quotes: tuple[Quote, ...]


@dataclass(frozen=True)
class Alert:
    """Days that were unlike the brand's own past.

    Attributes
    ----------
    kinds
        What was unusual, any of "volume", "negative" (how many are negative) and "negative_share".
    tweets, usual_tweets
        How many, and how many would be usual.
    share, usual_share
        The share of them that is negative, and what would be usual.
    topics, words
        What was said more than before: topics' labels, and words.
    """

    since: date
    until: date
    kinds: tuple[str, ...]
    tweets: int
    usual_tweets: float
    share: float
    usual_share: float
    topics: tuple[str, ...]
    words: tuple[str, ...]
    quotes: tuple[Quote, ...]


def find_pain_points(
    connection: duckdb.DuckDBPyConnection, brand_id: str, since: date | None, until: date | None
) -> list[Finding]:
    """Return a brand's worst pain points between two days, both included; None: no limit."""
    return _findings(connection, rank(connection, brand_id, since, until, MOST), "negative")


def find_strengths(
    connection: duckdb.DuckDBPyConnection, brand_id: str, since: date | None, until: date | None
) -> list[Finding]:
    """Return a brand's foremost strengths; parameters as of `find_pain_points`."""
    return _findings(connection, rank_strengths(connection, brand_id, since, until, MOST), "positive")


def find_latest_alerts(
    connection: duckdb.DuckDBPyConnection, brand_id: str, since: date | None, until: date | None
) -> list[Alert]:
    """Return a brand's newest alerts; parameters as of `find_pain_points`."""
    rows = find_alerts(connection, brand_id, since, until).head(MOST).to_dict("records")
    quotes = _quotes(connection, [tweet_id for row in rows for tweet_id in row["examples"]])
    return [
        Alert(
            since=_day(row["since"]),
            until=_day(row["until"]),
            kinds=tuple(row["kinds"]),
            tweets=int(row["tweets"]),
            usual_tweets=float(row["usual_tweets"]),
            share=float(row["negative_share"]),
            usual_share=float(row["usual_share"]),
            topics=tuple(topic["label"] for topic in row["topics"]),
            words=tuple(row["words"]),
            quotes=tuple(quotes[tweet_id] for tweet_id in row["examples"]),
        )
        for row in rows
    ]


def _findings(
    connection: duckdb.DuckDBPyConnection, found: pd.DataFrame, sentiment: Literal["negative", "positive"]
) -> list[Finding]:
    rows = found.to_dict("records")
    quotes = _quotes(connection, [tweet_id for row in rows for tweet_id in row["examples"]])
    return [_finding(row, sentiment, quotes) for row in rows]


def _finding(
    row: Mapping[Hashable, Any], sentiment: Literal["negative", "positive"], quotes: Mapping[str, Quote]
) -> Finding:
    import pandas as pd

    stretch = None if pd.isna(row["since"]) else (_day(row["since"]), _day(row["until"]))
    growth = None if pd.isna(row["before"]) else (int(row["now"]), int(row["before"]), int(row["days"]))
    return Finding(
        rank=int(row["rank"]),
        p=str(row["p"]),
        label=str(row["label"]),
        sentiment=sentiment,
        tweets=int(row["tweets"]),
        share=float(row[f"{sentiment}_share"]),
        surely=float(row["low"]),
        usual=float(row["baseline_share"]),
        stretch=stretch,
        going=stretch is not None and bool(row["going"]),
        growth=growth,
        words=tuple(row["words"]),
        quotes=tuple(quotes[tweet_id] for tweet_id in row["examples"]),
    )


def _quotes(connection: duckdb.DuckDBPyConnection, tweet_ids: Sequence[str]) -> dict[str, Quote]:
    rows = connection.execute(
        "SELECT tweet_id, text, created_at::DATE FROM tweets WHERE list_contains(?, tweet_id)", [tweet_ids]
    ).fetchall()
    return {tweet_id: Quote(text, day) for tweet_id, text, day in rows}


def _day(value: str) -> date:
    return date.fromisoformat(value)
