"""Sums of sentiment by brand, overall and for each P, from which means and their spread follow."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

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
    score = SCORES[measure]
    condition, values = selection.where()
    sums = ", ".join(
        f"count(*) FILTER (p = '{of}'), sum(score) FILTER (p = '{of}'), sum(score * score) FILTER (p = '{of}')"
        for of in COLUMNS
    )
    frame = store.frame(
        f"""SELECT brand_id, brand, industry, {sums}
            FROM (SELECT *, CAST({score} AS DOUBLE) AS score
                  FROM (SELECT '{OVERALL}' AS p, * FROM mentioned UNION ALL BY NAME SELECT * FROM about)
                  WHERE {condition})
            GROUP BY brand_id, brand, industry
            ORDER BY lower(industry), count(*) FILTER (p = '{OVERALL}') DESC, brand""",
        values,
    )
    return [_brand_sums(row) for row in frame.fillna(0).itertuples(index=False, name=None)]


def _brand_sums(row: tuple[Any, ...]) -> BrandSums:
    brand_id, brand, industry, *numbers = row
    sums = {
        column: Sums(int(numbers[3 * i]), float(numbers[3 * i + 1]), float(numbers[3 * i + 2]))
        for i, column in enumerate(COLUMNS)
    }
    return BrandSums(str(brand_id), str(brand), str(industry), sums)


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
                   AS start, brand_id, brand, count(*) AS mentions,
                   CAST(sum(count(*)) OVER (PARTITION BY start) AS BIGINT) AS field
            FROM mentioned WHERE {condition} GROUP BY start, brand_id, brand ORDER BY start, brand""",
        [cut.days, cut.starts[0], *values],
    )
    return frame.assign(start=pd.to_datetime(frame["start"]))
