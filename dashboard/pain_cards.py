"""A pain point as a card: one plain sentence, its course, why it ranks where it does, customers' words."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date, timedelta
from math import floor
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import charts, formatting, frame, palette, quote_cards
from dashboard.frame import View
from dashboard.queries import pain_points, topics, volume
from dashboard.selection import Selection
from pipeline.counts import Steps

GROWN = 1.5  # times as many as before from which on it is said
OVER = timedelta(days=14)  # since the last gathering of tweets from which on a pain point is past
HERE = "This pain point"


def show(shown: View, point: dict[Hashable, Any]) -> None:
    """Draw the card of a pain point of the selected brand.

    Parameters
    ----------
    point
        A row of `queries.pain_points.ranked`.
    """
    p, topic_id, rank = str(point["p"]), int(point["topic_id"]), int(point["rank"])
    about = shown.selection.only(ps=(p,), sentiments=())
    with st.container(border=True, key=f"pain_point_{rank}"):
        st.markdown(f"### {rank}. {palette.PS[p].colored} · {formatting.plain(point['label'])}")
        st.markdown(sentence(shown, point))
        typical_words(point)
        course, reasons = st.columns([3, 2], gap="medium")
        with course:
            _over_time(shown, about, point)
        with reasons:
            _why(shown, point)
        st.markdown("**In customers' words**")
        quote_cards.show(_examples(shown, point), with_brands=False, across=True)
        with st.container(horizontal=True):
            frame.page_link("tweets", about, "See the tweets", topic=topic_id)
            frame.page_link(
                "compare",
                shown.selection.only(brand_id=None, industry=shown.industry, ps=(p,), sentiments=()),
                "Compare with competitors",
                icon=":material/balance:",
            )
            frame.page_link("topics", about, "The topic", icon=":material/bubble_chart:", topic=topic_id)


def typical_words(point: dict[Hashable, Any]) -> None:
    """Write the words that set the pain point apart from what else is said of the brand, where there are any."""
    if len(point["words"]):
        st.caption(f"Typical words: {', '.join(formatting.plain(word) for word in point['words'])}")


def sentence(shown: View, point: dict[Hashable, Any]) -> str:
    """Return how many, how negative, since when, and how many there were before."""
    tweets = int(point["tweets"])
    parts = [
        f"**{formatting.plural(tweets, 'tweet')}**",
        f"**{formatting.share(point['negative_share'])} negative**",
    ]
    stretch = _stretch(point)
    if stretch is not None:
        parts.append(_when(stretch, shown.selection.until or shown.coverage.newest))
    if shown.before is not None and shown.selection.days is not None:
        before = shown.before.only(ps=(point["p"],), sentiments=())
        parts.append(
            _growth(
                tweets,
                pain_points.mentions(shown.store, before, int(point["topic_id"])),
                shown.selection.days,
            )
        )
    return ", ".join(parts) + "."


def _growth(now: int, before: int, days: int) -> str:
    then = formatting.days_before(days)
    if before == 0:
        return f"none in {then}"
    if before < formatting.TOO_SMALL or now < before * GROWN:
        return f"{formatting.number(before)} in {then}"
    return f"{now / before:.1f} times as many as in {then}".replace(".0 times", " times")


def _when(stretch: tuple[date, date], newest: date | None) -> str:
    if newest is not None and newest - stretch[1] > OVER:
        return f"most of them {formatting.period(*stretch)}"
    return f"since {formatting.day(stretch[0])}"


def _stretch(point: dict[Hashable, Any]) -> tuple[date, date] | None:
    """Return the first and last day of the time in which the tweets gather; None: they come evenly."""
    if pd.isna(point["since"]) or pd.isna(point["until"]):
        return None
    return date.fromisoformat(str(point["since"])), date.fromisoformat(str(point["until"]))


def _examples(shown: View, point: dict[Hashable, Any]) -> pd.DataFrame:
    ids = list(point["examples"])
    return topics.tweets(shown.store, ids).set_index("tweet_id").loc[ids].reset_index()


def _over_time(shown: View, about: Selection, point: dict[Hashable, Any]) -> None:
    cut = volume.steps(about, shown.coverage)
    if cut is None:
        st.caption("The tweets have no dates, so there is no course to show.")
        return
    topic_id = int(point["topic_id"])
    trend = topics.over_time(shown.store, about, topic_id, cut)
    drawn = charts.sentiment_bars(
        trend,
        trend["start"].tolist(),
        hover=f"{cut.word} from %{{x|%-d %b %Y}}",
        yaxis_title=f"Tweets per {cut.word}",
        height=220,
    )
    stretch = _stretch(point)
    if stretch is not None:
        _shade(drawn, stretch, cut)
    state = charts.show(
        drawn,
        f"pain_over_time_{point['rank']}",
        f"Tweets per {cut.word}, by sentiment",
        f"Each bar is a {cut.word}; its parts are what people felt. The ground is shaded where the tweets "
        "gather more than chance explains. Click a part to read its tweets.",
        card=False,
        select=True,
    )
    if (mark := charts.clicked(state)) is not None:
        start = trend["start"].iloc[mark[0]].date()
        clicked = about.only(
            period="custom", since=max(start, cut.since), until=cut.end(start), sentiments=(mark[1],)
        )
        frame.go("tweets", clicked, topic=topic_id)


def _shade(drawn: go.Figure, stretch: tuple[date, date], cut: Steps) -> None:
    """Shade the ground behind the bars of the steps that a stretch of days touches."""
    touched = [start for start in cut.starts if start <= stretch[1] and cut.end(start) >= stretch[0]]
    if touched:
        half = pd.Timedelta(days=cut.days / 2)  # a bar stands around the first day of its step
        drawn.add_vrect(
            x0=pd.Timestamp(touched[0]) - half,
            x1=pd.Timestamp(touched[-1]) + half,
            fillcolor="#8A94A0",
            opacity=0.18,
            line_width=0,
            layer="below",
        )


def _why(shown: View, point: dict[Hashable, Any]) -> None:
    """Draw what the ranking compares: the share negative here, otherwise, and at competitors."""
    title = palette.PS[point["p"]].title
    bars = [
        (HERE, point["negative_share"]),
        (f"{formatting.clipped(shown.brand or '', 22)} otherwise", point["others_share"]),
        (f"Others in {formatting.clipped(shown.industry or '', 16)}: {title}", point["rivals_share"]),
    ]
    drawn = charts.figure(height=130, bargap=0.35, showlegend=False)
    drawn.add_bar(
        x=[share * 100 for _, share in bars],
        y=[charts.plain(name) for name, _ in bars],
        orientation="h",
        marker={
            "color": [
                palette.rgba(palette.SENTIMENTS["negative"].color, 1.0 if name == HERE else 0.45)
                for name, _ in bars
            ]
        },
        text=[formatting.share(share) for _, share in bars],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}<br>%{text} negative<extra></extra>",
    )
    drawn.update_xaxes(visible=False, range=[0, 120])
    drawn.update_yaxes(autorange="reversed")
    charts.show(
        drawn,
        f"pain_why_{point['rank']}",
        "Why it ranks here: how much is negative",
        "The share of tweets that is negative: in this pain point; in all other tweets of the brand; and in "
        f"competitors' tweets about {title}. The last two over all dates, to be steady. Surely: with 90 % "
        "certainty.",
        alt="; ".join(f"{name}: {formatting.share(share)} negative" for name, share in bars),
        card=False,
    )
    st.caption(_reason(point))


def _reason(point: dict[Hashable, Any]) -> str:
    """Return what is sure of a pain point in words; its rank goes by this."""
    surely = f"Surely over {formatting.share(point['low'])} negative"
    if point["tweets"] < formatting.SMALL:
        surely = f"Few tweets, yet s{surely[1:]}"
    more = floor(point["score"])
    if more < 1:
        return f"{surely}; {formatting.share(point['baseline_share'])} would be usual."
    return (
        f"{surely}; {formatting.share(point['baseline_share'])} would be usual. That is at least "
        f"{formatting.plural(more, 'negative tweet')} more than usual."
    )
