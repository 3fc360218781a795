"""How fast texts are classified: the specialist beside a plain transformers loop, taking turns on the same texts."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from itertools import cycle

from specialist.embedded import base_model

Loop = Callable[[Sequence[str]], object]
PLAIN_BATCH = 8
PLAIN_MAX_LENGTH = 128


class Padding(StrEnum):
    """How far a plain loop fills up each batch."""

    LONGEST = "longest"
    """To the longest text of the batch."""
    MAX_LENGTH = "max_length"
    """To `PLAIN_MAX_LENGTH` tokens, as a tokenizer call with `padding="max_length"` does."""


def plain_loop(padding: Padding) -> Loop:
    """Return what most people would write: the default base with a classification layer, fp32, batches of 8.

    Raises
    ------
    SpecialistError
        If the package that carries the base model is missing.
    """
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer
    from transformers.utils import logging

    from specialist.network import hide_bars

    # It would tell at length that the classification layer is new.
    logging.set_verbosity_error()
    hide_bars()
    tokenizer = AutoTokenizer.from_pretrained(base_model())
    model = AutoModelForSequenceClassification.from_pretrained(
        base_model(), num_labels=4, dtype=torch.float32
    ).eval()

    def loop(texts: Sequence[str]) -> None:
        with torch.inference_mode():
            for start in range(0, len(texts), PLAIN_BATCH):
                inputs = tokenizer(
                    list(texts[start : start + PLAIN_BATCH]),
                    padding=padding.value,
                    truncation=True,
                    max_length=PLAIN_MAX_LENGTH,
                    return_tensors="pt",
                )
                model(**inputs).logits.sigmoid().tolist()

    return loop


def take_turns(
    loops: Mapping[str, tuple[Loop, Sequence[str]]],
    rounds: int,
    advance: Callable[[int], None] = lambda _: None,
) -> dict[str, list[float]]:
    """Return each loop's texts per second, one figure a round.

    The loops take turns, so that the ratio of two of them in the same round holds on a busy machine too.

    Parameters
    ----------
    loops
        By name, a loop and the texts that it is timed on; it is warmed up on the first few of them.
    advance
        Called with 1 after each loop's turn.
    """
    for loop, texts in loops.values():
        loop(texts[: 4 * PLAIN_BATCH])
    speeds: dict[str, list[float]] = {name: [] for name in loops}
    for _ in range(rounds):
        for name, (loop, texts) in loops.items():
            started = time.perf_counter()
            loop(texts)
            speeds[name].append(len(texts) / (time.perf_counter() - started))
            advance(1)
    return speeds


def keep_busy(loop: Loop, texts: Sequence[str], seconds: float) -> int:
    """Run a loop over batches of the texts, again and again, for at least this long; return how many it did."""
    size = min(len(texts), 32 * PLAIN_BATCH)
    parts = cycle([texts[start : start + size] for start in range(0, len(texts), size)])
    done, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        part = next(parts)
        loop(part)
        done += len(part)
    return done
