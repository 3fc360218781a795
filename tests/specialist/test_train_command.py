"""`mmx train` as a user runs it, in a process of its own: told how long it takes, interrupted, taken up again."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from specialist.predict import Specialist

Mmx = Callable[..., subprocess.CompletedProcess[str]]

ARGUMENTS = ["--epochs", "4", "--batch-size", "8", "--max-length", "32", "--learning-rate", "3e-4"]


@pytest.mark.slow
def test_training_tells_the_time_left_and_goes_on_after_ctrl_c(tmp_path: Path, table: pd.DataFrame) -> None:
    table.to_csv(tmp_path / "labelled.csv", index=False)
    command = [sys.executable, "-m", "pipeline", "train", "labelled.csv", "-o", "mine", *ARGUMENTS]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as run:
        assert run.stderr
        first = next(line for line in run.stderr if line.startswith("Epoch"))
        run.send_signal(signal.SIGINT)
        said = run.stderr.read()
    assert first.startswith("Epoch 1 of at most 4: loss ")
    assert "validation alpha mmx " in first
    assert ", at most 0:" in first
    assert first.endswith(" left\n")
    assert run.returncode == 130
    assert said.splitlines()[-1].startswith("mmx: interrupted; ")
    assert not (tmp_path / "mine").exists()

    again = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    assert "Loading weights" not in again.stderr
    assert "Going on with the training that was interrupted, after epoch " in again.stderr
    assert "Epoch 1 of" not in again.stderr
    assert "Epoch 3 of at most 4" in again.stderr
    assert not (tmp_path / "mine.training").exists()
    assert {path.name for path in (tmp_path / "mine").iterdir()} >= {
        "README.md",
        "model.onnx",
        "specialist.json",
        "tokenizer.json",
    }
    assert len(Specialist.load(str(tmp_path / "mine")).predict(["the zip broke"])) == 1


@pytest.mark.parametrize(
    ("output", "says"),
    [
        ("/", "cannot be a specialist's folder"),
        ("labelled.csv", "name a new folder"),
        (".", "name a new folder"),
    ],
)
def test_a_folder_that_holds_something_else_is_refused_before_training(
    output: str, says: str, tmp_path: Path, table: pd.DataFrame
) -> None:
    table.to_csv(tmp_path / "labelled.csv", index=False)
    command = [sys.executable, "-m", "pipeline", "train", "labelled.csv", "-o", output]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert says in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["labelled.csv"]


@pytest.mark.parametrize("rate", ["-1", "nan", "inf"])
def test_an_impossible_learning_rate_is_refused_in_words(rate: str, tmp_path: Path, mmx: Mmx) -> None:
    done = mmx("train", tmp_path / "any.csv", "-o", tmp_path / "mine", "--learning-rate", rate)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert "is not from 0 to 1" in done.stderr
