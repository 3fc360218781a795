"""How far labelers agree: Krippendorff's alpha for any number of them and missing votes, with bootstrap intervals."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from specialist.metrics import Interval, grade
from specialist.voting import NO_VOTE, Votes, labelled_columns

DRAWS = 1_000
# Draws whose weights are in memory at the same time: 50 MB for 100,000 tweets.
_DRAWS_AT_ONCE = 64


@dataclass(frozen=True)
class Agreement:
    """How far the labelers of one codebook agree.

    Attributes
    ----------
    overall
        Alpha over all questions; for a multilabel codebook each tweet and label is one unit.
    labels
        Alpha of each label alone; for a single codebook, of "this label or another".
    pairs
        Alpha of each two labelers over all questions.
    shares
        For each labeler how many tweets it voted on, and the share of them to which it gave each label.
    """

    votes: Votes
    overall: Interval
    labels: dict[str, Interval]
    pairs: dict[tuple[str, str], Interval]
    shares: pd.DataFrame

    @property
    def trust(self) -> list[str]:
        """Return the labelers, those first whose mean alpha with the others is highest."""
        means = {
            name: np.nan_to_num(
                np.mean([alpha.value for pair, alpha in self.pairs.items() if name in pair] or [0.0]),
                nan=-1.0,
            )
            for name in self.votes.labelers
        }
        return sorted(means, key=lambda name: -means[name])

    def to_markdown(self) -> str:
        """Return the report for people."""
        votes = self.votes
        lines = [
            f"## {votes.codebook.title}",
            "",
            f"{len(votes.ids):,} tweets, {len(votes.labelers)} labelers. Krippendorff's alpha with 95 % intervals.",
            "",
            "| | alpha | |",
            "|---|---|---|",
            _row("**overall**", self.overall),
        ]
        lines += [_row(name, alpha) for name, alpha in self.labels.items()]
        lines += [_row(f"{first} and {second}", alpha) for (first, second), alpha in self.pairs.items()]
        names = votes.codebook.label_ids
        lines += ["", f"| labeler | tweets | {' | '.join(names)} |", "|---|---" + "|---" * len(names) + "|"]
        lines += [
            f"| {labeler} | {row['tweets']:,.0f} | " + " | ".join(f"{row[name]:.0%}" for name in names) + " |"
            for labeler, row in self.shares.iterrows()
        ]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return the report for programs; what cannot be computed is None."""
        return {
            "codebook": self.votes.codebook.id,
            "tweets": len(self.votes.ids),
            "labelers": list(self.votes.labelers),
            "alpha": _plain(self.overall),
            "labels": {name: _plain(alpha) for name, alpha in self.labels.items()},
            "pairs": [{"labelers": list(pair), **_plain(alpha)} for pair, alpha in self.pairs.items()],
            "shares": json.loads(self.shares.to_json(orient="index")),
        }


def agreement(votes: Votes, draws: int = DRAWS, seed: int = 0) -> Agreement:
    """Measure how far labelers agree.

    Parameters
    ----------
    draws
        Bootstrap draws of tweets, with replacement, from which the 95 % percentile intervals come.
    """
    everyone = tuple(range(len(votes.labelers)))
    pairs = list(combinations(everyone, 2))
    units = [_units(votes.values, votes.answers)]
    units += [_units(values, 2) for values in _by_label(votes)]
    units += [_units(votes.values[list(pair)], votes.answers) for pair in pairs]
    overall, *others = _intervals(units, draws, seed)
    names = votes.codebook.label_ids
    return Agreement(
        votes,
        overall,
        dict(zip(names, others[: len(names)], strict=True)),
        {
            (votes.labelers[first], votes.labelers[second]): alpha
            for (first, second), alpha in zip(pairs, others[len(names) :], strict=True)
        },
        _shares(votes),
    )


def _by_label(votes: Votes) -> list[np.ndarray]:
    """Return for each label the votes for or against it, of shape (m, n, 1)."""
    if votes.codebook.kind == "multilabel":
        return [votes.values[:, :, [position]] for position in range(votes.values.shape[2])]
    return [
        np.where(votes.values == NO_VOTE, NO_VOTE, votes.values == position).astype(np.int8)
        for position in range(votes.answers)
    ]


def _units(values: np.ndarray, answers: int) -> np.ndarray:
    """Return what each tweet adds to alpha's sums: observed disagreement, then the count of each answer.

    After Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), section D: in a unit with m values, each
    pair of different values adds 1 / (m - 1); a unit with fewer than two values adds nothing.

    Returns
    -------
    numpy.ndarray
        float64 array of shape (n, 1 + answers).
    """
    counts = np.stack([(values == answer).sum(axis=0) for answer in range(answers)], axis=-1).astype(
        np.float64
    )
    raters = counts.sum(axis=-1, keepdims=True)
    counts = np.where(raters >= 2, counts, 0)
    observed = (counts * (raters - counts)).sum(axis=-1) / np.maximum(raters[..., 0] - 1, 1)
    return np.concatenate([observed.sum(axis=1)[:, None], counts.sum(axis=1)], axis=1)


