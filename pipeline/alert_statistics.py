"""The statistics of alerts: how improbable a week is on a brand's usual days, over many weeks that are looked at.

docs/pain-points.md says why these and how they are used.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.pain_statistics import AS_GOOD

WEEK = 7
# What a brand's weeks are measured by: its tweets, its negative ones, and their share.
KINDS = ("volume", "negative", "negative_share")
# Weeks of past that a week is measured against, and how many of them there must be.
_PAST, _LEAST_PAST = 26, 4
# The weeks next to the one looked at that are not counted as past, lest the beginning of a spike be called usual.
_BESIDE = 1
# Days of a brand from which on there is anything to compare.
LEAST_DAYS = (_LEAST_PAST + _BESIDE) * WEEK + 1
# A week less probable than this is no measure of what is usual, for so many weeks in a row.
_OUT_OF_LINE, _BECOMES_USUAL = 0.01, 8
# How much more than chance counts vary from week to week (variance over mean) before anything is known of a brand,
# and the days that this weighs.
_SPREAD, _SPREAD_DAYS = 1.5, 8 * WEEK
# Correlation of the sentiments of one week's tweets below which no brand is supposed to be.
_LEAST_ALIKE = 0.02
# Fewer tweets than these are no spike, and tell nothing of a share.
FEWEST = 5


@dataclass(frozen=True)
class Looks:
    """What was seen in each week.

    Attributes
    ----------
    chances
        (kinds, weeks) how probable so much or more was on usual days; 1 where there are too few tweets to tell.
    usual
        (kinds, weeks) what would be usual: tweets a day, negative tweets a day, share of negative tweets; NaN
        where there is too little past to tell.
    """

    chances: np.ndarray
    usual: np.ndarray


def look(tweets: np.ndarray, negative: np.ndarray, watched: np.ndarray) -> Looks:
    """Measure each week against the brand's own weeks before, by each of `KINDS`.

    A count has the negative binomial distribution with the mean and the variance of the past, a number of negative
    tweets among so many the beta-binomial one; both allow for how uncertain the past leaves them. How much more than
    chance weeks differ is estimated from the past, from which weeks that were themselves out of line are left out
    (Noufaily et al., "An improved algorithm for outbreak detection in multiple surveillance systems", Stat. Med. 32,
    2013). A week is as improbable as the most improbable of itself, the two weeks that it ends and its most unusual
    day, at the price of three looks.

    Parameters
    ----------
    tweets, negative
        (days,) a brand's tweets and negative ones; whole weeks, but the last may be short.
    watched
        (days,) bool, whether tweets of whatever brand were collected in the day's week; other weeks count for nothing.
    """
    weeks = -(-len(tweets) // WEEK)
    chances, usual = np.ones((len(KINDS), weeks)), np.full((len(KINDS), weeks), np.nan)
    unusual_for = np.zeros(chances.shape, dtype=int)
    for kind, name in enumerate(KINDS):
        for week in range(weeks):
            past = _past(week, watched, unusual_for[kind])
            if len(past) < _LEAST_PAST or not watched[week * WEEK]:
                continue
            if name == "negative_share":
                seen = _of_share(tweets, negative, week, past)
            else:
                seen = _of_counts(tweets if name == "volume" else negative, week, past)
            chances[kind, week], usual[kind, week] = seen
            if chances[kind, week] < _OUT_OF_LINE:
                unusual_for[kind, week] = 1 + unusual_for[kind, week - 1]
    return Looks(chances, usual)


def _past(week: int, watched: np.ndarray, unusual_for: np.ndarray) -> np.ndarray:
    """Return the (weeks, 7) positions of the days of the weeks before that tell what is usual."""
    before = max(0, week - _BESIDE)
    days = np.arange(before * WEEK).reshape(-1, WEEK)
    usual = (unusual_for[:before] == 0) | (unusual_for[:before] > _BECOMES_USUAL)
    return days[usual & watched[days[:, 0]]][-_PAST:]


def _windows(week: int, days: int) -> list[slice]:
    """Return the days of a week, of the two weeks it ends, and each of its days."""
    start, end = week * WEEK, min((week + 1) * WEEK, days)
    return [
        slice(start, end),
        slice(start - WEEK, end),
        *(slice(day, day + 1) for day in range(start, end)),
    ]


def _dearest(chances: list[float]) -> float:
    """Return the chance of the most improbable of a week, its fortnight and its days."""
    week, fortnight, *days = chances
    return min(1.0, 3 * min(week, fortnight, len(days) * min(days)))


def _of_counts(counts: np.ndarray, week: int, past: np.ndarray) -> tuple[float, float]:
    a_day = float((counts[past].sum() + 0.5) / past.size)
    chances = []
    for window in _windows(week, len(counts)):
        here = counts[window]
        length = min(-(-len(here) // WEEK) * WEEK, 2 * WEEK) if len(here) > 1 else 1
        chances.append(
            _count_chance(int(here.sum()), len(here) * a_day, _blocks(counts[past], length), length)
        )
    return _dearest(chances), a_day


def _blocks(past: np.ndarray, days: int) -> np.ndarray:
    """Return the sums over so many days on end; what does not fill a block at the beginning is left out."""
    flat = past.ravel()
    return flat[flat.size % days :].reshape(-1, days).sum(1)


def _count_chance(count: int, mean: float, blocks: np.ndarray, days: int) -> float:
    from scipy.stats import nbinom

    if count < FEWEST:
        return 1.0
    usual = blocks.mean() + 0.5 / blocks.size
    known = _SPREAD_DAYS / days
    seen = float((np.square(blocks - usual) / usual).sum())
    spread = max(1.0, (seen + known * _SPREAD) / (blocks.size - 1 + known))
    # The mean of the past is itself uncertain.
    spread *= 1 + 1 / blocks.size
    return float(nbinom.sf(count - 1, mean / (spread - 1), 1 / spread))


def _of_share(tweets: np.ndarray, negative: np.ndarray, week: int, past: np.ndarray) -> tuple[float, float]:
    weekly, weekly_negative = tweets[past].sum(1), negative[past].sum(1)
    total = int(weekly.sum())
    usual = float((weekly_negative.sum() + 1) / (total + 2))
    pairs = float((weekly * (weekly - 1)).sum())
    more = float((np.square(weekly_negative - weekly * usual) / (usual * (1 - usual)) - weekly).sum())
    alike = max(_LEAST_ALIKE, more / pairs if pairs else 0.0) + 1 / (total + 2)
    chances = [
        _share_chance(int(tweets[window].sum()), int(negative[window].sum()), usual, alike)
        for window in _windows(week, len(tweets))
    ]
    return _dearest(chances), usual


def _share_chance(tweets: int, negative: int, usual: float, alike: float) -> float:
    from scipy.stats import betabinom

    if tweets < FEWEST:
        return 1.0
    weight = 1 / min(alike, 0.5) - 1
    return float(betabinom.sf(negative - 1, tweets, usual * weight, (1 - usual) * weight))


def stand_out(chances: np.ndarray, false_share: float) -> np.ndarray:
    """Return which of many probabilities are too small for chance, with few false ones among those returned.

    Benjamini and Yekutieli, "The control of the false discovery rate in multiple testing under dependency" (Ann.
    Stat. 29, 2001): holds also where the looks depend on each other, as weeks do that share their past.

    Parameters
    ----------
    false_share
        The share of those returned that is false on average, at the most.
    """
    looks = chances.size
    order = np.argsort(chances, axis=None, kind="stable")
    level = false_share / (looks * (1 / np.arange(1, looks + 1)).sum()) if looks else 0.0
    below = np.flatnonzero(chances.ravel()[order] <= level * np.arange(1, looks + 1))
    chosen = np.zeros(looks, dtype=bool)
    if below.size:
        chosen[order[: below[-1] + 1]] = True
    return chosen.reshape(chances.shape)


def likeliest_days(counts: np.ndarray, usual: np.ndarray) -> tuple[int, int]:
    """Return the positions of the first and last day of the stretch that is least like what is usual.

    The scan statistic with a known rate (Kulldorff, Commun. Stat. 26, 1997): of all stretches the one with the
    largest n log(n / u) - (n - u), where n is counted in it and u is usual; of those nearly as likely the densest,
    as in `pain_statistics.gathering`.

    Parameters
    ----------
    counts
        (days,) with at least one that is not 0.
    usual
        (days,) positive: what would be usual.
    """
    busy = np.flatnonzero(counts)
    below = np.concatenate([[0], np.cumsum(counts)])
    room = np.concatenate([[0.0], np.cumsum(usual)])
    first, last = np.meshgrid(busy, busy, indexing="ij")
    n = np.where(first <= last, below[last + 1] - below[first], 0)
    u = np.where(first <= last, room[last + 1] - room[first], 1.0)
    ratio = np.where(n > u, n * np.log(np.maximum(n, 1) / u) - (n - u), -np.inf)
    begins, ends = np.nonzero(ratio >= ratio.max() - AS_GOOD)
    densest = int((n[begins, ends] / (busy[ends] - busy[begins] + 1)).argmax())
    return int(busy[begins[densest]]), int(busy[ends[densest]])
