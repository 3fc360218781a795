"""The overview's table of brands, from which one is chosen."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import cells, charts, formatting, frame, palette
from dashboard.frame import View
from pipeline.changes import interval
from pipeline.counts import Counts

HEIGHT = 420


def draw(shown: View, brands: pd.DataFrame) -> None:
    """Draw the brands with their figures; clicking one shows its overview.

    Parameters
    ----------
    brands
        Columns brand_id, brand, industry, mentions, negative, neutral, positive.
    """
    counts = [
        Counts(*numbers)
        for numbers in brands[["mentions", "negative", "neutral", "positive"]].itertuples(
            index=False, name=None
        )
    ]
    known = [count if count.mentions >= formatting.TOO_SMALL else None for count in counts]
    # The index is no brand, since a tap on a column's head also selects the first cell that is not of the index.
    table = pd.DataFrame({"brand": brands.brand, "industry": brands.industry, "mentions": brands.mentions})
    table.index = pd.RangeIndex(1, len(table) + 1)
    texts: dict[str, list[str]] = {}
    # Shares of mentions that were chosen by their sentiment would say nothing.
    if not shown.selection.sentiments:
        table["net"] = [count.net if count else float("nan") for count in known]
        table["negative"] = [count.share("negative") if count else float("nan") for count in known]
        texts = {"net": [_net(count) for count in counts], "negative": [_negative(count) for count in counts]}
    styles = pd.DataFrame("", index=table.index, columns=table.columns)
    styles.loc[table.mentions < formatting.SMALL, list(texts)] = f"color: {palette.pale()}"
    with st.container(border=True):
        charts.titled(
            "Brands by mentions: click one to see how it does",
            "Net sentiment is the share of positive minus the share of negative mentions. Pale: fewer than "
            f"{formatting.SMALL} mentions, with what is likely. Under {formatting.TOO_SMALL} no share is shown.",
            "brand_table",
            lambda: table,
        )
        state = st.dataframe(
            cells.worded(table, texts, styles),
            key="brand_table",
            height="content" if len(table) <= 10 else HEIGHT,
            on_select="rerun",
            selection_mode="single-cell",
            column_config={
                "_index": st.column_config.NumberColumn("#", width=45),
                "brand": "Brand",
                "industry": "Industry",
                "mentions": st.column_config.NumberColumn("Mentions", format="localized"),
                "net": "Net sentiment",
                "negative": "Negative",
            },
            placeholder=f"< {formatting.TOO_SMALL}",
            alt="Brands by mentions",
        )
    if state.selection.cells:
        row = state.selection.cells[0][0]
        frame.go("overview", shown.selection.only(brand_id=str(brands.brand_id.iloc[row])))


def _net(count: Counts) -> str:
    value = formatting.net_sentiment(count.net)
    likely = f" ({formatting.net_range(count.net_interval)} likely)"
    return value + likely if count.mentions < formatting.SMALL else value


def _negative(count: Counts) -> str:
    likely = interval(count.negative, count.mentions)
    value = formatting.share(count.share("negative"))
    return f"{value} ({likely})" if likely else value
