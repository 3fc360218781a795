"""Customers' own words: a few tweets, shown as they were written."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import formatting, palette


def show(quotes: pd.DataFrame, *, with_brands: bool, across: bool = False) -> None:
    """Draw tweets.

    Parameters
    ----------
    quotes
        From `queries.quotes.quotes`.
    with_brands
        Whether to say which brands they mention.
    across
        Beside each other, not one below the other.
    """
    places = st.columns(len(quotes)) if across else [st.container() for _ in range(len(quotes))]
    for place, quote in zip(places, quotes.to_dict("records"), strict=True):
        with place, st.container(border=True, gap="xxsmall", height="stretch"):
            st.text(quote["text"])
            parts = [palette.SENTIMENTS[quote["sentiment"]].label]
            if pd.notna(quote["created_at"]):
                parts.append(formatting.day(quote["created_at"]))
            if with_brands and quote["brands"]:
                parts.append(formatting.plain(quote["brands"]))
            if pd.notna(quote["likes"]) and quote["likes"]:
                parts.append(formatting.plural(quote["likes"], "like"))
            st.caption(" · ".join(parts))
