"""Trains a specialist: fine-tunes an encoder with one head a codebook on labelled texts.

The recipe is Ringel's ("Creating Synthetic Experts with Generative Artificial Intelligence", SSRN 4542949):
binary cross-entropy on the labels, Adam, batches of 16, early stopping. Learning rate and epochs depend on the
base: 1e-5 and 4 for BERTweet-large, about 1e-4 for a model of 22 M parameters.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from specialist import network as networks
from specialist.codebook import Codebook
from specialist.data import Labelled
from specialist.embedded import resolve
from specialist.errors import SpecialistError
from specialist.metrics import alpha, best_threshold
from specialist.network import Network

_CHECKPOINT = "checkpoint.pt"
_BEST = "best.pt"


@dataclass(frozen=True)
class TrainingArguments:
    """How to train.

    Attributes
    ----------
    learning_rate
        Peak rate of AdamW, after a linear warm-up and before a linear decay to 0.
    epochs
        At most so many passes.
    patience
        Stop after so many epochs without a better validation alpha.
    validation_share
        Share of the texts, drawn by seed, on which epochs and thresholds are chosen.
    max_length
        Tokens after which a text is cut.
    """

    learning_rate: float = 1e-4
    epochs: int = 5
    batch_size: int = 16
    patience: int = 2
    warmup_share: float = 0.06
    weight_decay: float = 0.01
    dropout: float = 0.1
    validation_share: float = 0.1
    max_length: int = 128
    seed: int = 42


RECIPES = {
    "default": TrainingArguments(),
    "bertweet-large": TrainingArguments(learning_rate=1e-5, epochs=4, patience=1),
}


@dataclass(frozen=True)
class Epoch:
    """What one epoch came to: mean training loss, and alpha on the validation part for each codebook."""

    number: int
    loss: float
    alphas: dict[str, float]
    seconds: float

    @property
    def score(self) -> float:
        """Return the mean of the codebooks' alphas, by which epochs are compared."""
        return float(np.mean(list(self.alphas.values())))


@dataclass(frozen=True)
class Trained:
    """A trained network with what was chosen on the validation part."""

    network: Network
    tokenizer: Any
    thresholds: dict[str, list[float]]
    epochs: list[Epoch]
    validation: Labelled


def train(
    labelled: Labelled,
    codebooks: list[Codebook],
    base: str,
    work: Path,
    arguments: TrainingArguments,
    progress: Callable[[int], None] = lambda _: None,
    on_epoch: Callable[[Epoch], None] = lambda _: None,
) -> Trained:
    """Fine-tune a base model; interrupted training goes on from the last whole epoch in `work`.

    Parameters
    ----------
    labelled
        All texts for training and validation; never those of a test.
    base
        "default" for the embedded base model, a folder, or a Hub id.
    work
        A folder for checkpoints, removed by the caller when the result is saved.
    progress
        Called with the number of texts just trained on.

    Raises
    ------
    SpecialistError
        If there are too few texts to hold some back, or the base cannot be loaded.
    """
    if len(labelled) < 10:
        raise SpecialistError(f"{len(labelled)} labelled texts are too few to train on")
    work.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(arguments.seed)
    train_part, validation = _split(labelled, arguments)
    network, tokenizer = networks.from_base(resolve(base), codebooks, arguments.dropout)
    run = _Run(network, tokenizer, train_part, validation, codebooks, arguments, work, progress)
    while run.wants_more:
        on_epoch(run.epoch())
    network.load_state_dict(torch.load(work / _BEST, weights_only=True))
    network.eval()
    probabilities = predict(network, tokenizer, validation.texts, codebooks, arguments.max_length)
    thresholds = {book.id: _thresholds(book, validation, probabilities) for book in codebooks}
    return Trained(network, tokenizer, thresholds, run.epochs, validation)


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
            outputs = network(**_encode(tokenizer, [texts[row] for row in rows], max_length))
            for codebook, logits in zip(codebooks, outputs, strict=True):
                to_share = (
                    torch.sigmoid if codebook.kind == "multilabel" else lambda x: torch.softmax(x, dim=1)
                )
                parts[codebook.id].append(to_share(logits.float()).numpy())
    network.train(was_training)
    back = np.argsort(order, kind="stable")
    return {name: np.concatenate(chunks)[back] for name, chunks in parts.items()}


