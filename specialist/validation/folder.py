"""Writes a validation's report into a folder: Markdown, JSON and plots."""

from __future__ import annotations

from pathlib import Path

from specialist.errors import SpecialistError
from specialist.validation.report import Report


def make_folder(folder: Path) -> None:
    """Make the folder for a report, if it is not there.

    Raises
    ------
    SpecialistError
        If there is a file of that name.
    """
    if folder.exists() and not folder.is_dir():
        raise SpecialistError(f"{folder} is a file; name a folder for the report")
    folder.mkdir(parents=True, exist_ok=True)


def write_report(report: Report, folder: Path) -> None:
    """Write report.md, report.json and plots.html, in place of older ones."""
    from specialist.validation.plots import plots_page

    (folder / "report.md").write_text(
        report.to_markdown(detailed=True) + "\nPlots: [plots.html](plots.html)\n", encoding="utf-8"
    )
    (folder / "report.json").write_text(report.to_json() + "\n", encoding="utf-8")
    (folder / "plots.html").write_text(plots_page(report), encoding="utf-8")
