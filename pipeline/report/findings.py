"""What a report tells beside numbers: pain points, strengths and alerts, each in customers' own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import duckdb

from pipeline import pain_wording
from pipeline.alerts import find_alerts, has_past
from pipeline.pain_candidates import Sentiment, count_checked
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
        How many, and the share of them with this sentiment, from 0 to 1.
    told
        One sentence: how many, how negative, since when, how many before.
    words
        What sets it apart.
    """

    rank: int
    p: str
    label: str
    sentiment: Sentiment
    tweets: int
    share: float
    told: str
    words: tuple[str, ...]
    quotes: tuple[Quote, ...]


@dataclass(frozen=True)
class Alert:
    """Days that were unlike the brand's own past.

    Attributes
    ----------
    title
        What was unusual, and when.
    told
        One sentence: its figures, each beside what would be usual.
    drivers, words
        What was said more than before: topics with their figures, and words.
    """

    title: str
    told: str
    drivers: tuple[str, ...]
    words: tuple[str, ...]
    quotes: tuple[Quote, ...]


@dataclass(frozen=True)
class Ranking:
    """Pain points or strengths, the first ones first; `nothing` is what to say where there are none."""

    found: list[Finding]
    nothing: str


@dataclass(frozen=True)
class Alerts:
    """Alerts, the newest first; `nothing` is what to say where there are none."""

    found: list[Alert]
    nothing: str


def find_pain_points(
    connection: duckdb.DuckDBPyConnection, brand_id: str, since: date | None, until: date | None
) -> Ranking:
    """Return a brand's worst pain points between two days, both included; None: no limit."""
    found = _findings(connection, rank(connection, brand_id, since, until, MOST), "negative")
    checked = count_checked(connection, brand_id, since, until, "negative")
    return Ranking(found, pain_wording.nothing_stands_out(checked, "negative"))


def find_strengths(
    connection: duckdb.DuckDBPyConnection, brand_id: str, since: date | None, until: date | None
) -> Ranking:
    """Return a brand's foremost strengths; parameters as of `find_pain_points`."""
    found = _findings(connection, rank_strengths(connection, brand_id, since, until, MOST), "positive")
    checked = count_checked(connection, brand_id, since, until, "positive")
    return Ranking(found, pain_wording.nothing_stands_out(checked, "positive"))


def find_latest_alerts(
    connection: duckdb.DuckDBPyConnection, brand_id: str, since: date | None, until: date | None
) -> Alerts:
    """Return a brand's newest alerts; parameters as of `find_pain_points`."""
    rows = find_alerts(connection, brand_id, since, until).head(MOST).to_dict("records")
    quotes = _quotes(connection, [tweet_id for row in rows for tweet_id in row["examples"]])
    found = [
        Alert(
            title=f"{pain_wording.alert_title(row)}, {pain_wording.alert_days(row)}",
            told=f"{', '.join(pain_wording.alert_facts(row))}.",
            drivers=tuple(pain_wording.alert_drivers(row)),
            words=tuple(row["words"]),
            quotes=tuple(quotes[tweet_id] for tweet_id in row["examples"]),
        )
        for row in rows
    ]
    return Alerts(found, pain_wording.no_alerts(past=has_past(connection, brand_id)))


def _findings(
    connection: duckdb.DuckDBPyConnection, ranked: pd.DataFrame, sentiment: Sentiment
) -> list[Finding]:
    rows = ranked.to_dict("records")
    quotes = _quotes(connection, [tweet_id for row in rows for tweet_id in row["examples"]])
    return [
        Finding(
            rank=int(row["rank"]),
            p=str(row["p"]),
            label=str(row["label"]),
            sentiment=sentiment,
            tweets=int(row["tweets"]),
            share=float(row[f"{sentiment}_share"]),
            told=pain_wording.against_usual(row, sentiment),
            words=tuple(row["words"]),
            quotes=tuple(quotes[tweet_id] for tweet_id in row["examples"]),
        )
        for row in rows
    ]


def _quotes(connection: duckdb.DuckDBPyConnection, tweet_ids: Sequence[str]) -> dict[str, Quote]:
    rows = connection.execute(
        "SELECT tweet_id, text, created_at::DATE FROM tweets WHERE list_contains(?, tweet_id)", [tweet_ids]
    ).fetchall()
    return {tweet_id: Quote(text, day) for tweet_id, text, day in rows}
