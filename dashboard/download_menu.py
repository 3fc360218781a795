"""The menu beside a chart's or a table's title: what is shown there, to take away."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import duckdb
import pandas as pd
import streamlit as st

from dashboard import downloads, picture_buttons
from dashboard.downloads import Format
from dashboard.selection import Selection

UNFILTERED = ("live", "data", "about")  # pages whose charts and tables the filters leave as they are


def draw(key: str, table: Callable[[], pd.DataFrame], *, picture: bool = False) -> None:
    """Draw the menu.

    Parameters
    ----------
    key
        Of the chart or table; the files are called so, too.
    table
        Makes the table to write; called when the user asks for a file.
    picture
        Whether the key is that of a chart, which can be saved as a picture.
    """
    filtered = st.session_state["page"] not in UNFILTERED
    chosen: Selection | None = st.session_state["selection"] if filtered else None
    with st.popover(
        "Save",
        icon=":material/download:",
        type="tertiary",
        key=f"save_{key}",
        help="Save what is shown here.",
    ):
        with st.container(horizontal=True, gap="small"):
            for form in downloads.FORMATS:
                st.download_button(
                    form.title,
                    partial(written, table, form),
                    downloads.file_name(key, chosen, form.suffix),
                    form.mime,
                    key=f"save_{key}{form.suffix.replace('.', '_')}",
                    help=form.help,
                    on_click="ignore",
                )
        if picture:
            picture_buttons.draw(key, downloads.file_name(key, chosen, ""))


def written(table: Callable[[], pd.DataFrame], form: Format) -> bytes:
    """Return the table's file."""
    with duckdb.connect() as connection:
        return form.build(connection.from_df(table()))
