"""A specialist's answers: from each form of folder, in order, and only from weights that are what they say."""

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

from specialist.embedded import base_model
from specialist.errors import SpecialistError
from specialist.predict import Specialist

TEXTS = [
    "the zip broke awful",
    "what a bargain great",
    "",
    "😀" * 300,
    "a much longer text about a parcel, a price and a coat " * 6,
    "the zip broke awful",
]


def test_onnx_and_safetensors_give_the_same_answers(folders: dict[str, Path], table: pd.DataFrame) -> None:
    texts = table["text"].tolist()
    small, full = (Specialist.load(str(folder)).predict(texts) for folder in folders.values())
    shares = [column for column in full if column.startswith("p_")]
    assert np.abs(small[shares] - full[shares]).to_numpy().max() < 0.15
    assert (small.sentiment == full.sentiment).mean() > 0.9


def test_answers_keep_the_order_and_do_not_depend_on_the_texts_beside_them(folders: dict[str, Path]) -> None:
    specialist = Specialist.load(str(folders["onnx-int8"]))
    together = specialist.predict(TEXTS)
    alone = pd.concat([specialist.predict([text]) for text in TEXTS], ignore_index=True)
    pd.testing.assert_frame_equal(together, alone, atol=1e-5)
    assert specialist.predict([]).empty


def test_progress_counts_every_text(folders: dict[str, Path]) -> None:
    counts: list[int] = []
    Specialist.load(str(folders["onnx-int8"])).predict(TEXTS, progress=counts.append)
    assert sum(counts) == len(TEXTS)


def test_changed_weights_are_refused(folders: dict[str, Path], tmp_path: Path) -> None:
    copy = shutil.copytree(folders["onnx-int8"], tmp_path / "changed")
    with (copy / "model.onnx").open("ab") as handle:
        handle.write(b"\0")
    with pytest.raises(SpecialistError, match="is not the file that"):
        Specialist.load(str(copy))


def test_other_thresholds_are_another_specialist(folders: dict[str, Path], tmp_path: Path) -> None:
    copy = shutil.copytree(folders["onnx-int8"], tmp_path / folders["onnx-int8"].name)
    description = json.loads((copy / "specialist.json").read_text())
    description["thresholds"]["mmx"] = [0.9] * 4
    (copy / "specialist.json").write_text(json.dumps(description))
    assert Specialist.load(str(copy)).name != Specialist.load(str(folders["onnx-int8"])).name


def test_a_published_classifier_without_our_description_answers_in_the_codebooks_order(
    tmp_path: Path,
) -> None:
    labels = ["Price", "Promotion", "Place", "Product"]
    config = BertConfig(
        vocab_size=30522,
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        id2label=dict(enumerate(labels)),
        label2id={label: index for index, label in enumerate(labels)},
    )
    model = BertForSequenceClassification(config)
    with torch.no_grad():
        model.classifier.weight.zero_()
        model.classifier.bias.copy_(torch.tensor([-3.0, -1.0, 1.0, 3.0]))
    model.save_pretrained(tmp_path)
    AutoTokenizer.from_pretrained(base_model()).save_pretrained(tmp_path)
    answers = Specialist.load(str(tmp_path)).predict(["hello"])
    assert answers[["p_product", "p_place", "p_promotion", "p_price"]].loc[0].is_monotonic_decreasing
    assert answers.loc[0, "product"]
    assert not answers.loc[0, "price"]


def test_pickled_weights_are_not_loaded(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    (tmp_path / "pytorch_model.bin").write_bytes(b"cos\nsystem\n(S'echo'\ntR.")
    with pytest.raises(SpecialistError, match="pickled weights are not loaded"):
        Specialist.load(str(tmp_path))


def test_a_published_classifier_that_was_cut_off_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "bert", "num_labels": 4}')
    (tmp_path / "model.safetensors").write_bytes(b"\x10" + b"\0" * 7 + b"{")
    with pytest.raises(SpecialistError, match="cannot be loaded"):
        Specialist.load(str(tmp_path))


def test_a_description_that_is_none_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "specialist.json").write_text("3")
    with pytest.raises(SpecialistError, match="is not whole"):
        Specialist.load(str(tmp_path))


def test_a_name_that_is_nothing_is_refused_in_words() -> None:
    with pytest.raises(SpecialistError, match='there is no specialist "nowhere"'):
        Specialist.load("nowhere")


def test_threads_share_a_specialist(folders: dict[str, Path]) -> None:
    specialist = Specialist.load(str(folders["onnx-int8"]))
    texts = [f"{text} {number}" for number in range(40) for text in TEXTS]
    alone = specialist.predict(texts)
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(specialist.predict, [texts] * 8))
    for answers in together:
        pd.testing.assert_frame_equal(answers, alone)


def test_classifying_reports_to_nobody() -> None:
    """OpenVINO would tell its maker of each import; here nothing may open a connection."""
    program = """
import socket, sys

def refuse(*_):
    raise SystemExit("a connection was opened")

socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
from specialist.predict import Specialist
Specialist.load().predict(["The shop was closed."])
assert sys.modules["openvino"] and sys.modules["openvino_telemetry"] is None
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
