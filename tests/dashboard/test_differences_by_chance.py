"""Which differences Compare shows as such: few by chance, though many are looked at, and real ones."""

from __future__ import annotations

from datetime import date

import duckdb
import numpy as np
import pytest
from pyarrow import ipc

from dashboard import brand_charts, comparison
from dashboard.queries.compare import MEAN, OVERALL, BrandSums, Sums
from pipeline.chance import means_differ
from pipeline.report import render
from pipeline.store import P_LABELS

BRANDS, MENTIONS = 60, 50
NEWEST = date(2026, 10, 31)


def sums(values: np.ndarray) -> Sums:
    return Sums(len(values), float(values.sum()), float((values**2).sum()))


def brands(rng: np.random.Generator, *, place: float = 0.0) -> list[BrandSums]:
    """Return brands whose mentions are alike in all Ps, but for the first brand's about Place."""
    found = []
    for number in range(BRANDS):
        values = {p: rng.uniform(-1, 1, MENTIONS) for p in P_LABELS}
        if number == 0:
            values["place"] = np.clip(values["place"] + place, -1, 1)
        whole = {OVERALL: np.concatenate(list(values.values())), **values}
        found.append(
            BrandSums(str(number), f"Brand {number}", "Fashion", {c: sums(v) for c, v in whole.items()})
        )
    return found


def coloured(found: list[comparison.Row]) -> list[tuple[str, str]]:
    return [(row.name, p) for row in found for p in P_LABELS if row.cells[p].sure]


def test_brands_that_do_not_differ_are_grey_though_one_by_one_some_would_seem_to():
    shown = marked = seem = apart = 0
    for seed in range(20):
        alike = brands(np.random.default_rng(seed))
        rows = comparison.rows(alike, of_all="All")
        shown += bool(coloured(rows))
        marked += any(cell.mark for row in rows for cell in row.cells.values())
        apart += any(position.sure for position in brand_charts.positions(alike, OVERALL))
        seem += sum(
            means_differ(one.sums[p].mean, (one.sums[OVERALL] - one.sums[p]).mean)
            for one in alike
            for p in P_LABELS
        )
    assert seem / 20 > 5  # in each table of 240 cells
    assert max(shown, marked, apart) <= 2  # of 20 tables


def test_a_real_difference_is_shown_among_many_brands():
    rows = comparison.rows(brands(np.random.default_rng(1), place=-0.8), of_all="All")
    assert coloured(rows) == [("Brand 0", "place")]
    row = next(row for row in rows if row.name == "Brand 0")
    assert row.cells["place"].mark == comparison.WORST
    assert sum(cell.mark == comparison.BEST for cell in row.cells.values()) == 1


def test_intervals_are_written_into_each_cell_where_wanted(open_page):
    from test_page_compare import texts

    plain = texts(open_page("compare", brand="harrow-pine", period="all"))
    wanted = texts(open_page("compare", brand="harrow-pine", period="all", intervals="true"))
    assert "±" not in plain.loc["● Harrow & Pine", "place"]
    assert "±" in wanted.loc["● Harrow & Pine", "place"]


def test_net_sentiment_has_one_interval_on_overview_compare_in_the_brand_table_and_the_report(
    open_page, store_file
):
    from test_page_compare import texts

    likely = "−100 to −35"  # Wilson's interval of 0 in 8, a neutral mention counting as half of one
    compared = texts(open_page("compare", industry="Fashion", period="all", measure="Net sentiment"))
    product = next(cell for brand, cell in compared["product"].items() if "Outfitters" in brand)
    assert f"−100 ({likely}) · 8" in product
    overview = open_page(brand="long-name", period="all", p="product")
    assert any(f"{likely} likely" in caption.value for caption in overview.main.caption)
    assert any(f"Net sentiment **−100**, likely {likely}" in text.value for text in overview.main.markdown)
    table = open_page(industry="Fashion", period="all", p="product").dataframe[0]
    assert any(f"−100 ({likely} likely)" in cell for column in shown(table) for cell in column)
    with duckdb.connect(str(store_file), read_only=True) as connection:
        page = render(connection, "long-name", None, None, NEWEST)
    assert f"−100 ({likely})" in page


def shown(table) -> list[list[str]]:
    """Return what a table's cells show, column by column."""
    words = ipc.open_stream(table.proto.arrow_data.styler.display_values).read_pandas()
    return [words[column].astype(str).tolist() for column in words]


@pytest.mark.parametrize("measure", [MEAN])
def test_too_few_mentions_are_never_a_difference(measure):
    few = BrandSums("a", "A", "Fashion", {c: Sums(4, 4.0, 4.0) for c in (OVERALL, *P_LABELS)})
    (_, row) = comparison.rows([few], of_all="All")
    assert not any(cell.sure or cell.mark for cell in row.cells.values())
    assert comparison.table([row], measure, (OVERALL,)).overall.isna().all()
