"""Training: it learns, is repeatable, goes on after an interruption, and refuses what it cannot use."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from specialist.codebook import Codebook
from specialist.data import Labelled
from specialist.distill import soften, vectors
from specialist.errors import SpecialistError
from specialist.predict import Specialist
from specialist.train import Trained, train
from specialist.training_arguments import TrainingArguments, recipe


def test_an_interrupted_training_ends_like_an_undisturbed_one(
    tmp_path: Path, labelled: Labelled, codebooks: list[Codebook], arguments: TrainingArguments
) -> None:
    undisturbed = train(labelled, codebooks, "default", tmp_path / "whole", arguments)
    seen = [0]

    def stop_in_the_second_epoch(count: int) -> None:
        seen[0] += count
        if seen[0] > 0.75 * len(labelled) + 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(labelled, codebooks, "default", tmp_path / "cut", arguments, stop_in_the_second_epoch)
    epochs = []
    resumed = train(labelled, codebooks, "default", tmp_path / "cut", arguments, on_epoch=epochs.append)
    assert [epoch.number for epoch in epochs] == [2]
    assert resumed.thresholds == undisturbed.thresholds
    assert _same_weights(resumed, undisturbed)


def test_other_arguments_do_not_go_on_from_an_old_checkpoint(
    tmp_path: Path, labelled: Labelled, codebooks: list[Codebook], arguments: TrainingArguments
) -> None:
    train(labelled, codebooks, "default", tmp_path, arguments)
    epochs = []
    other = recipe("default", epochs=1, batch_size=8, max_length=32, seed=5)
    train(labelled, codebooks, "default", tmp_path, other, on_epoch=epochs.append)
    assert [epoch.number for epoch in epochs] == [1]


def test_a_student_learns_from_its_teacher_where_there_are_no_labels(
    tmp_path: Path,
    labelled: Labelled,
    codebooks: list[Codebook],
    arguments: TrainingArguments,
    folders: dict[str, Path],
) -> None:
    teacher = Specialist.load(str(folders["safetensors"]))
    further = ["the parcel never arrived", "a lovely soft scarf"]
    softened = soften(labelled, further, [teacher], 0.7)
    said = teacher.predict(further)
    assert softened.texts[-2:] == further
    assert softened.labels["mmx"][-1].tolist() == pytest.approx(
        said.loc[1, ["p_product", "p_place", "p_price", "p_promotion"]].tolist(), abs=1e-4
    )
    first = teacher.predict(labelled.texts[:1]).loc[0, "p_product"]
    assert softened.labels["mmx"][0, 0] == pytest.approx(
        0.7 * first + 0.3 * labelled.labels["mmx"][0, 0], abs=1e-4
    )
    student = train(
        labelled, codebooks, "default", tmp_path, arguments, teachers=[teacher], unlabelled=further
    )
    assert student.teachers == [teacher.name]
    with pytest.raises(SpecialistError, match="need a teacher"):
        train(labelled, codebooks, "default", tmp_path, arguments, unlabelled=further)


def test_a_student_learns_to_see_what_its_teacher_sees(
    tmp_path: Path,
    labelled: Labelled,
    codebooks: list[Codebook],
    arguments: TrainingArguments,
    folders: dict[str, Path],
) -> None:
    """The error in the teacher's vectors is in the loss, and falls; the student keeps its own form."""
    teacher = Specialist.load(str(folders["safetensors"]))
    seen = vectors(labelled.texts, [teacher])
    assert seen.shape == (len(labelled), teacher.width)
    assert seen.mean(axis=0) == pytest.approx(np.zeros(teacher.width), abs=1e-3)
    three_epochs = replace(arguments, epochs=3, patience=3, head_rate=30)
    losses = {}
    for share in (0.0, 1.0):
        student = train(
            labelled,
            codebooks,
            "default",
            tmp_path / str(share),
            replace(three_epochs, vector_share=share),
            teachers=[teacher],
        )
        losses[share] = [epoch.loss for epoch in student.epochs]
        assert set(student.network.heads) == {"mmx", "sentiment"}
        assert student.vectors == (teacher.width if share else 0)
    beside = np.subtract(losses[1.0], losses[0.0])
    assert 0.5 < beside[0] < 1.5
    assert beside[-1] < 0.8 * beside[0]


