"""What a tweet about several Ps says of each: read clause by clause. docs/sentiment.md says how well that works."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.store import P_LABELS, SENTIMENTS
from specialist.clauses import count_words, split, turns, with_what_led_to_it
from specialist.vader import label, vader

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from specialist.predict import Specialist

COLUMNS = ["p", "sentiment", *(f"p_{sentiment}" for sentiment in SENTIMENTS)]
BY_P = [f"sentiment_{p}" for p in P_LABELS]
# The whole tweet speaks for each P as one clause does that is surely about it. Less, and a specialist that misreads
# single clauses does more harm in tweets of one opinion, which are most, than good in the others. Where a word of
# contrast announces two opinions, it weighs less.
_WHOLE_WEIGHT = 1.0
_WHOLE_WEIGHT_AT_A_TURN = 0.25
# Clauses with fewer words count less, in proportion.
_FULL_WORDS = 4


def sentiment_by_p(texts: Sequence[str], answers: pd.DataFrame, specialist: Specialist) -> pd.DataFrame:
    """Tell what each tweet says of each P that it is about.

    A tweet about one P, or of a single clause, says of it what it says as a whole. In any other, a P's sentiment is
    the mean over the clauses, weighted by how probably each is about that P, and the whole tweet. What a clause is
    about is read from it alone, what it feels from it and what led to it.

    Parameters
    ----------
    texts
        n preprocessed tweets.
    answers
        n rows, in the order of `texts`, of what `pipeline.classify.classify_texts` answered for them.
    specialist
        The specialist that gave the answers. Where it has no sentiment head, VADER scores the clauses.

    Returns
    -------
    pandas.DataFrame
        A row for each tweet and P it is about: `p`, `sentiment`, and `p_negative`, `p_neutral`, `p_positive` (in
        [0, 1], NaN where the specialist has no sentiment head). The index is the tweet's position in `texts`.
    """
    import numpy as np
    import pandas as pd

    about = answers[list(P_LABELS)].to_numpy(dtype=bool)
    heads = [f"p_{sentiment}" for sentiment in SENTIMENTS]
    whole = answers.reindex(columns=heads).to_numpy(dtype=np.float64)
    shares = np.repeat(whole[:, None, :], len(P_LABELS), axis=1)
    given = np.repeat(answers["sentiment"].to_numpy(dtype=object)[:, None], len(P_LABELS), axis=1)

    clauses = {row: split(texts[row]) for row in np.flatnonzero(about.sum(axis=1) > 1).tolist()}
    clauses = {row: parts for row, parts in clauses.items() if len(parts) > 1}
    if clauses:
        rows = list(clauses)
        weights, felt, with_head = _read(list(clauses.values()), specialist)
        trust = [_WHOLE_WEIGHT_AT_A_TURN if turns(parts) else _WHOLE_WEIGHT for parts in clauses.values()]
        if with_head:
            found = _combined(weights, felt, whole[rows], np.array(trust))
            shares[rows] = found
            given[rows] = np.array(SENTIMENTS, dtype=object)[found.argmax(axis=2)]
        else:
            compound = answers["compound"].to_numpy(dtype=np.float64)[rows, None]
            given[rows] = label(_combined(weights, felt, compound, np.array(trust))[:, :, 0])

    tweet, p = np.nonzero(about)
    frame = pd.DataFrame(
        {"p": np.array(P_LABELS, dtype=object)[p], "sentiment": given[tweet, p]}, index=tweet
    )
    return frame.assign(**{head: shares[tweet, p, index] for index, head in enumerate(heads)})


def by_p_columns(texts: Sequence[str], answers: pd.DataFrame, specialist: Specialist) -> pd.DataFrame:
    """Return `BY_P`, what each tweet says of each P: missing where it is not about it; see `sentiment_by_p`."""
    found = sentiment_by_p(texts, answers, specialist)
    columns = {f"sentiment_{p}": found.sentiment[found.p == p] for p in P_LABELS}
    return answers[[]].assign(**columns).astype("str")


def _read(
    clauses: list[list[str]], specialist: Specialist
) -> tuple[list[np.ndarray], list[np.ndarray], bool]:
    """Return of each tweet its clauses' weights for each P, shape (clauses, 4), and their sentiments.

    These are probabilities, shape (clauses, 3), if the specialist has a sentiment head, as the third value says; else
    VADER's compound, shape (clauses, 1).
    """
    import numpy as np

    alone = [clause.strip() for parts in clauses for clause in parts]
    led_to = [reading.strip() for parts in clauses for reading in with_what_led_to_it(parts)]
    answers = specialist.predict([*alone, *led_to])
    words = np.array([count_words(clause) for clause in alone])
    about = answers[[f"p_{p}" for p in P_LABELS]].to_numpy(dtype=np.float64)[: len(alone)]
    weights = about * np.minimum(1, words / _FULL_WORDS)[:, None]
    with_head = "sentiment" in answers
    heads = [f"p_{sentiment}" for sentiment in SENTIMENTS]
    felt = answers[heads][len(alone) :] if with_head else vader(led_to)[["compound"]]
    ends = np.cumsum([len(parts) for parts in clauses])[:-1]
    return np.split(weights, ends), np.split(felt.to_numpy(dtype=np.float64), ends), with_head


def _combined(
    weights: list[np.ndarray], felt: list[np.ndarray], whole: np.ndarray, trust: np.ndarray
) -> np.ndarray:
    """Return the weighted means, shape (tweets, 4, columns of `felt`); `trust` weighs the whole, shape (tweets,)."""
    import numpy as np

    sums = np.stack([weight.T @ clauses for weight, clauses in zip(weights, felt, strict=True)])
    totals = np.stack([weight.sum(axis=0) for weight in weights])
    trust = trust[:, None, None]
    return (sums + trust * whole[:, None, :]) / (totals[:, :, None] + trust)
