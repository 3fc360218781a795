"""The network: one encoder, one linear head a codebook, all answered in one pass."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, PreTrainedModel
from transformers.utils import logging as transformers_logging

from specialist import tokenizer as tokenizers
from specialist.codebook import Codebook
from specialist.errors import SpecialistError

HEADS_FILE = "heads.safetensors"
# What transformers and safetensors raise where files are missing, broken, or need a package that is not there.
NOT_LOADED = (OSError, ValueError, ImportError, SafetensorError)


class Network(nn.Module):
    """An encoder with mean pooling and a linear head for each codebook.

    Parameters
    ----------
    encoder
        A transformers encoder with `last_hidden_state` of shape (n, tokens, hidden).
    codebooks
        One head each, in this order.
    dropout
        Share of the pooled vector dropped while training, in [0, 1).
    """

    def __init__(self, encoder: PreTrainedModel, codebooks: Sequence[Codebook], dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        hidden = encoder.config.hidden_size
        self.heads = nn.ModuleDict({book.id: nn.Linear(hidden, len(book.labels)) for book in codebooks})

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, ...]:
        """Return each head's logits, shape (n, labels), for token ids and mask of shape (n, tokens)."""
        vectors = self.pooled(input_ids, attention_mask)
        return tuple(head(self.dropout(vectors)) for head in self.heads.values())

    def pooled(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Return each text's vector, shape (n, hidden): the mean of its tokens' last hidden states."""
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        return (states * mask).sum(1) / mask.sum(1)

    def head(self, codebook: Codebook) -> nn.Linear:
        """Return the head that answers a codebook."""
        head = self.heads[codebook.id]
        assert isinstance(head, nn.Linear)
        return head

    def freeze(self, layers: int) -> None:
        """Keep the embeddings and the lowest layers as they are in training; 0 trains everything."""
        if layers == 0:
            return
        encoder: Any = self.encoder
        for part in (encoder.embeddings, *encoder.encoder.layer[:layers]):
            part.requires_grad_(False)

    def only(self, codebooks: Sequence[Codebook]) -> Network:
        """Return a network with the same encoder and the heads of these codebooks alone."""
        part = Network(self.encoder, codebooks, self.dropout.p)
        part.heads.load_state_dict(
            {
                f"{book.id}.{name}": value
                for book in codebooks
                for name, value in self.head(book).state_dict().items()
            }
        )
        return part

    def save(self, folder: Path) -> None:
        """Write the encoder in Hugging Face layout and the heads beside it, as safetensors."""
        self.encoder.save_pretrained(folder)
        save_file(
            {name: value.contiguous() for name, value in self.heads.state_dict().items()}, folder / HEADS_FILE
        )


def hide_bars() -> None:
    """Keep transformers from drawing bars of its own, which cross a command's and come despite its --quiet."""
    transformers_logging.disable_progress_bar()


def from_base(base: str, codebooks: Sequence[Codebook], dropout: float = 0.1) -> tuple[Network, Any]:
    """Return a network with new heads on a base model (a folder or Hub id), and the base's tokenizer.

    The tokenizer's `model_max_length` is at most what the encoder can read. A BERTweet's normalises the texts.

    Raises
    ------
    SpecialistError
        If the base cannot be loaded from safetensors without running code of its own, is no encoder, or needs a
        package that is not installed.
    """
    hide_bars()
    try:
        tokenizer = tokenizers.of_base(base)
        encoder = AutoModel.from_pretrained(
            base, use_safetensors=True, trust_remote_code=False, dtype=torch.float32
        )
    except SpecialistError:
        raise
    except NOT_LOADED as error:
        raise SpecialistError(f"the base model {base} cannot be loaded: {first_line(error)}") from error
    if encoder.config.is_encoder_decoder:
        raise SpecialistError(f"the base model {base} is no encoder: it has a decoder too")
    tokenizer.model_max_length = min(tokenizer.model_max_length, longest(encoder))
    return Network(encoder, codebooks, dropout), tokenizer


def longest(encoder: PreTrainedModel) -> int:
    """Return the most tokens that a transformers encoder can read, as many as it has positions for.

    RoBERTa and its kin number positions from behind the padding's id: BERTweet's 130 are for 128 tokens.
    """
    positions = getattr(encoder.config, "max_position_embeddings", None) or sys.maxsize
    offsets = (
        part.padding_idx + 1
        for name, part in encoder.named_modules()
        if name.endswith("position_embeddings") and getattr(part, "padding_idx", None) is not None
    )
    return positions - max(offsets, default=0) if positions > 0 else sys.maxsize


def load(folder: Path, codebooks: Sequence[Codebook], normalization: str = "") -> tuple[Network, Any]:
    """Return a saved network and its tokenizer.

    Parameters
    ----------
    normalization
        As the folder's description names it.

    Raises
    ------
    SpecialistError
        If the folder lacks a part or its heads do not fit the codebooks.
    """
    hide_bars()
    try:
        tokenizer = tokenizers.of_folder(folder, normalization)
        config = AutoConfig.from_pretrained(folder, trust_remote_code=False)
        encoder = AutoModel.from_pretrained(
            folder, config=config, use_safetensors=True, trust_remote_code=False
        )
        network = Network(encoder, codebooks)
        network.heads.load_state_dict(load_file(folder / HEADS_FILE))
    except SpecialistError:
        raise
    except (*NOT_LOADED, RuntimeError) as error:
        raise SpecialistError(f"the specialist in {folder} cannot be loaded: {first_line(error)}") from error
    return network.eval(), tokenizer


def predict(
    network: Network,
    tokenizer: Any,
    texts: list[str],
    codebooks: list[Codebook],
    max_length: int,
    batch_size: int = 32,
) -> dict[str, np.ndarray]:
    """Return each codebook's probabilities, shape (n, labels): sigmoid for multilabel, softmax for single."""
    order = np.argsort([len(text) for text in texts], kind="stable")
    parts: dict[str, list[np.ndarray]] = {codebook.id: [] for codebook in codebooks}
    was_training = network.training
    network.eval()
    with torch.inference_mode():
        for start in range(0, len(texts), batch_size):
            rows = order[start : start + batch_size]
            outputs = network(**encode(tokenizer, [texts[row] for row in rows], max_length))
            for codebook, logits in zip(codebooks, outputs, strict=True):
                to_share = (
                    torch.sigmoid if codebook.kind == "multilabel" else lambda x: torch.softmax(x, dim=1)
                )
                parts[codebook.id].append(to_share(logits.float()).numpy())
    network.train(was_training)
    back = np.argsort(order, kind="stable")
    return {name: np.concatenate(chunks)[back] for name, chunks in parts.items()}


def encode(tokenizer: Any, texts: list[str], max_length: int) -> dict[str, Tensor]:
    """Return token ids and mask of texts, shape (n, tokens), padded to the longest.

    Texts are cut at `max_length` tokens, or at the most that the base can read.
    """
    cut = min(max_length, tokenizer.model_max_length)
    encoded = tokenizer(texts, padding=True, truncation=True, max_length=cut, return_tensors="pt")
    return {"input_ids": encoded["input_ids"], "attention_mask": encoded["attention_mask"]}


def first_line(error: Exception) -> str:
    """Return the first line of an error's message, or its kind where it has none."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]
