"""When alerts come and when not: on counts drawn at random, and on small stores written by hand."""

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from pipeline import posts
from pipeline.alert_statistics import WEEK, likeliest_days, look, stand_out
from pipeline.alerts import FALSE_SHARE, find_alerts, find_all, has_past
from pipeline.store import building

WEEKS = 52
MONDAY = date(2026, 1, 5)


def weeks_out(tweets: np.ndarray, negative: np.ndarray) -> np.ndarray:
    """Return (kinds, weeks) which weeks give an alert."""
    looks = look(tweets, negative, np.ones(len(tweets), dtype=bool))
    told = ~np.isnan(looks.usual).any(0)
    out = np.zeros(looks.chances.shape, dtype=bool)
    out[:, told] = stand_out(looks.chances[:, told], FALSE_SHARE)
    return out


def drawn(random: np.random.Generator, a_day: float, spread: float) -> np.ndarray:
    """Return a year of daily counts whose weeks vary `spread` times as much as chance alone makes them."""
    mean = a_day * WEEK
    weekly = random.gamma(mean / (spread - 1), spread - 1, WEEKS) if spread > 1 else np.full(WEEKS, mean)
    return random.poisson(np.repeat(weekly / WEEK, WEEK))


@pytest.mark.parametrize(("spread", "most"), [(1.0, 0.05), (1.5, 0.1), (2.0, 0.2)])
def test_a_year_of_chance_hardly_gives_an_alert(spread: float, most: float) -> None:
    random = np.random.default_rng(5)
    false = 0
    for a_day in (0.3, 0.6, 3.0, 30.0) * 10:
        tweets = drawn(random, a_day, spread)
        false += int(weeks_out(tweets, random.binomial(tweets, 0.4)).any())
    assert false <= most * 40


@pytest.mark.parametrize("seed", range(3))
def test_many_more_tweets_give_an_alert_of_volume(seed: int) -> None:
    random = np.random.default_rng(seed)
    tweets = random.poisson(0.6, WEEKS * WEEK)
    tweets[30 * WEEK : 32 * WEEK] += random.poisson(3.0, 2 * WEEK)
    volume, *_ = weeks_out(tweets, random.binomial(tweets, 0.4))
    assert {30, 31} & set(np.flatnonzero(volume))
    assert set(np.flatnonzero(volume)) <= {30, 31, 32}


def test_as_many_tweets_but_all_negative_give_an_alert_of_the_share() -> None:
    random = np.random.default_rng(2)
    tweets = random.poisson(4.0, WEEKS * WEEK)
    negative = random.binomial(tweets, 0.2)
    days = slice(30 * WEEK, 31 * WEEK)
    negative[days] = tweets[days]
    volume, _, share = weeks_out(tweets, negative)
    assert not volume.any()
    assert 30 in np.flatnonzero(share)


def test_one_loud_day_is_enough() -> None:
    tweets = np.random.default_rng(3).poisson(1.0, WEEKS * WEEK)
    tweets[30 * WEEK + 3] = 20
    assert 30 in np.flatnonzero(weeks_out(tweets, np.zeros_like(tweets))[0])


def test_what_stays_becomes_usual() -> None:
    random = np.random.default_rng(4)
    tweets = random.poisson(np.repeat([1.0, 5.0], [20 * WEEK, 60 * WEEK]))
    out = np.flatnonzero(weeks_out(tweets, np.zeros_like(tweets))[0])
    assert out.min() == 20
    assert out.max() < 60


def test_a_second_spike_is_not_excused_by_the_first() -> None:
    tweets = np.random.default_rng(6).poisson(1.0, WEEKS * WEEK)
    for week in (20, 35):
        tweets[week * WEEK : (week + 1) * WEEK] += 4
    assert {20, 35} <= set(np.flatnonzero(weeks_out(tweets, np.zeros_like(tweets))[0]))


