"""Alerts: each as a card with its days, what drives it and its tweets, and as a mark on charts over time."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date, timedelta
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import charts, formatting, frame, pain_cards, palette, quote_cards
from dashboard.frame import View
from dashboard.pain_words import ALERTS
from dashboard.queries import pain_points, volume
from dashboard.queries.volume import Steps
from dashboard.selection import Selection
from pipeline.pain_wording import alert_days, alert_drivers, alert_facts, alert_title, stretch

# Days that a card's chart shows before and after the alert.
BEFORE, AFTER = 42, 14
MOST_BRANDS = 30
MARK = "alert"  # what the customdata of an alert's sign says where those of bars have a sentiment
COLOR = "#C99700"  # of alerts on charts, in either theme


def show(shown: View) -> None:
    """Draw the selected brand's alerts in the period, newest first."""
    chosen = shown.selection
    brand_id = chosen.brand_id or ""
    found = pain_points.alerts(shown.store, brand_id, chosen.since, chosen.until)
    if found.empty:
        _none(shown, brand_id)
    for number, alert in enumerate(found.to_dict("records"), start=1):
        _card(shown, alert, number)


def show_brands(shown: View) -> None:
    """List the alerts of all brands, the newest first; choosing one opens the brand's cards."""
    with st.spinner("Looking at every brand …"):
        found = _of_brands(shown)
    if found.empty:
        with st.container(border=True):
            st.markdown("**:material/notifications_off: No alerts at any brand in this period**")
            st.write("Choose a longer period.")
        return
    rows = found.to_dict("records")
    table = pd.DataFrame(
        {
            "Brand": found.brand,
            "When": [alert_days(row) for row in rows],
            "What": [alert_title(row) for row in rows],
            "Tweets": found.tweets,
            "Usually": found.usual_tweets.round(),
            "Negative": found.negative_share * 100,
            "Driven by": ["; ".join(topic["label"] for topic in row["topics"]) for row in rows],
        }
    )
    with st.container(border=True):
        charts.titled(
            "1 alert" if len(found) == 1 else f"{len(found)} alerts, the newest first",
            "Days with more tweets, or more negative ones, than chance explains. Click one to read about it.",
            "alerts_of_brands",
            lambda: table,
        )
        state = st.dataframe(
            table,
            key="alerts_of_brands",
            hide_index=True,
            height="content",
            on_select="rerun",
            selection_mode="single-cell",
            alt="The alerts of all brands",
            column_config={
                "Tweets": st.column_config.NumberColumn(format="localized"),
                "Usually": st.column_config.NumberColumn(format="localized"),
                "Negative": st.column_config.ProgressColumn(
                    width="small",
                    format="%.0f %%",
                    min_value=0,
                    max_value=100,
                    color=palette.SENTIMENTS["negative"].color,
                ),
            },
        )
    if state.selection.cells:
        brand_id = str(found.brand_id.iloc[state.selection.cells[0][0]])
        frame.go("pain_points", shown.selection.only(brand_id=brand_id), view=ALERTS)


def mark(drawn: go.Figure, found: pd.DataFrame, cut: Steps, height: float) -> None:
    """Mark alerts on a chart over time: the ground shaded, and a sign above with what it is.

    The signs' customdata is [-1, MARK].

    Parameters
    ----------
    height
        Of the highest bar.
    """
    alerts = found.to_dict("records")
    for alert in alerts:
        pain_cards.shade(drawn, _days(alert), cut)
    drawn.add_scatter(
        x=[_middle(_days(alert), cut) for alert in alerts],
        y=[height * 1.12] * len(alerts),
        mode="markers",
        name="Alert",
        marker={"symbol": "triangle-down", "size": 13, "color": COLOR},
        text=[f"{charts.plain(alert_title(alert))}<br>{alert_days(alert)}" for alert in alerts],
        hovertemplate="%{text}<br>Click for what drives it<extra></extra>",
        customdata=[[-1, MARK]] * len(alerts),
    )


