"""Pain points, strengths and alerts in plain words, the same for command line, dashboard and report."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import date
from typing import Any

from pipeline.pain_candidates import Checked, Sentiment
from pipeline.wording import TOO_SMALL, day, days_before, number, period, plural, share

# Times as many as before from which on it is said.
_GROWN = 1.5
_UNUSUAL = {
    "volume": "more tweets",
    "negative": "more negative tweets",
    "negative_share": "a larger share negative",
}

Row = Mapping[Hashable, Any]


def facts(point: Row, sentiment: Sentiment) -> list[str]:
    """Return what there is to say of a pain point or strength: how many, how negative, since when, how much more.

    Parameters
    ----------
    point
        A row of `painpoints.rank` or `rank_strengths`.

    Returns
    -------
    list of str
        "57 tweets" · "84 % negative" · "since 10 Sep 2026, still going" · "6 times as many as in the month before".
        The last two only where they are known.
    """
    said = [plural(point["tweets"], "tweet"), f"{share(point[f'{sentiment}_share'])} {sentiment}"]
    now = point["now"] if isinstance(point["now"], int) else None
    if (days := stretch(point)) is not None:
        some = f"{number(now)} of them " if now is not None and now < point["tweets"] else ""
        said.append(some + _when(*days, going=point["going"]))
    if now is not None:
        said.append(_growth(now, int(point["before"]), int(point["days"])))
    return said


def against_usual(point: Row, sentiment: Sentiment) -> str:
    """Return the facts of a pain point or strength as one sentence, its share beside what would be usual."""
    tweets, said, *others = facts(point, sentiment)
    return ", ".join([tweets, f"{said} (usually {share(point['baseline_share'])})", *others]) + "."


def sentence(point: Row, sentiment: Sentiment) -> str:
    """Return a pain point or a strength as one plain sentence that names it."""
    return f"{str(point['p']).title()} · {point['label']}: {against_usual(point, sentiment)}"


def nothing_stands_out(checked: Checked, sentiment: Sentiment) -> str:
    """Return what is to be said where a ranking is empty: that it is, and what was checked."""
    if not checked.tweets:
        return "Nothing stands out in this period: there are no tweets in it."
    looked_at = (
        f"Nothing stands out in this period. Checked: {plural(checked.tweets, 'tweet')} in "
        f"{plural(checked.topics, 'topic')}, each topic for each of the four Ps."
    )
    if not checked.said:
        return f"{looked_at} None of the tweets is {sentiment}."
    are = "is" if checked.said == 1 else "are"
    return (
        f"{looked_at} {number(checked.said)} of the tweets {are} {sentiment}, but no topic gathers clearly more of "
        "them than is usual."
    )


def stretch(point: Row) -> tuple[date, date] | None:
    """Return the first and last day of the time in which the tweets gather; None: they come evenly."""
    if not isinstance(point["since"], str):
        return None
    return date.fromisoformat(point["since"]), date.fromisoformat(point["until"])


def no_alerts(*, past: bool) -> str:
    """Return what is to be said where there are no alerts; `past`: whether there is enough of it to compare with."""
    if past:
        return "No alerts in this period."
    return "The brand's tweets do not reach back six weeks: too little to say what is usual."


def alert_title(alert: Row) -> str:
    """Return what is unusual, a row of `alerts.find_alerts`: "More tweets, more negative tweets than usual"."""
    told = ", ".join(_UNUSUAL[kind] for kind in alert["kinds"]) + " than usual"
    return told[0].upper() + told[1:]


def alert_days(alert: Row) -> str:
    """Return when it was, and whether it still goes on."""
    days = stretch(alert)
    assert days is not None  # alerts have days
    return f"since {day(days[0])}, still going" if alert["going"] else period(*days)


def alert_facts(alert: Row) -> list[str]:
    """Return an alert's figures, each beside what would be usual."""
    said = [
        f"{plural(alert['tweets'], 'tweet')} where {_about(alert['usual_tweets'])} would be usual",
        f"{number(alert['negative'])} negative where {_about(alert['usual_negative'])} would be usual",
    ]
    if "negative_share" in alert["kinds"]:
        said.append(
            f"that is {share(alert['negative_share'])} negative instead of {share(alert['usual_share'])}"
        )
    return said


def alert_drivers(alert: Row) -> list[str]:
    """Return the topics that drive an alert: "checkout (27 tweets where 1 would be usual)"."""
    return [
        f"{topic['label']} ({plural(topic['tweets'], 'tweet')} where {_about(topic['usual'])} would be usual)"
        for topic in alert["topics"]
    ]


def _when(first: date, last: date, *, going: bool) -> str:
    return f"since {day(first)}, still going" if going else f"from {day(first)}, over since {day(last)}"


def _growth(now: int, before: int, days: int) -> str:
    then = _before(days)
    if before == 0:
        return f"none in {then}"
    if before < TOO_SMALL or now < before * _GROWN:
        return f"{number(before)} in {then}"
    return f"{now / before:.1f} times as many as in {then}".replace(".0 times", " times")


def _before(days: int) -> str:
    if days in range(28, 32):
        return "the month before"
    return "the week before" if days == 7 else days_before(days)


def _about(usual: float) -> str:
    return number(usual) if usual >= 0.5 else "none"
