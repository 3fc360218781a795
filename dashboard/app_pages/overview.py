"""Overview: how a brand is doing."""

from dataclasses import replace

import streamlit as st

from dashboard import (
    brand_table,
    cards,
    charts,
    formatting,
    frame,
    key_figures,
    pain_alerts,
    report_button,
    tour,
)
from dashboard.pain_words import ALERTS, PAIN
from dashboard.queries import first_look, pain_points, volume
from dashboard.selection import Selection
from pipeline.store import P_LABELS

shown = frame.view()
chosen = shown.selection
with frame.heading("Overview", shown):
    report_button.show(shown)
tour.offer()

now = volume.totals(shown.store, chosen)
if now.mentions == 0:
    frame.nothing_found(shown)
    st.stop()
before = None if shown.before is None else volume.totals(shown.store, shown.before)
# Steps long enough that most hold some mentions.
cut = volume.steps(chosen, shown.coverage, most=min(60, max(8, now.mentions // 2)))
trend = None if cut is None else volume.over_time(shown.store, chosen, cut)

# Whose mentions a brand's (or an industry's) are a share of.
field = replace(chosen, brand_id=None, industry=shown.industry if shown.brand else None)
field_name = (shown.industry if shown.brand else None) or "all industries"


def field_counts(selection: Selection) -> int:
    """Count the mentions of all brands in the field, in a selection's period."""
    return volume.totals(shown.store, replace(field, since=selection.since, until=selection.until)).mentions


with st.container(horizontal=True):
    key_figures.mentions(shown, now, before, trend)
    if chosen.brand_id is not None or chosen.industry is not None:
        field_trend = None if cut is None else volume.over_time(shown.store, field, cut)
        key_figures.share_of_voice(
            shown,
            (now.mentions, field_counts(chosen)),
            None if before is None or shown.before is None else (before.mentions, field_counts(shown.before)),
            None if trend is None or field_trend is None else trend.mentions / field_trend.mentions,
            field_name,
            field,
        )
    if not chosen.sentiments:
        key_figures.net_sentiment(shown, now, before, trend)
        key_figures.negative(shown, now, before, trend)
    if shown.brand is not None:
        worst = cards.first(shown, PAIN)
        worst_before = worst_trend = None
        if worst is not None:
            p, topic_id = str(worst["p"]), int(worst["topic_id"])
            if shown.before is not None:
                about = shown.before.only(ps=(), sentiments=())
                worst_before = first_look.in_topic(shown.store, about, p, topic_id)
            of_brand = chosen.only(ps=(), sentiments=())
            if cut is not None:
                worst_trend = pain_points.over_time(shown.store, of_brand, p, topic_id, cut)
        key_figures.worst_pain_point(shown, worst, worst_before, worst_trend)
if chosen.sentiments:
    st.caption("Net sentiment and shares are not shown while the sentiment filter leaves mentions out.")
elif chosen.days is not None and shown.before is None:
    st.caption(f"The tweets do not reach back over {shown.compared_with}: nothing to compare.")

alerts = None
if shown.brand is not None:
    alerts = pain_points.alerts(shown.store, chosen.brand_id or "", chosen.since, chosen.until)
    hurts, pleases = st.columns([3, 2])
    with hurts:
        cards.worst(shown, worst)
    with pleases:
        cards.best(shown, alerts)
else:
    cards.foremost(shown)

p_now = volume.by_p(shown.store, chosen)
p_before = None if shown.before is None else volume.by_p(shown.store, shown.before)
p_field = volume.by_p(shown.store, field) if shown.brand else None
shown_ps = chosen.ps or P_LABELS
for column, p in zip(st.columns(len(shown_ps)), shown_ps, strict=True):
    with column:
        cards.one_p(
            shown,
            p,
            p_now[p],
            None if p_before is None else p_before[p],
            None if p_field is None else p_field[p] - p_now[p],
        )

left, right = st.columns([3, 2])
with left:
    if cut is None or trend is None:
        st.info("The tweets have no dates, so there is no trend to show.", icon=":material/event_busy:")
    else:
        bars = charts.sentiment_bars(
            trend,
            trend["start"].tolist(),
            hover=f"{cut.word} from %{{x|%-d %b %Y}}",
            yaxis_title=f"Mentions per {cut.word}",
            xaxis_tickformat="%-d %b\n%Y",
            bargap=0.2,
        )
        how = f"Each bar is a {cut.word}; its parts are what people felt. Click a part to read its tweets."
        if alerts is not None and not alerts.empty:
            pain_alerts.mark(bars, alerts, cut, int(trend.mentions.max()))
            how += " A triangle marks an alert, the shaded ground its days."
        state = charts.show(bars, "trend", f"Mentions per {cut.word}, by sentiment", how, select=True)
        mark = charts.clicked(state)
        if mark is not None and mark[1] == pain_alerts.MARK:
            frame.go("pain_points", chosen, view=ALERTS)
        if mark is not None:
            start = trend["start"].iloc[mark[0]].date()
            clicked = replace(
                chosen,
                period="custom",
                since=max(start, cut.since),
                until=cut.end(start),
                sentiments=(mark[1],),
            )
            frame.go("tweets", clicked)
with right:
    topics = volume.top_topics(shown.store, chosen, 8)
    if topics.empty:
        st.info("No topics in this selection.", icon=":material/bubble_chart:")
    else:
        state = charts.show(
            charts.sentiment_bars(
                topics,
                [charts.plain(formatting.clipped(label, 34)) for label in topics.label],
                sideways=True,
                hover="%{y}",
                xaxis_title="Tweets",
                showlegend=False,
                height=min(300, 80 + 45 * len(topics)),
            ),
            "top_topics",
            "Topics most spoken of, by sentiment",
            "Each bar is a topic, as long as it has tweets; red negative, grey neutral, blue-green positive. "
            "Click a part to read its tweets.",
            select=True,
        )
        if (mark := charts.clicked(state)) is not None:
            topic_id = int(topics.topic_id.iloc[mark[0]])
            frame.go("tweets", replace(chosen, sentiments=(mark[1],)), topic=topic_id)

if shown.brand is None:
    brand_table.draw(shown, volume.by_brand(shown.store, chosen))
else:
    with st.container(horizontal=True):
        frame.page_link("tweets", chosen, "All these tweets")
        frame.page_link(
            "compare",
            replace(chosen, brand_id=None, industry=shown.industry),
            f"Compare with others in {formatting.plain(shown.industry or 'its industry')}",
        )
