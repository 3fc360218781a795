"""Simple answers to a codebook's question, to see what a specialist is worth: majority class, VADER, TF-IDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from specialist.codebook import Codebook
from specialist.data import Labelled
from specialist.vader import vader
from specialist.validation.tfidf import tfidf_cross_validated, tfidf_trained


@dataclass(frozen=True)
class BaselineAnswers:
    """What a simple method answers.

    Attributes
    ----------
    how
        Where the answers come from, for people.
    decisions
        0/1 array of shape (n, labels).
    """

    name: str
    how: str
    decisions: np.ndarray


def baselines(
    codebook: Codebook, texts: Sequence[str], truth: np.ndarray, training: Labelled | None
) -> list[BaselineAnswers]:
    """Answer a codebook's question by simple methods.

    Parameters
    ----------
    truth
        The texts' labels, of shape (n, labels): the majority class is theirs.
    training
        What TF-IDF with logistic regression is trained on; None, or without labels for this codebook: the texts
        themselves, each answered by a model that has not seen it. With fewer than ten different texts there is no
        such baseline then.
    """
    answers = [
        BaselineAnswers("majority class", "what most of the texts validated have", _majority(codebook, truth))
    ]
    if codebook.id == "sentiment":
        how = "no training; its authors' thresholds of ±0.05"
        answers.append(BaselineAnswers("VADER", how, _vader(codebook, texts)))
    learned = (
        tfidf_trained(codebook, texts, training)
        if training is not None and codebook.id in training.labels
        else tfidf_cross_validated(codebook, texts, truth)
    )
    if learned is not None:
        decisions, how = learned
        answers.append(BaselineAnswers("TF-IDF + logistic regression", how, decisions))
    return answers


def _majority(codebook: Codebook, truth: np.ndarray) -> np.ndarray:
    if codebook.kind == "single":
        return np.eye(truth.shape[1], dtype=np.int8)[np.full(len(truth), truth.sum(axis=0).argmax())]
    return np.broadcast_to((truth.mean(axis=0) >= 0.5).astype(np.int8), truth.shape)


def _vader(codebook: Codebook, texts: Sequence[str]) -> np.ndarray:
    """Return VADER's labels, one-hot, by its authors' thresholds of ±0.05."""
    given = vader(texts)["vader"].to_numpy()
    return np.stack([given == label for label in codebook.label_ids], axis=1).astype(np.int8)
