"""The button that makes the selected brand's report and takes it away as one file."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import streamlit as st

from dashboard import downloads
from dashboard.frame import View
from dashboard.selection import Selection
from dashboard.store import Store
from pipeline.report import render

HELP = (
    "One page on this brand and period, to print or to send to people without this dashboard. It tells of all "
    "four Ps and all sentiments, whatever is filtered here."
)


def show(shown: View) -> None:
    """Draw the button; the report is made when it is clicked, not before."""
    chosen = shown.selection
    st.download_button(
        "Brand report",
        partial(_made, shown.store, chosen),
        downloads.file_name("report", chosen, ".html"),
        "text/html",
        key="brand_report",
        help=HELP if chosen.brand_id is not None else "Choose a brand to get its report.",
        icon=":material/description:",
        type="tertiary",
        on_click="ignore",
        disabled=chosen.brand_id is None,
    )


def _made(store: Store, chosen: Selection) -> bytes:
    with store.cursor() as cursor:
        today = datetime.now(UTC).date()
        page = render(cursor, chosen.brand_id or "", chosen.since, chosen.until, today, chosen.source)
    return page.encode()
