"""What runs a specialist's network: OpenVINO for ONNX weights, torch for safetensors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from specialist.codebook import Codebook
from specialist.errors import SpecialistError
from specialist.folder import BLOCK, ONNX_FILE, Description
from specialist.openvino_network import OpenVinoNetwork


class Backend(Protocol):
    """Turns token ids into logits."""

    def token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Return each text's token ids, cut at the specialist's maximum length."""
        ...

    def logits(self, token_ids: Sequence[Sequence[int]]) -> np.ndarray:
        """Return float32 logits of shape (n, labels of all heads) for one batch."""
        ...


class OnnxBackend:
    """Runs `model.onnx` with OpenVINO and `tokenizer.json` with tokenizers: nothing heavier is imported.

    Only a tokenizer that has no such form, such as bertweet-base's, is run by transformers. Threads may share it.
    """

    def __init__(self, folder: Path, description: Description) -> None:
        self._network = OpenVinoNetwork(str(folder / ONNX_FILE), DYNAMIC_QUANTIZATION_GROUP_SIZE=BLOCK)
        self._token_ids = (
            _quick_tokenizer(folder, description)
            if (folder / "tokenizer.json").is_file()
            else _transformers_tokenizer(folder, description)
        )

    def token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Return each text's token ids, cut at the specialist's maximum length."""
        return self._token_ids(list(texts))

    def logits(self, token_ids: Sequence[Sequence[int]]) -> np.ndarray:
        """Return float32 logits of shape (n, labels of all heads) for one batch."""
        return self._network.run(*_pad(token_ids, 0))


def _quick_tokenizer(folder: Path, description: Description) -> Callable[[list[str]], list[list[int]]]:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(description.max_length)
    if not description.normalization:
        return lambda texts: [encoding.ids for encoding in tokenizer.encode_batch(texts)]
    from specialist.bertweet import Normalizer

    normalize = Normalizer()
    return lambda texts: [
        encoding.ids for encoding in tokenizer.encode_batch([normalize(text) for text in texts])
    ]


def _transformers_tokenizer(folder: Path, description: Description) -> Callable[[list[str]], list[list[int]]]:
    from specialist.tokenizer import of_folder

    tokenizer = of_folder(folder, description.normalization)
    return lambda texts: [
        list(ids) for ids in tokenizer(texts, truncation=True, max_length=description.max_length)["input_ids"]
    ]


class TorchBackend:
    """Runs a folder of safetensors with torch: our own networks and published sequence classifiers."""

    def __init__(self, model: Any, tokenizer: Any, max_length: int) -> None:
        self._model, self._tokenizer, self._max_length = model.eval(), tokenizer, max_length

    def token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Return each text's token ids, cut at the specialist's maximum length."""
        encoded = self._tokenizer(list(texts), truncation=True, max_length=self._max_length)
        return [list(ids) for ids in encoded["input_ids"]]

    def logits(self, token_ids: Sequence[Sequence[int]]) -> np.ndarray:
        """Return float32 logits of shape (n, labels of all heads) for one batch."""
        import torch

        def run(**inputs: Any) -> Any:
            outputs = self._model(**inputs)
            return torch.cat(outputs, dim=1) if isinstance(outputs, tuple) else outputs.logits

        return self._run(run, token_ids)

    @property
    def width(self) -> int:
        """Return the length of `vectors`; 0 for a published classifier, which has none of its own."""
        from specialist.network import Network

        return int(self._model.encoder.config.hidden_size) if isinstance(self._model, Network) else 0

    def vectors(self, token_ids: Sequence[Sequence[int]]) -> np.ndarray:
        """Return the texts' float32 vectors, shape (n, width), from which the heads answer."""
        return self._run(self._model.pooled, token_ids)

    def _run(self, function: Callable[..., Any], token_ids: Sequence[Sequence[int]]) -> np.ndarray:
        import torch

        from specialist.precision import mixed_precision

        padding = self._tokenizer.pad_token_id or 0
        ids, mask = (torch.from_numpy(array) for array in _pad(token_ids, padding))
        with torch.inference_mode(), mixed_precision():
            found: np.ndarray = function(input_ids=ids, attention_mask=mask).float().numpy()
        return found


def open_backend(folder: Path, description: Description) -> Backend:
    """Return what runs the weights of a specialist made by this package."""
    if (folder / ONNX_FILE).is_file():
        return OnnxBackend(folder, description)
    from specialist import network

    return TorchBackend(
        *network.load(folder, description.codebooks, description.normalization), description.max_length
    )


def open_published(folder: Path) -> tuple[Description, Backend]:
    """Open a published sequence classifier that has no `specialist.json`, by its own label names.

    Raises
    ------
    SpecialistError
        If it has no safetensors or cannot be loaded, or its labels are those of no codebook in the package.
    """
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    from specialist.network import NOT_LOADED, first_line, hide_bars, longest

    if not list(folder.glob("*.safetensors")):
        raise SpecialistError(
            f"{folder} holds no safetensors; pickled weights are not loaded, convert them first"
        )
    hide_bars()
    try:
        model = AutoModelForSequenceClassification.from_pretrained(
            folder, use_safetensors=True, trust_remote_code=False, dtype=torch.float32
        )
        tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
    except NOT_LOADED as error:
        raise SpecialistError(f"{folder} cannot be loaded: {first_line(error)}") from error
    names = [str(model.config.id2label[index]).casefold() for index in range(model.config.num_labels)]
    codebook = _codebook_of(names, folder)
    order = [names.index(label) for label in codebook.label_ids]
    description = Description(
        codebooks=(codebook,),
        base_model=str(getattr(model.config, "_name_or_path", "") or folder.name),
        thresholds={codebook.id: [0.5] * len(order)},
        max_length=min(128, int(tokenizer.model_max_length), longest(model)),
        weights={},
    )
    return description, _Reordered(TorchBackend(model, tokenizer, description.max_length), order)


class _Reordered:
    """A backend whose labels are put into the codebook's order."""

    def __init__(self, backend: Backend, order: list[int]) -> None:
        self._backend, self._order = backend, order
        self.token_ids = backend.token_ids

    def logits(self, token_ids: Sequence[Sequence[int]]) -> np.ndarray:
        return self._backend.logits(token_ids)[:, self._order]


def _codebook_of(names: list[str], folder: Path) -> Codebook:
    for known in ("mmx", "sentiment"):
        codebook = Codebook.load(known)
        if sorted(codebook.label_ids) == sorted(names):
            return codebook
    raise SpecialistError(f"the labels of {folder} ({', '.join(names)}) are those of no codebook")


def _pad(token_ids: Sequence[Sequence[int]], padding: int) -> tuple[np.ndarray, np.ndarray]:
    length = max(len(ids) for ids in token_ids)
    ids = np.full((len(token_ids), length), padding, dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, found in enumerate(token_ids):
        ids[row, : len(found)] = found
        mask[row, : len(found)] = 1
    return ids, mask
