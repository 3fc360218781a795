"""One topic: what it is about, who is meant, how it went, and three tweets that speak for it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import charts, formatting, frame, palette, quote_cards, topic_grouping, topic_list
from dashboard.frame import View
from dashboard.queries import topics, volume
from dashboard.queries.quotes import quotes
from dashboard.queries.topic_groups import Grouping
from pipeline.changes import interval

BRANDS = 8


def show(shown: View, topic: pd.Series, grouping: Grouping) -> None:
    """Draw a topic's details.

    Parameters
    ----------
    topic
        A row of `queries.topics.listed` in this grouping.
    """
    topic_id = int(topic.topic_id)
    with st.container(border=True, key="topic_details"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"### {formatting.plain(topic.label)}")
            st.button("Close", key="close_topic", icon=":material/close:", type="tertiary", on_click=_close)
        words, course = st.columns([2, 3], gap="medium")
        with words:
            st.caption(_number(topic_id, grouping))
            st.markdown(_sentence(topic))
            st.caption("Keywords: " + ", ".join(formatting.plain(word) for word in topic.keywords))
            st.markdown("**What people say**")
            quote_cards.show(
                quotes(shown.store, shown.selection, topic_id, 3, grouping), with_brands=shown.brand is None
            )
        with course:
            _over_time(shown, topic_id, grouping)
            _ps(shown, topic, grouping)
            _brands(shown, topic_id, grouping)
        frame.page_link(
            "tweets",
            shown.selection,
            f"All {formatting.plural(topic.mentions, 'tweet')} of this topic",
            topic=topic_id,
            **topic_grouping.parameters(shown.store, grouping),
        )


def _number(topic_id: int, grouping: Grouping) -> str:
    merged = len(grouping.members(topic_id))
    return f"Topic {topic_id}" + (f", {merged} topics in one" if merged > 1 else "")


def _close() -> None:
    st.query_params.pop("topic", None)


def _sentence(topic: pd.Series) -> str:
    count = f"**{formatting.plural(topic.mentions, 'tweet')}**"
    if topic.mentions < formatting.TOO_SMALL:
        return f"{count}: too few for shares"
    between = interval(topic.negative, topic.mentions)
    negative = f"{formatting.share(topic.negative / topic.mentions)} negative" + (
        f" ({between})" if between else ""
    )
    positive = f"{formatting.share(topic.positive / topic.mentions)} positive"
    about = [f"{mark.colored} {formatting.share(share)}" for mark, share in topic_list.shares_by_p(topic)]
    return f"{count}, {negative}, {positive}  \n" + (" · ".join(about) or "Mostly about none of the four Ps")


def _over_time(shown: View, topic_id: int, grouping: Grouping) -> None:
    cut = volume.steps(shown.selection, shown.coverage)
    if cut is None:
        return
    trend = topics.over_time(shown.store, shown.selection, topic_id, cut, grouping)
    state = charts.show(
        charts.sentiment_bars(
            trend,
            trend["start"].tolist(),
            hover=f"{cut.word} from %{{x|%-d %b %Y}}",
            yaxis_title=f"Tweets per {cut.word}",
            height=240,
        ),
        "topic_over_time",
        f"Tweets of this topic per {cut.word}, by sentiment",
        f"Each bar is a {cut.word}; its parts are what people felt. Click a part to read its tweets.",
        card=False,
        select=True,
    )
    if (mark := charts.clicked(state)) is not None:
        start = trend["start"].iloc[mark[0]].date()
        clicked = shown.selection.only(
            period="custom", since=max(start, cut.since), until=cut.end(start), sentiments=(mark[1],)
        )
        frame.go("tweets", clicked, topic=topic_id, **topic_grouping.parameters(shown.store, grouping))


def _ps(shown: View, topic: pd.Series, grouping: Grouping) -> None:
    """Draw how many of the topic's tweets are about each P; nothing where they are too few for shares."""
    if topic.mentions < formatting.TOO_SMALL:
        return
    topic_id = int(topic.topic_id)
    counted = topics.by_p(shown.store, shown.selection, topic_id, grouping)
    labels = [
        f"{palette.PS[p].title} · {formatting.share(count / topic.mentions)}"
        for p, count in zip(counted.p, counted.mentions, strict=True)
    ]
    state = charts.show(
        charts.sentiment_bars(
            counted,
            labels,
            sideways=True,
            hover="%{y}",
            xaxis_title="Tweets",
            height=70 + 28 * len(counted),
            showlegend=False,
        ),
        "topic_ps",
        "Share of this topic's tweets about each P",
        "Each bar is a P; a tweet may be about several, or none. Red negative, grey neutral, blue-green positive. "
        "Click a part to read its tweets.",
        card=False,
        select=True,
    )
    if (mark := charts.clicked(state)) is not None:
        clicked = shown.selection.only(ps=(str(counted.p.iloc[mark[0]]),), sentiments=(mark[1],))
        frame.go("tweets", clicked, topic=topic_id, **topic_grouping.parameters(shown.store, grouping))


def _brands(shown: View, topic_id: int, grouping: Grouping) -> None:
    """Draw which brands the topic is about, whichever brand is chosen."""
    everyone = shown.selection.only(brand_id=None)
    brands = topics.brands(shown.store, everyone, topic_id, BRANDS, grouping)
    if brands.empty:
        return
    enough = brands.mentions.sum() >= formatting.TOO_SMALL
    labels = [
        formatting.clipped(name, 28) + (f" · {formatting.share(share)}" if enough else "")
        for name, share in zip(brands.brand, brands.share, strict=True)
    ]
    state = charts.show(
        charts.sentiment_bars(
            brands,
            [charts.plain(label) for label in labels],
            sideways=True,
            hover="%{y}",
            xaxis_title="Mentions",
            height=70 + 28 * len(brands),
            showlegend=False,
        ),
        "topic_brands",
        "Brands mentioned most in this topic, with their share",
        "Each bar is a brand, all brands together; red negative, grey neutral, blue-green positive. "
        "Click a part to read its tweets.",
        card=False,
        select=True,
    )
    if (mark := charts.clicked(state)) is not None:
        brand_id = str(brands.brand_id.iloc[mark[0]])
        clicked = everyone.only(brand_id=brand_id, sentiments=(mark[1],))
        frame.go("tweets", clicked, topic=topic_id, **topic_grouping.parameters(shown.store, grouping))
