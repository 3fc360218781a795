"""On which tweets a specialist was measured: the figures of each set, those that promise least first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def held_out(metrics: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the figures for each set of test tweets in `specialist.json`'s metrics.

    Sets of what the specialist never saw come first, since a user's own brands and sources are of that kind; written
    tweets ("synthetic") come after real ones.

    Parameters
    ----------
    metrics
        Per set of test tweets a list as `codebooks` in `specialist.validation.Report.to_json`; other entries
        are passed over.
    """
    names = [name for name, content in metrics.items() if isinstance(content, list)]
    names.sort(key=lambda name: ("never seen" not in name, "synthetic" in name))
    return {name: metrics[name] for name in names}
