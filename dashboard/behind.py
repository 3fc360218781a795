"""The way from a chart's mark to the tweets behind it: one for all charts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from dashboard import charts, frame
from dashboard.selection import Selection
from pipeline.counts import Steps

Part = Literal["brand_id", "p", "sentiment", "start", "topic"]


def follow(
    state: Any, chosen: Selection, parts: Sequence[Part], *, cut: Steps | None = None, **parameters: Any
) -> None:
    """Leave for the page Tweets where a mark was clicked; else do nothing.

    Parameters
    ----------
    state
        What `charts.show` returned, with `select` set.
    chosen
        The selection that the chart is drawn from.
    parts
        What each value of a mark's customdata narrows it to: a brand_id, a P, a sentiment, the first day of a step
        (ISO 8601), a topic_id. A value that is None narrows nothing.
    cut
        The steps, where there is a first day among the parts.
    parameters
        The page's own, such as topic=37.
    """
    if (mark := charts.clicked(state)) is None:
        return
    narrowed, own = narrow(chosen, dict(zip(parts, mark, strict=True)), cut)
    frame.go("tweets", narrowed, **parameters, **own)


def narrow(
    chosen: Selection, mark: dict[Part, Any], cut: Steps | None = None
) -> tuple[Selection, dict[str, int]]:
    """Return the selection of a mark's tweets, and the parameters of the page Tweets; see `follow`."""
    narrowed, own = chosen, {}
    for part, value in mark.items():
        if value is None:
            continue
        if part == "brand_id":
            narrowed = narrowed.only(brand_id=str(value))
        elif part == "p":
            narrowed = narrowed.only(ps=(str(value),))
        elif part == "sentiment":
            narrowed = narrowed.only(sentiments=(str(value),))
        elif part == "topic":
            own["topic"] = int(value)
        elif cut is not None:
            start = date.fromisoformat(str(value)[:10])
            narrowed = narrowed.only(period="custom", since=max(start, cut.since), until=cut.end(start))
    return narrowed, own
