"""The user's own brands, which a store remembers: a run that is given no list, such as an upload, goes on with its."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipeline.brand_list import brand_text, read_brands
from pipeline.brands import Catalogue
from pipeline.store import read_meta, write_meta

KEY = "own_brands"


def catalogue_of(connection: duckdb.DuckDBPyConnection, given: Path | None) -> Catalogue:
    """Return the catalogue that a run on a store matches tweets with.

    Parameters
    ----------
    given
        The list of brands that the run was given: the store remembers it in place of the one before.

    Raises
    ------
    InputError
        If the list cannot be used.
    """
    if given is None:
        remembered = read_meta(connection, KEY)
        return Catalogue.with_own(
            [] if remembered is None else read_brands(remembered, "the store's own brands")
        )
    catalogue = Catalogue.load(given)
    write_meta(connection, KEY, brand_text(given))
    return catalogue
