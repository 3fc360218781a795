"""Recognises how a column writes its dates, from all its values, and reads them as UTC."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pipeline.errors import InputError

# What lies outside is no tweet's date: an empty epoch (1970), a phone number, a spreadsheet's zero (1900).
EARLIEST = datetime(1990, 1, 1)
LATEST = datetime(2100, 1, 1)

_TIME = r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?(?:\s*(?P<half>[ap])\.?m\.?)?"
_ZONE = r"(?:\s*(?P<zone>z|utc|gmt|[+-]\d{2}:?\d{2}(?:\s*utc)?))?"
_AT = r"(?:(?:\s*[t,]\s*|\s+(?:at\s+)?)" + _TIME + _ZONE + ")?"
_WEEKDAY = r"(?:[a-z]{3,9}\.?,?\s+)?"
_MONTH = r"(?P<month>[a-z]{3,9})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_NUMERIC = _pattern(
    r"(?P<first>\d{1,2})(?P<separator>[/.-])(?P<second_number>\d{1,2})(?P=separator)(?P<year>\d{4}|\d{2})"
    + _AT
)
_OTHERS = (
    # 2011-10-18 20:40:10 +0000 UTC, 2011/10/18 8:40 PM: what datetime.fromisoformat does not take.
    _pattern(_YEAR + r"[/.-](?P<month>\d{1,2})[/.-](?P<day>\d{1,2})" + _AT),
    # Tue Oct 18 20:40:10 +0000 2011
    _pattern(_WEEKDAY + _MONTH + r"\s+" + _DAY + r"\s+" + _TIME + _ZONE + r"\s+" + _YEAR),
    # Tue, 18 Oct 2011 20:40:10 GMT, 18-Oct-11
    _pattern(_WEEKDAY + _DAY + r"[\s-]+" + _MONTH + r",?[\s-]+(?P<year>\d{4}|\d{2})" + _AT),
    # October 18, 2011 at 08:40PM
    _pattern(_WEEKDAY + _MONTH + r"\s+" + _DAY + r",?\s+" + _YEAR + _AT),
)
_COMPACT = re.compile(
    r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:(?:[01]\d|2[0-3])[0-5]\d[0-5]\d)?"
)
_EPOCH = re.compile(r"(\d{9,19})(\.\d+)?")
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, start=1)}
# Digits of an epoch time up to 11, 14, 17 or 19, and the power of ten of its unit.
_EPOCH_UNITS = ((11, "seconds", 0), (14, "milliseconds", 3), (17, "microseconds", 6), (19, "nanoseconds", 9))
_WRITTEN = {True: "day{0}month{0}year", False: "month{0}day{0}year"}


@dataclass
class _Order:
    """What a column's values tell about the order of day and month, for one separator."""

    values: int = 0
    first_over_12: int = 0
    second_over_12: int = 0
    firsts: set[str] = field(default_factory=set)
    seconds: set[str] = field(default_factory=set)
    example: str = ""

    def add(self, first: str, second: str, value: str) -> None:
        self.values += 1
        self.first_over_12 += int(first) > 12
        self.second_over_12 += int(second) > 12
        self.firsts.add(first)
        self.seconds.add(second)
        self.example = self.example or value

    def day_first(self, separator: str) -> bool:
        """Decide by days over 12, else by which number varies more, else by custom: 2/3/2015 is American."""
        if self.first_over_12 != self.second_over_12:
            return self.first_over_12 > self.second_over_12
        if len(self.firsts) != len(self.seconds):
            return len(self.firsts) > len(self.seconds)
        return separator != "/"

    def note(self, separator: str) -> str:
        day_first = self.day_first(separator)
        over_12, against = sorted((self.first_over_12, self.second_over_12), reverse=True)
        read = f'dates like "{self.example}" read as {_WRITTEN[day_first].format(separator)}'
        if over_12:
            other = f"; the other way, because they must be: {against:,}" if against else ""
            return f"{read} ({over_12:,} of {self.values:,} values have a day over 12{other})"
        if len(self.firsts) != len(self.seconds):
            more, fewer = sorted((len(self.firsts), len(self.seconds)), reverse=True)
            return f"{read} (no day is over 12, but the days vary more: {more} against {fewer} different numbers)"
        return f"{read}; nothing tells day from month here: give --date-format if this is wrong"


