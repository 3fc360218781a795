"""TF-IDF with logistic regression: what labels can be learned from words alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from specialist.codebook import Codebook
from specialist.data import Labelled
from specialist.errors import SpecialistError

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

FOLDS = 5


def tfidf_trained(codebook: Codebook, texts: Sequence[str], training: Labelled) -> tuple[np.ndarray, str]:
    """Answer by a model trained on labelled texts, without those of them that are to be answered.

    Returns
    -------
    tuple
        0/1 decisions of shape (n, labels), and what it was trained on, for people.

    Raises
    ------
    SpecialistError
        If no labelled text is left to train on.
    """
    validated = set(texts)
    labels = training.labels[codebook.id]
    labelled = np.flatnonzero(~np.isnan(labels).any(axis=1)).tolist()
    rows = [row for row in labelled if training.texts[row] not in validated]
    if not rows:
        raise SpecialistError(
            f"the baseline's training file has no labels for {codebook.title} on texts other than those validated"
        )
    decisions = _fit_and_answer(codebook, [training.texts[row] for row in rows], labels[rows], texts)
    left_out = len(labelled) - len(rows)
    how = f"trained on {len(rows):,} labelled texts" + (
        f" ({left_out:,} left out, being among those validated)" if left_out else ""
    )
    return decisions, how


def tfidf_cross_validated(
    codebook: Codebook, texts: Sequence[str], truth: np.ndarray
) -> tuple[np.ndarray, str] | None:
    """Answer each fifth of the texts by a model trained on the labels of the other four.

    The same text is always in one fold. None where there are fewer than ten different texts.
    """
    distinct = list(dict.fromkeys(texts))
    if len(distinct) < 2 * FOLDS:
        return None
    shuffled = np.random.default_rng(0).permutation(len(distinct))
    fold_of = {text: int(place) % FOLDS for text, place in zip(distinct, shuffled, strict=True)}
    folds = np.array([fold_of[text] for text in texts])
    decisions = np.empty(truth.shape, dtype=np.int8)
    for fold in range(FOLDS):
        known = np.flatnonzero(folds != fold).tolist()
        asked = np.flatnonzero(folds == fold).tolist()
        decisions[asked] = _fit_and_answer(
            codebook, [texts[row] for row in known], truth[known], [texts[row] for row in asked]
        )
    return decisions, "5-fold cross-validation on the texts validated, so it has seen others like them"


def _fit_and_answer(
    codebook: Codebook, known: Sequence[str], labels: np.ndarray, asked: Sequence[str]
) -> np.ndarray:
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(sublinear_tf=True)
    features, wanted = vectorizer.fit_transform(known), vectorizer.transform(asked)
    scores = np.stack([_scores(features, column > 0, wanted) for column in labels.T], axis=1)
    if codebook.kind == "single":
        return np.eye(labels.shape[1], dtype=np.int8)[scores.argmax(axis=1)]
    return (scores > 0).astype(np.int8)


def _scores(features: csr_matrix, has_label: np.ndarray, wanted: csr_matrix) -> np.ndarray:
    """Return log odds that the wanted texts have a label."""
    from sklearn.linear_model import LogisticRegression

    if (has_label == has_label[0]).all():
        return np.full(wanted.shape[0], np.inf if has_label[0] else -np.inf)
    # Balanced, since rare labels would hardly ever reach 0.5, and the specialist's thresholds are tuned for them too.
    model = LogisticRegression(solver="liblinear", class_weight="balanced")
    scores: np.ndarray = model.fit(features, has_label).decision_function(wanted)
    return scores