def _none(shown: View, brand_id: str) -> None:
    with st.container(border=True):
        if not pain_points.past_reaches(shown.store, brand_id):
            st.markdown("**:material/notifications_off: Too little past for alerts**")
            st.write("The brand's tweets do not reach back six weeks, so it cannot be said what is usual.")
            return
        st.markdown("**:material/notifications_off: No alerts in this period**")
        st.write(
            "Checked: each week and each day against the brand's own past, by the number of tweets, the number of "
            "negative ones, and their share. None is clearly more than chance explains."
        )


def _card(shown: View, alert: dict[Hashable, Any], number: int) -> None:
    since, until = _days(alert)
    spike = shown.selection.only(period="custom", since=since, until=until, ps=(), sentiments=())
    with st.container(border=True, key=f"alert_{number}"):
        st.markdown(f"### :material/notifications_active: {alert_title(alert)}")
        st.markdown(f"**{alert_days(alert)}**: {', '.join(alert_facts(alert))}.")
        if len(alert["topics"]):
            drivers = "; ".join(formatting.plain(driver) for driver in alert_drivers(alert))
            st.markdown(f"Driven by **{drivers}**.")
        pain_cards.typical_words(alert)
        _over_time(shown, spike, alert, number)
        st.markdown("**In customers' words**")
        quote_cards.show(pain_cards.examples(shown, alert), with_brands=False, across=True)
        with st.container(horizontal=True):
            frame.page_link("tweets", spike, "See the tweets of these days")
            for topic in alert["topics"]:
                frame.page_link(
                    "tweets",
                    spike,
                    f"Only: {formatting.clipped(topic['label'], 40)}",
                    topic=topic["topic_id"],
                )


def _over_time(shown: View, spike: Selection, alert: dict[Hashable, Any], number: int) -> None:
    since, until = _days(alert)
    first, newest = shown.coverage.first or since, shown.coverage.newest or until
    around = spike.only(
        since=max(first, since - timedelta(days=BEFORE)), until=min(newest, until + timedelta(days=AFTER))
    )
    cut = volume.steps(around, shown.coverage, most=10_000)
    assert cut is not None  # an alert's tweets have dates
    trend = volume.over_time(shown.store, around, cut)
    drawn = charts.sentiment_bars(
        trend,
        trend["start"].tolist(),
        hover="%{x|%-d %b %Y}",
        yaxis_title="Tweets per day",
        xaxis_tickformat="%-d %b\n%Y",
        height=220,
    )
    pain_cards.shade(drawn, (since, until), cut)
    drawn.add_hline(
        y=alert["usual_tweets"] / ((until - since).days + 1),
        line={"color": COLOR, "width": 2, "dash": "dot"},
    )
    state = charts.show(
        drawn,
        f"alert_over_time_{number}",
        "Tweets per day, by sentiment",
        "Each bar is a day; its parts are what people felt. The ground is shaded on the days of the alert; the dotted "
        "line is what was usual before. Click a part to read its tweets.",
        card=False,
        select=True,
    )
    if (clicked := charts.clicked(state)) is not None:
        day = trend["start"].iloc[clicked[0]].date()
        counted = around.only(since=day, until=day, sentiments=(clicked[1],), source=shown.store.source)
        frame.go("tweets", counted)


def _of_brands(shown: View) -> pd.DataFrame:
    chosen = shown.selection
    brands = volume.by_brand(shown.store, chosen.only(ps=(), sentiments=())).head(MOST_BRANDS)
    found = [
        pain_points.alerts(shown.store, brand_id, chosen.since, chosen.until).assign(
            brand_id=brand_id, brand=brand
        )
        for brand_id, brand in zip(brands.brand_id.tolist(), brands.brand.tolist(), strict=True)
    ]
    return pd.concat(found, ignore_index=True).sort_values(
        ["until", "brand"], ascending=[False, True], ignore_index=True
    )


def _days(alert: dict[Hashable, Any]) -> tuple[date, date]:
    days = stretch(alert)
    assert days is not None  # alerts have days
    return days


def _middle(days: tuple[date, date], cut: Steps) -> date:
    """Return the first day of the step in the middle of an alert, where its bar stands."""
    touched = [start for start in cut.starts if start <= days[1] and cut.end(start) >= days[0]]
    return touched[len(touched) // 2]
