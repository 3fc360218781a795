"""Makes a trained network's probabilities agree with frequencies: Platt scaling, folded into its heads.

After Platt, "Probabilistic Outputs for Support Vector Machines" (1999), and, for one label of several, Guo et al.,
"On Calibration of Modern Neural Networks" (ICML 2017, section 4.2): logits are scaled and shifted so that the
cross-entropy on the validation part is least.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from specialist.codebook import Codebook
from specialist.data import Labelled
from specialist.network import Network, predict


def recalibrate(
    network: Network, tokenizer: Any, validation: Labelled, codebooks: list[Codebook], max_length: int
) -> None:
    """Scale and shift each head so that its probabilities fit the validation part's labels.

    Parameters
    ----------
    network
        Changed in place; a head whose codebook has no labels here stays as it is.
    validation
        Texts on which the network was not trained.
    """
    probabilities = predict(network, tokenizer, validation.texts, codebooks, max_length)
    for codebook in codebooks:
        truth = torch.from_numpy(validation.labels[codebook.id]).double()
        known = ~torch.isnan(truth).any(dim=1)
        if not known.any():
            continue
        shares = torch.from_numpy(probabilities[codebook.id]).double()[known]
        logits = (
            torch.logit(shares, eps=1e-6) if codebook.kind == "multilabel" else shares.clamp_min(1e-6).log()
        )
        scale, shift = _fit(codebook, logits, truth[known])
        head = network.head(codebook)
        with torch.no_grad():
            head.weight.mul_(scale.float().unsqueeze(1))
            head.bias.mul_(scale.float()).add_(shift.float())


def _fit(codebook: Codebook, logits: Tensor, truth: Tensor) -> tuple[Tensor, Tensor]:
    """Return the scale and shift of each label, both of shape (labels,); one scale for all where one is chosen."""
    scale = torch.ones(logits.shape[1] if codebook.kind == "multilabel" else 1, dtype=torch.float64)
    shift = torch.zeros(logits.shape[1], dtype=torch.float64)
    parameters = [scale.requires_grad_(), shift.requires_grad_()]
    optimizer = torch.optim.LBFGS(parameters, max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        moved = scale * logits + shift
        if codebook.kind == "multilabel":
            misfit = functional.binary_cross_entropy_with_logits(moved, truth, reduction="sum")
        else:
            misfit = functional.cross_entropy(moved, truth, reduction="sum")
        # A prior of scale 1 and shift 0, so that a label that no text has, or each has, is not pushed to infinity.
        total = misfit + 0.5 * (((scale - 1) ** 2).sum() + (shift**2).sum())
        total.backward()
        return total

    optimizer.step(loss)
    return scale.detach().expand(logits.shape[1]), shift.detach()
