"""The report's numbers, counted in the store: the brand's, those before, and its competitors'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import duckdb

from pipeline.counts import COUNTS, Counts, Steps, cut
from pipeline.p_sentiment import P_SENTIMENT
from pipeline.store import P_LABELS
from pipeline.wording import TOO_SMALL

OVERALL = "overall"
# The course is shown by days for periods of up to so many, else by weeks; by 4 weeks where these were too many.
DAILY = 31
MOST_STEPS = 60
# Competitors that have a row of their own.
MOST_RIVALS = 9
MOST_TOPICS = 10

# Whose sentiment is counted: the specialist's own, or that of the word list VADER.
Source = Literal["specialist", "vader"]

# A row for each tweet that the specialist has judged and each brand that it mentions.
MENTIONED = """(
    SELECT m.brand_id, b.name AS brand, b.industry, t.tweet_id, t.created_at,
           CASE WHEN $source = 'vader' THEN s.vader ELSE s.sentiment END AS sentiment,
           c.product, c.place, c.price, c.promotion, coalesce(tt.topic_id, -1) AS topic_id
    FROM mentions m JOIN brands b USING (brand_id) JOIN tweets t USING (tweet_id)
    JOIN classifications c USING (tweet_id) JOIN sentiments s USING (tweet_id)
    LEFT JOIN tweet_topics tt USING (tweet_id))"""
_IN_PERIOD = """coalesce(created_at >= $since::DATE, $since IS NULL)
    AND coalesce(created_at < $until::DATE + 1, $until IS NULL)"""
# Such a row once for all, and once for each P that the tweet is about, with its sentiment about that P. VADER has one
# for the whole tweet only.
_COLUMNS = f"""(SELECT '{OVERALL}' AS part, * FROM {MENTIONED} UNION ALL
    SELECT f.p, m.* REPLACE (CASE WHEN $source = 'vader' THEN m.sentiment ELSE f.sentiment END AS sentiment)
    FROM {MENTIONED} m JOIN {P_SENTIMENT} f USING (tweet_id))"""


@dataclass(frozen=True)
class Period:
    """What a report speaks of.

    Attributes
    ----------
    since, until
        First and last day (UTC), both included, as they were asked for; None: no limit.
    first, last
        The same within the dates of the store's tweets; None where no tweet has a date in the period.
    before
        First and last day of as many days just before; None where the tweets do not reach back so far, or the
        period has no beginning.
    """

    since: date | None
    until: date | None
    first: date | None
    last: date | None
    before: tuple[date, date] | None

    @property
    def days(self) -> int | None:
        """Length in days; None where the period has no beginning, so that nothing comes before it."""
        if self.since is None or self.first is None or self.last is None:
            return None
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class OneP:
    """Mentions about a P: the brand's, the brand's before (None: not known), and its competitors'."""

    now: Counts
    before: Counts | None
    rivals: Counts


@dataclass(frozen=True)
class BrandRow:
    """A brand's mentions overall and for each P."""

    name: str
    brand_id: str
    parts: dict[str, Counts]


@dataclass(frozen=True)
class Topic:
    """A topic that the brand's tweets are in; `p` is the P that most of them are about, None: none."""

    label: str
    counts: Counts
    p: str | None


@dataclass(frozen=True)
class Figures:
    """All that a report counts.

    Attributes
    ----------
    now, before
        The brand's mentions; `before` is None where the tweets do not reach back so far.
    voices, voices_before
        All mentions of brands in its industry.
    course
        First day of each step of `steps` with its mentions; empty where no tweet has a date.
    ps
        By P.
    rivals
        The brands of its industry that are mentioned in the period, most first, the brand itself among them.
    rivals_left_out
        How many more there are.
    topics, other_topics
        The largest topics with enough tweets to speak of shares, and how many others there are.
    without_topic
        Tweets in no topic.
    """

    brand_id: str
    brand: str
    industry: str
    period: Period
    now: Counts
    before: Counts | None
    voices: int
    voices_before: int | None
    steps: Steps | None
    course: list[tuple[date, Counts]]
    ps: dict[str, OneP]
    rivals: list[BrandRow]
    rivals_left_out: int
    topics: list[Topic]
    other_topics: int
    without_topic: int


def find_period(connection: duckdb.DuckDBPyConnection, since: date | None, until: date | None) -> Period:
    """Return a period within the dates of the store's tweets, and the one before it."""
    row = connection.execute(
        "SELECT min(created_at), max(created_at) FROM tweets SEMI JOIN classifications USING (tweet_id)"
    ).fetchone()
    oldest, newest = row or (None, None)
    if oldest is None or newest is None:
        return Period(since, until, None, None, None)
    first, last = max(since or oldest.date(), oldest.date()), min(until or newest.date(), newest.date())
    if first > last:
        return Period(since, until, None, None, None)
    before = first - timedelta(days=(last - first).days + 1), first - timedelta(days=1)
    known = since is not None and before[0] >= oldest.date()
    return Period(since, until, first, last, before if known else None)