def test_weeks_in_which_nothing_was_collected_do_not_count_as_quiet() -> None:
    tweets = np.random.default_rng(7).poisson(3.0, WEEKS * WEEK)
    gap = slice(20 * WEEK, 40 * WEEK)
    tweets[gap] = 0
    watched = np.ones(len(tweets), dtype=bool)
    watched[gap] = False
    looks = look(tweets, np.zeros_like(tweets), watched)
    assert looks.chances[0, 40] > 0.001


def test_few_false_ones_among_many_looks() -> None:
    random = np.random.default_rng(8)
    chances = random.uniform(size=1000)
    chances[:20] = 1e-6
    found = stand_out(chances, 0.1)
    assert found[:20].all()
    assert found[20:].sum() <= 2


def test_the_days_of_a_spike() -> None:
    counts = np.array([0, 1, 0, 0, 5, 6, 4, 0, 5, 0, 1, 0, 0])
    assert likeliest_days(counts, np.full(13, 0.4)) == (4, 8)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """Return a store of a brand with a tweet every other day, and 20 complaints on five days in June."""
    path = tmp_path / "store.duckdb"
    quiet = [(MONDAY + timedelta(days=day), "all is well", "positive", 0) for day in range(0, 300, 2)]
    loud = [
        (date(2026, 6, 10 + number % 5), f"no signal since {number}", "negative", 1) for number in range(20)
    ]
    with building(path) as connection:
        run = connection.execute
        run("INSERT INTO brands VALUES ('ours', 'Ours', 'Phones', NULL), ('new', 'New', 'Phones', NULL)")
        for topic_id, label in enumerate(("all well", "no signal")):
            run(
                "INSERT INTO topics VALUES (?, ?, ['a'], 1, 0, 0, [0 FOR i IN range(384)], NULL)",
                [topic_id, label],
            )
        for number, (day, text, sentiment, topic_id) in enumerate([*quiet, *loud]):
            tweet_id = f"{number:04}"
            run(
                """INSERT INTO tweets (tweet_id, content_id, created_at, text, lang, source)
                VALUES (?, ?, ?, ?, 'en', 'x')""",
                [tweet_id, tweet_id, datetime(day.year, day.month, day.day, 12), text],
            )
            run("INSERT INTO mentions VALUES (?, 'ours')", [tweet_id])
            run("INSERT INTO sentiments VALUES (?, 0, 'neutral', NULL, NULL, NULL, ?)", [tweet_id, sentiment])
            run("INSERT INTO tweet_topics VALUES (?, ?, 0.9, 0, 0, ?)", [tweet_id, topic_id, topic_id])
            run(
                """INSERT INTO classifications
                VALUES (?, 'own', 0, 0, 0, 0, FALSE, FALSE, FALSE, FALSE)""",
                [tweet_id],
            )
        posts.rebuild(connection)
    return path


def test_an_alert_of_a_store(db: Path) -> None:
    with building(db) as connection:
        (alert,) = find_alerts(connection, "ours", None, None).to_dict("records")
        assert (alert["since"], alert["until"]) == ("2026-06-10", "2026-06-14")
        assert {"volume", "negative"} <= set(alert["kinds"])
        assert alert["negative"] == 20
        assert alert["usual_tweets"] == pytest.approx(2.5, abs=0.2)
        assert [(topic["label"], topic["tweets"]) for topic in alert["topics"]] == [("no signal", 20)]
        assert "signal" in alert["words"]
        assert len(alert["tweet_ids"]) == alert["tweets"]
        assert not alert["going"]
        assert find_alerts(connection, "ours", date(2026, 7, 1), None).empty
        assert len(find_alerts(connection, "ours", date(2026, 6, 14), date(2026, 6, 20))) == 1
        assert find_all(connection).brand_id.tolist() == ["ours"]


def test_a_brand_without_past_has_none(db: Path) -> None:
    with building(db) as connection:
        assert has_past(connection, "ours")
        assert not has_past(connection, "new")
        assert find_alerts(connection, "new", None, None).empty
