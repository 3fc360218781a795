"""What the default specialist says of itself: how it was made and how well it did, from its folder's files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard import palette
from specialist.folder import DESCRIPTION_FILE, Description
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
    """

    title: str
    icon: str
    kind: str
    texts: int
    alpha: float
    low: float
    high: float

    @property
    def grade(self) -> str:
        """The method's word for it: reliable, acceptable or insufficient."""
        return grade(self.alpha)


@dataclass(frozen=True)
class Facts:
    """The specialist's description, and what is made of it for people.

    Attributes
    ----------
    tested
        For each set of test tweets, by name, what was found for each codebook, by id.
    sections
        The model card's text under each of its headings, Markdown.
    """

    description: Description
    tested: dict[str, dict[str, list[Agreement]]]
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
    return Facts(
        description,
        tested(description.metrics),
        sections(card.read_text(encoding="utf-8")) if card.is_file() else {},
    )


def tested(metrics: Mapping[str, Any]) -> dict[str, dict[str, list[Agreement]]]:
    """Return the agreements in `specialist.json`'s metrics, by set of test tweets and codebook.

    Parameters
    ----------
    metrics
        Per set of test tweets a list as `codebooks` in `specialist.validation.Report.to_json`; other entries
        are passed over.
    """
    return {
        name: {figures["codebook"]: list(_agreements(figures)) for figures in content}
        for name, content in metrics.items()
        if isinstance(content, list)
    }


def _agreements(figures: Mapping[str, Any]) -> Iterable[Agreement]:
    marks = palette.PS | palette.SENTIMENTS
    for label in figures["labels"]:
        mark = marks[label["label"]]
        yield Agreement(mark.title, mark.icon, "label", label["texts"], **_interval(label["alpha"]))
    yield Agreement(TITLES[figures["codebook"]], "", "all", figures["texts"], **_interval(figures["alpha"]))
    if "VADER" in figures["baselines"]:
        yield Agreement(VADER, "", "VADER", figures["texts"], **_interval(figures["baselines"]["VADER"]))


def _interval(interval: Mapping[str, float | None]) -> dict[str, float]:
    """Return alpha and its bounds; null, which JSON has for what cannot be computed, becomes NaN."""
    value, low, high = (
        float("nan") if number is None else number
        for number in (interval["value"], interval["low"], interval["high"])
    )
    return {"alpha": value, "low": low, "high": high}


def sections(card: str) -> dict[str, str]:
    """Return the text under each heading of the second level of a Markdown file."""
    parts = re.split(r"^## (.+)$", card, flags=re.MULTILINE)
    return {heading.strip(): text.strip() for heading, text in zip(parts[1::2], parts[2::2], strict=True)}
