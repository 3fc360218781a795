"""How figures changed on the period or the year before, in words; what chance may explain is said to be so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline import wording
from pipeline.chance import means_differ, shares_differ
from pipeline.counts import Counts
from specialist.intervals import wilson

MAY_BE_CHANCE = "may be chance"
Direction = Literal["up", "down", "off"]


@dataclass(frozen=True)
class Change:
    """How a figure changed, in words: "up 12 pts" and "on the 30 days before; may be chance".

    Attributes
    ----------
    text
        How much; None where there is nothing to compare with.
    direction
        Where its arrow points.
    note
        What it is compared with, and whether chance may explain it.
    sure
        Whether chance does not explain it.
    """

    text: str | None = None
    direction: Direction = "off"
    note: str = ""
    sure: bool = False


NO_CHANGE_KNOWN = Change()


def mentions_change(now: Counts, before: Counts | None, days: int | None, *, a_year: bool = False) -> Change:
    """Return how the number of mentions changed.

    Parameters
    ----------
    now, before
        In the period and in as many days before; None where the tweets do not reach back so far.
    days
        Length of the period; None where it has no limits.
    a_year
        Whether `before` is of the same days a year before.
    """
    if before is None or days is None:
        return NO_CHANGE_KNOWN
    return _change(now.mentions - before.mentions, "", "", days, sure=True, a_year=a_year)


def voice_change(
    now: tuple[int, int], before: tuple[int, int] | None, days: int | None, *, a_year: bool = False
) -> Change:
    """Return how a share of voice changed.

    Parameters
    ----------
    now, before
        The brand's mentions and all mentions in its field.
    """
    if before is None or days is None or min(now[1], before[1]) < wording.TOO_SMALL:
        return NO_CHANGE_KNOWN
    return _points(now[0] / now[1] - before[0] / before[1], days, shares_differ(*now, *before), a_year)


def net_change(now: Counts, before: Counts | None, days: int | None, *, a_year: bool = False) -> Change:
    """Return how net sentiment changed; parameters as in `mentions_change`."""
    if before is None or days is None or _too_few(now, before):
        return NO_CHANGE_KNOWN
    return _points(now.net - before.net, days, means_differ(now.mean, before.mean), a_year)


def negative_change(now: Counts, before: Counts | None, days: int | None, *, a_year: bool = False) -> Change:
    """Return how the share of negative mentions changed; parameters as in `mentions_change`."""
    if before is None or days is None or _too_few(now, before):
        return NO_CHANGE_KNOWN
    differs = shares_differ(now.negative, now.mentions, before.negative, before.mentions)
    return _points(now.share("negative") - before.share("negative"), days, differs, a_year)


def interval(count: int, total: int) -> str:
    """Return between what a share of few mentions lies with 95 % certainty; nothing for many."""
    if not wording.TOO_SMALL <= total < wording.SMALL:
        return ""
    low, high = wilson(count, total)
    return f"{low * 100:.0f} to {wording.share(high)} likely"


def _too_few(now: Counts, before: Counts) -> bool:
    return min(now.mentions, before.mentions) < wording.TOO_SMALL


def _points(difference: float, days: int, sure: bool, a_year: bool) -> Change:
    return _change(difference * 100, "pt", "pts", days, sure=sure, a_year=a_year)


def _change(difference: float, one: str, many: str, days: int, *, sure: bool, a_year: bool) -> Change:
    text = wording.change(difference, one, many)
    direction: Direction = "up" if text.startswith("up") else "down" if text.startswith("down") else "off"
    chance = "" if sure or direction == "off" else f"; {MAY_BE_CHANCE}"
    return Change(text, direction, f"on {wording.days_before(days, a_year=a_year)}{chance}", sure)
