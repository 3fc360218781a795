"""Finds spikes of a brand against its own past, in volume or in the share of negative tweets, and what drives them.

docs/pain-points.md says how.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np

from pipeline.alert_drivers import Driven, find_drivers
from pipeline.alert_statistics import KINDS, LEAST_DAYS, WEEK, Looks, likeliest_days, look, stand_out

if TYPE_CHECKING:
    import pandas as pd

# Of the weeks that give an alert, so many are chance alone, at the most and on average.
FALSE_SHARE = 0.1
COLUMNS = [
    "since", "until", "kinds", "tweets", "usual_tweets", "negative", "usual_negative", "negative_share",
    "usual_share", "chance", "going", "topics", "words", "examples", "tweet_ids",
]  # fmt: skip

_DAYS = """
SELECT created_at::DATE AS day, count(*) AS tweets, count(*) FILTER (sentiment = 'negative') AS negative
FROM posts WHERE brand_id = ? AND created_at IS NOT NULL GROUP BY ALL ORDER BY ALL
"""


@dataclass(frozen=True)
class _Series:
    """A brand's tweets and negative ones on each day from a Monday on; `watched`: whether the store has any then."""

    first: date
    tweets: np.ndarray
    negative: np.ndarray
    watched: np.ndarray

    def day(self, position: int) -> date:
        return self.first + timedelta(days=position)


@dataclass
class _Spike:
    """Positions of its first and last day; what is unusual; `Looks.usual` before it; how improbable it is."""

    first: int
    last: int
    kinds: set[str]
    usual: np.ndarray
    chance: float