def decide(codebook: Codebook, probabilities: np.ndarray, thresholds: list[float]) -> np.ndarray:
    """Return 0/1 decisions, shape (n, labels): by threshold for multilabel, the most probable for single."""
    if codebook.kind == "multilabel":
        return (probabilities >= np.asarray(thresholds)).astype(np.int8)
    return np.eye(len(codebook.labels), dtype=np.int8)[probabilities.argmax(axis=1)]


def agreement(codebook: Codebook, truth: np.ndarray, decisions: np.ndarray) -> float:
    """Return alpha over the labelled texts: each (text, label) a unit for multilabel, each text for single."""
    rows = ~np.isnan(truth).any(axis=1)
    if codebook.kind == "single":
        return alpha(truth[rows].argmax(axis=1), decisions[rows].argmax(axis=1))
    return alpha(truth[rows], decisions[rows])


class _Run:
    """The state of one training: what the next epoch needs, saved after each."""

    def __init__(
        self,
        network: Network,
        tokenizer: Any,
        train_part: Labelled,
        validation: Labelled,
        codebooks: list[Codebook],
        arguments: TrainingArguments,
        work: Path,
        progress: Callable[[int], None],
    ) -> None:
        self.network, self.tokenizer, self.codebooks = network, tokenizer, codebooks
        self.train_part, self.validation = train_part, validation
        self.arguments, self.work, self.progress = arguments, work, progress
        self.epochs: list[Epoch] = []
        self.optimizer = torch.optim.AdamW(
            network.parameters(), lr=arguments.learning_rate, weight_decay=arguments.weight_decay, fused=True
        )
        steps = arguments.epochs * -(-len(train_part) // arguments.batch_size)
        self.schedule = torch.optim.lr_scheduler.LambdaLR(
            self.optimizer, _warm_up_and_decay(steps, arguments)
        )
        self.fingerprint = json.dumps([train_part.sha256(), validation.sha256(), asdict(arguments)])
        self._resume()

    @property
    def wants_more(self) -> bool:
        if not self.epochs:
            return True
        best = max(range(len(self.epochs)), key=lambda index: self.epochs[index].score)
        waited = len(self.epochs) - 1 - best
        return len(self.epochs) < self.arguments.epochs and waited < self.arguments.patience

    def epoch(self) -> Epoch:
        """Train one epoch, validate, and save what resuming needs."""
        started = time.perf_counter()
        number = len(self.epochs) + 1
        loss = self._train(number)
        probabilities = predict(
            self.network, self.tokenizer, self.validation.texts, self.codebooks, self.arguments.max_length
        )
        alphas = {
            book.id: agreement(
                book,
                self.validation.labels[book.id],
                decide(book, probabilities[book.id], [0.5] * len(book.labels)),
            )
            for book in self.codebooks
        }
        done = Epoch(number, loss, alphas, time.perf_counter() - started)
        is_best = not self.epochs or done.score > max(epoch.score for epoch in self.epochs)
        self.epochs.append(done)
        if is_best:
            torch.save(self.network.state_dict(), self.work / _BEST)
        self._save()
        return done

    def _train(self, number: int) -> float:
        self.network.train()
        torch.manual_seed(self.arguments.seed + number)
        total = 0.0
        for rows in _batches(self.train_part.texts, self.arguments.batch_size, self.arguments.seed + number):
            inputs = _encode(
                self.tokenizer, [self.train_part.texts[row] for row in rows], self.arguments.max_length
            )
            with mixed_precision():
                outputs = self.network(**inputs)
            loss = _loss(self.codebooks, outputs, {n: y[rows] for n, y in self.train_part.labels.items()})
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
            self.optimizer.step()
            self.schedule.step()
            self.optimizer.zero_grad(set_to_none=True)
            total += float(loss.detach()) * len(rows)
            self.progress(len(rows))
        return total / len(self.train_part)

    def _save(self) -> None:
        state = {
            "fingerprint": self.fingerprint,
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
            "epochs": json.dumps([asdict(epoch) for epoch in self.epochs]),
        }
        unfinished = self.work / f"{_CHECKPOINT}.unfinished"
        torch.save(state, unfinished)
        unfinished.replace(self.work / _CHECKPOINT)

    def _resume(self) -> None:
        if not (self.work / _CHECKPOINT).exists():
            return
        state = torch.load(self.work / _CHECKPOINT, weights_only=True)
        if state["fingerprint"] != self.fingerprint:
            return
        self.network.load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.schedule.load_state_dict(state["schedule"])
        self.epochs = [Epoch(**epoch) for epoch in json.loads(state["epochs"])]
        self.progress(len(self.epochs) * len(self.train_part))


def mixed_precision() -> contextlib.AbstractContextManager[Any]:
    """Return bf16 autocast where the processor multiplies bf16 in hardware, else a context that does nothing."""
    capabilities = torch.cpu.get_capabilities()
    if capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"):
        return torch.autocast("cpu", dtype=torch.bfloat16)
    return contextlib.nullcontext()


def _split(labelled: Labelled, arguments: TrainingArguments) -> tuple[Labelled, Labelled]:
    rows = np.random.default_rng(arguments.seed).permutation(len(labelled))
    held = max(2, round(arguments.validation_share * len(labelled)))
    return labelled.take(np.sort(rows[held:])), labelled.take(np.sort(rows[:held]))


def _batches(texts: list[str], size: int, seed: int) -> Iterator[np.ndarray]:
    """Give batches of texts of like length, in random order: little padding, yet no order by length."""
    generator = np.random.default_rng(seed)
    rows = generator.permutation(len(texts))
    lengths = np.array([len(text) for text in texts])
    pools = [
        pool[np.argsort(lengths[pool], kind="stable")]
        for pool in np.split(rows, range(size * 50, len(rows), size * 50))
    ]
    batches = [pool[start : start + size] for pool in pools for start in range(0, len(pool), size)]
    for index in generator.permutation(len(batches)):
        yield batches[index]


def _encode(tokenizer: Any, texts: list[str], max_length: int) -> dict[str, Tensor]:
    encoded = tokenizer(texts, padding=True, truncation=True, max_length=max_length, return_tensors="pt")
    return {"input_ids": encoded["input_ids"], "attention_mask": encoded["attention_mask"]}


def _loss(codebooks: list[Codebook], outputs: tuple[Tensor, ...], labels: dict[str, np.ndarray]) -> Tensor:
    """Return the sum of the heads' losses, each over the texts that have its labels."""
    losses = []
    for codebook, logits in zip(codebooks, outputs, strict=True):
        truth = torch.from_numpy(labels[codebook.id])
        known = ~torch.isnan(truth).any(dim=1)
        if not known.any():
            continue
        logits, truth = logits.float()[known], truth[known]
        if codebook.kind == "multilabel":
            losses.append(functional.binary_cross_entropy_with_logits(logits, truth))
        else:
            losses.append(functional.cross_entropy(logits, truth))
    return torch.stack(losses).sum()


def _warm_up_and_decay(steps: int, arguments: TrainingArguments) -> Callable[[int], float]:
    warm_up = max(1, round(steps * arguments.warmup_share))
    return lambda step: min((step + 1) / warm_up, max(0.0, (steps - step) / max(1, steps - warm_up)))


def _thresholds(
    codebook: Codebook, validation: Labelled, probabilities: dict[str, np.ndarray]
) -> list[float]:
    if codebook.kind == "single":
        return []
    truth = validation.labels[codebook.id]
    rows = ~np.isnan(truth).any(axis=1)
    return [
        best_threshold(truth[rows, index], probabilities[codebook.id][rows, index])
        for index in range(len(codebook.labels))
    ]


def recipe(name: str, **changes: Any) -> TrainingArguments:
    """Return a recipe's arguments with those that are given (not None) changed."""
    if name not in RECIPES:
        raise SpecialistError(f'there is no recipe "{name}"; choose from {", ".join(RECIPES)}')
    return replace(RECIPES[name], **{key: value for key, value in changes.items() if value is not None})
