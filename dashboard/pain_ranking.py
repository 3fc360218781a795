"""The worst pain point of each brand, for who has not chosen a brand yet."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import formatting, frame, palette
from dashboard.frame import View
from dashboard.queries import pain_points, volume

MOST_BRANDS = 30


def show(shown: View) -> None:
    """Draw the brands' worst pain points, the worst of all first; choosing one opens the brand's cards."""
    st.info(
        "Choose a brand at the left, or click one below, to see what hurts it.", icon=":material/storefront:"
    )
    worst = _worst(shown)
    if worst.empty:
        with st.container(border=True):
            st.markdown("**:material/sentiment_satisfied: Nothing stands out at any brand in this period**")
            st.write("Choose a longer period, or take filters away.")
        return
    table = pd.DataFrame(
        {
            "Brand": worst.brand,
            "About": [[palette.PS[p].title] for p in worst.p],
            "Worst pain point": worst.label,
            "Tweets": worst.tweets,
            "Negative": worst.negative_share * 100,
            "Industry": worst.industry,
        }
    )
    with st.container(border=True):
        st.markdown(
            f"**The worst pain point of {formatting.plural(len(worst), 'brand')}, the worst first**",
            help="Ranked by how many more tweets are surely negative than is usual for the brand and its industry.",
        )
        state = st.dataframe(
            table,
            key="pain_ranking",
            hide_index=True,
            height="content",
            on_select="rerun",
            selection_mode="single-cell",
            alt="The worst pain point of each brand",
            column_config={
                "About": st.column_config.MultiselectColumn(
                    options=[mark.title for mark in palette.PS.values()],
                    color=[mark.color for mark in palette.PS.values()],
                ),
                "Tweets": st.column_config.NumberColumn(format="localized"),
                "Negative": st.column_config.ProgressColumn(
                    format="%.0f %%",
                    min_value=0,
                    max_value=100,
                    color=palette.SENTIMENTS["negative"].color,
                ),
            },
        )
    if state.selection.cells:
        brand_id = str(worst.brand_id.iloc[state.selection.cells[0][0]])
        frame.go("pain_points", shown.selection.only(brand_id=brand_id))


def _worst(shown: View) -> pd.DataFrame:
    """Return the worst pain point of each of the most mentioned brands, with brand_id, brand and industry."""
    chosen = shown.selection
    brands = volume.by_brand(shown.store, chosen.only(ps=(), sentiments=())).head(MOST_BRANDS)
    found = []
    for brand in brands.to_dict("records"):
        ranked = pain_points.ranked(shown.store, brand["brand_id"], chosen.since, chosen.until, 10)
        if chosen.ps:
            ranked = ranked[ranked.p.isin(chosen.ps)]
        found.append(ranked.head(1).assign(**{key: brand[key] for key in ("brand_id", "brand", "industry")}))
    every = pd.concat(found, ignore_index=True)
    return every.sort_values("score", ascending=False, ignore_index=True)
