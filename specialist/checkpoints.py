"""Saves a training run after an epoch and takes it up again: tensors as safetensors, so that no pickle is loaded."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

if TYPE_CHECKING:
    from specialist.training_run import TrainingRun

_FILE = "checkpoint.safetensors"
_LEARNER, _OPTIMIZER = "learner.", "optimizer."


def save(run: TrainingRun) -> None:
    """Write the run's state; a crash while writing leaves the state of the epoch before."""
    moments = run.optimizer.state_dict()["state"]
    tensors = {_LEARNER + name: value for name, value in run.learner.state_dict().items()}
    tensors |= {
        f"{_OPTIMIZER}{index}.{name}": value
        for index, state in moments.items()
        for name, value in state.items()
    }
    about = {
        "fingerprint": run.fingerprint,
        "steps": str(run.schedule.last_epoch),
        "epochs": json.dumps([asdict(epoch) for epoch in run.epochs]),
    }
    unfinished = run.work / f"{_FILE}.unfinished"
    save_file(tensors, unfinished, about)
    unfinished.replace(run.work / _FILE)


def resume(run: TrainingRun) -> None:
    """Put a saved state back into a fresh run, if there is one of the same base, texts and arguments."""
    from specialist.training_run import Epoch

    path = run.work / _FILE
    if not path.exists():
        return
    about, tensors = _read(path)
    if about["fingerprint"] != run.fingerprint:
        return
    run.learner.load_state_dict(
        {name.removeprefix(_LEARNER): value for name, value in tensors.items() if name.startswith(_LEARNER)}
    )
    moments: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        if name.startswith(_OPTIMIZER):
            index, _, key = name.removeprefix(_OPTIMIZER).partition(".")
            moments.setdefault(int(index), {})[key] = value
    run.optimizer.load_state_dict(
        {"state": moments, "param_groups": run.optimizer.state_dict()["param_groups"]}
    )
    # LambdaLR computes each rate from the step's number alone, so its position is its whole state.
    steps = run.schedule.last_epoch = int(about["steps"])
    for group, peak, share in zip(
        run.optimizer.param_groups, run.schedule.base_lrs, run.schedule.lr_lambdas, strict=True
    ):
        group["lr"] = peak * share(steps)
    run.epochs = [Epoch(**epoch) for epoch in json.loads(about["epochs"])]
    run.progress(len(run.epochs) * len(run.parts.train))


def _read(path: Path) -> tuple[dict[str, str], dict[str, Tensor]]:
    with safe_open(path, framework="pt") as file:
        return file.metadata(), {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
