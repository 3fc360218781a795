"""What the default specialist says of itself: how it was made and how well it did, from its folder's files."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard import palette
from specialist.folder import DESCRIPTION_FILE, Description
from specialist.held_out import held_out
from specialist.metrics import grade

CARD = "README.md"
ACCEPTABLE, RELIABLE = 0.67, 0.8  # the method's bounds of Krippendorff's alpha
TITLES = {"mmx": "All four Ps", "sentiment": "Sentiment as a whole"}
VADER = "VADER instead"


@dataclass(frozen=True)
class Agreement:
    """How far answers agree with labels.

    Attributes
    ----------
    title, icon
        What was judged, or who judged where it was not the specialist; labels have an icon.
    kind
        "label" for one label, "all" for a codebook's question as a whole, "VADER" for VADER's answers to it.
    texts
        Tweets that have the label, or all that were asked about.
    alpha, low, high
        Krippendorff's alpha, at most 1, with its 95 % interval; NaN where all tweets have the same label.
    error, chance
        Expected calibration error in [0, 1], and what perfect probabilities would stay under in 95 % of samples of
        this size; NaN where it was not measured.
    """

    title: str
    icon: str
    kind: str
    texts: int
    alpha: float
    low: float
    high: float
    error: float
    chance: float

    @property
    def grade(self) -> str:
        """The method's word for it: reliable, acceptable or insufficient; a dash where alpha is NaN."""
        return "–" if math.isnan(self.alpha) else grade(self.alpha)


@dataclass(frozen=True)
class Facts:
    """The specialist's description, and what is made of it for people.

    Attributes
    ----------
    tested
        For each set of test tweets, by name, what was found for each codebook, by id; in the order of
        `specialist.held_out.held_out`.
    cross_validated
        Names of the sets for which specialists answered that were trained alike, each without what it was asked about.
    sections
        The model card's text under each of its headings, Markdown.
    """

    description: Description
    tested: dict[str, dict[str, list[Agreement]]]
    cross_validated: frozenset[str]
    sections: dict[str, str]


def facts(folder: Path) -> Facts:
    """Return what a specialist says of itself, remembered until it is replaced.

    Raises
    ------
    SpecialistError
        If the folder holds no whole specialist.
    """
    file = folder / DESCRIPTION_FILE
    return _facts(folder, file.stat().st_mtime_ns if file.is_file() else 0)


@st.cache_resource(max_entries=2, show_spinner=False)
def _facts(folder: Path, _changed: int) -> Facts:
    description = Description.load(folder)
    card = folder / CARD
    written = card.read_text(encoding="utf-8") if card.is_file() else ""
    return Facts(description, tested(description.metrics), cross_validated(written), sections(written))


def tested(metrics: Mapping[str, Any]) -> dict[str, dict[str, list[Agreement]]]:
    """Return the agreements in `specialist.json`'s metrics, by set of test tweets and codebook."""
    return {
        name: {figures["codebook"]: list(_agreements(figures)) for figures in content}
        for name, content in held_out(metrics).items()
    }


def cross_validated(card: str) -> frozenset[str]:
    """Return the sets of test tweets that a model card's figures are cross-validated on."""
    return frozenset(re.findall(r"^### On (.+)\n+Specialist cross-validated", card, flags=re.MULTILINE))


def _agreements(figures: Mapping[str, Any]) -> Iterable[Agreement]:
    marks = palette.PS | palette.SENTIMENTS
    for label in figures["labels"]:
        mark = marks[label["label"]]
        yield _agreement(label, mark.title, mark.icon, "label", label["texts"], label["alpha"])
    yield _agreement(figures, TITLES[figures["codebook"]], "", "all", figures["texts"], figures["alpha"])
    if "VADER" in figures["baselines"]:
        yield _agreement({}, VADER, "", "VADER", figures["texts"], figures["baselines"]["VADER"])


def _agreement(
    measured: Mapping[str, Any],
    title: str,
    icon: str,
    kind: str,
    texts: int,
    alpha: Mapping[str, float | None],
) -> Agreement:
    """Return an agreement; null, which JSON has for what cannot be computed, becomes NaN."""
    numbers = (
        *(alpha[key] for key in ("value", "low", "high")),
        measured.get("ece"),
        measured.get("ece_by_chance"),
    )
    return Agreement(
        title, icon, kind, texts, *(float("nan") if number is None else number for number in numbers)
    )


def sections(card: str) -> dict[str, str]:
    """Return the text under each heading of the second level of a Markdown file."""
    parts = re.split(r"^## (.+)$", card, flags=re.MULTILINE)
    return {heading.strip(): text.strip() for heading, text in zip(parts[1::2], parts[2::2], strict=True)}
