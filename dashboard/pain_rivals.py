"""The same topic at competitors: what the other brands of the industry get to hear of it, and of the P in all."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import download_menu, formatting, frame, palette
from dashboard.frame import View
from dashboard.pain_words import Kind
from dashboard.queries import pain_points


def show(shown: View, point: dict[Hashable, Any], kind: Kind) -> None:
    """Draw the comparison, folded until it is asked for; a click on a brand leads to its tweets."""
    p, topic_id = str(point["p"]), int(point["topic_id"])
    key = f"rivals_{kind.sentiment}_{p}_{topic_id}"
    section = st.expander("Compare with competitors", key=key, icon=":material/balance:", on_change="rerun")
    if not section.open:
        return
    industry = shown.selection.only(brand_id=None, industry=shown.industry, ps=(), sentiments=())
    found = pain_points.compared(shown.store, industry, p, topic_id)
    with section:
        st.markdown(_sentence(shown, point, kind, found))
        table = _table(found, p, kind, shown.selection.brand_id or "")
        download_menu.draw(f"{key}_table", lambda: table)
        state = st.dataframe(
            table,
            key=f"{key}_table",
            hide_index=True,
            height="content",
            on_select="rerun",
            selection_mode="single-cell",
            alt="The same topic and P at each brand of the industry",
            column_config=_columns(palette.PS[p].title, kind),
        )
        st.caption(
            f"Under {formatting.TOO_SMALL} tweets no share is shown. Click a row to read the brand's tweets."
        )
        frame.page_link("compare", industry.only(ps=(p,)), "Compare in everything", icon=":material/balance:")
    if state.selection.cells:
        row = found.iloc[state.selection.cells[0][0]]
        of_brand = shown.selection.only(brand_id=str(row.brand_id), ps=(p,), sentiments=())
        frame.go("tweets", of_brand, topic=topic_id if row.tweets else None)


def _sentence(shown: View, point: dict[Hashable, Any], kind: Kind, found: pd.DataFrame) -> str:
    others = found[found.brand_id != shown.selection.brand_id]
    title, field = palette.PS[point["p"]].title, formatting.plain(shown.industry or "")
    if others.empty:
        return f"No other brand in {field} is mentioned about {title} in this period."
    tweets, said = int(others.tweets.sum()), int(others[kind.sentiment].sum())
    if tweets == 0:
        return f"No other brand in {field} hears of this in this period: it is the brand's own."
    brands = formatting.plural(int((others.tweets > 0).sum()), "other brand")
    share = f", {formatting.share(said / tweets)} {kind.sentiment}" if tweets >= formatting.TOO_SMALL else ""
    return (
        f"{brands} in {field} {'hears' if (others.tweets > 0).sum() == 1 else 'hear'} of this too: "
        f"{formatting.plural(tweets, 'tweet')}{share}."
    )


def _table(found: pd.DataFrame, p: str, kind: Kind, brand_id: str) -> pd.DataFrame:
    def shares(said: pd.Series, tweets: pd.Series) -> pd.Series:
        return (said / tweets * 100).where(tweets >= formatting.TOO_SMALL)

    return pd.DataFrame(
        {
            "Brand": found.brand.where(found.brand_id != brand_id, "▸ " + found.brand),
            "Here": found.tweets,
            "Share here": shares(found[kind.sentiment], found.tweets),
            "In P": found.in_p,
            "Share in P": shares(found[f"{kind.sentiment}_in_p"], found.in_p),
        }
    )


def _columns(title: str, kind: Kind) -> dict[str, Any]:
    def progress(label: str) -> Any:
        return st.column_config.ProgressColumn(
            label,
            format="%.0f %%",
            min_value=0,
            max_value=100,
            color=palette.SENTIMENTS[kind.sentiment].color,
        )

    def count(label: str) -> Any:
        return st.column_config.NumberColumn(label, format="localized")

    said = kind.sentiment.title()
    return {
        "Here": count("Tweets on this"),
        "Share here": progress(f"{said}"),
        "In P": count(f"About {title} in all"),
        "Share in P": progress(f"{said} in all"),
    }
