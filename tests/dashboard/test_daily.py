"""What is counted from the table of days is what is counted tweet by tweet, whatever the filters."""

import random
from datetime import date, timedelta

import pandas as pd
import pytest

from dashboard.queries import compare, sentiment, volume
from dashboard.queries.catalogue import coverage
from dashboard.selection import SOURCES, Selection
from dashboard.store import Store, current
from pipeline.counts import COUNTS, cut
from pipeline.store import P_LABELS, SENTIMENTS

ROUNDS = 25


@pytest.fixture(scope="module")
def store(store_file) -> Store:
    return current(store_file)


def selections(store: Store, seed: int) -> list[Selection]:
    """Filters of all kinds, also such as leave nothing."""
    chance = random.Random(seed)
    brands = store.frame("SELECT brand_id, industry FROM brands ORDER BY brand_id")
    first = coverage(store).first or date.max
    found = []
    for _ in range(ROUNDS):
        since = first + timedelta(days=chance.randrange(200))
        found.append(
            Selection(
                brand_id=chance.choice([None, *brands.brand_id]),
                since=chance.choice([None, since]),
                until=chance.choice([None, since + timedelta(days=chance.choice([0, 6, 90]))]),
                ps=tuple(p for p in P_LABELS if chance.random() < 0.3),
                sentiments=tuple(s for s in SENTIMENTS if chance.random() < 0.3),
            )
        )
        if found[-1].brand_id is None:
            found[-1] = found[-1].only(industry=chance.choice([None, *brands.industry]))
    return found


@pytest.mark.parametrize("source", SOURCES)
def test_counts_are_those_of_the_tweets(store: Store, source) -> None:
    store = store.by(source)
    counted = 0
    for selection in selections(store, 1):
        condition, values = selection.where()
        (row,) = store.frame(f"SELECT {COUNTS} FROM mentioned WHERE {condition}", values).to_dict("records")
        assert volume.totals(store, selection) == volume.Counts.of(row)
        counted += row["mentions"]
        rows = store.frame(f"SELECT p, {COUNTS} FROM about WHERE {condition} GROUP BY p", values)
        by_p = {row["p"]: volume.Counts.of(row) for row in rows.to_dict("records")}
        assert volume.by_p(store, selection) == {p: by_p.get(p, volume.Counts()) for p in P_LABELS}
        brands = store.frame(
            f"SELECT brand_id, count(*) AS n FROM mentioned WHERE {condition} GROUP BY brand_id", values
        )
        found = volume.by_brand(store, selection)
        assert dict(zip(found.brand_id, found.mentions, strict=True)) == dict(
            zip(brands.brand_id, brands.n, strict=True)
        )
    assert counted > 100


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("measure", [compare.MEAN, compare.NET])
def test_sums_of_sentiment_are_those_of_the_tweets(store: Store, source, measure: str) -> None:
    store = store.by(source)
    score = compare.SCORES[measure]
    for selection in selections(store, 2):
        condition, values = selection.where()
        found = {brand.brand_id: brand.sums for brand in compare.sentiment_sums(store, selection, measure)}
        for column in compare.COLUMNS:
            view, of_p = ("mentioned", "") if column == compare.OVERALL else ("about", f"p = '{column}' AND ")
            expected = store.frame(
                f"""SELECT brand_id, count(*), sum(({score})::DOUBLE), sum(({score})::DOUBLE ** 2)
                    FROM {view} WHERE {of_p}{condition} GROUP BY brand_id""",
                values,
            )
            for brand_id, *sums in expected.itertuples(index=False):
                got = found[brand_id][column]
                assert [got.number, got.total, got.squares] == pytest.approx(sums)
            missing = set(found) - set(expected.brand_id)
            assert all(found[brand_id][column].number == 0 for brand_id in missing)


def test_steps_hold_the_tweets_of_their_days(store: Store) -> None:
    covered = coverage(store)
    assert covered.first is not None and covered.newest is not None
    steps = cut(covered.first, covered.newest, most=60)
    for selection in selections(store, 3):
        condition, values = selection.only(since=steps.since, until=steps.until).where()
        days = store.frame(f"SELECT created_at FROM mentioned WHERE {condition}", values).created_at
        found = volume.over_time(store, selection, steps)
        starts = pd.to_datetime(steps.starts)
        expected = [
            int(((days >= start) & (days < start + pd.Timedelta(days=steps.days))).sum()) for start in starts
        ]
        assert found.mentions.tolist() == expected
        voices = compare.voices(store, selection, steps)
        assert voices.mentions.sum() == sum(expected)
        assert dict(zip(voices.start, voices.field, strict=True)) == {
            start: number for start, number in zip(starts, expected, strict=True) if number
        }
        overall = sentiment.over_time(store, selection, steps, compare.OVERALL)
        assert overall.mentions.tolist() == expected
