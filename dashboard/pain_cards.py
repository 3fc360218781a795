"""A pain point or a strength as a card: one plain sentence, its course, why it ranks there, customers' words."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import charts, formatting, frame, pain_reasons, pain_rivals, palette, quote_cards
from dashboard.frame import View
from dashboard.pain_words import Kind
from dashboard.queries import pain_points, topics, volume
from dashboard.queries.volume import Steps
from dashboard.selection import Selection
from pipeline.pain_wording import facts, stretch

DAYS = 100  # up to so many the chart shows single days


def show(shown: View, point: dict[Hashable, Any], kind: Kind) -> None:
    """Draw the card of a pain point or strength of the selected brand.

    Parameters
    ----------
    point
        A row of `queries.pain_points.ranked`.
    """
    p, topic_id, rank = str(point["p"]), int(point["topic_id"]), int(point["rank"])
    about = shown.selection.only(ps=(p,), sentiments=())
    with st.container(border=True, key=f"{kind.one.replace(' ', '_')}_{rank}"):
        st.markdown(f"### {rank}. {palette.PS[p].colored} · {formatting.plain(point['label'])}")
        st.markdown(sentence(point, kind))
        typical_words(point)
        course, reasons = st.columns([3, 2], gap="medium")
        with course:
            _over_time(shown, about, point)
        with reasons:
            pain_reasons.show(shown, point, kind)
        st.markdown("**In customers' words**")
        quote_cards.show(examples(shown, point), with_brands=False, across=True)
        pain_rivals.show(shown, point, kind)
        with st.container(horizontal=True):
            frame.page_link("tweets", about, "See the tweets", topic=topic_id)
            frame.page_link("topics", about, "The topic", icon=":material/bubble_chart:", topic=topic_id)


def typical_words(point: dict[Hashable, Any]) -> None:
    """Write the words that set its tweets apart from what else is said of the brand, where there are any."""
    if len(point["words"]):
        st.caption(f"Typical words: {', '.join(formatting.plain(word) for word in point['words'])}")


def sentence(point: dict[Hashable, Any], kind: Kind) -> str:
    """Return, in Markdown, how many, how negative or positive, since when, and how many there were before."""
    tweets, share, *others = facts(point, kind.sentiment)
    return ", ".join([f"**{tweets}**", f"**{share}**", *others]) + "."


def examples(shown: View, row: dict[Hashable, Any]) -> pd.DataFrame:
    """Return the tweets that say best what a pain point, strength or alert is about, best first."""
    ids = list(row["examples"])
    return topics.tweets(shown.store, ids).set_index("tweet_id").loc[ids].reset_index()


def shade(drawn: go.Figure, days: tuple[date, date], cut: Steps) -> None:
    """Shade the ground behind the bars of the steps that a stretch of days touches."""
    touched = [start for start in cut.starts if start <= days[1] and cut.end(start) >= days[0]]
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


def _over_time(shown: View, about: Selection, point: dict[Hashable, Any]) -> None:
    cut = volume.steps(about, shown.coverage, most=DAYS)
    if cut is None:
        st.caption("The tweets have no dates, so there is no course to show.")
        return
    trend = pain_points.over_time(shown.store, about, str(point["p"]), int(point["topic_id"]), cut)
    drawn = charts.sentiment_bars(
        trend,
        trend["start"].tolist(),
        hover=f"{cut.word} from %{{x|%-d %b %Y}}" if cut.days > 1 else "%{x|%-d %b %Y}",
        yaxis_title=f"Tweets per {cut.word}",
        xaxis_tickformat="%-d %b\n%Y",
        height=220,
    )
    if (days := stretch(point)) is not None:
        shade(drawn, days, cut)
    state = charts.show(
        drawn,
        f"pain_over_time_{point['rank']}",
        f"Tweets per {cut.word}, by sentiment",
        f"Each bar is a {cut.word}; its parts are what people felt. The ground is shaded where the tweets "
        "gather more than chance explains. Click a bar to read its tweets.",
        card=False,
        select=True,
    )
    if (mark := charts.clicked(state)) is not None:
        start = trend["start"].iloc[mark[0]].date()
        clicked = about.only(period="custom", since=max(start, cut.since), until=cut.end(start))
        frame.go("tweets", clicked, topic=int(point["topic_id"]))
