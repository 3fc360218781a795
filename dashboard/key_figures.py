"""Key figures, each against the period before or the year before; small numbers are said to be small."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import pandas as pd
import streamlit as st

from dashboard import formatting, frame, palette, sparkline
from dashboard.frame import View
from dashboard.pain_words import PAIN
from dashboard.selection import Selection
from pipeline.changes import (
    NO_CHANGE_KNOWN,
    Change,
    Direction,
    interval,
    mentions_change,
    negative_change,
    net_change,
    voice_change,
)
from pipeline.counts import Counts


def mentions(shown: View, now: Counts, before: Counts | None, trend: pd.DataFrame | None) -> None:
    """Draw how often the brand is mentioned.

    Parameters
    ----------
    now, before
        In the period and in the one it is compared with; None where the store does not reach back so far.
    trend
        Columns mentions, negative, neutral, positive; one row a step.
    """
    with _card(
        "Mentions",
        formatting.number(now.mentions),
        mentions_change(now, before, shown.selection.days, a_year=shown.against_a_year),
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
    whose: Selection,
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
    whose
        Selects the field's mentions.
    """
    with _card(
        "Share of voice",
        _share(*now),
        voice_change(now, before, shown.selection.days, a_year=shown.against_a_year),
        trend=trend,
        chart="line",
        good=None,
        help_text=f"The brand's mentions among all mentions of brands in {formatting.plain(field)}.",
        key="share_of_voice",
        likely=interval(*now),
        worded=formatting.share,
    ):
        frame.page_link("tweets", whose, "All tweets" if whose.industry is None else "Industry tweets")


def net_sentiment(shown: View, now: Counts, before: Counts | None, trend: pd.DataFrame | None) -> None:
    """Draw the share of positive minus the share of negative mentions; parameters as in `mentions`."""
    known = now.mentions >= formatting.TOO_SMALL
    value = formatting.net_sentiment(now.net) if known else None
    few = known and now.mentions < formatting.SMALL
    with _card(
        "Net sentiment",
        _pale(value, now.mentions),
        net_change(now, before, shown.selection.days, a_year=shown.against_a_year),
        trend=None if trend is None or not known else (trend.positive - trend.negative) / trend.mentions,
        chart="line",
        good="up",
        help_text="Share of positive minus share of negative mentions, from −100 to +100.",
        key="net_sentiment",
        likely=f"{formatting.net_range(now.net_interval)} likely" if few else "",
        worded=formatting.net_sentiment,
    ):
        frame.page_link("tweets", shown.selection.only(sentiments=("positive",)), "Positive tweets")


def negative(shown: View, now: Counts, before: Counts | None, trend: pd.DataFrame | None) -> None:
    """Draw the share of negative mentions; parameters as in `mentions`."""
    with _card(
        "Negative",
        _share(now.negative, now.mentions),
        negative_change(now, before, shown.selection.days, a_year=shown.against_a_year),
        trend=None
        if trend is None or now.mentions < formatting.TOO_SMALL
        else trend.negative / trend.mentions,
        chart="line",
        good="down",
        help_text="Share of mentions in which the writer is unhappy with the brand or what it offers.",
        key="negative",
        likely=interval(now.negative, now.mentions),
        worded=formatting.share,
    ):
        frame.page_link("tweets", shown.selection.only(sentiments=("negative",)), "Negative tweets")


def worst_pain_point(
    shown: View, point: dict[Hashable, Any] | None, before: Counts | None, trend: pd.DataFrame | None
) -> None:
    """Draw how many tweets the worst pain point has.

    Parameters
    ----------
    point
        A row of `queries.pain_points.ranked`; None: nothing stands out.
    before
        The tweets about it in the period compared with; None where the store does not reach back so far.
    trend
        Column mentions, one row a step.
    """
    now = Counts() if point is None else Counts(int(point["tweets"]))
    change = (
        NO_CHANGE_KNOWN
        if point is None
        else mentions_change(now, before, shown.selection.days, a_year=shown.against_a_year)
    )
    with _card(
        PAIN.first,
        ":gray[none]" if point is None else formatting.plural(now.mentions, "tweet"),
        change,
        trend=None if trend is None else trend.mentions,
        chart="bar",
        good="down",
        help_text="Tweets in the topic in which clearly more are negative than is usual, for the brand's worst P.",
        key="worst_pain_point",
    ):
        if point is None:
            st.caption("Nothing stands out in this period.")
            frame.page_link("pain_points", shown.selection, "What was checked")
            return
        about = shown.selection.only(ps=(point["p"],), sentiments=())
        st.caption(f"{palette.PS[point['p']].title} · {formatting.plain(point['label'])}")
        frame.page_link("tweets", about, "See the tweets", topic=point["topic_id"])


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
    worded: Callable[[float], str] = formatting.number,
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
        )
        if known is not None and len(known) > 2:
            st.html(sparkline.picture(known.tolist(), chart, title, worded))
        # Not as the metric's own description: that is cut off where the card is narrow.
        if likely:
            st.caption(f"Few mentions: {likely}")
        if change.note:
            # In full: the chart stands between the change and what it is on.
            st.caption(f"{str(change.text).capitalize()} {change.note}")
        yield
