"""Colours, titles and icons of the Ps and the sentiments: the same on every page, in light and dark."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from specialist.codebook import Codebook

# The theme's named text colours that stand for each P (dashboard/.streamlit/config.toml).
TEXT_COLORS = {"product": "blue", "place": "orange", "price": "green", "promotion": "violet"}


@dataclass(frozen=True)
class Mark:
    """How a P or a sentiment is told apart: by title, icon and colour together, never by colour alone.

    `definition` is the codebook's.
    """

    id: str
    title: str
    color: str
    icon: str
    definition: str

    @property
    def label(self) -> str:
        """Icon and title, for Streamlit's labels."""
        return f"{self.icon} {self.title}"

    @property
    def colored(self) -> str:
        """Icon and title in the P's colour, for Streamlit's Markdown."""
        return f":{TEXT_COLORS.get(self.id, 'gray')}[{self.label}]"


def _marks(codebook: str) -> dict[str, Mark]:
    return {
        label.id: Mark(label.id, label.title, label.color, f":material/{label.icon}:", label.definition)
        for label in Codebook.load(codebook).labels
    }


PS = _marks("mmx")
SENTIMENTS = _marks("sentiment")
# A scale from negative over neutral to positive.
DIVERGING = tuple(
    (i / 2, SENTIMENTS[name].color) for i, name in enumerate(("negative", "neutral", "positive"))
)
# Brands' lines: told apart by colour-blind eyes, and none of them a P's or a sentiment's colour.
BRANDS = ("#C99700", "#CC6677", "#33A6C8", "#8A9A2B", "#A8714A", "#C0569B", "#7D8CA3")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "solid")
NEUTRAL = "#8A94A0"  # what may be chance, in charts of either theme


def pale() -> str:
    """Return the colour of pale text in tables, which know no theme colours: legible in the user's theme."""
    return "#9BA7B4" if st.context.theme.type == "dark" else "#5F6B7A"


def rgba(color: str, opacity: float) -> str:
    """Return a #rrggbb colour with an opacity from 0 to 1, for backgrounds that work in light and dark."""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity:.2f})"
