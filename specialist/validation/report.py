"""A validation's figures, and their JSON: those of the codebooks hold no text, so that they may be published."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from typing import Any

from specialist.metrics import Interval, grade
from specialist.validation.calibration import Calibration
from specialist.validation.confusion import Confusion
from specialist.validation.labelers import LabelerFigures
from specialist.validation.mistakes import Mistake


@dataclass(frozen=True)
class LabelFigures:
    """How well one label is given.

    Attributes
    ----------
    texts
        How many texts have the label.
    roc_auc
        NaN where all texts have it or none has.
    calibration
        Of the label's probability.
    """

    label: str
    texts: int
    alpha: Interval
    precision: Interval
    recall: Interval
    f1: Interval
    roc_auc: Interval
    confusion: Confusion
    calibration: Calibration

    @property
    def grade(self) -> str | None:
        """Return the method's word for the agreement; None where alpha cannot be computed."""
        return _grade(self.alpha)


@dataclass(frozen=True)
class BaselineFigures:
    """How well a simple method answers the same question on the same texts.

    Attributes
    ----------
    how
        Where its answers come from, for people.
    difference
        The specialist's alpha minus this one's, with the interval of the difference.
    """

    name: str
    how: str
    alpha: Interval
    f1_macro: Interval
    difference: Interval


@dataclass(frozen=True)
class CodebookFigures:
    """How well one codebook's question is answered.

    Attributes
    ----------
    alpha
        Over each (text, label) where several labels may hold, over each text's one label else.
    roc_auc
        The mean of the labels'; NaN where one of them is.
    calibration
        Of each (text, label)'s probability where several may hold, of the chosen label's else.
    matrix
        Where one label is chosen: for each label that texts have, how often each label was given; else None.
    labelers
        Empty where no votes were given.
    mistakes
        The worst, at most 20.
    """

    codebook: str
    title: str
    texts: int
    alpha: Interval
    f1_micro: Interval
    f1_macro: Interval
    roc_auc: Interval
    calibration: Calibration
    matrix: list[list[int]] | None
    labels: list[LabelFigures]
    baselines: list[BaselineFigures]
    labelers: list[LabelerFigures]
    mistakes: list[Mistake]

    @property
    def grade(self) -> str | None:
        """Return the method's word for the agreement; None where alpha cannot be computed."""
        return _grade(self.alpha)


@dataclass(frozen=True)
class Report:
    """The figures of a specialist on one set of labelled texts."""

    specialist: str
    texts: int
    codebooks: list[CodebookFigures]

    def to_json(self) -> str:
        """Return the figures as JSON.

        `codebooks` has figures only; the bins of the reliability plot are in `calibration`, and texts are nowhere but
        in `mistakes`. What cannot be computed is null.
        """
        content = {
            "specialist": self.specialist,
            "texts": self.texts,
            "codebooks": [_codebook(figures) for figures in self.codebooks],
            "calibration": {figures.codebook: _bins(figures) for figures in self.codebooks},
            "mistakes": {
                figures.codebook: [asdict(mistake) for mistake in figures.mistakes]
                for figures in self.codebooks
            },
        }
        return json.dumps(_without_nan(content), ensure_ascii=False, indent=2, allow_nan=False)

    def to_markdown(self, *, detailed: bool = False) -> str:
        """Return the figures as Markdown.

        Parameters
        ----------
        detailed
            With what a model card has no room for, and with the texts of the worst mistakes.
        """
        from specialist.validation.markdown import codebook_lines

        lines = [
            f"Specialist {self.specialist}, {self.texts:,} texts; 95 % intervals by bootstrap over texts.",
            "",
        ]
        for figures in self.codebooks:
            lines += codebook_lines(figures, detailed=detailed)
        return "\n".join(lines)


def _grade(alpha: Interval) -> str | None:
    return None if math.isnan(alpha.value) else grade(alpha.value)


def _codebook(figures: CodebookFigures) -> dict[str, Any]:
    names = [label.label for label in figures.labels]
    matrix = {} if figures.matrix is None else {"confusion": {"labels": names, "counts": figures.matrix}}
    return {
        "codebook": figures.codebook,
        "title": figures.title,
        "texts": figures.texts,
        "alpha": asdict(figures.alpha),
        **_number("f1_micro", figures.f1_micro),
        **_number("f1_macro", figures.f1_macro),
        **_number("roc_auc", figures.roc_auc),
        "ece": figures.calibration.ece,
        "ece_by_chance": figures.calibration.ece_by_chance,
        **matrix,
        "labels": [_label(label) for label in figures.labels],
        "baselines": {
            baseline.name: {
                **asdict(baseline.alpha),
                "difference": asdict(baseline.difference),
                **_number("f1_macro", baseline.f1_macro),
                "how": baseline.how,
            }
            for baseline in figures.baselines
        },
        "labelers": [asdict(labeler) for labeler in figures.labelers],
        "grade": figures.grade,
    }


def _label(figures: LabelFigures) -> dict[str, Any]:
    return {
        "label": figures.label,
        "texts": figures.texts,
        "alpha": asdict(figures.alpha),
        "grade": figures.grade,
        **_number("precision", figures.precision),
        **_number("recall", figures.recall),
        **_number("f1", figures.f1),
        **_number("roc_auc", figures.roc_auc),
        "ece": figures.calibration.ece,
        "ece_by_chance": figures.calibration.ece_by_chance,
        "confusion": asdict(figures.confusion),
    }


def _bins(figures: CodebookFigures) -> dict[str, Any]:
    return {
        "overall": [asdict(one) for one in figures.calibration.bins],
        "labels": {label.label: [asdict(one) for one in label.calibration.bins] for label in figures.labels},
    }


def _number(name: str, figure: Interval) -> dict[str, Any]:
    """Return a figure as a plain number under its name, and its interval under another: readers know the former."""
    return {name: figure.value, f"{name}_interval": [figure.low, figure.high]}


def _without_nan(content: Any) -> Any:
    """Return the content with None for NaN, which JSON does not have."""
    if isinstance(content, dict):
        return {key: _without_nan(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_without_nan(value) for value in content]
    return None if isinstance(content, float) and math.isnan(content) else content
