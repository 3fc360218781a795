"""Turns a trained network into a complete specialist folder: weights, tokenizer, `specialist.json`."""

from __future__ import annotations

import platform
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from specialist import network as networks
from specialist import tokenizer as tokenizers
from specialist.codebook import Codebook
from specialist.data import Labelled
from specialist.export import export_int8
from specialist.folder import ONNX_FILE, Description, file_sha256
from specialist.train import Trained
from specialist.training_arguments import TrainingArguments

Form = Literal["onnx-int8", "safetensors"]


def save(
    trained: Trained,
    folder: Path,
    *,
    codebooks: list[Codebook],
    base_model: str,
    labelled: Labelled,
    arguments: TrainingArguments,
    form: Form = "onnx-int8",
    metrics: dict[str, Any] | None = None,
) -> Description:
    """Write a specialist's folder and return what its `specialist.json` says.

    Parameters
    ----------
    labelled
        What the network was trained and validated on; its hash is kept.
    form
        "onnx-int8": one small file that runs without torch; "safetensors": full precision, to train on from.
    metrics
        Figures on held-out texts, kept as given.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer_files = tokenizers.save(trained.tokenizer, folder)
    if form == "onnx-int8":
        weights = [export_int8(trained.network, folder), *tokenizer_files]
        if (folder / tokenizers.TOKENIZER_FILE).is_file():
            for unused in (
                "tokenizer_config.json",
                "special_tokens_map.json",
                "vocab.txt",
                "chat_template.jinja",
            ):
                (folder / unused).unlink(missing_ok=True)
        else:
            # transformers, which then runs the tokenizer, asks for it.
            trained.network.encoder.config.save_pretrained(folder)
    else:
        trained.network.save(folder)
        (folder / ONNX_FILE).unlink(missing_ok=True)
        weights = [folder / "model.safetensors", folder / networks.HEADS_FILE]
    description = Description(
        codebooks=tuple(codebooks),
        base_model=base_model,
        thresholds=trained.thresholds,
        max_length=_max_length(trained, arguments),
        normalization=tokenizers.normalization_of(trained.tokenizer),
        weights={path.name: file_sha256(path) for path in weights},
        training=_training(trained, labelled, arguments),
        metrics=metrics or {},
    )
    description.save(folder)
    return description


def _max_length(trained: Trained, arguments: TrainingArguments) -> int:
    return int(min(arguments.max_length, trained.tokenizer.model_max_length))


def _training(trained: Trained, labelled: Labelled, arguments: TrainingArguments) -> dict[str, Any]:
    import torch
    import transformers

    return {
        "texts": int(labelled.has_labels().sum()),
        "validation texts": len(trained.validation),
        "data sha256": labelled.sha256(),
        **_distillation(trained, arguments),
        "learning rate": arguments.learning_rate,
        "batch size": arguments.batch_size,
        "epochs at most": arguments.epochs,
        "maximum length": _max_length(trained, arguments),
        "seed": arguments.seed,
        "minutes": round(sum(epoch.seconds for epoch in trained.epochs) / 60, 1),
        "machine": f"{platform.machine()}, {torch.get_num_threads()} threads",
        "versions": f"torch {torch.__version__}, transformers {transformers.__version__}",
        "epochs": [asdict(epoch) for epoch in trained.epochs],
    }


def _distillation(trained: Trained, arguments: TrainingArguments) -> dict[str, Any]:
    if not trained.teachers:
        return {}
    return {
        "teachers": ", ".join(trained.teachers),
        "weight of the teachers' probabilities": arguments.teacher_share,
        "weight of the error in their vectors": arguments.vector_share if trained.vectors else 0,
        "further texts, without labels": trained.unlabelled,
    }
