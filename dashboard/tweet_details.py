"""One tweet in full: its text, how likely each P is and by which words, and its sentiment as two methods see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import charts, corrected, correction_form, explained_tweet, formatting, frame, palette
from dashboard.frame import View
from dashboard.queries.tweets import sentiment_by_p, specialist_sentiment
from pipeline.corrections import Correction
from pipeline.store import P_LABELS, SENTIMENTS


def show(shown: View, tweet: pd.Series, fixed: Correction | None) -> None:
    """Draw a tweet's details, and the form to correct its labels.

    Parameters
    ----------
    tweet
        A row of `queries.tweets.page`.
    fixed
        Its labels by a person, if somebody corrected it.
    """
    own = specialist_sentiment(shown.store, tweet.tweet_id)
    tweet = pd.concat([tweet.drop(own.index), own])
    has_sentiment = bool(pd.notna(tweet.p_negative))
    counts = corrected.labels(tweet) if fixed is None else fixed.labels
    with st.container(border=True, key="tweet_details"):
        st.caption(formatting.plain(_when_and_whom(tweet)))
        text = st.empty()
        text.text(tweet.text)
        choice = explained_tweet.choose("words_for", with_sentiment=has_sentiment)
        if fixed is not None:
            st.markdown(f":small[{correction_form.note(tweet, fixed)}]")
        about = [palette.PS[p].colored for p in counts.ps]
        st.markdown("**About:** " + (" · ".join(about) or "none of the four Ps"))
        _bars(
            "p_bars",
            [palette.PS[p] for p in P_LABELS],
            [float(tweet[f"p_{p}"]) for p in P_LABELS],
            [bool(tweet[p]) for p in P_LABELS],
            "How likely each P is",
        )
        st.markdown(f"**Sentiment:** {palette.SENTIMENTS[counts.sentiment].label}")
        if has_sentiment:
            _bars(
                "sentiment_bars",
                [palette.SENTIMENTS[name] for name in SENTIMENTS],
                [float(tweet[f"p_{name}"]) for name in SENTIMENTS],
                [tweet.sentiment == name for name in SENTIMENTS],
                "How likely each sentiment is",
            )
        else:
            st.caption("By VADER: this tweet's specialist gives no sentiment.")
        by_p = sentiment_by_p(shown.store, tweet.tweet_id)
        if len(by_p) > 1:
            st.markdown(
                f"**By P:** {_by_p(by_p)}",
                help="What the tweet says of each P, read clause by clause. It is right less often than the "
                "sentiment of the whole tweet: where they differ, read the tweet.",
            )
        st.markdown(
            _vader(tweet),
            help="VADER adds up the words' ratings in a list, from −1 to +1. It is no "
            "part of the specialist: where the two differ, read the tweet.",
        )
        if tweet.topic_id >= 0:
            frame.page_link(
                "topics",
                shown.selection,
                f"Topic: {formatting.plain(formatting.clipped(tweet.topic, 60))}",
                icon=frame.PAGES["topics"][1],
                topic=int(tweet.topic_id),
            )
        st.caption(formatting.plain(_source(tweet)))
        correction_form.show(shown.store, tweet, fixed)
        # Last, so that all else is there while the specialist weighs the words.
        with text.container(gap="xxsmall"):
            explained_tweet.show(tweet.text, tweet.to_dict(), choice, judge=tweet.specialist)


def _when_and_whom(tweet: pd.Series) -> str:
    parts = (
        [] if pd.isna(tweet.created_at) else [f"{formatting.day(tweet.created_at)}, {tweet.created_at:%H:%M}"]
    )
    if pd.notna(tweet.brands):
        parts.append(tweet.brands)
    for column, one in (("likes", "like"), ("reposts", "repost")):
        if pd.notna(tweet[column]):
            parts.append(formatting.plural(tweet[column], one))
    return " · ".join(parts)


def _by_p(by_p: Mapping[str, str]) -> str:
    return " · ".join(
        f"{palette.PS[p].title} {palette.SENTIMENTS[by_p[p]].title.lower()}" for p in P_LABELS if p in by_p
    )


def _vader(tweet: pd.Series) -> str:
    differs = "" if tweet.vader == tweet.sentiment else ": differs"
    title = palette.SENTIMENTS[tweet.vader].title.lower()
    return f"**Word list (VADER):** {title}, {formatting.mean_sentiment(tweet.compound)}{differs}"


def _source(tweet: pd.Series) -> str:
    return f"Tweet {tweet.tweet_id}, from {tweet.source}, read by the specialist “{tweet.specialist}”"


def _bars(
    key: str, marks: Sequence[palette.Mark], values: Sequence[float], chosen: Sequence[bool], title: str
) -> None:
    """Draw probabilities as bars; those that the specialist decided for are solid, the others pale."""
    shares = [formatting.share(value) for value in values]
    drawn = charts.figure(height=26 * len(marks) + 8, margin={"l": 0, "r": 0, "t": 0, "b": 0}, bargap=0.25)
    drawn.add_trace(
        go.Bar(
            x=list(values),
            y=[mark.title for mark in marks],
            orientation="h",
            text=shares,
            textposition="outside",
            cliponaxis=False,
            marker={
                "color": [
                    palette.rgba(mark.color, 1.0 if on else 0.35)
                    for mark, on in zip(marks, chosen, strict=True)
                ]
            },
            hoverinfo="skip",
        )
    )
    drawn.update_xaxes(visible=False, range=[0, 1.18])
    drawn.update_yaxes(autorange="reversed")
    spoken = ", ".join(f"{mark.title} {share}" for mark, share in zip(marks, shares, strict=True))
    st.plotly_chart(drawn, key=key, config={"displayModeBar": False}, alt=f"{title}: {spoken}")
