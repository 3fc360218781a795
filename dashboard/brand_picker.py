"""The choice of a brand, an industry or all: favourites first, then each industry with its brands below it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import favourites, formatting
from dashboard.selection import Selection

ALL_BRANDS = "all"
INDUSTRY = "industry:"
KEY = "brand"


def show(brands: pd.DataFrame) -> None:
    """Draw the list and the button for favourites.

    Parameters
    ----------
    brands
        brand_id, name, industry of the store's brands, by industry and name.
    """
    titles = _titles(brands, favourites.chosen(set(brands.brand_id)))
    st.selectbox(
        "Brand",
        list(titles),
        key=KEY,
        format_func=lambda option: titles[option],
        help="Type to search. Favourites stand first, then each industry with its brands.",
    )
    brand_id = chosen(st.session_state[KEY]).brand_id
    name = "" if brand_id is None else str(brands.set_index("brand_id").name[brand_id])
    favourites.button(brand_id, name)


def choose(selection: Selection) -> None:
    """Set the choice to that of a selection."""
    st.session_state[KEY] = (
        INDUSTRY + selection.industry if selection.industry else selection.brand_id or ALL_BRANDS
    )


def chosen(option: str) -> Selection:
    """Return the brand or industry that an option stands for, in a selection of nothing else."""
    if option.startswith(INDUSTRY):
        return Selection(industry=option.removeprefix(INDUSTRY))
    return Selection(brand_id=None if option == ALL_BRANDS else option)


def _titles(brands: pd.DataFrame, favourite: list[str]) -> dict[str, str]:
    named = {
        brand_id: f"{name} · {industry}"
        for brand_id, name, industry in zip(brands.brand_id, brands.name, brands.industry, strict=True)
    }
    titles = {ALL_BRANDS: "All brands", **{brand_id: f"★ {named[brand_id]}" for brand_id in favourite}}
    for industry, members in brands.groupby("industry", sort=False):
        titles[f"{INDUSTRY}{industry}"] = f"{industry}: all {formatting.plural(len(members), 'brand')}"
        titles |= {brand_id: named[brand_id] for brand_id in members.brand_id if brand_id not in titles}
    return titles
