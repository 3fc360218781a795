"""The first pain point or strength of each brand, for who has not chosen a brand yet."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import charts, formatting, frame, palette
from dashboard.frame import View
from dashboard.pain_words import Kind
from dashboard.queries import pain_points, volume

MOST_BRANDS = 30


def show(shown: View, kind: Kind) -> None:
    """Draw each brand's first pain point or strength; choosing one opens the brand's cards."""
    first = _first(shown, kind)
    if first.empty:
        with st.container(border=True):
            st.markdown("**:material/check_circle: Nothing stands out at any brand in this period**")
            st.write("Choose a longer period, or take filters away.")
        return
    said = kind.sentiment.title()
    table = pd.DataFrame(
        {
            "Brand": first.brand,
            "About": [[palette.PS[p].title] for p in first.p],
            kind.first: first.label,
            "Tweets": first.tweets,
            said: first[f"{kind.sentiment}_share"] * 100,
            "Industry": first.industry,
        }
    )
    with st.container(border=True):
        charts.titled(
            f"The {kind.first.lower()} of {formatting.plural(len(first), 'brand')}",
            f"Ranked by how many more tweets are surely {kind.sentiment} than is usual for the brand and its "
            "industry.",
            f"ranking_{kind.sentiment}",
            lambda: table,
        )
        state = st.dataframe(
            table,
            key=f"ranking_{kind.sentiment}",
            hide_index=True,
            height="content",
            on_select="rerun",
            selection_mode="single-cell",
            alt=f"The {kind.first.lower()} of each brand",
            column_config={
                "About": st.column_config.MultiselectColumn(
                    options=[mark.title for mark in palette.PS.values()],
                    color=[mark.color for mark in palette.PS.values()],
                ),
                "Tweets": st.column_config.NumberColumn(format="localized"),
                said: st.column_config.ProgressColumn(
                    format="%.0f %%",
                    min_value=0,
                    max_value=100,
                    color=palette.SENTIMENTS[kind.sentiment].color,
                ),
            },
        )
    if state.selection.cells:
        brand_id = str(first.brand_id.iloc[state.selection.cells[0][0]])
        frame.go("pain_points", shown.selection.only(brand_id=brand_id), view=st.query_params.get("view"))


def _first(shown: View, kind: Kind) -> pd.DataFrame:
    """Return the first of each of the most mentioned brands, with brand_id, brand and industry."""
    chosen = shown.selection
    brands = volume.by_brand(shown.store, chosen.only(ps=(), sentiments=())).head(MOST_BRANDS)
    ranked = pain_points.ranked_brands(
        shown.store, brands.brand_id.tolist(), chosen.since, chosen.until, kind.sentiment
    )
    if chosen.ps:
        ranked = ranked[ranked.p.isin(chosen.ps)]
    first = ranked.drop_duplicates("brand_id").merge(brands[["brand_id", "brand", "industry"]], on="brand_id")
    return first.sort_values("score", ascending=False, ignore_index=True)
