"""A few labelled tweets, and a small specialist trained on them: enough to see the machinery work."""

from pathlib import Path

import pandas as pd
import pytest

from specialist.codebook import Codebook
from specialist.data import Labelled, read_labelled
from specialist.save import save
from specialist.train import train
from specialist.training_arguments import TrainingArguments

ARGUMENTS = TrainingArguments(
    epochs=2, batch_size=8, learning_rate=3e-4, max_length=32, validation_share=0.25
)
WORDS = {
    "product": ["the zip broke", "lovely soft wool", "the hinge creaks", "battery lasts all day"],
    "place": ["the shop was closed", "online checkout crashed", "queue at the store", "parcel never arrived"],
    "price": ["far too expensive", "what a bargain", "the fee doubled", "got a full refund"],
    "promotion": [
        "that advert with the dog",
        "win our giveaway now",
        "new campaign billboard",
        "sponsored by them",
    ],
}


@pytest.fixture(scope="session")
def arguments() -> TrainingArguments:
    return ARGUMENTS


@pytest.fixture(scope="session")
def table() -> pd.DataFrame:
    rows = [
        {"text": f"{text} {ending}"} | {name: int(name == p) for name in WORDS} | {"sentiment": mood}
        for p, texts in WORDS.items()
        for text in texts
        for ending, mood in [("great", "positive"), ("awful", "negative"), ("today", "neutral")]
    ]
    return pd.DataFrame(rows)


@pytest.fixture(scope="session")
def codebooks() -> list[Codebook]:
    return [Codebook.load("mmx"), Codebook.load("sentiment")]


@pytest.fixture(scope="session")
def labelled(table: pd.DataFrame, codebooks: list[Codebook]) -> Labelled:
    return read_labelled(table, codebooks)


@pytest.fixture(scope="session")
def folders(
    tmp_path_factory: pytest.TempPathFactory, labelled: Labelled, codebooks: list[Codebook]
) -> dict[str, Path]:
    """The same trained network written in both forms."""
    work = tmp_path_factory.mktemp("specialists")
    trained = train(labelled, codebooks, "default", work / "training", ARGUMENTS)
    found = {}
    for form in ("onnx-int8", "safetensors"):
        found[form] = work / form
        save(
            trained,
            found[form],
            codebooks=codebooks,
            base_model="sentence-transformers/all-MiniLM-L6-v2",
            labelled=labelled,
            arguments=ARGUMENTS,
            form=form,
        )
    return found
