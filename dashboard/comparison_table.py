"""The table that sets brands beside each other, each row coloured by itself."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from dashboard import cells, charts, formatting, palette
from dashboard.comparison import BEST, WORST, Row, table, text
from dashboard.queries.compare import OVERALL

MOST_ROWS = 1000
HEIGHT = 560
TITLE = "Sentiment of each brand, overall and in each P"
HOW_TO_READ = (
    f"Each cell: mean sentiment · number of mentions. {BEST} is the best and {WORST} the worst P of the row. "
    "The colour says how far a P is above (blue-green) or below (red) the brand's own overall. Grey without a colour: "
    "the difference from the brand's other mentions may be chance. The more is compared, the more seems to differ by "
    "chance: so much must speak against it that at most one coloured cell in twenty is chance. Behind ± or in "
    f"brackets: within what it lies with 95 % certainty; always written under {formatting.SMALL} mentions. "
    f"< {formatting.TOO_SMALL}: too few mentions to show. Click a number to read its tweets, the last "
    "column for the brand's overview, a column's head to sort."
)


def draw(
    rows: Sequence[Row], measure: str, ps: Sequence[str], *, highlighted: str | None, intervals: bool
) -> tuple[Row, str] | None:
    """Draw the table.

    Parameters
    ----------
    measure
        MEAN or NET (`dashboard.queries.compare`).
    ps
        The Ps to show.
    highlighted
        brand_id of the row that is marked.
    intervals
        Whether to write the 95 % interval into each cell.

    Returns
    -------
    tuple or None
        The row and the column ("overall", a P or "stands_out") of the cell that was clicked.
    """
    columns = (OVERALL, *ps)
    with st.container(border=True):
        charts.titled(TITLE, HOW_TO_READ, "comparison", partial(table, rows, measure, columns))
        state = st.dataframe(
            _styled(rows[:MOST_ROWS], measure, columns, highlighted, intervals),
            key="comparison",
            height="content" if len(rows) <= 14 else HEIGHT,
            on_select="rerun",
            selection_mode="single-cell",
            column_config={
                "_index": st.column_config.TextColumn("Brand", width=180),
                OVERALL: st.column_config.NumberColumn("Overall"),
                **{
                    p: st.column_config.NumberColumn(palette.PS[p].title, help=palette.PS[p].definition)
                    for p in ps
                },
                "stands_out": st.column_config.TextColumn("What stands out"),
            },
            placeholder=f"< {formatting.TOO_SMALL}",
            alt=TITLE,
        )
        if len(rows) > MOST_ROWS:
            st.caption(
                f"The first {MOST_ROWS} of {formatting.number(len(rows))} rows. Choose an industry to see all."
            )
        st.caption(f"{BEST} best and {WORST} worst P of the row. Grey: the difference may be chance.")
    if not state.selection.cells:
        return None
    position, column = state.selection.cells[0]
    return rows[position], column


def _styled(
    rows: Sequence[Row], measure: str, columns: Sequence[str], highlighted: str | None, intervals: bool
) -> Styler:
    # Names are the index, since a tap on a column's head also selects the first cell that is not of the index.
    values = pd.DataFrame(
        index=[f"● {row.name}" if row.brand_id and row.brand_id == highlighted else row.name for row in rows]
    )
    styles = pd.DataFrame(index=values.index)
    for column in columns:
        of_rows = [row.cells[column] for row in rows]
        values[column] = [cell.mean.value if cell.known else float("nan") for cell in of_rows]
        styles[column] = [_cell_style(row, column) for row in rows]
    values["stands_out"] = [row.stands_out for row in rows]
    styles["stands_out"] = ""
    texts = {
        column: [text(row.cells[column], measure, intervals=intervals) for row in rows] for column in columns
    }
    return cells.worded(values, texts, styles)


def _cell_style(row: Row, column: str) -> str:
    few = row.cells[column].mean.total < formatting.SMALL
    if strength := row.strength(column):
        side = palette.SENTIMENTS["positive" if strength > 0 else "negative"]
        return f"background-color: {palette.rgba(side.color, (0.1 + 0.35 * abs(strength)) * (0.5 if few else 1))}"
    return f"color: {palette.pale()}" if few or column != OVERALL else ""
