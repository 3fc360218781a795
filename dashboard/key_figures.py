"""Key figures, each against the period before; small numbers are said to be small."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd
import streamlit as st

from dashboard import formatting
from dashboard.chance import means_differ, shares_differ, wilson
from dashboard.queries.volume import Counts

MAY_BE_CHANCE = "may be chance"


def mentions(now: Counts, before: Counts | None, weeks: pd.DataFrame | None) -> None:
    """Draw how often the brand is mentioned."""
    delta = None if before is None else now.mentions - before.mentions
    _metric(
        "Mentions",
        formatting.number(now.mentions),
        delta=None if delta is None else formatting.signed(delta),
        trend=None if weeks is None else weeks.mentions,
        chart="bar",
        color="off",
        note="",
        help_text="Tweets that mention the brand; a tweet about two brands counts for both.",
        key="mentions",
    )


def share_of_voice(
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
        The share in each step.
    field
        Of what the share is, such as "Fashion".
    """
    value, differs = None, True
    if now[1] >= formatting.TOO_SMALL:
        value = formatting.share(now[0] / now[1])
    delta = None
    if value is not None and before is not None and before[1] >= formatting.TOO_SMALL:
        delta = now[0] / now[1] - before[0] / before[1]
        differs = shares_differ(*now, *before)
    _metric(
        "Share of voice",
        _pale(value, now[1]),
        delta=None if delta is None else formatting.points(delta),
        trend=trend,
        chart="line",
        color="off",
        note=chance(delta is not None, differs),
        help_text=f"The brand's mentions among all mentions of brands in {formatting.plain(field)}.",
        key="share_of_voice",
    )


def net_sentiment(now: Counts, before: Counts | None, weeks: pd.DataFrame | None) -> None:
    """Draw the share of positive minus the share of negative mentions."""
    shown = now.mentions >= formatting.TOO_SMALL
    compared = shown and before is not None and before.mentions >= formatting.TOO_SMALL
    differs = compared and before is not None and means_differ(now.mean, before.mean)
    delta = now.net - before.net if compared and before is not None else None
    _metric(
        "Net sentiment",
        _pale(formatting.net_sentiment(now.net) if shown else None, now.mentions),
        delta=None if delta is None else formatting.points(delta),
        trend=None if weeks is None else (weeks.positive - weeks.negative) / weeks.mentions,
        chart="line",
        color="normal" if differs else "off",
        note=chance(delta is not None, differs),
        help_text="Share of positive minus share of negative mentions, from −100 to +100.",
        key="net_sentiment",
    )


def negative(now: Counts, before: Counts | None, weeks: pd.DataFrame | None) -> None:
    """Draw the share of negative mentions."""
    shown = now.mentions >= formatting.TOO_SMALL
    compared = shown and before is not None and before.mentions >= formatting.TOO_SMALL
    differs = False
    delta = None
    if compared and before is not None:
        delta = now.share("negative") - before.share("negative")
        differs = shares_differ(now.negative, now.mentions, before.negative, before.mentions)
    _metric(
        "Negative",
        _pale(formatting.share(now.share("negative")) if shown else None, now.mentions),
        delta=None if delta is None else formatting.points(delta),
        trend=None if weeks is None else weeks.negative / weeks.mentions,
        chart="line",
        color="inverse" if differs else "off",
        note=interval(now.negative, now.mentions) or chance(delta is not None, differs),
        help_text="Share of mentions in which the writer is unhappy with the brand or what it offers.",
        key="negative",
    )


def _metric(
    title: str,
    value: str,
    *,
    delta: str | None,
    trend: pd.Series | None,
    chart: Literal["line", "bar", "area"],
    color: Literal["normal", "inverse", "off"],
    note: str,
    help_text: str,
    key: str,
) -> None:
    known = None if trend is None else trend.astype(float).ffill().bfill()
    with st.container(key=f"kpi_{key}", height="stretch", width="stretch"):
        options: dict[str, Any] = {}
        if known is not None and len(known) > 2:
            options["chart_data"] = known.tolist()
        st.metric(
            title,
            value,
            delta,
            delta_color=_color(color, delta),
            delta_arrow=arrow(delta),
            delta_description=note or None,
            help=help_text,
            border=True,
            height="stretch",
            chart_type=chart,
            **options,
        )


def _color(color: Literal["normal", "inverse", "off"], delta: str | None) -> Literal["red", "green", "off"]:
    """Return the colour of a change: Streamlit itself does not know our minus sign."""
    if color == "off" or delta is None or delta[0] not in "+−":
        return "off"
    return "green" if (delta[0] == "+") == (color == "normal") else "red"


def arrow(delta: str | None) -> Literal["up", "down", "off"]:
    """Return where the arrow of a change points, from its sign."""
    if delta is None or delta[0] not in "+−":
        return "off"
    return "up" if delta[0] == "+" else "down"


def chance(compared: bool, differs: bool) -> str:
    """Return the note beside a change that may be chance; nothing beside one that is none."""
    return MAY_BE_CHANCE if compared and not differs else ""


def _pale(value: str | None, total: int) -> str:
    if value is None:
        return ":gray[too few]"
    return f":gray[{value}]" if total < formatting.SMALL else value


def interval(count: int, total: int) -> str:
    """Return between what a share of few mentions lies with 95 % certainty; nothing for many."""
    if not formatting.TOO_SMALL <= total < formatting.SMALL:
        return ""
    low, high = wilson(count, total)
    return f"{low * 100:.0f} to {formatting.share(high)} likely"
