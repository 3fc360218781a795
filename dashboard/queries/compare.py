"""Sums of sentiment by brand, overall and for each P, from which means and their spread follow."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import pandas as pd

from dashboard.selection import Selection
from dashboard.store import Store
from pipeline.chance import Mean
from pipeline.counts import Steps
from pipeline.store import P_LABELS

OVERALL = "overall"
COLUMNS = (OVERALL, *P_LABELS)

MEAN, NET = "Mean", "Net sentiment"
# Each mention's sentiment from -1 to 1: as it is in the mean, and as -1, 0 or 1 for net sentiment. VADER has no
# probabilities but a score.
SCORES = {
    MEAN: "coalesce(p_positive - p_negative, compound)",
    NET: "CAST(sentiment = 'positive' AS TINYINT) - CAST(sentiment = 'negative' AS TINYINT)",
}
# The same of the mentions of a day together: their sum, and the sum of their squares.
_SUMS = {
    MEAN: ("score", "score_squares"),
    NET: (f"mentions * ({SCORES[NET]})", "mentions * CAST(sentiment <> 'neutral' AS TINYINT)"),
}


@dataclass(frozen=True)
class Sums:
    """Number, sum and sum of squares of mentions' sentiment; two groups' sums add up and subtract."""

    number: int = 0
    total: float = 0.0
    squares: float = 0.0

    def __add__(self, other: Sums) -> Sums:
        return Sums(self.number + other.number, self.total + other.total, self.squares + other.squares)

    def __sub__(self, other: Sums) -> Sums:
        return Sums(self.number - other.number, self.total - other.total, self.squares - other.squares)

    @property
    def mean(self) -> Mean:
        """The mean, from -1 to 1 (0 without mentions), with its sample standard deviation."""
        if self.number < 2:
            return Mean(self.total, 0.0, self.number)
        value = self.total / self.number
        variance = max(self.squares - self.number * value * value, 0.0) / (self.number - 1)
        return Mean(value, sqrt(variance), self.number)


@dataclass(frozen=True)
class BrandSums:
    """A brand's sums for each of `COLUMNS`."""

    brand_id: str
    brand: str
    industry: str
    sums: dict[str, Sums]


def sentiment_sums(store: Store, selection: Selection, measure: str) -> list[BrandSums]:
    """Return the sums of each brand mentioned, by industry and then by mentions, most first.

    Parameters
    ----------
    measure
        MEAN or NET.
    """
    condition, values = selection.where()
    total, squares = _SUMS[measure]
    frame = store.frame(
        f"""SELECT brand_id, brand, industry, "column",
                   sum(mentions) AS number, sum({total}) AS total, sum({squares}) AS squares
            FROM (SELECT '{OVERALL}' AS "column", * FROM daily_mentioned
                  UNION ALL BY NAME SELECT p AS "column", * EXCLUDE (p) FROM daily_about)
            WHERE {condition}
            GROUP BY brand_id, brand, industry, "column" """,
        values,
    )
    found = [_brand_sums(of_brand) for _, of_brand in frame.groupby("brand_id")]
    return sorted(found, key=lambda one: (one.industry.lower(), -one.sums[OVERALL].number, one.brand))


def _brand_sums(rows: pd.DataFrame) -> BrandSums:
    first = rows.iloc[0]
    known = {
        column: Sums(int(number), float(total), float(squares))
        for column, number, total, squares in zip(
            rows["column"], rows.number, rows.total, rows.squares, strict=True
        )
    }
    sums = {column: known.get(column, Sums()) for column in COLUMNS}
    return BrandSums(str(first.brand_id), str(first.brand), str(first.industry), sums)


def voices(store: Store, selection: Selection, cut: Steps) -> pd.DataFrame:
    """Count each brand's mentions in each step, and all brands' together.

    Returns
    -------
    pandas.DataFrame
        start (first day of the step), brand_id, brand, mentions, field (mentions of all brands in the step);
        only steps and brands with mentions.
    """
    condition, values = selection.only(since=cut.since, until=cut.until).where()
    frame = store.frame(
        f"""SELECT CAST(time_bucket(to_days(CAST(? AS INTEGER)), created_at, CAST(? AS TIMESTAMP)) AS DATE)
                   AS start, brand_id, brand, CAST(sum(mentions) AS BIGINT) AS mentions,
                   CAST(sum(sum(mentions)) OVER (PARTITION BY start) AS BIGINT) AS field
            FROM daily_mentioned WHERE {condition} GROUP BY start, brand_id, brand ORDER BY start, brand""",
        [cut.days, cut.starts[0], *values],
    )
    return frame.assign(start=pd.to_datetime(frame["start"]))
