"""Key figures, each against the period before; small numbers are said to be small."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import pandas as pd
import streamlit as st

from dashboard import formatting, frame
from dashboard.frame import View
from pipeline.chance import means_differ, shares_differ, wilson
from pipeline.counts import Counts

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


def mentions_change(now: Counts, before: Counts | None, days: int | None) -> Change:
    """Return how the number of mentions changed on as many days before."""
    if before is None or days is None:
        return NO_CHANGE_KNOWN
    return _change(now.mentions - before.mentions, "", "", f"on {formatting.days_before(days)}", sure=True)


def mentions(shown: View, now: Counts, before: Counts | None, trend: pd.DataFrame | None) -> None:
    """Draw how often the brand is mentioned.

    Parameters
    ----------
    now, before
        In the period and in the one before; None where the store does not reach back so far.
    trend
        Columns mentions, negative, neutral, positive; one row a step.
    """
    with _card(
        "Mentions",
        formatting.number(now.mentions),
        mentions_change(now, before, shown.selection.days),
        trend=None if trend is None else trend.mentions,
        chart="bar",
        good=None,
        help_text="Tweets that mention the brand; a tweet about two brands counts for both.",
        key="mentions",
    ):
        frame.page_link("tweets", shown.selection, "See the tweets")


def share_of_voice(
    shown: View,
    now: tuple[int, int],
    before: tuple[int, int] | None,
    trend: pd.Series | None,
    field: str,
) -> None:
    """Draw the brand's share of its industry's mentions.

    Parameters
    ----------
    now, before
        The brand's mentions and all mentions in the field.
    trend
        The share in each step, from 0 to 1.
    field
        Of what the share is, such as "Fashion".
    """
    days, change = shown.selection.days, NO_CHANGE_KNOWN
    if before is not None and days is not None and min(now[1], before[1]) >= formatting.TOO_SMALL:
        change = _points(now[0] / now[1] - before[0] / before[1], days, shares_differ(*now, *before))
    with _card(
        "Share of voice",
        _share(*now),
        change,
        trend=trend,
        chart="line",
        good=None,
        help_text=f"The brand's mentions among all mentions of brands in {formatting.plain(field)}.",
        key="share_of_voice",
        likely=interval(*now),
    ):
        frame.page_link("compare", shown.selection, "Compare")


def net_sentiment(shown: View, now: Counts, before: Counts | None, trend: pd.DataFrame | None) -> None:
    """Draw the share of positive minus the share of negative mentions; parameters as in `mentions`."""
    days, change = shown.selection.days, NO_CHANGE_KNOWN
    if _comparable(now, before) and before is not None and days is not None:
        change = _points(now.net - before.net, days, means_differ(now.mean, before.mean))
    known = now.mentions >= formatting.TOO_SMALL
    value = formatting.net_sentiment(now.net) if known else None
    few = known and now.mentions < formatting.SMALL
    with _card(
        "Net sentiment",
        _pale(value, now.mentions),
        change,
        trend=None if trend is None or not known else (trend.positive - trend.negative) / trend.mentions,
        chart="line",
        good="up",
        help_text="Share of positive minus share of negative mentions, from −100 to +100.",
        key="net_sentiment",
        likely=f"± {now.mean.half_interval * 100:.0f} likely" if few else "",
    ):
        frame.page_link("tweets", shown.selection.only(sentiments=("positive",)), "Positive tweets")


def negative(shown: View, now: Counts, before: Counts | None, trend: pd.DataFrame | None) -> None:
    """Draw the share of negative mentions; parameters as in `mentions`."""
    days, change = shown.selection.days, NO_CHANGE_KNOWN
    if _comparable(now, before) and before is not None and days is not None:
        differs = shares_differ(now.negative, now.mentions, before.negative, before.mentions)
        change = _points(now.share("negative") - before.share("negative"), days, differs)
    with _card(
        "Negative",
        _share(now.negative, now.mentions),
        change,
        trend=None
        if trend is None or now.mentions < formatting.TOO_SMALL
        else trend.negative / trend.mentions,
        chart="line",
        good="down",
        help_text="Share of mentions in which the writer is unhappy with the brand or what it offers.",
        key="negative",
        likely=interval(now.negative, now.mentions),
    ):
        frame.page_link("tweets", shown.selection.only(sentiments=("negative",)), "Negative tweets")


def interval(count: int, total: int) -> str:
    """Return between what a share of few mentions lies with 95 % certainty; nothing for many."""
    if not formatting.TOO_SMALL <= total < formatting.SMALL:
        return ""
    low, high = wilson(count, total)
    return f"{low * 100:.0f} to {formatting.share(high)} likely"


def _comparable(now: Counts, before: Counts | None) -> bool:
    return before is not None and min(now.mentions, before.mentions) >= formatting.TOO_SMALL


def _points(difference: float, days: int, sure: bool) -> Change:
    return _change(difference * 100, "pt", "pts", f"on {formatting.days_before(days)}", sure=sure)


def _change(difference: float, one: str, many: str, note: str, *, sure: bool) -> Change:
    text = formatting.change(difference, one, many)
    direction: Direction = "up" if text.startswith("up") else "down" if text.startswith("down") else "off"
    chance = "" if sure or direction == "off" else f"; {MAY_BE_CHANCE}"
    return Change(text, direction, f"{note}{chance}", sure)


def _share(count: int, total: int) -> str:
    return _pale(formatting.share(count / total) if total >= formatting.TOO_SMALL else None, total)


def _pale(value: str | None, total: int) -> str:
    if value is None:
        return ":gray[too few]"
    return f":gray[{value}]" if total < formatting.SMALL else value


@contextmanager
def _card(
    title: str,
    value: str,
    change: Change,
    *,
    trend: pd.Series | None,
    chart: Literal["line", "bar"],
    good: Direction | None,
    help_text: str,
    key: str,
    likely: str = "",
) -> Iterator[None]:
    known = None if trend is None else trend.astype(float).ffill().bfill()
    color: Literal["green", "red", "off"] = "off"
    if good is not None and change.sure and change.direction != "off":
        color = "green" if change.direction == good else "red"
    with st.container(key=f"kpi_{key}", border=True, gap="xxsmall", height="stretch", width="stretch"):
        st.metric(
            title,
            value,
            change.text,
            delta_color=color,
            delta_arrow=change.direction,
            help=help_text,
            chart_type=chart,
            chart_data=known.tolist() if known is not None and len(known) > 2 else None,
        )
        # Not as the metric's own description: that is cut off where the card is narrow.
        if likely:
            st.caption(f"Few mentions: {likely}")
        if change.note:
            st.caption(f"Change {change.note}")
        yield
