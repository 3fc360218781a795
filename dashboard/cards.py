"""The overview's cards: a P, the worst pain point and the top strength."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import charts, formatting, frame, pain_cards, palette
from dashboard.frame import View
from dashboard.pain_words import ALERTS, PAIN, STRENGTH, STRENGTHS, Kind
from dashboard.queries import first_look, pain_points, topics
from pipeline.chance import shares_differ
from pipeline.changes import MAY_BE_CHANCE, interval, mentions_change, net_change
from pipeline.counts import Counts
from pipeline.pain_wording import alert_days, alert_title

MOST_ALERTS = 3


def one_p(shown: View, p: str, now: Counts, before: Counts | None, others: Counts | None) -> None:
    """Draw the card of a P: volume and its change, the sentiment bar, and the industry for comparison.

    Parameters
    ----------
    others
        The other brands of the industry; None where the page does not speak of one brand.
    """
    mark = palette.PS[p]
    with st.container(border=True, key=f"p_card_{p}", height="stretch", gap="xsmall"):
        st.markdown(f"**{mark.colored}**", help=mark.definition)
        days, a_year = shown.selection.days, shown.against_a_year
        change = mentions_change(now, before, days, a_year=a_year)
        st.metric(
            f"{mark.title} mentions",
            formatting.number(now.mentions),
            change.text,
            delta_color="off",
            delta_arrow=change.direction,
            label_visibility="collapsed",
        )
        if change.note:
            st.caption(change.note)
        if now.mentions >= formatting.TOO_SMALL:
            state = st.plotly_chart(
                _bar(now, mark.title),
                key=f"p_bar_{p}",
                config={"displayModeBar": False},
                alt=f"{mark.title}: {_shares(now)}",
                on_select="rerun",
                selection_mode=("points",),
            )
            if charts.clicked(state) is not None:
                frame.go("tweets", shown.selection.only(ps=(p,)))
            st.markdown(_net(now))
            net = net_change(now, before, days, a_year=a_year)
            if net.text:
                st.caption(f"{net.text} {net.note}")
        st.markdown(_p_sentence(now, others, shown.industry or ""))
        frame.page_link("tweets", shown.selection.only(ps=(p,)), f"{mark.title} tweets")


def worst(shown: View, point: dict[Hashable, Any] | None) -> None:
    """Draw the selected brand's worst pain point in the period, in a customer's words.

    Parameters
    ----------
    point
        From `first`.
    """
    with st.container(border=True, key="worst_pain_point", height="stretch"):
        st.markdown(f"**{PAIN.icon} {PAIN.first}**")
        frame.say_specialist_is_the_source(shown)
        if point is None:
            st.markdown("Nothing stands out in this period.")
            return
        mark = palette.PS[point["p"]]
        st.markdown(f"**{mark.colored} · {formatting.plain(point['label'])}**", help=mark.definition)
        st.markdown(pain_cards.sentence(point, PAIN))
        pain_cards.typical_words(point)
        _quote(shown, point)
        _links(shown, point, "All pain points", view=None)


def best(shown: View, alerts: pd.DataFrame) -> None:
    """Draw the selected brand's top strength in the period in one sentence, and its alerts.

    Parameters
    ----------
    alerts
        From `queries.pain_points.alerts`.
    """
    point = first(shown, STRENGTH)
    with st.container(border=True, key="top_strength"):
        st.markdown(f"**{STRENGTH.icon} {STRENGTH.first}**")
        if point is None:
            st.markdown("Nothing stands out in this period.")
        else:
            named = f"**{palette.PS[point['p']].colored} · {formatting.plain(point['label'])}**"
            told = f"{named}: {pain_cards.sentence(point, STRENGTH)}"
            st.markdown(told, help=palette.PS[point["p"]].definition)
            _quote(shown, point)
            _links(shown, point, "All strengths", view=STRENGTHS)
    with st.container(border=True, key="alerts"):
        st.markdown("**:material/notifications_active: Alerts**")
        if alerts.empty:
            st.markdown("None in this period.")
            return
        for alert in alerts.head(MOST_ALERTS).to_dict("records"):
            st.markdown(f"{alert_title(alert)}, {alert_days(alert)}")
        more = len(alerts) - MOST_ALERTS
        frame.page_link(
            "pain_points",
            shown.selection,
            f"What drives them, and {more} more" if more > 0 else "What drives them",
            view=ALERTS,
        )


def foremost(shown: View) -> None:
    """Draw the worst pain point and the top strength of all brands, or of the selected industry's, over all dates."""
    kinds = {PAIN: "All pain points", STRENGTH: "All strengths"}
    found = {
        kind: first_look.foremost(shown.store, shown.selection.industry, shown.selection.ps, kind.sentiment)
        for kind in kinds
    }
    if not any(found.values()):
        return
    where = "of all brands" if shown.industry is None else f"in {formatting.plain(shown.industry)}"
    for column, (kind, point) in zip(st.columns(2), found.items(), strict=True):
        with column, st.container(border=True, key=f"foremost_{kind.sentiment}", height="stretch"):
            st.markdown(
                f"**{kind.icon} {kind.first} {where}, over all dates**", help="As the last run found it."
            )
            if point is None:
                st.markdown("Nothing stands out.")
                continue
            named = f"**{palette.PS[point['p']].colored} · {formatting.plain(point['label'])}**"
            brand = formatting.plain(point["brand"])
            told = f"{brand}, {named}: {pain_cards.sentence(point, kind)}"
            st.markdown(told, help=palette.PS[point["p"]].definition)
            _quote(shown, point)
            its = shown.selection.only(
                brand_id=point["brand_id"], period="all", since=None, until=None, sentiments=()
            )
            with st.container(horizontal=True):
                frame.page_link(
                    "tweets", its.only(ps=(point["p"],)), "See the tweets", topic=point["topic_id"]
                )
                view = STRENGTHS if kind is STRENGTH else None
                frame.page_link("pain_points", shown.selection, kinds[kind], view=view)


