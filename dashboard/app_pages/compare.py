"""Compare: where brands are strong or weak, in each P and against each other."""

from dataclasses import replace

import streamlit as st

from dashboard import (
    behind,
    brand_charts,
    charts,
    comparison,
    comparison_table,
    formatting,
    frame,
    sentiment_view,
)
from dashboard.queries import compare, volume
from dashboard.queries.compare import MEAN, NET, OVERALL, Sums
from pipeline.store import P_LABELS

BRANDS, SENTIMENT = "Brands", "Sentiment"

viewed = frame.view()
# A brand is compared with its industry. Sentiment is what is compared: filtering by it would decide the result.
shown = replace(viewed, selection=viewed.selection.only(sentiments=()))
chosen = shown.selection
field = chosen if shown.brand is None else chosen.only(industry=shown.industry)
frame.heading("Compare", shown)

with st.container(horizontal=True, vertical_alignment="bottom"):
    in_depth = (
        st.segmented_control(
            "View",
            [BRANDS, SENTIMENT],
            default=BRANDS,
            key="view",
            required=True,
            bind="query-params",
            help="Brands beside each other, or the sentiment about the chosen ones in depth: how it is spread in each "
            "P, over time and by topic.",
        )
        == SENTIMENT
    )
    measure = st.segmented_control(
        "Shown as",
        [MEAN, NET],
        default=MEAN,
        key="measure",
        required=True,
        bind="query-params",
        help="Mean: from −1 (all very negative) to +1. Net sentiment: share of positive minus share of negative "
        "mentions, from −100 to +100.",
    )
    intervals = not in_depth and st.toggle(
        "Intervals",
        key="intervals",
        bind="query-params",
        help="Write into each cell within what the mean lies with 95 % certainty.",
    )
if viewed.selection.sentiments:
    st.caption("The sentiment filter does not count on this page: sentiment is what is compared.")

brands = compare.sentiment_sums(shown.store, field, measure)
if not brands:
    frame.nothing_found(shown)
    st.stop()
everyone = shown.industry or "All brands"
ps = chosen.ps or P_LABELS

if in_depth:
    sentiment_view.draw(shown, field, brands, measure, ps)
    st.stop()

rows = comparison.rows(brands, of_all="All brands")
cell = comparison_table.draw(rows, measure, ps, highlighted=chosen.brand_id, intervals=intervals)
if cell is not None:
    row, column = cell
    of_row = chosen.only(brand_id=row.brand_id, industry=None if row.brand_id else row.industry)
    if column in P_LABELS:
        frame.go("tweets", of_row.only(ps=(column,)))
    frame.go("tweets" if column == OVERALL else "overview", of_row)

left, right = st.columns(2)
with left:
    cut = volume.steps(field, shown.coverage, most=20)
    voices = None if cut is None else compare.voices(shown.store, field, cut)
    if cut is None or voices is None:
        st.info("The tweets have no dates, so there is no trend to show.", icon=":material/event_busy:")
    elif not (voices.field >= formatting.TOO_SMALL).any():
        st.info(f"Too few mentions per {cut.word} for a share of voice.", icon=":material/timeline:")
    else:
        state = charts.show(
            brand_charts.share_of_voice(voices, cut, chosen.brand_id),
            "share_of_voice",
            f"Share of voice per {cut.word}",
            f"Each line is a brand's share of all mentions of {formatting.plain(everyone)}; the "
            f"{brand_charts.LINES} most mentioned brands are drawn. Click a point to read its tweets.",
            select=True,
        )
        behind.follow(state, chosen, ("brand_id", "start"), cut=cut)
with right, st.container(border=True, height="stretch"):
    column = sentiment_view.about(ps)
    found = brand_charts.positions(brands, column)
    if not found:
        st.info("No brand has enough mentions here.", icon=":material/scatter_plot:")
    else:
        of_column = chosen if column == OVERALL else chosen.only(ps=(column,))
        state = charts.show(
            brand_charts.positioning(
                found, measure, chosen.brand_id, sum((brand.sums[column] for brand in brands), Sums()).mean
            ),
            "positioning",
            "Who is mentioned most, and who best?",
            "Each mark is a brand: the further right the more mentioned, the higher the better liked. The line "
            "through it is where its sentiment lies with 95 % certainty; the dotted line is all brands together. "
            f"Pale: fewer than {formatting.SMALL} mentions; under {formatting.TOO_SMALL} none is drawn. Click a "
            "mark to read its tweets.",
            card=False,
            select=True,
        )
        behind.follow(state, of_column, ("brand_id",))
