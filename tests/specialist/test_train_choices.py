"""What training chooses, and on which texts: when to stop, which epoch to keep, and each label's threshold."""

from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import load_file

from specialist.codebook import Codebook
from specialist.data import Labelled
from specialist.decisions import best_thresholds
from specialist.network import predict
from specialist.train import train
from specialist.training_arguments import TrainingArguments
from specialist.training_run import Epoch

LAYER = "encoder.encoder.layer.0.output.dense.bias"


def test_it_stops_when_validation_gets_no_better(
    tmp_path: Path, labelled: Labelled, codebooks: list[Codebook], arguments: TrainingArguments
) -> None:
    learns_nothing = replace(arguments, learning_rate=0.0, epochs=6, patience=2)
    trained = train(labelled, codebooks, "default", tmp_path, learns_nothing)
    assert len({epoch.score for epoch in trained.epochs}) == 1
    assert len(trained.epochs) == 1 + 2
    assert (tmp_path / "best.safetensors").exists()


def test_the_epoch_that_validates_best_is_kept(
    tmp_path: Path, labelled: Labelled, codebooks: list[Codebook], arguments: TrainingArguments
) -> None:
    biases: list[torch.Tensor] = []

    def remember(_: Epoch) -> None:
        state = load_file(tmp_path / "checkpoint.safetensors")
        biases.append(state["learner.network." + LAYER])

    too_quick = replace(arguments, learning_rate=3e-3, epochs=4, patience=4)
    trained = train(labelled, codebooks, "default", tmp_path, too_quick, on_epoch=remember)
    scores = [epoch.score for epoch in trained.epochs]
    assert len(biases) == 4
    # Calibration moves the heads only, so a layer of the encoder tells which epoch's weights were kept.
    same = [torch.equal(trained.network.state_dict()[LAYER], bias) for bias in biases]
    assert same.index(True) == scores.index(max(scores))
    assert same.count(True) == 1


def test_thresholds_come_from_texts_that_were_not_trained_on(
    tmp_path: Path, labelled: Labelled, codebooks: list[Codebook], arguments: TrainingArguments
) -> None:
    trained = train(labelled, codebooks, "default", tmp_path, arguments)
    held = trained.validation
    assert len(held) == round(arguments.validation_share * len(labelled))
    assert set(held.texts) < set(labelled.texts)
    said = predict(trained.network, trained.tokenizer, held.texts, codebooks, arguments.max_length)
    assert trained.thresholds["mmx"] == best_thresholds(codebooks[0], held.labels["mmx"], said["mmx"])
    everything = predict(trained.network, trained.tokenizer, labelled.texts, codebooks, arguments.max_length)
    assert trained.thresholds["mmx"] != best_thresholds(
        codebooks[0], labelled.labels["mmx"], everything["mmx"]
    )


def test_a_codebook_without_labels_in_the_validation_part_has_no_say_in_the_choice() -> None:
    assert Epoch(1, 0.5, {"mmx": 0.6, "sentiment": float("nan")}, 1.0).score == 0.6
    nothing_known = {"mmx": float("nan")}
    assert Epoch(2, 0.4, nothing_known, 1.0).score > Epoch(1, 0.5, nothing_known, 1.0).score