def first(shown: View, kind: Kind) -> dict[Hashable, Any] | None:
    """Return the selected brand's worst pain point or top strength in the period, in the chosen Ps; None: none."""
    chosen = shown.selection
    found = pain_points.ranked(shown.store, chosen.brand_id or "", chosen.since, chosen.until, kind.sentiment)
    if chosen.ps:
        found = found[found.p.isin(chosen.ps)]
    return None if found.empty else found.to_dict("records")[0]


def _quote(shown: View, point: dict[Hashable, Any]) -> None:
    """Write the tweet that says it best; its direction is its own, whatever the language."""
    quote = topics.tweets(shown.store, list(point["examples"][:1]))
    if not quote.empty:
        st.markdown(f"> “{formatting.plain(quote.text.iloc[0])}”")


def _links(shown: View, point: dict[Hashable, Any], every: str, *, view: str | None) -> None:
    with st.container(horizontal=True):
        about = shown.selection.only(ps=(point["p"],), sentiments=())
        frame.page_link("tweets", about, "See the tweets", topic=point["topic_id"])
        frame.page_link("pain_points", shown.selection, every, view=view)


def _p_sentence(now: Counts, others: Counts | None, industry: str) -> str:
    if now.mentions < formatting.TOO_SMALL:
        return ":gray[Too few mentions for shares.]"
    text = _shares(now)
    if now.mentions < formatting.SMALL:
        text = f":gray[{text}; few mentions, {interval(now.negative, now.mentions)} negative]"
    if others is None or others.mentions < formatting.TOO_SMALL:
        return text
    rest = f"{formatting.share(others.share('negative'))} negative at others in {formatting.plain(industry)}"
    if not shares_differ(now.negative, now.mentions, others.negative, others.mentions):
        return f"{text}  \n:gray[{rest}; the difference {MAY_BE_CHANCE}]"
    return f"{text}  \n{rest}"


def _net(now: Counts) -> str:
    """Return net sentiment towards a P with its 95 % interval; pale where mentions are few."""
    likely = formatting.net_range(now.net_interval)
    text = f"Net sentiment **{formatting.net_sentiment(now.net)}**, likely {likely}"
    return f":gray[{text}]" if now.mentions < formatting.SMALL else text


def _shares(now: Counts) -> str:
    return (
        f"{formatting.share(now.share('negative'))} negative, "
        f"{formatting.share(now.share('positive'))} positive"
    )


def _bar(now: Counts, title: str) -> go.Figure:
    drawn = go.Figure(
        layout={
            "barmode": "stack",
            "height": 22,
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
            "showlegend": False,
            "dragmode": False,
            "xaxis": {"visible": False, "range": [0, now.mentions], "fixedrange": True},
            "yaxis": {"visible": False, "fixedrange": True},
        }
    )
    for name, mark in palette.SENTIMENTS.items():
        drawn.add_bar(
            x=[getattr(now, name)],
            y=[""],
            orientation="h",
            marker={"color": mark.color, "line": {"width": 0}},
            customdata=[[name]],
            # Its tweets are those about the P: each tweet is listed by how it feels as a whole.
            hovertemplate=f"%{{x:,}} {mark.title.lower()}<br>Click for the tweets about {title}<extra></extra>",
        )
    return drawn
