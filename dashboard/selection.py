"""What the user looks at: brand or industry, period, Ps, sentiments and whose; as SQL, as words and as a link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final, Literal

from pipeline.store import P_LABELS, SENTIMENTS

# Days that a period reaches back from the newest tweet; None: no limit, or given by two dates.
PERIODS: dict[str, int | None] = {"7d": 7, "30d": 30, "90d": 90, "year": 365, "all": None, "custom": None}
DEFAULT_PERIOD = "90d"
URL_KEYS = ("brand", "industry", "period", "from", "to", "against", "p", "sentiment", "source")
# Whose sentiment the pages show: the specialist's own, or that of the word list VADER.
Source = Literal["specialist", "vader"]
SPECIALIST: Final = "specialist"
VADER: Final = "vader"
SOURCES: tuple[Source, ...] = (SPECIALIST, VADER)
# What changes are stated on: as many days just before the period, or the same days a year before.
Against = Literal["before", "year"]
BEFORE: Final = "before"
YEAR: Final = "year"
AGAINST: tuple[Against, ...] = (BEFORE, YEAR)


@dataclass(frozen=True)
class Selection:
    """The tweets that the pages speak of.

    Attributes
    ----------
    brand_id, industry
        At most one is set; neither: all brands.
    period
        A key of `PERIODS`.
    since, until
        First and last day, both included (UTC); None: no limit, tweets without a date are in.
    ps, sentiments
        Tweets about any of these Ps, and of any of these sentiments; empty: whatever they are about.
    source
        Whose sentiment is meant, and shown.
    against
        What the period is compared with.
    """

    brand_id: str | None = None
    industry: str | None = None
    period: str = DEFAULT_PERIOD
    since: date | None = None
    until: date | None = None
    ps: tuple[str, ...] = ()
    sentiments: tuple[str, ...] = ()
    source: Source = SPECIALIST
    against: Against = BEFORE

    @property
    def days(self) -> int | None:
        """Length of the period in days; None where it has no limits."""
        if self.since is None or self.until is None:
            return None
        return (self.until - self.since).days + 1

    def where(self, per: Literal["mention", "tweet"] = "mention") -> tuple[str, list[Any]]:
        """Return the SQL condition for a WHERE clause, and its parameters.

        Parameters
        ----------
        per
            "mention" for the view `mentioned` (one row for each tweet and brand it mentions), "tweet" for the view
            `told`, of which it chooses one row a tweet.
        """
        conditions: list[str] = []
        parameters: list[Any] = []

        def need(condition: str, *values: Any) -> None:
            conditions.append(condition)
            parameters.extend(values)

        prefix = "" if per == "mention" else "of_"
        if self.brand_id is not None:
            need(f"{prefix}brand{'_id' if per == 'mention' else ''} = ?", self.brand_id)
        elif self.industry is not None:
            need(f"{prefix}industry = ?", self.industry)
        if per == "tweet" and self.brand_id is None:
            need("is_first" if self.industry is None else "is_first_in_industry")
        if self.since is not None:
            need("created_at >= ?", self.since)
        if self.until is not None:
            need("created_at < ?", self.until + timedelta(days=1))
        if self.ps:
            need("(" + " OR ".join(p for p in P_LABELS if p in self.ps) + ")")
        if self.sentiments:
            need(f"sentiment IN ({', '.join('?' * len(self.sentiments))})", *self.sentiments)
        return " AND ".join(conditions) or "true", parameters

    def previous(self) -> Selection | None:
        """Return the same selection over the days it is compared with; None where the period has no limits."""
        if self.since is None or self.until is None or self.days is None:
            return None
        if self.against == YEAR:
            since, until = _a_year_before(self.since), _a_year_before(self.until)
        else:
            since, until = self.since - timedelta(days=self.days), self.since - timedelta(days=1)
        return replace(self, period="custom", since=since, until=until)

    def only(self, **changes: Any) -> Selection:
        """Return a copy with some fields changed; a brand replaces an industry and the other way round."""
        if changes.get("brand_id") is not None:
            changes.setdefault("industry", None)
        if changes.get("industry") is not None:
            changes.setdefault("brand_id", None)
        return replace(self, **changes)

    def url(self) -> dict[str, str | list[str]]:
        """Return the query parameters that reproduce the selection; `period` is always among them."""
        parameters: dict[str, str | list[str]] = {}
        if self.brand_id is not None:
            parameters["brand"] = self.brand_id
        if self.industry is not None:
            parameters["industry"] = self.industry
        parameters["period"] = self.period
        if self.period == "custom" and self.since is not None and self.until is not None:
            parameters["from"] = self.since.isoformat()
            parameters["to"] = self.until.isoformat()
        if self.ps:
            parameters["p"] = list(self.ps)
        if self.sentiments:
            parameters["sentiment"] = list(self.sentiments)
        if self.source != SPECIALIST:
            parameters["source"] = self.source
        if self.against != BEFORE:
            parameters["against"] = self.against
        return parameters


def limits(
    period: str, first: date, newest: date, dates: Sequence[date] = ()
) -> tuple[date | None, date | None]:
    """Return the first and last day of a period that ends with the newest tweet or lies between two dates."""
    if period == "custom":
        chosen = [min(max(day, first), newest) for day in dates] or [first, newest]
        return min(chosen), max(chosen) if len(chosen) > 1 else newest
    days = PERIODS[period]
    return (None, None) if days is None else (newest - timedelta(days=days - 1), newest)


def from_url(
    parameters: Mapping[str, Sequence[str]],
    brands: Mapping[str, str],
    first: date,
    newest: date,
) -> Selection:
    """Read a selection from query parameters; what is no brand, P, sentiment, source, period or date is ignored.

    Parameters
    ----------
    parameters
        All values of each parameter.
    brands
        Industry of each brand_id in the store.
    first, newest
        Days of the store's first and last tweet.
    """

    def one(key: str) -> str | None:
        values = parameters.get(key)
        return values[0] if values else None

    brand, industry, period = one("brand"), one("industry"), one("period")
    dates = [day for day in (_day(one("from")), _day(one("to"))) if day is not None]
    if period not in PERIODS or (period == "custom" and len(dates) < 2):
        period = DEFAULT_PERIOD
    since, until = limits(period, first, newest, dates)
    brand = brand if brand in brands else None
    return Selection(
        brand_id=brand,
        industry=industry if brand is None and industry in brands.values() else None,
        period=period,
        since=since,
        until=until,
        ps=tuple(p for p in P_LABELS if p in parameters.get("p", ())),
        sentiments=tuple(s for s in SENTIMENTS if s in parameters.get("sentiment", ())),
        source=VADER if (one("source") or "").casefold() == VADER else SPECIALIST,
        against=YEAR if one("against") == YEAR else BEFORE,
    )


def _a_year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