def _alpha(sums: np.ndarray) -> np.ndarray:
    """Return alpha from sums over units, of shape (…, 1 + answers); NaN where only one answer occurs."""
    observed, counts = sums[..., 0], sums[..., 1:]
    total = counts.sum(axis=-1)
    expected = total**2 - (counts**2).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected > 0, 1 - (total - 1) * observed / expected, np.nan)


def _intervals(units: list[np.ndarray], draws: int, seed: int) -> list[Interval]:
    """Return alpha and its interval for several sets of units of the same n tweets, drawn together."""
    widths = np.cumsum([block.shape[1] for block in units])[:-1]
    together = np.concatenate(units, axis=1)
    tweets = len(together)
    generator = np.random.default_rng(seed)
    drawn: list[np.ndarray] = []
    for start in range(0, draws, _DRAWS_AT_ONCE):
        size = min(_DRAWS_AT_ONCE, draws - start)
        weights = generator.multinomial(tweets, np.full(tweets, 1 / tweets), size=size)
        drawn.append(weights.astype(np.float64) @ together)
    sums = np.split(np.concatenate(drawn), widths, axis=1)
    return [
        Interval(float(_alpha(block.sum(axis=0))), *_middle(_alpha(of_draws)))
        for block, of_draws in zip(units, sums, strict=True)
    ]


def _middle(values: np.ndarray) -> tuple[float, float]:
    """Return the bounds of the middle 95 % of the values that are numbers."""
    known = values[~np.isnan(values)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.percentile(known, [2.5, 97.5])
    return float(low), float(high)


def disagreement(votes: Votes) -> np.ndarray:
    """Return for each tweet the share of pairs of votes that differ, in [0, 1], over all its questions."""
    counts = votes.counts().astype(np.float64)
    raters = counts.sum(axis=-1)
    differing = (counts * (raters[..., None] - counts)).sum(axis=(-1, -2))
    pairs = (raters * (raters - 1)).sum(axis=-1)
    return np.divide(differing, pairs, out=np.zeros(len(pairs)), where=pairs > 0)


def review(votes: Votes, labels: np.ndarray) -> pd.DataFrame:
    """Return the tweets on which labelers disagree, the most disputed first, for a person to decide.

    Parameters
    ----------
    labels
        The majority's, of shape (n, q).

    Returns
    -------
    pandas.DataFrame
        With the tweets' ids as index: `disagreement` (in [0, 1]), the majority's labels in the columns that training
        reads, and a column for each labeler with the labels it gave, or "(none)"; empty where it did not vote.
    """
    table = labelled_columns(votes, labels)
    table.insert(0, "disagreement", disagreement(votes).round(3))
    for labeler, values in zip(votes.labelers, votes.values, strict=True):
        table[f"vote of {labeler}"] = [_words(votes, row) for row in values]
    disputed = table[table["disagreement"] > 0]
    return disputed.sort_values("disagreement", ascending=False, kind="stable")


def _words(votes: Votes, row: np.ndarray) -> str:
    names = votes.codebook.label_ids
    if (row == NO_VOTE).any():
        return ""
    if votes.codebook.kind == "single":
        return names[int(row[0])]
    return ", ".join(name for name, value in zip(names, row, strict=True) if value) or "(none)"


def _shares(votes: Votes) -> pd.DataFrame:
    rows = []
    for values in votes.values:
        given = values[values[:, 0] != NO_VOTE]
        positions = range(len(votes.codebook.labels))
        single = votes.codebook.kind == "single"
        shares = [(given[:, 0] == p).mean() if single else given[:, p].mean() for p in positions]
        rows.append([len(given), *shares])
    return pd.DataFrame(rows, index=list(votes.labelers), columns=["tweets", *votes.codebook.label_ids])


def _row(name: str, alpha: Interval) -> str:
    if np.isnan(alpha.value):
        return f"| {name} | – | nothing to compare: a single answer, or no tweet with two votes |"
    return f"| {name} | {alpha} | {grade(alpha.value)} |"


def _plain(alpha: Interval) -> dict[str, float | None]:
    parts = {"value": alpha.value, "low": alpha.low, "high": alpha.high}
    return {name: None if np.isnan(value) else round(value, 4) for name, value in parts.items()}
