"""A specialist's folder: `specialist.json`, weights as ONNX or safetensors, tokenizer; found by name and checked."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from specialist.codebook import Codebook
from specialist.errors import SpecialistError

DEFAULT = Path(__file__).parent / "default"
DESCRIPTION_FILE = "specialist.json"
ONNX_FILE = "model.onnx"
NORMALIZATIONS = ("", "bertweet")
# Numbers that share one scale, of int8 weights when exported and of activations when run.
BLOCK = 64
# Nothing that can carry code: no pickle (.bin, .pt), no .py.
_FETCHED = ["*.json", "*.txt", "*.codes", "*.model", "*.safetensors", "*.onnx", "README.md"]


@dataclass(frozen=True)
class Description:
    """What `specialist.json` says.

    Attributes
    ----------
    codebooks
        One a head, in the order of the network's outputs.
    thresholds
        For each multilabel codebook's id a probability a label, from which on the label is given.
    max_length
        Tokens after which a text is cut.
    normalization
        What is done to preprocessed texts before they are tokenized: nothing (""), or "bertweet".
    weights
        The files of the weights with their SHA-256.
    training, metrics
        How it was trained and how well it did, for people and the model card.
    """

    codebooks: tuple[Codebook, ...]
    base_model: str
    thresholds: dict[str, list[float]]
    max_length: int
    weights: dict[str, str]
    normalization: str = ""
    training: dict[str, Any] = field(default_factory=dict)
    metrics: dict[str, Any] = field(default_factory=dict)

    def save(self, folder: Path) -> None:
        """Write `specialist.json`."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=2)
        (folder / DESCRIPTION_FILE).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Description:
        """Read `specialist.json` and check the weights beside it against its hashes.

        Raises
        ------
        SpecialistError
            If the file is not whole or the weights are others than those it speaks of.
        """
        try:
            content = json.loads((folder / DESCRIPTION_FILE).read_text(encoding="utf-8"))
            books = tuple(Codebook.from_dict(book, str(folder)) for book in content.pop("codebooks"))
            description = cls(codebooks=books, **content)
            if description.normalization not in NORMALIZATIONS:
                raise ValueError(
                    f'it names the normalization "{description.normalization}", which is unknown'
                )
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            if isinstance(error, SpecialistError):
                raise
            raise SpecialistError(f"{folder / DESCRIPTION_FILE} is not whole: {error}") from error
        for name, expected in description.weights.items():
            if file_sha256(folder / name) != expected:
                raise SpecialistError(
                    f"{folder / name} is not the file that {DESCRIPTION_FILE} was written for"
                )
        return description


def file_sha256(path: Path) -> str:
    """Return a file's SHA-256 in hex; SpecialistError where there is no such file."""
    try:
        with path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError as error:
        raise SpecialistError(f"{path} cannot be read: {error.strerror}") from error


def find(name: str) -> Path:
    """Return the folder of a specialist named "default", by a folder, or by a Hugging Face Hub id.

    Raises
    ------
    SpecialistError
        If there is no such folder, and no such model on the Hub or no network to fetch it.
    """
    if name == "default":
        return DEFAULT
    if Path(name).is_dir():
        return Path(name)
    if name.count("/") != 1 or name.startswith((".", "/", "~")):
        raise SpecialistError(
            f'there is no specialist "{name}": give default, a folder, or a Hub id (owner/model)'
        )
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, allow_patterns=_FETCHED))
    except Exception as error:  # the hub client raises its own, httpx's and OS errors alike
        raise SpecialistError(
            f'"{name}" is no folder here and cannot be fetched from the Hugging Face Hub: {type(error).__name__}'
        ) from error
