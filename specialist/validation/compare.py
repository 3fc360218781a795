"""Compares a specialist's answers with labels that it has not seen, and with those of others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

from specialist.codebook import Codebook
from specialist.data import Labelled
from specialist.decisions import units
from specialist.errors import SpecialistError
from specialist.validation.baselines import BaselineAnswers, baselines
from specialist.validation.calibration import calibration, confidence
from specialist.validation.confusion import confusion, confusion_matrix
from specialist.validation.labelers import labelers
from specialist.validation.mistakes import worst_mistakes
from specialist.validation.report import BaselineFigures, CodebookFigures, LabelFigures, Report
from specialist.validation.resamples import Resamples, interval
from specialist.validation.scores import Hits, alphas, roc_aucs

if TYPE_CHECKING:
    import pandas as pd


class Answering(Protocol):
    """What can be validated: a `specialist.predict.Specialist`, or several that answer a part each."""

    @property
    def name(self) -> str:
        """Return what the report calls it."""
        ...

    @property
    def codebooks(self) -> Sequence[Codebook]:
        """Return the codebooks that it answers."""
        ...

    def predict(self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None) -> pd.DataFrame:
        """Answer as `specialist.predict.Specialist.predict` does."""
        ...


def validate(
    labelled: Labelled,
    specialist: Answering,
    progress: Callable[[int], None] | None = None,
    *,
    ids: Sequence[str] = (),
    baseline_training: Labelled | None = None,
    votes: pd.DataFrame | None = None,
) -> Report:
    """Compare a specialist's answers with labels it has not seen.

    Parameters
    ----------
    labelled
        n texts with labels; a text without labels for a codebook does not count there.
    progress
        Called with the number of texts just answered.
    ids
        The texts' n ids, by which mistakes are named and votes are found; or none.
    baseline_training
        What TF-IDF with logistic regression is trained on; None: cross-validated on `labelled` itself.
    votes
        Labelers' votes as `specialist.voting.read_votes` returns them, to compare each labeler with the labels.

    Raises
    ------
    SpecialistError
        If no text has labels for any of the specialist's codebooks, if votes are given but not each text an id of its
        own, or if the votes or the training texts cannot be used.
    """
    if votes is not None:
        _check_ids(ids, len(labelled))
    answers = specialist.predict(labelled.texts, progress=progress)
    found = []
    for codebook in specialist.codebooks:
        if codebook.id not in labelled.labels:
            continue
        truth = labelled.labels[codebook.id]
        rows = np.flatnonzero(~np.isnan(truth).any(axis=1)).tolist()
        if not rows:
            continue
        found.append(
            _figures(
                codebook,
                [labelled.texts[row] for row in rows],
                [ids[row] for row in rows] if ids else [],
                truth[rows].astype(np.int8),
                _decisions(codebook, answers)[rows],
                answers[[f"p_{label}" for label in codebook.label_ids]].to_numpy()[rows],
                baseline_training,
                votes,
            )
        )
    if not found:
        raise SpecialistError(
            f"the file has no labels for {', '.join(book.id for book in specialist.codebooks)}"
        )
    return Report(specialist.name, len(labelled), found)


def _check_ids(ids: Sequence[str], texts: int) -> None:
    if len(ids) != texts:
        raise SpecialistError("to compare with votes, the labelled texts need a column id")
    if len(set(ids)) != texts:
        twice = next(one for position, one in enumerate(ids) if one in ids[:position])
        raise SpecialistError(
            f"the id {twice} is there twice; to compare with votes, each text needs its own"
        )


def _decisions(codebook: Codebook, answers: pd.DataFrame) -> np.ndarray:
    """Return the labels given, as a 0/1 array of shape (n, labels)."""
    if codebook.kind == "multilabel":
        return answers[list(codebook.label_ids)].to_numpy(dtype=np.int8)
    given = answers[codebook.id].to_numpy()
    return np.stack([given == label for label in codebook.label_ids], axis=1).astype(np.int8)


def _figures(
    codebook: Codebook,
    texts: Sequence[str],
    ids: Sequence[str],
    truth: np.ndarray,
    decisions: np.ndarray,
    probabilities: np.ndarray,
    training: Labelled | None,
    votes: pd.DataFrame | None,
) -> CodebookFigures:
    resamples = Resamples(len(truth))
    single = codebook.kind == "single"
    ours = alphas(resamples, units(codebook, truth), units(codebook, decisions))
    hits = Hits.count(resamples, truth, decisions)
    aucs = np.stack(
        [roc_aucs(resamples, truth[:, at], probabilities[:, at]) for at in range(truth.shape[1])], axis=1
    )
    return CodebookFigures(
        codebook=codebook.id,
        title=codebook.title,
        texts=len(truth),
        alpha=interval(ours),
        f1_micro=interval(hits.f1_micro),
        f1_macro=interval(hits.f1_macro),
        roc_auc=interval(aucs.mean(axis=1)),
        calibration=(
            confidence(probabilities, truth) if single else calibration(probabilities.ravel(), truth.ravel())
        ),
        matrix=confusion_matrix(truth, decisions) if single else None,
        labels=[
            LabelFigures(
                label=label,
                texts=int(truth[:, at].sum()),
                alpha=interval(alphas(resamples, truth[:, at], decisions[:, at])),
                precision=interval(hits.precision[:, at]),
                recall=interval(hits.recall[:, at]),
                f1=interval(hits.f1[:, at]),
                roc_auc=interval(aucs[:, at]),
                confusion=confusion(truth[:, at], decisions[:, at]),
                calibration=calibration(probabilities[:, at], truth[:, at]),
            )
            for at, label in enumerate(codebook.label_ids)
        ],
        baselines=[
            _baseline(codebook, resamples, truth, answers, ours)
            for answers in baselines(codebook, texts, truth, training)
        ],
        labelers=[] if votes is None else labelers(codebook, votes, ids, truth, decisions),
        mistakes=worst_mistakes(codebook, texts, ids, truth, decisions, probabilities),
    )


def _baseline(
    codebook: Codebook, resamples: Resamples, truth: np.ndarray, answers: BaselineAnswers, ours: np.ndarray
) -> BaselineFigures:
    theirs = alphas(resamples, units(codebook, truth), units(codebook, answers.decisions))
    return BaselineFigures(
        name=answers.name,
        how=answers.how,
        alpha=interval(theirs),
        f1_macro=interval(Hits.count(resamples, truth, answers.decisions).f1_macro),
        difference=interval(ours - theirs),
    )
