"""The user's favourite brands, which stand first in the list of brands; the browser remembers them."""

from __future__ import annotations

import json
from collections.abc import Container

import streamlit as st

from dashboard import browser_memory, formatting

COOKIE = "mmx_favourites"


def chosen(known: Container[str]) -> list[str]:
    """Return the favourites' brand_ids, first chosen first; those that the store does not know are left out."""
    return [brand_id for brand_id in _every() if brand_id in known]


def button(brand_id: str | None, name: str) -> None:
    """Draw the button that makes the selected brand a favourite, or no longer one; None: no brand is selected."""
    is_one = brand_id in _every()
    full = not is_one and brand_id is not None and not browser_memory.fits(json.dumps([*_every(), brand_id]))
    if brand_id is None:
        help_text = "Choose a brand to have it at the top of the list."
    elif full:
        help_text = "The browser remembers no more favourites: take one away first."
    elif is_one:
        help_text = (
            f"{formatting.plain(name)} stands at the top of the list. Click to take it away from there."
        )
    else:
        help_text = (
            f"Puts {formatting.plain(name)} at the top of the list, in this browser only: it is not in links. The "
            "first favourite is what you see when you come back."
        )
    st.button(
        "Remove from favourites" if is_one else "Add to favourites",
        key="favourite",
        icon=":material/star:",
        type="tertiary",
        help=help_text,
        disabled=brand_id is None or full,
        on_click=_turn,
        args=(brand_id,),
    )


def _turn(brand_id: str) -> None:
    others = [favourite for favourite in _every() if favourite != brand_id]
    kept = others if len(others) < len(_every()) else [*others, brand_id]
    browser_memory.remember(COOKIE, json.dumps(kept))


def _every() -> list[str]:
    try:
        remembered = json.loads(browser_memory.recall(COOKIE) or "[]")
    except ValueError:  # whatever else runs at this address may have written the cookie
        return []
    return [one for one in remembered if isinstance(one, str)] if isinstance(remembered, list) else []
