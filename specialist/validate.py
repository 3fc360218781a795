"""Validates a specialist against expert or held-out labels: alpha, F1, ROC AUC, with intervals."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from specialist.codebook import Codebook
from specialist.data import Labelled
from specialist.decisions import decide, units
from specialist.errors import SpecialistError
from specialist.metrics import Interval, alpha, bootstrap, grade

if TYPE_CHECKING:
    from specialist.predict import Specialist


@dataclass(frozen=True)
class LabelFigures:
    """How well one label is given.

    Attributes
    ----------
    texts
        How many texts have the label.
    roc_auc
        None where all texts have it or none has.
    """

    label: str
    texts: int
    alpha: Interval
    precision: float
    recall: float
    f1: float
    roc_auc: float | None


@dataclass(frozen=True)
class CodebookFigures:
    """How well one codebook's question is answered.

    Attributes
    ----------
    baselines
        Alpha of simple answers to the same question: "majority class" and, for sentiment, "VADER".
    """

    codebook: str
    title: str
    texts: int
    alpha: Interval
    f1_micro: float
    f1_macro: float
    labels: list[LabelFigures]
    baselines: dict[str, Interval]

    @property
    def grade(self) -> str:
        """Return the method's word for the agreement."""
        return grade(self.alpha.value)


@dataclass(frozen=True)
class Report:
    """The figures of a specialist on one set of labelled texts."""

    specialist: str
    texts: int
    codebooks: list[CodebookFigures]

    def to_json(self) -> str:
        """Return the figures as JSON."""
        content = asdict(self)
        for figures, plain in zip(self.codebooks, content["codebooks"], strict=True):
            plain["grade"] = figures.grade
        return json.dumps(content, ensure_ascii=False, indent=2)

    def to_markdown(self) -> str:
        """Return the figures as Markdown tables."""
        lines = [
            f"Specialist {self.specialist}, {self.texts:,} texts; 95 % intervals by bootstrap over texts.",
            "",
        ]
        for figures in self.codebooks:
            lines += _markdown(figures)
        return "\n".join(lines)


def validate(
    labelled: Labelled, specialist: Specialist, progress: Callable[[int], None] | None = None
) -> Report:
    """Compare a specialist's answers with labels it has not seen.

    Parameters
    ----------
    labelled
        n texts with labels; a text without labels for a codebook does not count there.

    Raises
    ------
    SpecialistError
        If no text has labels for any of the specialist's codebooks.
    """
    answers = specialist.predict(labelled.texts, progress=progress)
    found = []
    for codebook in specialist.codebooks:
        if codebook.id not in labelled.labels:
            continue
        truth = labelled.labels[codebook.id]
        rows = ~np.isnan(truth).any(axis=1)
        if not rows.any():
            continue
        probabilities = answers[[f"p_{label}" for label in codebook.label_ids]].to_numpy()[rows]
        thresholds = specialist.description.thresholds.get(codebook.id, [])
        decisions = decide(codebook, probabilities, thresholds)
        texts = [text for text, kept in zip(labelled.texts, rows, strict=True) if kept]
        found.append(_figures(codebook, texts, truth[rows].astype(np.int8), decisions, probabilities))
    if not found:
        raise SpecialistError(
            f"the file has no labels for {', '.join(book.id for book in specialist.codebooks)}"
        )
    return Report(specialist.name, len(labelled), found)


def _figures(
    codebook: Codebook, texts: list[str], truth: np.ndarray, decisions: np.ndarray, probabilities: np.ndarray
) -> CodebookFigures:
    from sklearn.metrics import f1_score

    overall = bootstrap(alpha, units(codebook, truth), units(codebook, decisions))
    return CodebookFigures(
        codebook=codebook.id,
        title=codebook.title,
        texts=len(truth),
        alpha=overall,
        f1_micro=float(f1_score(truth, decisions, average="micro", zero_division=0)),
        f1_macro=float(f1_score(truth, decisions, average="macro", zero_division=0)),
        labels=[
            _label_figures(label, truth[:, index], decisions[:, index], probabilities[:, index])
            for index, label in enumerate(codebook.label_ids)
        ],
        baselines=_baselines(codebook, texts, truth),
    )


def _label_figures(
    label: str, truth: np.ndarray, decisions: np.ndarray, probabilities: np.ndarray
) -> LabelFigures:
    from sklearn.metrics import precision_recall_fscore_support, roc_auc_score

    precision, recall, f1, _ = precision_recall_fscore_support(
        truth, decisions, average="binary", zero_division=0
    )
    both = 0 < truth.sum() < len(truth)
    return LabelFigures(
        label=label,
        texts=int(truth.sum()),
        alpha=bootstrap(alpha, truth, decisions),
        precision=float(precision),
        recall=float(recall),
        f1=float(f1),
        roc_auc=float(roc_auc_score(truth, probabilities)) if both else None,
    )


def _baselines(codebook: Codebook, texts: list[str], truth: np.ndarray) -> dict[str, Interval]:
    if codebook.kind == "single":
        majority = np.eye(truth.shape[1], dtype=np.int8)[np.full(len(truth), truth.sum(axis=0).argmax())]
    else:
        majority = np.broadcast_to((truth.mean(axis=0) >= 0.5).astype(np.int8), truth.shape)
    answers = {"majority class": majority}
    if codebook.id == "sentiment":
        answers["VADER"] = _vader(codebook, texts)
    return {
        name: bootstrap(alpha, units(codebook, truth), units(codebook, decided))
        for name, decided in answers.items()
    }


def _vader(codebook: Codebook, texts: list[str]) -> np.ndarray:
    """Return VADER's labels, one-hot, by its authors' thresholds of ±0.05."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer = SentimentIntensityAnalyzer()
    compound = np.array([analyzer.polarity_scores(text)["compound"] for text in texts])
    labels = np.select([compound >= 0.05, compound <= -0.05], ["positive", "negative"], "neutral")
    return np.stack([labels == label for label in codebook.label_ids], axis=1).astype(np.int8)


def _markdown(figures: CodebookFigures) -> list[str]:
    lines = [
        f"**{figures.title}** ({figures.texts:,} texts): alpha {figures.alpha}, {figures.grade}; "
        f"F1 micro {figures.f1_micro:.3f}, macro {figures.f1_macro:.3f}. "
        + "; ".join(f"{name}: alpha {interval}" for name, interval in figures.baselines.items())
        + ".",
        "",
        "| label | texts | alpha | grade | precision | recall | F1 | ROC AUC |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for label in figures.labels:
        auc = "–" if label.roc_auc is None else f"{label.roc_auc:.3f}"
        lines.append(
            f"| {label.label} | {label.texts:,} | {label.alpha} | {grade(label.alpha.value)} | "
            f"{label.precision:.3f} | {label.recall:.3f} | {label.f1:.3f} | {auc} |"
        )
    return [*lines, ""]