class DateColumn:
    """How one column writes its dates.

    All values are observed first, then each is read. Understood are ISO 8601, the X API's two forms, numeric
    dates of any order with a year of two or four digits, dates with English names of months, compact ones
    (20150224), and epoch times in seconds, milliseconds, microseconds or nanoseconds. A time without a zone is
    taken as UTC.

    Parameters
    ----------
    date_format
        As for `datetime.strptime`; then nothing else is understood.

    Raises
    ------
    InputError
        If `date_format` is none, or does not hold a whole date.
    """

    def __init__(self, date_format: str | None = None) -> None:
        self._format = date_format
        if date_format is not None:
            _check(date_format)
        self._orders: dict[str, _Order] = {}
        self._day_first: dict[str, bool] = {}
        self._units: Counter[str] = Counter()
        self.read = 0
        self.unread = 0
        self.missing = 0
        self._example = ""

    def observe(self, values: Iterable[str | None]) -> None:
        """Take values into account for what is decided from all of them: which number is the day."""
        if self._format is not None:
            return
        for value in values:
            if value and (found := _NUMERIC.fullmatch(value.strip())):
                order = self._orders.setdefault(found["separator"], _Order())
                order.add(found["first"], found["second_number"], found[0][:40])
        self._day_first = {separator: order.day_first(separator) for separator, order in self._orders.items()}

    def parse(self, value: str | None) -> datetime | None:
        """Return a value as a time in UTC without zone, or None if there is none or it cannot be read."""
        value = value.strip() if value else ""
        if not value:
            self.missing += 1
            return None
        try:
            moment = self._parse(value)
        except (ValueError, OverflowError):
            moment = None
        if moment is None or not EARLIEST <= moment < LATEST:
            self.unread += 1
            self._example = self._example or value[:40]
            return None
        self.read += 1
        return moment

    def notes(self) -> list[str]:
        """Return how the dates were read, a sentence each."""
        notes = [order.note(separator) for separator, order in self._orders.items()]
        notes += [f"dates read as {unit} since 1970: {count:,}" for unit, count in self._units.items()]
        if self.unread:
            notes.append(
                f'tweets kept without a date because it cannot be read: {self.unread:,}, such as "{self._example}"'
            )
        if self.missing:
            notes.append(f"tweets that have no date: {self.missing:,}")
        return notes

    def _parse(self, value: str) -> datetime | None:
        if self._format is not None:
            return _utc(datetime.strptime(value, self._format))
        if value.isdecimal() or _EPOCH.fullmatch(value):
            return self._from_digits(value)
        try:
            return _utc(datetime.fromisoformat(value))
        except ValueError:
            pass
        if found := _NUMERIC.fullmatch(value):
            return self._from_numbers(found)
        for pattern in _OTHERS:
            if found := pattern.fullmatch(value):
                month = found["month"]
                return _moment(found, _MONTHS.get(month[:3].lower()) or int(month), int(found["day"]))
        return None

    def _from_digits(self, value: str) -> datetime | None:
        if _COMPACT.fullmatch(value):
            return datetime.strptime(value.ljust(14, "0"), "%Y%m%d%H%M%S")
        found = _EPOCH.fullmatch(value)
        if found is None:
            return None
        length = len(found[1])
        unit, power = next((unit, power) for most, unit, power in _EPOCH_UNITS if length <= most)
        self._units[unit] += 1
        return datetime(1970, 1, 1) + timedelta(seconds=int(found[1]) / 10**power)

    def _from_numbers(self, found: re.Match[str]) -> datetime:
        first, second = int(found["first"]), int(found["second_number"])
        day_first = self._day_first.get(found["separator"], found["separator"] != "/")
        day, month = (first, second) if day_first else (second, first)
        if month > 12:
            day, month = month, day
        return _moment(found, month, day)


def _moment(found: re.Match[str], month: int, day: int) -> datetime:
    year = int(found["year"])
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    if found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError("no hour of a twelve-hour clock")
        hour = hour % 12 + (12 if found["half"].lower() == "p" else 0)
    moment = datetime(year + 2000 if year < 100 else year, month, day, hour, minute, second)
    zone = (found["zone"] or "").lower().removesuffix("utc").strip()
    if zone in {"", "z", "gmt"}:
        return moment
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    return moment - offset if zone[0] == "+" else moment + offset


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


def _check(date_format: str) -> None:
    example = datetime(2015, 2, 24, 11, 35, tzinfo=UTC)
    try:
        read = datetime.strptime(example.strftime(date_format), date_format)
    except ValueError as error:
        raise InputError(f'--date-format "{date_format}" is none: {error}') from error
    if read.date() != example.date():
        raise InputError(
            f'--date-format "{date_format}" does not hold day, month and year, as "%d/%m/%Y %H:%M" does'
        )