def find_alerts(
    connection: duckdb.DuckDBPyConnection, brand_id: str, since: date | None, until: date | None
) -> pd.DataFrame:
    """Find a brand's alerts that touch a period, the newest first.

    Parameters
    ----------
    connection
        An open store; it is only read.
    since, until
        First and last day (UTC), both included; None: no limit. They only choose among the brand's alerts: each day
        is always measured against the days before it, over the whole store.

    Returns
    -------
    pandas.DataFrame
        `since` and `until`, ISO dates, first and last day; `kinds`, what is unusual (list): "volume" (its tweets),
        "negative" (how many of them are negative), "negative_share"; `tweets` and `negative`, and how many would be
        usual in as many days, `usual_tweets` and `usual_negative`; `negative_share` and `usual_share`, from 0 to 1;
        `chance`, how probable its most unusual week is on usual
        days; `going`, whether it reaches the store's last week; `topics` over-represented against before, those
        that add most tweets first (list of dict: `topic_id`, `label`, `tweets`, `usual`); `words` over-represented
        (list); `examples`, ids of up to three tweets that say what it is about; `tweet_ids`, all of them.
    """
    import pandas as pd

    series = _read(connection, brand_id)
    found = [] if series is None else [_row(series, spike) for spike in _spikes(series)]
    chosen = [
        row
        for row in reversed(found)
        if (since is None or row["until"] >= since) and (until is None or row["since"] <= until)
    ]
    asked = [Driven(row["since"], row["until"], row["kinds"] != ["volume"]) for row in chosen]
    drivers = find_drivers(connection, brand_id, asked)
    rows = [
        row | driver | {"since": row["since"].isoformat(), "until": row["until"].isoformat()}
        for row, driver in zip(chosen, drivers, strict=True)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def stored_alerts(connection: duckdb.DuckDBPyConnection, brand_id: str) -> pd.DataFrame:
    """Return a brand's alerts as the last run found them: all that `find_alerts` would find, at once."""
    found = connection.execute(
        "SELECT * EXCLUDE (brand_id) FROM alerts WHERE brand_id = ? ORDER BY since DESC", [brand_id]
    ).df()
    days = {name: found[name].dt.strftime("%Y-%m-%d") for name in ("since", "until")}
    lists = {name: found[name].map(list) for name in ("kinds", "topics", "words", "examples", "tweet_ids")}
    return found.assign(**days, **lists)[COLUMNS]


def find_all(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Find the alerts of all brands: the rows of the table `alerts`."""
    import pandas as pd

    brand_ids = [row[0] for row in connection.execute("SELECT brand_id FROM brands ORDER BY 1").fetchall()]
    found = [
        alerts.assign(brand_id=brand_id)
        for brand_id in brand_ids
        if not (alerts := find_alerts(connection, brand_id, None, None)).empty
    ]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=["brand_id", *COLUMNS])


def has_past(connection: duckdb.DuckDBPyConnection, brand_id: str) -> bool:
    """Return whether the store reaches back far enough to say what is usual for a brand."""
    series = _read(connection, brand_id)
    return series is not None and len(series.tweets) >= LEAST_DAYS


def _read(connection: duckdb.DuckDBPyConnection, brand_id: str) -> _Series | None:
    """Return the brand's days from its first whole week to the store's last day; None without a whole week."""
    rows = connection.execute(_DAYS, [brand_id]).fetchall()
    busy = connection.execute(
        "SELECT DISTINCT created_at::DATE FROM tweets WHERE created_at IS NOT NULL"
    ).fetchall()
    if not rows:
        return None
    last = max(day for (day,) in busy)
    first = rows[0][0] + timedelta(days=-rows[0][0].weekday() % WEEK)
    length = (last - first).days + 1
    if length < WEEK:
        return None
    tweets, negative, days = (np.zeros(length, dtype=int) for _ in range(3))
    for day, count, count_negative in rows:
        if day >= first:
            tweets[(day - first).days], negative[(day - first).days] = count, count_negative
    for (day,) in busy:
        if day >= first:
            days[(day - first).days] = 1
    in_week = np.add.reduceat(days, np.arange(0, length, WEEK)) > 0
    return _Series(first, tweets, negative, np.repeat(in_week, WEEK)[:length])


def _spikes(series: _Series) -> Iterator[_Spike]:
    """Yield the spikes in order; what is unusual in both ways at a time is one."""
    looks = look(series.tweets, series.negative, series.watched)
    told = ~np.isnan(looks.usual).any(0)
    out = np.zeros(looks.chances.shape, dtype=bool)
    out[:, told] = stand_out(looks.chances[:, told], FALSE_SHARE)
    found = [
        _delimit(series, looks, kind, weeks)
        for kind, of_kind in enumerate(out)
        for weeks in _runs(np.flatnonzero(of_kind))
    ]
    current: _Spike | None = None
    for spike in sorted(found, key=lambda spike: spike.first):
        if current is not None and spike.first <= current.last + 1:
            current.last = max(current.last, spike.last)
            current.kinds |= spike.kinds
            current.chance = min(current.chance, spike.chance)
            continue
        if current is not None:
            yield current
        current = spike
    if current is not None:
        yield current


def _runs(weeks: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the weeks that belong together: with at most one other between two of them."""
    if weeks.size:
        yield from np.split(weeks, np.flatnonzero(np.diff(weeks) > 2) + 1)


def _delimit(series: _Series, looks: Looks, kind: int, weeks: np.ndarray) -> _Spike:
    """Find the days of a spike: in its weeks, and in those days of the weeks beside that belong to it."""
    week, start = int(weeks[0]), max(0, int(weeks[0] - 2) * WEEK + 1)
    days = slice(start, int(weeks[-1] + 2) * WEEK - 1)
    tweets, usual = series.tweets[days], looks.usual[:, week]
    counts = tweets if KINDS[kind] == "volume" else series.negative[days]
    expected = tweets * usual[kind] if KINDS[kind] == "negative_share" else np.full(len(tweets), usual[kind])
    first, last = likeliest_days(counts, np.maximum(expected, 1e-9))
    return _Spike(start + first, start + last, {KINDS[kind]}, usual, float(looks.chances[kind, weeks].min()))


def _row(series: _Series, spike: _Spike) -> dict[str, Any]:
    days = slice(spike.first, spike.last + 1)
    length = spike.last - spike.first + 1
    tweets, negative = int(series.tweets[days].sum()), int(series.negative[days].sum())
    return {
        "since": series.day(spike.first),
        "until": series.day(spike.last),
        "kinds": [kind for kind in KINDS if kind in spike.kinds],
        "tweets": tweets,
        "usual_tweets": float(spike.usual[0]) * length,
        "negative": negative,
        "usual_negative": float(spike.usual[1]) * length,
        "negative_share": negative / tweets,
        "usual_share": float(spike.usual[2]),
        "chance": spike.chance,
        "going": len(series.tweets) - 1 - spike.last < WEEK,
    }
