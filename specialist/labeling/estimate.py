"""What a labelling will take, before any request: tokens and cost of each labeler."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from specialist.codebook import Codebook
from specialist.labeling.labelers import Labeler
from specialist.labeling.request import build_request


@dataclass(frozen=True)
class Estimate:
    """What one labeler's requests will take.

    Attributes
    ----------
    texts, requests
        How many it is asked about, and in how many requests.
    tokens_in, tokens_out, cost
        To expect, if every request succeeds; dollars.
    most
        What these requests cannot exceed, in dollars; requests that must be repeated come on top.
    """

    labeler: str
    texts: int
    requests: int
    tokens_in: int
    tokens_out: int
    cost: float
    most: float


def estimate(labeler: Labeler, codebook: Codebook, texts: Sequence[str]) -> Estimate:
    """Estimate what a labeler's requests for these texts will take."""
    starts = range(0, len(texts), labeler.batch)
    requests = [
        build_request(codebook, texts[start : start + labeler.batch], labeler.thinking_tokens)
        for start in starts
    ]
    tokens_in = sum(request.about.tokens_in for request in requests)
    tokens_out = sum(request.about.tokens_out for request in requests)
    most = sum(labeler.cost(request.most.tokens_in, request.most.tokens_out) for request in requests)
    cost = labeler.cost(tokens_in, tokens_out)
    return Estimate(labeler.name, len(texts), len(requests), tokens_in, tokens_out, cost, most)
