"""Embeds texts with the embedded base model: what topics, their keywords and the map are made from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from specialist.embedded import EMBEDDING_SIZE, base_model

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer
    from transformers import BertModel

# The length the model was trained to read, in word pieces; what comes after is cut off.
MAX_LENGTH = 256
# Word pieces of a batch, padding included: short tweets go through by the hundred, long ones by the dozen.
BATCH_TOKENS = 4096
# Texts tokenised and sorted at once, so that memory stays the same however many there are.
CHUNK = 50_000


def embed(texts: Sequence[str], *, progress: Callable[[int], None] | None = None) -> np.ndarray:
    """Return the sentence embeddings of texts: mean of the last layer over the word pieces, L2-normalised.

    The same vectors that sentence-transformers gives for all-MiniLM-L6-v2 (Reimers and Gurevych,
    "Sentence-BERT", EMNLP 2019, section 3). Texts go through in batches of like length; equal texts once.

    Parameters
    ----------
    texts
        n texts, of which the first 256 word pieces are read. An empty text is allowed.
    progress
        Called with the number of texts just done; the numbers add up to n.

    Returns
    -------
    numpy.ndarray
        (n, 384) float32, each row of length 1.
    """
    embeddings = np.empty((len(texts), EMBEDDING_SIZE), dtype=np.float32)
    for start in range(0, len(texts), CHUNK):
        _embed_chunk(texts[start : start + CHUNK], embeddings[start : start + CHUNK], progress)
    return embeddings


def _embed_chunk(texts: Sequence[str], target: np.ndarray, progress: Callable[[int], None] | None) -> None:
    tokenizer, model = _load()
    rows_of: dict[str, list[int]] = {}
    for row, text in enumerate(texts):
        rows_of.setdefault(text, []).append(row)
    encodings = tokenizer.encode_batch_fast(list(rows_of))
    rows = list(rows_of.values())
    for batch in _batches([len(encoding) for encoding in encodings]):
        vectors = _forward(model, [encodings[position] for position in batch])
        done = 0
        for position, vector in zip(batch, vectors, strict=True):
            target[rows[position]] = vector
            done += len(rows[position])
        if progress is not None:
            progress(done)


def _batches(lengths: list[int]) -> list[list[int]]:
    """Group positions by length, so that padding costs little and no batch exceeds `BATCH_TOKENS`."""
    batches: list[list[int]] = [[]]
    for position in sorted(range(len(lengths)), key=lambda position: (lengths[position], position)):
        if batches[-1] and (len(batches[-1]) + 1) * lengths[position] > BATCH_TOKENS:
            batches.append([])
        batches[-1].append(position)
    return batches


def _forward(model: BertModel, encodings: list[Encoding]) -> np.ndarray:
    import torch

    width = max(len(encoding) for encoding in encodings)
    ids = np.zeros((len(encodings), width), dtype=np.int64)
    mask = np.zeros((len(encodings), width), dtype=np.int64)
    for row, encoding in enumerate(encodings):
        ids[row, : len(encoding)] = encoding.ids
        mask[row, : len(encoding)] = 1
    attention = torch.from_numpy(mask)
    with torch.inference_mode():
        states = model(input_ids=torch.from_numpy(ids), attention_mask=attention).last_hidden_state
        weights = attention.unsqueeze(-1).to(states.dtype)
        means = (states * weights).sum(dim=1) / weights.sum(dim=1)
        vectors: np.ndarray = torch.nn.functional.normalize(means, dim=1).numpy()
    return vectors


@lru_cache(maxsize=1)
def _load() -> tuple[Tokenizer, BertModel]:
    from safetensors.torch import load_file
    from tokenizers import Tokenizer
    from transformers import BertConfig, BertModel

    folder = base_model()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_LENGTH)
    model = BertModel(BertConfig.from_json_file(folder / "config.json"), add_pooling_layer=False)
    weights = load_file(folder / "model.safetensors")
    # Of the file's tensors these two are no weights of the encoder.
    not_needed = ("pooler.", "embeddings.position_ids")
    model.load_state_dict({name: value for name, value in weights.items() if not name.startswith(not_needed)})
    return tokenizer, model.eval()
