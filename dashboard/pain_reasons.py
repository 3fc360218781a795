"""Why a pain point or strength ranks where it does: a small bar for each kind of evidence, and what is sure."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from math import floor
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import charts, formatting, frame, palette
from dashboard.frame import View
from dashboard.pain_words import Kind


@dataclass(frozen=True)
class Reason:
    """A bar: its name, its length and where the usual lies on it, both from 0 to 1, and what it says.

    `usual` is None where nothing is usual.
    """

    name: str
    length: float
    usual: float | None
    says: str


def show(shown: View, point: dict[Hashable, Any], kind: Kind) -> None:
    """Draw the bars, and in words what the rank goes by."""
    found = reasons(shown, point, kind)
    drawn = charts.figure(height=40 + 34 * len(found), bargap=0.45, showlegend=False)
    color = palette.SENTIMENTS[kind.sentiment].color
    names = [reason.name for reason in found]
    drawn.add_bar(
        x=[reason.length for reason in found],
        y=names,
        name="Here",
        orientation="h",
        marker={"color": color, "line": {"width": 0}},
        customdata=[(charts.plain(reason.says),) for reason in found],
        hovertemplate="%{y}: %{customdata[0]}<extra></extra>",
    )
    drawn.add_scatter(
        x=[1.06] * len(found),
        y=names,
        mode="text",
        text=[charts.plain(reason.says) for reason in found],
        textposition="middle right",
        cliponaxis=False,
        hoverinfo="skip",
    )
    drawn.add_scatter(
        x=[reason.usual for reason in found],
        y=names,
        name="Usual",
        mode="markers",
        marker={"symbol": "line-ns-open", "size": 16, "color": palette.NEUTRAL, "line": {"width": 3}},
        hovertemplate="What is usual<extra></extra>",
    )
    drawn.update_xaxes(visible=False, range=[0, 2.1])
    drawn.update_yaxes(autorange="reversed")
    state = charts.show(
        drawn,
        f"pain_why_{point['rank']}",
        "Why it ranks here",
        _how(shown, kind),
        alt="; ".join(f"{reason.name}: {reason.says}" for reason in found),
        card=False,
        select=True,
    )
    if charts.clicked(state) is not None:
        about = shown.selection.only(ps=(str(point["p"]),), sentiments=())
        frame.go("tweets", about, topic=int(point["topic_id"]))
    st.caption(_surely(point, kind))


def reasons(shown: View, point: dict[Hashable, Any], kind: Kind) -> list[Reason]:
    """Return the evidence: volume, share, severity, growth, against competitors, engagement."""
    sentiment = kind.sentiment
    share, rivals = point[f"{sentiment}_share"], point["rivals_share"]
    of_all = point["tweets"] / point["brand_tweets"]
    found = [
        Reason("Volume", of_all, None, f"{formatting.share(of_all)} of all tweets"),
        Reason(
            f"{sentiment.title()}",
            share,
            point["others_share"],
            f"{formatting.share(share)}, otherwise {formatting.share(point['others_share'])}",
        ),
        Reason(
            _severity(kind),
            point[f"mean_{sentiment}"],
            point[f"usual_mean_{sentiment}"],
            f"{point[f'mean_{sentiment}']:.2f}, usually {point[f'usual_mean_{sentiment}']:.2f}",
        ),
        _growth(point),
        Reason("Against others", share, rivals, f"{formatting.points(share - rivals)}"),
    ]
    if not pd.isna(point["engagement"]):
        found.append(_engagement(point))
    return found


def _growth(point: dict[Hashable, Any]) -> Reason:
    if pd.isna(point["before"]):
        return Reason("Growth", 0.0, None, "no days before")
    now, before = int(point["now"]), int(point["before"])
    if before == 0:
        return Reason("Growth", 1.0, 0.5, "new: none before")
    return Reason("Growth", now / (now + before), 0.5, f"from {before} to {formatting.plural(now, 'tweet')}")


def _engagement(point: dict[Hashable, Any]) -> Reason:
    here, usual = float(point["engagement"]), float(point["usual_engagement"])
    return Reason(
        "Engagement",
        here / (here + usual) if here + usual else 0.5,
        0.5,
        f"{here:.1f} a tweet, usually {usual:.1f}",
    )


def _severity(kind: Kind) -> str:
    return "Severity" if kind.sentiment == "negative" else "Enthusiasm"


def _how(shown: View, kind: Kind) -> str:
    severity = _severity(kind)
    return (
        "The longer a bar, the more it stands out; the grey line is what is usual. Volume: its share of the brand's "
        f"tweets of the period. {kind.sentiment.title()}: its share, beside that of the brand's other tweets. "
        f"{severity}: how {kind.sentiment} its tweets are on average, from 0 to 1. Growth: against as many days "
        f"before. Against others: its {kind.sentiment} share less that of tweets about the same P of the other brands "
        f"in {formatting.plain(shown.industry or '')}. Engagement: likes and reposts. The ranking weighs volume and "
        "share against what is usual; the others help to judge. Click a bar to read the tweets."
    )


def _surely(point: dict[Hashable, Any], kind: Kind) -> str:
    """Return what is sure in words; the rank goes by this."""
    surely = f"Surely over {formatting.share(point['low'])} {kind.sentiment}"
    if point["tweets"] < formatting.SMALL:
        surely = f"Few tweets, yet s{surely[1:]}"
    more = floor(point["score"])
    if more < 1:
        return f"{surely}; {formatting.share(point['baseline_share'])} would be usual."
    return (
        f"{surely}; {formatting.share(point['baseline_share'])} would be usual. That is at least "
        f"{formatting.plural(more, f'{kind.sentiment} tweet')} more than usual."
    )
