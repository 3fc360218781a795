"""Numbers, dates and changes as the dashboard's pages and the report write them."""

from __future__ import annotations

from datetime import date

SMALL = 30  # under so many mentions a share is shown pale, with its interval
TOO_SMALL = 5  # under so many it is not shown at all


def number(value: float) -> str:
    """Return a count in full: 1,234."""
    return f"{value:,.0f}".replace("-", "−")


def short(value: float) -> str:
    """Return a count for tight places: 950 · 12.3k · 1.2M."""
    size = abs(value)
    if size < 10_000:
        return number(value)
    # From here on one decimal of thousands would round to 1000.0k.
    scaled, letter = (value / 1_000, "k") if size < 999_950 else (value / 1_000_000, "M")
    return f"{scaled:,.1f}{letter}".replace("-", "−")


def share(value: float) -> str:
    """Return a share from 0 to 1 in percent: 84 %."""
    return f"{value * 100:.0f} %"


def signed(value: float, decimals: int = 0) -> str:
    """Return a number with its sign: +12 · −31 · 0."""
    rounded = round(float(value), decimals)
    if rounded == 0:
        return f"{0:.{decimals}f}"
    return f"{rounded:+,.{decimals}f}".replace("-", "−")


def points(difference: float) -> str:
    """Return a difference of two shares (from -1 to 1) in percentage points: +12 pts."""
    value = signed(difference * 100)
    return f"{value} pt" if value in {"+1", "−1"} else f"{value} pts"


def change(difference: float, one: str = "", many: str = "") -> str:
    """Return a change in words, with its unit in the singular and plural: up 12 pts · down 1 pt · no change."""
    size = round(abs(difference))
    if size == 0:
        return "no change"
    return f"{'up' if difference > 0 else 'down'} {number(size)} {one if size == 1 else many}".rstrip()


def net_sentiment(value: float) -> str:
    """Return net sentiment, share positive minus share negative (from -1 to 1), in points: +31 · −31."""
    return signed(value * 100)


def net_range(bounds: tuple[float, float]) -> str:
    """Return between what net sentiment (from -1 to 1) lies, in points: −31 to +5."""
    low, high = bounds
    return f"{net_sentiment(low)} to {net_sentiment(high)}"


def mean_sentiment(value: float) -> str:
    """Return a mean sentiment from -1 to 1: +0.31 · −0.05."""
    return signed(value, 2)


def day(value: date) -> str:
    """Return a date: 14 Sep 2026."""
    return f"{value.day} {value:%b %Y}"


def period(since: date | None, until: date | None) -> str:
    """Return a period, the year written once where it can be: 1 Sep – 31 Oct 2026 · from 1 Sep 2026 on."""
    if since is None:
        return "all dates" if until is None else f"until {day(until)}"
    if until is None:
        return f"from {day(since)} on"
    if since == until:
        return day(since)
    if since.year == until.year:
        return f"{since.day} {since:%b} – {day(until)}"
    return f"{day(since)} – {day(until)}"


def days_before(days: int, *, a_year: bool = False) -> str:
    """Return what a period is compared with: the 30 days before, or the same 30 days a year before."""
    if a_year:
        return "the same day a year before" if days == 1 else f"the same {days} days a year before"
    return "the day before" if days == 1 else f"the {days} days before"


def plural(count: float, one: str, many: str | None = None) -> str:
    """Return a count with its noun: 1 tweet · 1,234 tweets."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def clipped(text: str, length: int) -> str:
    """Return a text cut at a word to at most `length` characters."""
    if len(text) <= length:
        return text
    return text[: length - 2].rsplit(" ", 1)[0].rstrip(" ·,;") + " …"
