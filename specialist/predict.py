"""Predicts: texts in, the labels of all codebooks with their probabilities out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from specialist.backends import Backend, TorchBackend, open_backend, open_published
from specialist.codebook import Codebook
from specialist.decisions import decide
from specialist.errors import SpecialistError
from specialist.folder import DESCRIPTION_FILE, Description, file_sha256, find
from specialist.openvino_network import batches_of_one_length

if TYPE_CHECKING:
    import pandas as pd


class Specialist:
    """A trained specialist, ready to answer.

    Attributes
    ----------
    name
        What tells its answers from those of any other: where it came from and a hash of its weights.
    description
        Codebooks, thresholds, how it was trained and how well it did.
    """

    def __init__(self, name: str, description: Description, backend: Backend, source: str) -> None:
        self.name = name
        self.description = description
        self._backend = backend
        self._source = source

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle where it was loaded from: the process that unpickles it loads the same weights there."""
        return _load_same, (self._source, self.name)

    @property
    def codebooks(self) -> tuple[Codebook, ...]:
        """Return the codebooks that it answers, one a head."""
        return self.description.codebooks

    @classmethod
    def load(cls, name: str = "default") -> Specialist:
        """Load the default specialist, one in a folder, or one from the Hugging Face Hub by its id.

        Raises
        ------
        SpecialistError
            If there is none of that name, it is not whole, or it would need pickled weights.
        """
        folder = find(name)
        source = name if name == "default" or not Path(name).is_dir() else str(folder.resolve())
        if (folder / DESCRIPTION_FILE).is_file():
            description = Description.load(folder)
            backend = open_backend(folder, description)
        else:
            description, backend = open_published(folder)
        return cls(_full_name(name, folder, description), description, backend, source)

    def predict(self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None) -> pd.DataFrame:
        """Answer every codebook's question for each text.

        Parameters
        ----------
        texts
            n texts, preprocessed as `specialist.preprocess.preprocess` does.
        progress
            Called with the number of texts just answered.

        Returns
        -------
        pandas.DataFrame
            n rows in the order of `texts`. For a multilabel codebook `p_<label>` (float32 in [0, 1]) and
            `<label>` (bool) for each label; for a single one `p_<label>` and a column named after the codebook
            with the id of the most probable label.
        """
        import pandas as pd

        columns: dict[str, np.ndarray] = {}
        start = 0
        width = sum(len(codebook.labels) for codebook in self.codebooks)
        logits = self._run(self._backend.logits, width, texts, progress)
        for codebook in self.codebooks:
            part = logits[:, start : start + len(codebook.labels)]
            columns |= _answers(codebook, part, self.description.thresholds.get(codebook.id, []))
            start += len(codebook.labels)
        return pd.DataFrame(columns)

    @property
    def width(self) -> int:
        """Return the length of `vectors`; 0 where it has none: in ONNX form, or published by others."""
        return self._backend.width if isinstance(self._backend, TorchBackend) else 0

    def vectors(self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None) -> np.ndarray:
        """Return what the heads answer from: a float32 vector for each text, shape (n, width).

        Parameters
        ----------
        texts
            n texts, preprocessed as `specialist.preprocess.preprocess` does.
        progress
            Called with the number of texts just read.

        Raises
        ------
        SpecialistError
            If it has no vectors (`width` is 0).
        """
        if not isinstance(self._backend, TorchBackend) or not self.width:
            raise SpecialistError(f"{self.name} has no vectors: only a specialist saved as safetensors has")
        return self._run(self._backend.vectors, self.width, texts, progress)

    def _run(
        self,
        function: Callable[[Sequence[Sequence[int]]], np.ndarray],
        width: int,
        texts: Sequence[str],
        progress: Callable[[int], None] | None,
    ) -> np.ndarray:
        """Run each distinct text once; the function gives an array of shape (n, width) for a batch."""
        distinct = {text: position for position, text in enumerate(dict.fromkeys(texts))}
        where = np.fromiter((distinct[text] for text in texts), dtype=np.int64, count=len(texts))
        repeats = np.bincount(where, minlength=len(distinct))
        found = np.empty((len(distinct), width), dtype=np.float32)
        token_ids = self._backend.token_ids(list(distinct)) if distinct else []
        for rows in batches_of_one_length([len(ids) for ids in token_ids]):
            found[rows] = function([token_ids[row] for row in rows])
            if progress:
                progress(int(repeats[rows].sum()))
        return found[where]


def _load_same(source: str, name: str) -> Specialist:
    specialist = Specialist.load(source)
    if specialist.name != name:
        raise SpecialistError(f'"{source}" is {specialist.name} here, not {name} as where the work began')
    return specialist


def _answers(codebook: Codebook, logits: np.ndarray, thresholds: list[float]) -> dict[str, np.ndarray]:
    names = codebook.label_ids
    if codebook.kind == "single":
        exponents = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares = exponents / exponents.sum(axis=1, keepdims=True)
        given = {codebook.id: np.array(names, dtype=object)[shares.argmax(axis=1)]}
    else:
        shares = 1 / (1 + np.exp(-logits))
        decided = decide(codebook, shares, thresholds).astype(bool)
        given = {name: decided[:, index] for index, name in enumerate(names)}
    return {f"p_{name}": shares[:, index] for index, name in enumerate(names)} | given


def full_name(name: str = "default") -> str:
    """Return the `Specialist.name` that loading one of this package's making would give, without loading it."""
    folder = find(name)
    return _full_name(name, folder, Description.load(folder))


def _full_name(name: str, folder: Path, description: Description) -> str:
    short = name if name == "default" or not Path(name).is_dir() else folder.resolve().name
    weights = description.weights or {
        path.name: file_sha256(path) for path in sorted(folder.glob("*.safetensors"))
    }
    answers = [weights, description.thresholds, description.max_length, description.normalization]
    content = json.dumps(answers, sort_keys=True)
    return f"{short}-{hashlib.sha256(content.encode()).hexdigest()[:8]}"