def test_a_teacher_without_vectors_teaches_its_probabilities(folders: dict[str, Path]) -> None:
    quantised = Specialist.load(str(folders["onnx-int8"]))
    assert vectors(["a scarf", "a parcel"], [quantised]).shape == (2, 0)
    with pytest.raises(SpecialistError, match="has no vectors"):
        quantised.vectors(["a scarf"])


def test_texts_without_labels_are_left_out_or_learned_from_the_teacher(
    tmp_path: Path,
    labelled: Labelled,
    codebooks: list[Codebook],
    arguments: TrainingArguments,
    folders: dict[str, Path],
) -> None:
    """As many as fill whole batches, as votes leave them that have no majority."""
    one_epoch = replace(arguments, epochs=1)
    nothing = {
        name: np.full((40, y.shape[1]), np.nan, dtype=np.float32) for name, y in labelled.labels.items()
    }
    unknown = Labelled([f"{number} pears" for number in range(40)], nothing)
    together = Labelled.together([labelled, unknown])
    steps: list[int] = []
    trained = train(together, codebooks, "default", tmp_path / "alone", one_epoch, steps.append)
    assert sum(steps) + len(trained.validation) == len(labelled)
    assert not set(trained.validation.texts) & set(unknown.texts)
    teacher = Specialist.load(str(folders["safetensors"]))
    steps.clear()
    taught = train(
        together, codebooks, "default", tmp_path / "taught", one_epoch, steps.append, teachers=[teacher]
    )
    assert taught.unlabelled == 40
    assert sum(steps) + len(taught.validation) == len(together)
    with pytest.raises(SpecialistError, match="0 different labelled texts are too few"):
        train(unknown, codebooks, "default", tmp_path / "none", one_epoch)


def test_no_text_that_is_trained_on_is_in_the_validation_part(
    tmp_path: Path,
    labelled: Labelled,
    codebooks: list[Codebook],
    arguments: TrainingArguments,
    folders: dict[str, Path],
) -> None:
    """Tweets are posted again, and the file of all tweets holds the labelled ones."""
    one_epoch = replace(arguments, epochs=1)
    teacher = Specialist.load(str(folders["safetensors"]))
    thrice = Labelled.together([labelled] * 3)
    steps: list[int] = []
    trained = train(
        thrice,
        codebooks,
        "default",
        tmp_path,
        one_epoch,
        steps.append,
        teachers=[teacher],
        unlabelled=labelled.texts,
    )
    held = set(trained.validation.texts)
    assert len(held) == round(arguments.validation_share * len(labelled))
    assert len(trained.validation) == 3 * len(held)
    assert trained.unlabelled == len(labelled) - len(held)
    assert sum(steps) == 4 * (len(labelled) - len(held))


def test_the_methods_recipe() -> None:
    method = recipe("bertweet-large")
    assert (method.learning_rate, method.epochs, method.batch_size) == (1e-5, 4, 16)
    assert recipe("bertweet-large", epochs=2).epochs == 2
    with pytest.raises(SpecialistError, match="there is no recipe"):
        recipe("bert")


def test_a_base_that_is_not_there_is_named(
    tmp_path: Path, labelled: Labelled, codebooks: list[Codebook], arguments: TrainingArguments
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(SpecialistError, match="cannot be loaded"):
        train(labelled, codebooks, str(empty), tmp_path / "work", arguments)


def _same_weights(one: Trained, other: Trained) -> bool:
    theirs = other.network.state_dict()
    return all(torch.equal(value, theirs[name]) for name, value in one.network.state_dict().items())
