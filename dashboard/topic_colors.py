"""Topics' colours: a topic has its own wherever it shows, however many there are."""

from __future__ import annotations

from colorsys import hls_to_rgb


def topic_color(topic_id: int) -> str:
    """Return a topic's colour, the same on every page; neighbouring numbers are far apart in hue."""
    hue = (topic_id * 0.61803398875 + 0.08) % 1
    lightness = (0.42, 0.55, 0.48)[topic_id % 3]
    return "#" + "".join(f"{round(part * 255):02x}" for part in hls_to_rgb(hue, lightness, 0.6))
