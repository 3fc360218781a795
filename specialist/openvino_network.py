"""Runs a network with OpenVINO, the quickest on a plain processor, in batches of texts of one length."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

# Few sizes: OpenVINO keeps some 2 MB for each shape of batch that it has met.
BATCH_SIZES = (64, 8, 1)


class OpenVinoNetwork:
    """A compiled network. Threads may share it: each has an inference request of its own.

    Parameters
    ----------
    model
        Path of an ONNX file, or a model of `openvino.convert_model`; its first input is token ids, its second the
        attention mask, both int64 of shape (n, tokens).
    options
        Further properties of OpenVINO's CPU plugin.
    """

    def __init__(self, model: Any, **options: Any) -> None:
        self._compiled = (
            openvino()
            .Core()
            .compile_model(
                model,
                "CPU",
                {
                    "PERFORMANCE_HINT": "LATENCY",
                    "INFERENCE_NUM_THREADS": _processors(),
                    # Pinned threads of two programs on one machine would wait for each other.
                    "ENABLE_CPU_PINNING": False,
                    # fp32 wherever weights are not int8, so that answers do not depend on the processor's formats.
                    "INFERENCE_PRECISION_HINT": "f32",
                    **options,
                },
            )
        )
        self._requests = threading.local()

    def run(self, token_ids: np.ndarray, attention_mask: np.ndarray) -> np.ndarray:
        """Return the first output, float32 of shape (n, …), for one batch of shape (n, tokens)."""
        if not hasattr(self._requests, "own"):
            self._requests.own = self._compiled.create_infer_request()
        return np.array(self._requests.own.infer({0: token_ids, 1: attention_mask})[0], dtype=np.float32)


def batches_of_one_length(lengths: Sequence[int]) -> Iterator[np.ndarray]:
    """Give the rows of each batch, shortest texts first; a batch has one of `BATCH_SIZES`.

    The texts of a batch have the same number of tokens: padding would cost time, and round int8 activations otherwise
    than for the text alone, so that an answer would depend on the texts beside it.
    """
    of_rows = np.array(lengths, dtype=np.int64)
    for length in np.unique(of_rows):
        rows = np.flatnonzero(of_rows == length)
        for size in BATCH_SIZES:
            whole = len(rows) // size * size
            yield from rows[:whole].reshape(-1, size)
            rows = rows[whole:]


def openvino() -> Any:
    """Return the module openvino, loaded without its telemetry, which would report each import to its maker.

    OpenVINO does without the package openvino_telemetry where that cannot be imported; so it is made so.
    """
    blocked = "openvino_telemetry"
    if "openvino" not in sys.modules:
        sys.modules[blocked] = None  # type: ignore[assignment]
    import openvino as module

    return module


def _processors() -> int:
    # What a scheduler such as Ray or Slurm allots to this process, of a machine that it shares with others.
    allotted = os.environ.get("OMP_NUM_THREADS", "")
    if allotted.isdecimal() and int(allotted) > 0:
        return int(allotted)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
