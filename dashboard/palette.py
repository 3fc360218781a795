"""Colours, titles and icons of the Ps and the sentiments: the same on every page, in light and dark."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """How a P or a sentiment is told apart: by title, icon and colour together, never by colour alone."""

    title: str
    color: str
    icon: str

    @property
    def label(self) -> str:
        """Icon and title, for Streamlit's labels."""
        return f"{self.icon} {self.title}"


PS = {
    "product": Mark("Product", "#0072B2", ":material/inventory_2:"),
    "place": Mark("Place", "#E69F00", ":material/storefront:"),
    "price": Mark("Price", "#009E73", ":material/sell:"),
    "promotion": Mark("Promotion", "#7B5EA7", ":material/campaign:"),
}
SENTIMENTS = {
    "negative": Mark("Negative", "#C0392B", ":material/sentiment_dissatisfied:"),
    "neutral": Mark("Neutral", "#9AA0A6", ":material/sentiment_neutral:"),
    "positive": Mark("Positive", "#1B9E9E", ":material/sentiment_satisfied:"),
}
ALL = Mark("Overall", "#5F6B7A", ":material/all_inclusive:")
# From negative over neutral to positive; readable under dark and light text alike.
DIVERGING = ((0.0, "#C0392B"), (0.5, "#9AA0A6"), (1.0, "#1B9E9E"))


def rgba(color: str, opacity: float) -> str:
    """Return a #rrggbb colour with an opacity from 0 to 1, for backgrounds that work in light and dark."""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity:.2f})"
