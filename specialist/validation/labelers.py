"""Each labeler against the labels, beside the specialist on the same texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from specialist.codebook import Codebook
from specialist.data import present
from specialist.decisions import units
from specialist.errors import SpecialistError
from specialist.metrics import Interval
from specialist.validation.resamples import Resamples, interval
from specialist.validation.scores import alphas
from specialist.voting import NO_VOTE, votes_on


@dataclass(frozen=True)
class LabelerFigures:
    """How far one labeler agrees with the labels.

    Attributes
    ----------
    texts
        Those that it voted on and that have labels; all figures are on them.
    alpha, specialist
        The labeler's alpha with the labels, and the specialist's.
    difference
        The specialist's alpha minus the labeler's.
    """

    labeler: str
    texts: int
    alpha: Interval
    specialist: Interval
    difference: Interval


def labelers(
    codebook: Codebook, table: pd.DataFrame, ids: Sequence[str], truth: np.ndarray, decisions: np.ndarray
) -> list[LabelerFigures]:
    """Compare each labeler's votes with the labels; none where there are no votes on this codebook.

    Parameters
    ----------
    table
        Votes as `specialist.voting.read_votes` returns them.
    ids
        The n texts' ids, each once.
    truth, decisions
        Shape (n, labels).

    Raises
    ------
    SpecialistError
        If a vote cannot be used, or none is about a text that has labels.
    """
    if not present(table, [codebook]):
        return []
    votes = votes_on(table, codebook)
    where = pd.Index(votes.ids).get_indexer(pd.Index(ids))
    if (where < 0).all():
        raise SpecialistError(f"none of the votes on {codebook.title} has the id of a text with labels")
    truth_units, decided = units(codebook, truth), units(codebook, decisions)
    found = []
    for labeler, values in zip(votes.labelers, votes.values, strict=True):
        # The position -1 of texts without votes is the row that is added at the end.
        said = np.vstack([values, np.full((1, values.shape[1]), NO_VOTE, dtype=values.dtype)])[where]
        rows = (said != NO_VOTE).all(axis=1)
        if rows.any():
            said = said[rows].reshape(truth_units[rows].shape)
            found.append(_figures(labeler, truth_units[rows], said, decided[rows]))
    return found


def _figures(labeler: str, truth: np.ndarray, said: np.ndarray, decided: np.ndarray) -> LabelerFigures:
    resamples = Resamples(len(truth))
    theirs, ours = alphas(resamples, truth, said), alphas(resamples, truth, decided)
    return LabelerFigures(labeler, len(truth), interval(theirs), interval(ours), interval(ours - theirs))
