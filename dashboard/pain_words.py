"""What pages call pain points and strengths: the same words wherever one of the two is meant."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.pain_candidates import Sentiment

# What the page of pain points can show; also in its address, as "view".
PAIN_POINTS, STRENGTHS, ALERTS = "Pain points", "Strengths", "Alerts"


@dataclass(frozen=True)
class Kind:
    """Pain points or strengths.

    Attributes
    ----------
    sentiment
        What their tweets say.
    one
        What one is called within a sentence.
    first
        What the first of them is called.
    """

    sentiment: Sentiment
    one: str
    first: str
    icon: str


PAIN = Kind("negative", "pain point", "Worst pain point", ":material/priority_high:")
STRENGTH = Kind("positive", "strength", "Top strength", ":material/thumb_up:")
