"""Votes of several labelers: how they are read, and what the majority says of each tweet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from specialist.codebook import Codebook
from specialist.data import read_table
from specialist.errors import SpecialistError
from specialist.ties import Ties

NO_VOTE = -1


@dataclass(frozen=True)
class Votes:
    """The votes of m labelers on n tweets with one codebook.

    Attributes
    ----------
    values
        int8 array of shape (m, n, q); -1 where there is no vote. For a multilabel codebook q is the number of labels
        and a value 0 or 1; for a single one q is 1 and a value is the label's position in the codebook.
    """

    codebook: Codebook
    labelers: tuple[str, ...]
    ids: tuple[str, ...]
    values: np.ndarray

    @property
    def answers(self) -> int:
        """Return how many different answers a question has."""
        return len(self.codebook.labels) if self.codebook.kind == "single" else 2

    def counts(self) -> np.ndarray:
        """Return how many labelers gave each answer: int array of shape (n, q, answers)."""
        return np.stack([(self.values == answer).sum(axis=0) for answer in range(self.answers)], axis=-1)


def read_votes(paths: Sequence[Path]) -> pd.DataFrame:
    """Read files of votes, one after another, into one table of text cells; empty cells are missing.

    Raises
    ------
    SpecialistError
        If a file cannot be read or has no columns id and labeler.
    """
    tables = []
    for path in paths:
        table = read_table(path)
        missing = [name for name in ("id", "labeler") if name not in table.columns]
        if missing:
            raise SpecialistError(
                f"{path} has no column {' and '.join(missing)}; votes have the columns id, labeler and one a label"
            )
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def votes_on(table: pd.DataFrame, codebook: Codebook) -> Votes:
    """Take the votes on one codebook from a table with the columns id, labeler and the codebook's.

    A row whose cells for this codebook are all empty is no vote on it. Tweets and labelers keep the order in which
    they first appear.

    Raises
    ------
    SpecialistError
        If a column is missing, a cell is no label, a row is filled in part, or a labeler votes twice on a tweet.
    """
    columns = list(codebook.columns)
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise SpecialistError(f"the votes have no column {', '.join(missing)}")
    given = table[table[columns].notna().any(axis=1)]
    if given.empty:
        raise SpecialistError(f"there are no votes on {codebook.title}")
    if given[["id", "labeler"]].isna().any(axis=None):
        raise SpecialistError("a vote has no id or no labeler")
    twice = given[given.duplicated(["id", "labeler"])]
    if not twice.empty:
        raise SpecialistError(
            f"{twice['labeler'].iloc[0]} votes twice on tweet {twice['id'].iloc[0]} ({len(twice)} such votes)"
        )
    labelers, ids = list(given["labeler"].unique()), list(given["id"].unique())
    values = np.full((len(labelers), len(ids), len(columns)), NO_VOTE, dtype=np.int8)
    at = pd.Index(labelers).get_indexer(given["labeler"]), pd.Index(ids).get_indexer(given["id"])
    values[at] = _coded(given[columns], codebook)
    return Votes(codebook, tuple(labelers), tuple(ids), values)


def _coded(cells: pd.DataFrame, codebook: Codebook) -> np.ndarray:
    words = list(codebook.label_ids) if codebook.kind == "single" else ["0", "1"]
    positions: Mapping[str, int] = {word: position for position, word in enumerate(words)}
    coded = np.stack([cells[name].map(positions).to_numpy(float) for name in cells.columns], axis=1)
    wrong = np.isnan(coded)
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        found = cells.iat[row, column]
        said = f'is "{found}"' if isinstance(found, str) else "is empty"
        raise SpecialistError(
            f"a vote on {cells.columns[column]} {said}; it must be {' or '.join(words)} ({wrong.sum():,} such cells)"
        )
    return coded.astype(np.int8)


def enough_votes(labelers: int) -> int:
    """Return how many votes a tweet needs to be labelled: half of the labelers', rounded up."""
    return -(-labelers // 2)


def majority(votes: Votes, ties: Ties, trust: Sequence[str], min_votes: int) -> np.ndarray:
    """Return what most labelers say of each tweet.

    Parameters
    ----------
    trust
        The labelers in the order in which they decide a tie under `Ties.TRUSTED`.
    min_votes
        A tweet with fewer votes stays unlabelled.

    Returns
    -------
    numpy.ndarray
        int8 array of shape (n, q) as in `Votes.values`; -1 where a tweet stays unlabelled.

    Raises
    ------
    SpecialistError
        If the rule for ties does not make sense for the codebook.
    """
    if votes.codebook.kind == "single" and ties in (Ties.NEGATIVE, Ties.POSITIVE):
        raise SpecialistError(
            f"the tie rule {ties} is for codebooks with several labels at once, and {votes.codebook.id} has exactly"
            " one a tweet; use trusted, first or empty"
        )
    counts = votes.counts()
    best = counts == counts.max(axis=-1, keepdims=True)
    winner = best.argmax(axis=-1).astype(np.int8)
    tied = best.sum(axis=-1) > 1
    winner[tied] = _broken(votes, ties, trust, best)[tied]
    winner[counts.sum(axis=-1) < min_votes] = NO_VOTE
    return winner


def tied(votes: Votes) -> np.ndarray:
    """Return where as many votes are for one answer as for another: boolean array of shape (n, q)."""
    counts = votes.counts()
    return (counts == counts.max(axis=-1, keepdims=True)).sum(axis=-1) > 1


def _broken(votes: Votes, ties: Ties, trust: Sequence[str], best: np.ndarray) -> np.ndarray:
    """Return what the rule for ties says everywhere, for the questions that are tied."""
    constant = {Ties.NEGATIVE: 0, Ties.POSITIVE: 1, Ties.EMPTY: NO_VOTE}
    if ties in constant:
        return np.full(votes.values.shape[1:], constant[ties], dtype=np.int8)
    order = trust if ties is Ties.TRUSTED else votes.labelers
    decision = np.full(votes.values.shape[1:], NO_VOTE, dtype=np.int8)
    # From the last to the first, so that the first who voted for one of the tied answers has the last word.
    for labeler in reversed(order):
        vote = votes.values[votes.labelers.index(labeler)]
        among_best = np.take_along_axis(best, np.maximum(vote, 0)[..., None].astype(np.intp), axis=-1)[..., 0]
        decides = (vote != NO_VOTE) & among_best
        decision[decides] = vote[decides]
    return decision


def labelled_columns(votes: Votes, labels: np.ndarray) -> pd.DataFrame:
    """Return labels as the columns that training reads, with the tweets' ids as index.

    Parameters
    ----------
    labels
        As `majority` returns them.
    """
    unlabelled = labels == NO_VOTE
    if votes.codebook.kind == "single":
        words = np.array([*votes.codebook.label_ids, None], dtype=object)[labels]
        return pd.DataFrame(words, index=list(votes.ids), columns=list(votes.codebook.columns), dtype="str")
    table = pd.DataFrame(labels, index=list(votes.ids), columns=list(votes.codebook.columns)).astype("Int8")
    return table.mask(unlabelled)
