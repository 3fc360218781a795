"""Tables whose cells say more than their number, and are sorted by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from pandas.io.formats.style import Styler


def worded(table: pd.DataFrame, texts: Mapping[str, Sequence[str]], styles: pd.DataFrame) -> Styler:
    """Return a table in which number columns show texts.

    Parameters
    ----------
    table
        The values, by which Streamlit sorts; a number that is not known is NaN and shows no text.
    texts
        For each number column a text a row.
    styles
        CSS of each cell (colour, background-color and font-weight count), shaped as the table.
    """
    sorted_by = table.copy()
    words: dict[str, dict[object, str]] = {}
    for column, of_rows in texts.items():
        # A Styler words a cell by its value alone: a trifle makes each row's value its own.
        sorted_by[column] = table[column] + [row * 1e-9 for row in range(len(table))]
        words[column] = dict(zip(sorted_by[column], of_rows, strict=True))
    styled = sorted_by.style.apply(lambda _: styles, axis=None)
    return styled.format({column: known.__getitem__ for column, known in words.items()}, na_rep="")