def count(
    connection: duckdb.DuckDBPyConnection,
    brand_id: str,
    since: date | None,
    until: date | None,
    source: Source,
) -> Figures:
    """Count what a report on a brand says of the days between two, both included; None: no limit."""
    period = find_period(connection, since, until)
    brand, industry = connection.execute(
        "SELECT name, industry FROM brands WHERE brand_id = ?", [brand_id]
    ).fetchall()[0]
    brands = _by_brand(connection, industry, since, until, source)
    earlier = None if period.before is None else _by_brand(connection, industry, *period.before, source)
    own = _of(brands, brand_id)
    own_before = None if earlier is None else _of(earlier, brand_id)
    ps = {
        p: OneP(own[p], None if own_before is None else own_before[p], _sum(brands, p) - own[p])
        for p in P_LABELS
    }
    rivals = [row for row in brands if row.brand_id != brand_id]
    shown = {row.brand_id for row in rivals[:MOST_RIVALS]} | {brand_id}
    steps, course = _course(connection, brand_id, period, source)
    topics, without_topic = _topics(connection, brand_id, since, until, source)
    large = [topic for topic in topics if topic.counts.mentions >= TOO_SMALL][:MOST_TOPICS]
    return Figures(
        brand_id=brand_id,
        brand=" ".join(str(brand).split()),
        industry=" ".join(str(industry).split()),
        period=period,
        now=own[OVERALL],
        before=None if own_before is None else own_before[OVERALL],
        voices=_sum(brands, OVERALL).mentions,
        voices_before=None if earlier is None else _sum(earlier, OVERALL).mentions,
        steps=steps,
        course=course,
        ps=ps,
        rivals=[row for row in brands if row.brand_id in shown],
        rivals_left_out=max(len(rivals) - MOST_RIVALS, 0),
        topics=large,
        other_topics=len(topics) - len(large),
        without_topic=without_topic,
    )


def _by_brand(
    connection: duckdb.DuckDBPyConnection,
    industry: str,
    since: date | None,
    until: date | None,
    source: Source,
) -> list[BrandRow]:
    """Count the mentions of each brand of an industry in a period, overall and about each P, most first."""
    rows = _records(
        connection,
        f"""SELECT brand_id, brand, part, {COUNTS} FROM {_COLUMNS}
            WHERE industry = $industry AND {_IN_PERIOD} GROUP BY ALL ORDER BY brand_id""",
        {"industry": industry, "since": since, "until": until, "source": source},
    )
    found: dict[str, BrandRow] = {}
    for row in rows:
        brand_id = str(row["brand_id"])
        name = " ".join(str(row["brand"]).split())
        found.setdefault(brand_id, BrandRow(name, brand_id, {})).parts[row["part"]] = Counts.of(row)
    complete = [BrandRow(row.name, row.brand_id, _empty() | row.parts) for row in found.values()]
    return sorted(complete, key=lambda row: (-row.parts[OVERALL].mentions, row.name))


def _of(brands: Sequence[BrandRow], brand_id: str) -> dict[str, Counts]:
    return next((row.parts for row in brands if row.brand_id == brand_id), _empty())


def _empty() -> dict[str, Counts]:
    return {part: Counts() for part in (OVERALL, *P_LABELS)}


def _sum(brands: Sequence[BrandRow], part: str) -> Counts:
    return sum((row.parts[part] for row in brands), Counts())


def _course(
    connection: duckdb.DuckDBPyConnection, brand_id: str, period: Period, source: Source
) -> tuple[Steps | None, list[tuple[date, Counts]]]:
    if period.first is None or period.last is None:
        return None, []
    shortest = 1 if (period.last - period.first).days < DAILY else 7
    steps = cut(period.first, period.last, most=MOST_STEPS, shortest=shortest)
    rows = _records(
        connection,
        f"""SELECT time_bucket(to_days($days::INTEGER), created_at, $start::TIMESTAMP)::DATE AS start, {COUNTS}
            FROM {MENTIONED}
            WHERE brand_id = $brand AND {_IN_PERIOD} AND created_at IS NOT NULL GROUP BY start""",
        {
            "brand": brand_id,
            "since": period.first,
            "until": period.last,
            "days": steps.days,
            "start": steps.starts[0],
            "source": source,
        },
    )
    found = {row["start"]: Counts.of(row) for row in rows}
    return steps, [(start, found.get(start, Counts())) for start in steps.starts]


def _topics(
    connection: duckdb.DuckDBPyConnection,
    brand_id: str,
    since: date | None,
    until: date | None,
    source: Source,
) -> tuple[list[Topic], int]:
    ps = ", ".join(f"count(*) FILTER ({p}) AS {p}" for p in P_LABELS)
    rows = _records(
        connection,
        f"""SELECT topic_id, label, {COUNTS}, {ps} FROM {MENTIONED} LEFT JOIN topics USING (topic_id)
            WHERE brand_id = $brand AND {_IN_PERIOD} GROUP BY ALL ORDER BY mentions DESC, label""",
        {"brand": brand_id, "since": since, "until": until, "source": source},
    )
    topics = [Topic(row["label"], Counts.of(row), _mostly(row)) for row in rows if row["topic_id"] >= 0]
    return topics, sum(row["mentions"] for row in rows if row["topic_id"] < 0)


def _mostly(row: dict[str, Any]) -> str | None:
    """Return the P that most tweets of a topic are about, if at least half of them are."""
    best = max(P_LABELS, key=lambda p: row[p])
    return best if 2 * row[best] >= row["mentions"] else None


def _records(connection: duckdb.DuckDBPyConnection, sql: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    result = connection.execute(sql, values)
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
