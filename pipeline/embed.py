"""Embeds texts with the embedded base model: what topics, their keywords and the map are made from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from pipeline.sentence_encoder import sentence_encoder
from specialist.embedded import EMBEDDING_SIZE, base_model
from specialist.openvino_network import OpenVinoNetwork, batches_of_one_length

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# The length the model was trained to read, in word pieces; what comes after is cut off.
MAX_LENGTH = 256
# Texts are padded to a multiple of so many word pieces: fewer shapes of batches, for which OpenVINO keeps memory.
LENGTH_STEP = 4
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
    tokenizer, network = _load()
    rows_of: dict[str, list[int]] = {}
    for row, text in enumerate(texts):
        rows_of.setdefault(text, []).append(row)
    token_ids = [encoding.ids for encoding in tokenizer.encode_batch_fast(list(rows_of))]
    rows = list(rows_of.values())
    lengths = [-(-len(ids) // LENGTH_STEP) * LENGTH_STEP for ids in token_ids]
    for batch in batches_of_one_length(lengths):
        ids = np.zeros((len(batch), lengths[batch[0]]), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, position in enumerate(batch):
            ids[row, : len(token_ids[position])] = token_ids[position]
            mask[row, : len(token_ids[position])] = 1
        done = 0
        for position, vector in zip(batch, network.run(ids, mask), strict=True):
            target[rows[position]] = vector
            done += len(rows[position])
        if progress is not None:
            progress(done)


@lru_cache(maxsize=1)
def _load() -> tuple[Tokenizer, OpenVinoNetwork]:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(base_model() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_LENGTH)
    return tokenizer, sentence_encoder()
