"""Computes in bf16 where the processor does that in hardware."""

from __future__ import annotations

import contextlib
from typing import Any

import torch


def mixed_precision() -> contextlib.AbstractContextManager[Any]:
    """Return bf16 autocast where the processor multiplies bf16 in hardware, else nothing."""
    capabilities = torch.cpu.get_capabilities()
    if capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"):
        return torch.autocast("cpu", dtype=torch.bfloat16)
    return contextlib.nullcontext()
