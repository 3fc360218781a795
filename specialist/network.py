"""The network: one encoder, one linear head a codebook, all answered in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, AutoTokenizer

from specialist.codebook import Codebook
from specialist.errors import SpecialistError

HEADS_FILE = "heads.safetensors"


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

    def __init__(self, encoder: nn.Module, codebooks: Sequence[Codebook], dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        hidden = encoder.config.hidden_size
        self.heads = nn.ModuleDict(
            {codebook.id: nn.Linear(hidden, len(codebook.labels)) for codebook in codebooks}
        )

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, ...]:
        """Return each head's logits, shape (n, labels), for token ids and mask of shape (n, tokens)."""
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        pooled = (states * mask).sum(1) / mask.sum(1)
        return tuple(head(self.dropout(pooled)) for head in self.heads.values())

    def save(self, folder: Path) -> None:
        """Write the encoder in Hugging Face layout and the heads beside it, as safetensors."""
        self.encoder.save_pretrained(folder)
        save_file(
            {name: value.contiguous() for name, value in self.heads.state_dict().items()}, folder / HEADS_FILE
        )


def from_base(base: str, codebooks: Sequence[Codebook], dropout: float = 0.1) -> tuple[Network, Any]:
    """Return a network with new heads on a base model (a folder or Hub id), and the base's tokenizer.

    Raises
    ------
    SpecialistError
        If the base cannot be loaded from safetensors without running code of its own.
    """
    try:
        tokenizer = AutoTokenizer.from_pretrained(base, trust_remote_code=False)
        encoder = AutoModel.from_pretrained(
            base, use_safetensors=True, trust_remote_code=False, dtype=torch.float32
        )
    except (OSError, ValueError) as error:
        raise SpecialistError(f"the base model {base} cannot be loaded: {_first_line(error)}") from error
    return Network(encoder, codebooks, dropout), tokenizer


def load(folder: Path, codebooks: Sequence[Codebook]) -> tuple[Network, Any]:
    """Return a saved network and its tokenizer.

    Raises
    ------
    SpecialistError
        If the folder lacks a part or its heads do not fit the codebooks.
    """
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
        config = AutoConfig.from_pretrained(folder, trust_remote_code=False)
        encoder = AutoModel.from_pretrained(
            folder, config=config, use_safetensors=True, trust_remote_code=False
        )
        network = Network(encoder, codebooks)
        network.heads.load_state_dict(load_file(folder / HEADS_FILE))
    except (OSError, ValueError, RuntimeError) as error:
        raise SpecialistError(f"the specialist in {folder} cannot be loaded: {_first_line(error)}") from error
    return network.eval(), tokenizer


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
