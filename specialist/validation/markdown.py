"""A codebook's figures as Markdown that can be read as it is, in a terminal."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from specialist.metrics import Interval
from specialist.validation.calibration import BINS, Calibration
from specialist.validation.mistakes import Mistake
from specialist.validation.report import BaselineFigures, CodebookFigures, LabelFigures

_LEGEND = f"""\
TP: given rightly; FP: given wrongly; FN: missing; TN: rightly not given. ECE: expected calibration error, how far
probabilities are from the shares in which they come true, over {BINS} bins; "by chance": what perfect probabilities
stay under in 95 % of samples of this size."""


def codebook_lines(figures: CodebookFigures, *, detailed: bool) -> list[str]:
    """Return a codebook's section; `Report.to_markdown` says what `detailed` adds."""
    lines = [
        f"**{figures.title}** ({figures.texts:,} texts): alpha {_figure(figures.alpha)}, "
        f"{figures.grade or 'no grade'}; F1 micro {_figure(figures.f1_micro)}, macro {_figure(figures.f1_macro)}; "
        f"ROC AUC {_figure(figures.roc_auc)}; ECE {_error(figures.calibration)}.",
        "",
        *_table(
            ["label", "texts", "alpha", "grade", "F1", "ROC AUC"],
            [
                [
                    label.label,
                    f"{label.texts:,}",
                    _figure(label.alpha),
                    label.grade or "–",
                    _figure(label.f1),
                    _figure(label.roc_auc),
                ]
                for label in figures.labels
            ],
        ),
        *_table(
            ["label", "precision", "recall", "TP", "FP", "FN", "TN", "ECE"],
            [_hits(label) for label in figures.labels],
        ),
    ]
    if detailed:
        lines += [_LEGEND, "", *_matrix(figures)]
    lines += _compared(figures.baselines, detailed=detailed)
    if figures.labelers:
        lines += _labelers(figures)
    if detailed:
        lines += _mistakes(figures.mistakes)
    return lines


def _hits(label: LabelFigures) -> list[str]:
    counts = label.confusion
    return [
        label.label,
        _figure(label.precision),
        _figure(label.recall),
        f"{counts.true_positives:,}",
        f"{counts.false_positives:,}",
        f"{counts.false_negatives:,}",
        f"{counts.true_negatives:,}",
        _error(label.calibration),
    ]


def _matrix(figures: CodebookFigures) -> list[str]:
    if figures.matrix is None:
        return []
    names = [label.label for label in figures.labels]
    rows = [
        [name, *(f"{count:,}" for count in counts)]
        for name, counts in zip(names, figures.matrix, strict=True)
    ]
    return _table(["labelled ↓ given →", *names], rows)


def _compared(baselines: Sequence[BaselineFigures], *, detailed: bool) -> list[str]:
    rows = [
        [one.name, _figure(one.alpha), _figure(one.f1_macro), _figure(one.difference)] for one in baselines
    ]
    lines = _table(["compared with", "alpha", "F1 macro", "specialist's alpha minus this one"], rows)
    if detailed:
        lines += [f"- {one.name}: {one.how}." for one in baselines]
        lines.append("")
    return lines


def _labelers(figures: CodebookFigures) -> list[str]:
    rows = [
        [
            one.labeler,
            f"{one.texts:,}",
            _figure(one.alpha),
            _figure(one.specialist),
            _figure(one.difference),
        ]
        for one in figures.labelers
    ]
    return [
        *_table(["labeler", "texts", "alpha with the labels", "specialist's on these", "difference"], rows),
        "A labeler whose votes went into the labels agrees with them for that reason already.",
        "",
    ]


def _mistakes(mistakes: Sequence[Mistake]) -> list[str]:
    if not mistakes:
        return ["No mistakes.", ""]
    lines = ["Worst mistakes:", ""]
    for position, one in enumerate(mistakes, start=1):
        said = one.label if one.label in one.given else f"not {one.label}"
        expected, given = (", ".join(labels) or "none" for labels in (one.expected, one.given))
        shares = ", ".join(f"{name} {value:.2f}" for name, value in one.probabilities.items())
        named = f", id {one.id}" if one.id else ""
        lines += [
            f"{position}. {one.certainty:.1%} sure of *{said}*{named}. Labelled: {expected}; given: {given} ({shares})",
            "",
            f"   {_verbatim(one.text)}",
            "",
        ]
    return lines


def _verbatim(text: str) -> str:
    """Return a text as Markdown code, in which nothing in it is taken for a mark, link or tag."""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence} {text} {fence}"


def _figure(figure: Interval) -> str:
    return "–" if math.isnan(figure.value) else str(figure)


def _error(calibration: Calibration) -> str:
    return f"{calibration.ece:.3f} (by chance {calibration.ece_by_chance:.3f})"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a table whose columns are as wide as their widest cell, and an empty line."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        return f"| {' | '.join(padded)} |"

    rule = f"|{'|'.join('-' * (width + 2) for width in widths)}|"
    return [line(header), rule, *map(line, rows), ""]
