"""Writes a specialist's model card from what was measured and said about it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from specialist.folder import Description


def write_card(
    folder: Path, title: str, description: Description, sections: dict[str, str], license_id: str
) -> None:
    """Write README.md into a specialist's folder.

    Parameters
    ----------
    title
        What the specialist is called.
    sections
        Headings and their Markdown, in order: data, figures, limits, licences; the maker's own words.
    license_id
        The licence of the weights, as the Hugging Face Hub names licences.
    """
    training = description.training
    lines = [
        "---",
        f"license: {license_id}",
        "language: en",
        "pipeline_tag: text-classification",
        f"base_model: {description.base_model}",
        "---",
        "",
        f"# {title}",
        "",
        *_questions(description),
        "## Training",
        "",
        f"Fine-tuned from {description.base_model} with one linear head a codebook on the mean of the last layer: "
        "binary cross-entropy for labels that may hold together, cross-entropy where one of several is chosen; "
        "AdamW, linear warm-up and decay, the epoch with the best Krippendorff's alpha on the validation part kept, "
        "probabilities calibrated (Platt scaling) and thresholds chosen on the validation part.",
        "",
        *_table(training),
        *_epochs(training),
    ]
    for heading, text in sections.items():
        lines += [f"## {heading}", "", text.strip(), ""]
    (folder / "README.md").write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def _questions(description: Description) -> list[str]:
    lines = []
    for codebook in description.codebooks:
        how = "any number of" if codebook.kind == "multilabel" else "exactly one of"
        lines += [f"**{codebook.title}** ({how} these):", ""]
        lines += [f"- *{label.title}*: {label.definition}" for label in codebook.labels]
        thresholds = description.thresholds.get(codebook.id)
        if thresholds:
            given = ", ".join(
                f"{label} {threshold:.2f}"
                for label, threshold in zip(codebook.label_ids, thresholds, strict=True)
            )
            lines += ["", f"Given from these probabilities on: {given}."]
        lines.append("")
    return lines


def _table(training: dict[str, Any]) -> list[str]:
    rows = [f"| {key} | {value} |" for key, value in training.items() if not isinstance(value, list | dict)]
    return ["| | |", "|---|---|", *rows, ""]


def _epochs(training: dict[str, Any]) -> list[str]:
    epochs = training.get("epochs", [])
    if not epochs:
        return []
    names = list(epochs[0]["alphas"])
    lines = [
        "| epoch | training loss | " + " | ".join(f"validation alpha, {name}" for name in names) + " |",
        "|---|---|" + "---|" * len(names),
    ]
    for epoch in epochs:
        values = " | ".join(f"{epoch['alphas'][name]:.3f}" for name in names)
        lines.append(f"| {epoch['number']} | {epoch['loss']:.3f} | {values} |")
    return [*lines, ""]
