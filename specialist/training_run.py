"""One training run: epochs over the training part, each validated and saved, so that it can be taken up again."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from specialist import checkpoints
from specialist.codebook import Codebook
from specialist.data import Labelled
from specialist.decisions import agreement, decide
from specialist.network import Network, encode, predict
from specialist.precision import mixed_precision
from specialist.training_arguments import TrainingArguments

_BEST = "best.safetensors"


@dataclass(frozen=True)
class Epoch:
    """What one epoch came to: mean training loss, and alpha on the validation part for each codebook.

    An alpha is NaN where the part has no labels.
    """

    number: int
    loss: float
    alphas: dict[str, float]
    seconds: float

    @property
    def score(self) -> float:
        """Return the mean of the codebooks' alphas, by which epochs are compared; without any, the loss, negated."""
        known = [alpha for alpha in self.alphas.values() if not np.isnan(alpha)]
        return float(np.mean(known)) if known else -self.loss


@dataclass(frozen=True)
class Parts:
    """The texts that are trained on, and those on which epochs and thresholds are chosen.

    Attributes
    ----------
    vectors
        The teachers' vectors of the texts that are trained on, shape (n, width); a width of 0 without.
    """

    train: Labelled
    validation: Labelled
    vectors: np.ndarray


class _Learner(nn.Module):
    """The network and, while it learns, a layer that guesses the teachers' vectors from its own."""

    def __init__(self, network: Network, width: int) -> None:
        super().__init__()
        self.network = network
        self.guess = nn.Linear(network.encoder.config.hidden_size, width) if width else None

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[tuple[Tensor, ...], Tensor | None]:
        """Return each head's logits, and the guessed vectors, shape (n, width)."""
        vectors = self.network.dropout(self.network.pooled(input_ids, attention_mask))
        logits = tuple(head(vectors) for head in self.network.heads.values())
        return logits, self.guess(vectors) if self.guess is not None else None


class TrainingRun:
    """The state of one training: what the next epoch needs, saved after each in a folder.

    Parameters
    ----------
    base
        Name of the base model; a run on another base, other texts or other arguments is not taken up again.
    work
        The folder.
    progress
        Called with the number of texts just trained on.
    """

    def __init__(
        self,
        network: Network,
        tokenizer: Any,
        parts: Parts,
        codebooks: list[Codebook],
        base: str,
        arguments: TrainingArguments,
        work: Path,
        progress: Callable[[int], None],
    ) -> None:
        self.network, self.tokenizer, self.codebooks = network, tokenizer, codebooks
        self.parts, self.arguments, self.work, self.progress = parts, arguments, work, progress
        self.epochs: list[Epoch] = []
        network.freeze(arguments.frozen_layers)
        self.learner = _Learner(network, parts.vectors.shape[1] if arguments.vector_share else 0)
        self.forward = torch.compile(self.learner, dynamic=True) if arguments.compiled else self.learner
        encoder = [value for value in network.encoder.parameters() if value.requires_grad]
        new = [
            value
            for name, value in self.learner.named_parameters()
            if not name.startswith("network.encoder.")
        ]
        groups: list[dict[str, Any]] = [
            {"params": encoder},
            {"params": new, "lr": arguments.learning_rate * arguments.head_rate},
        ]
        self.optimizer = torch.optim.AdamW(
            groups, lr=arguments.learning_rate, weight_decay=arguments.weight_decay, fused=True
        )
        steps = arguments.epochs * -(-len(parts.train) // arguments.batch_size)
        self.schedule = torch.optim.lr_scheduler.LambdaLR(
            self.optimizer, _warm_up_and_decay(steps, arguments)
        )
        learned = [parts.train.sha256(), parts.validation.sha256(), parts.vectors.shape[1]]
        self.fingerprint = json.dumps([base, *learned, asdict(arguments)], sort_keys=True)
        checkpoints.resume(self)

    @property
    def wants_more(self) -> bool:
        """Whether another epoch may help: not after the last, nor when `patience` epochs brought nothing."""
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
            self.network,
            self.tokenizer,
            self.parts.validation.texts,
            self.codebooks,
            self.arguments.max_length,
        )
        alphas = {
            book.id: agreement(
                book,
                self.parts.validation.labels[book.id],
                decide(book, probabilities[book.id], [0.5] * len(book.labels)),
            )
            for book in self.codebooks
        }
        done = Epoch(number, loss, alphas, time.perf_counter() - started)
        is_best = not self.epochs or done.score > max(epoch.score for epoch in self.epochs)
        self.epochs.append(done)
        if is_best:
            save_file(self.network.state_dict(), self.work / _BEST)
        checkpoints.save(self)
        return done

    def _train(self, number: int) -> float:
        self.network.train()
        torch.manual_seed(self.arguments.seed + number)
        total = 0.0
        for rows in _batches(self.parts.train.texts, self.arguments.batch_size, self.arguments.seed + number):
            inputs = encode(
                self.tokenizer, [self.parts.train.texts[row] for row in rows], self.arguments.max_length
            )
            with mixed_precision():
                outputs, guessed = self.forward(**inputs)
            loss = _loss(self.codebooks, outputs, {n: y[rows] for n, y in self.parts.train.labels.items()})
            if guessed is not None:
                error = functional.mse_loss(guessed.float(), torch.from_numpy(self.parts.vectors[rows]))
                loss = loss + self.arguments.vector_share * error
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.learner.parameters(), 1.0)
            self.optimizer.step()
            self.schedule.step()
            self.optimizer.zero_grad(set_to_none=True)
            total += float(loss.detach()) * len(rows)
            self.progress(len(rows))
        return total / len(self.parts.train)

    def restore_best(self) -> None:
        """Put the weights of the best epoch into the network, ready to answer."""
        self.network.load_state_dict(load_file(self.work / _BEST))
        self.network.eval()


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


def _loss(codebooks: list[Codebook], outputs: tuple[Tensor, ...], labels: dict[str, np.ndarray]) -> Tensor:
    """Return the sum of the heads' losses, each the mean over the texts that have its labels.

    Of labels that may hold together the cross-entropies are summed: each is a question of its own, and a mean would
    give the encoder little to learn from them beside a head that chooses one.
    """
    losses = []
    for codebook, output in zip(codebooks, outputs, strict=True):
        truth = torch.from_numpy(labels[codebook.id])
        known = ~torch.isnan(truth).any(dim=1)
        if not known.any():
            continue
        logits, truth = output.float()[known], truth[known]
        if codebook.kind == "multilabel":
            summed = functional.binary_cross_entropy_with_logits(logits, truth, reduction="sum")
            losses.append(summed / len(truth))
        else:
            losses.append(functional.cross_entropy(logits, truth))
    return torch.stack(losses).sum()


def _warm_up_and_decay(steps: int, arguments: TrainingArguments) -> Callable[[int], float]:
    warm_up = max(1, round(steps * arguments.warmup_share))
    return lambda step: min((step + 1) / warm_up, max(0.0, (steps - step) / max(1, steps - warm_up)))
