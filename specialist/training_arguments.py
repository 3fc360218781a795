"""How to train, and the named recipes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from specialist.errors import SpecialistError


@dataclass(frozen=True)
class TrainingArguments:
    """How to train.

    Attributes
    ----------
    learning_rate
        Peak rate of AdamW for the encoder, after a linear warm-up and before a linear decay to 0.
    weight_decay
        AdamW's; with 0 it is Adam.
    head_rate
        The new heads' rate, as a multiple of `learning_rate`.
    frozen_layers
        So many of the lowest layers, and the embeddings if there are any, keep the base's weights: quicker, and
        enough where the base already knows the language. 0 trains all.
    compiled
        Train through `torch.compile`: twice as quick on a processor once compiled; needs a C++ compiler.
    epochs
        At most so many passes.
    patience
        Stop after so many epochs without a better validation alpha.
    validation_share
        Share of the texts, drawn by seed, on which epochs and thresholds are chosen.
    max_length
        Tokens after which a text is cut.
    teacher_share
        With teachers: the weight of their probabilities beside the labels, in [0, 1].
    vector_share
        With teachers in safetensors: the weight, beside the heads' loss, of the error in guessing their vectors; 0 or
        more.
    """

    learning_rate: float = 1e-4
    head_rate: float = 1.0
    frozen_layers: int = 0
    compiled: bool = False
    epochs: int = 5
    batch_size: int = 16
    patience: int = 2
    warmup_share: float = 0.06
    weight_decay: float = 0.01
    dropout: float = 0.1
    validation_share: float = 0.1
    max_length: int = 128
    teacher_share: float = 0.7
    vector_share: float = 0.0
    seed: int = 42


RECIPES = {
    "default": TrainingArguments(),
    # The method's: Adam, batches of 16, a learning rate of 1e-5, 4 epochs with early stopping.
    "bertweet-large": TrainingArguments(
        learning_rate=1e-5, weight_decay=0.0, batch_size=16, epochs=4, patience=1
    ),
}
_BASES = {"bertweet-large": "vinai/bertweet-large"}


def base_of_recipe(name: str) -> str:
    """Return the base that a recipe is made for: a Hub id, or "default" for the embedded base model."""
    return _BASES.get(name, "default")


def recipe(name: str, **changes: Any) -> TrainingArguments:
    """Return a recipe's arguments with those that are given (not None) changed.

    Raises
    ------
    SpecialistError
        If there is no such recipe, or the learning rate is not from 0 to 1.
    """
    if name not in RECIPES:
        raise SpecialistError(f'there is no recipe "{name}"; choose from {", ".join(RECIPES)}')
    arguments = replace(RECIPES[name], **{key: value for key, value in changes.items() if value is not None})
    if not 0 <= arguments.learning_rate <= 1:
        raise SpecialistError(f"a learning rate of {arguments.learning_rate:g} is not from 0 to 1")
    return arguments
