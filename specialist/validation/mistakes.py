"""The worst mistakes: texts about which the specialist was most certain, and wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from specialist.codebook import Codebook

MOST = 20


@dataclass(frozen=True)
class Mistake:
    """A text with a wrong answer.

    Attributes
    ----------
    id
        The text's id; empty where ids are not known.
    label
        The label that the specialist was most certain of wrongly: that it holds, or that it does not.
    certainty
        The probability that it gave to that wrong answer, in [0, 1].
    expected, given
        The labels that the text has, and those that it was given.
    probabilities
        By label.
    """

    id: str
    text: str
    label: str
    certainty: float
    expected: list[str]
    given: list[str]
    probabilities: dict[str, float]


def worst_mistakes(
    codebook: Codebook,
    texts: Sequence[str],
    ids: Sequence[str],
    truth: np.ndarray,
    decisions: np.ndarray,
    probabilities: np.ndarray,
) -> list[Mistake]:
    """Return at most 20 texts with wrong answers, the most certain first.

    Parameters
    ----------
    ids
        n ids, or none.
    truth, decisions, probabilities
        Shape (n, labels).
    """
    # A label that a single choice missed is the other side of the one that it gave, and says nothing more.
    wrong = (decisions > truth) if codebook.kind == "single" else (decisions != truth)
    certainty = np.where(wrong, np.where(decisions == 1, probabilities, 1 - probabilities), -1.0)
    rows = np.flatnonzero(wrong.any(axis=1))
    worst = rows[np.argsort(-certainty[rows].max(axis=1), kind="stable")][:MOST]
    names = np.array(codebook.label_ids)
    return [
        Mistake(
            id=ids[row] if ids else "",
            text=texts[row],
            label=str(names[certainty[row].argmax()]),
            certainty=float(certainty[row].max()),
            expected=names[truth[row] == 1].tolist(),
            given=names[decisions[row] == 1].tolist(),
            probabilities={
                name: float(value) for name, value in zip(codebook.label_ids, probabilities[row], strict=True)
            },
        )
        for row in worst
    ]
