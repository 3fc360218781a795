"""Embeddings: the same vectors as sentence-transformers' recipe gives, whatever else is in the batch."""

import shutil
import subprocess
import sys

import numpy as np
import pytest
import torch
from transformers import AutoModel, AutoTokenizer

from pipeline.embed import embed
from pipeline.sentence_encoder import sentence_encoder
from specialist.embedded import EMBEDDING_SIZE, base_model
from specialist.errors import SpecialistError

TEXTS = [
    "The app crashed at checkout. Again.",
    "",
    "ok",
    "three weeks and still no parcel 😡 @user URL",
    "naïve café über straße",
    "long " * 600,
    "The app crashed at checkout. Again.",
]


@pytest.fixture(scope="module")
def embeddings() -> np.ndarray:
    return embed(TEXTS)


def test_one_vector_of_length_one_for_each_text(embeddings: np.ndarray) -> None:
    assert embeddings.shape == (len(TEXTS), EMBEDDING_SIZE)
    assert embeddings.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(embeddings, axis=1), 1, rtol=1e-5)


def test_they_are_the_mean_of_the_last_layer(embeddings: np.ndarray) -> None:
    tokenizer = AutoTokenizer.from_pretrained(base_model())
    model = AutoModel.from_pretrained(base_model()).eval()
    for text, vector in zip(TEXTS, embeddings, strict=True):
        tokens = tokenizer(text, truncation=True, max_length=256, return_tensors="pt")
        with torch.inference_mode():
            mean = model(**tokens).last_hidden_state[0].mean(dim=0).numpy()
        np.testing.assert_allclose(vector, mean / np.linalg.norm(mean), atol=1e-4)


def test_a_text_is_embedded_alike_alone_and_among_others(embeddings: np.ndarray) -> None:
    for text, vector in zip(TEXTS, embeddings, strict=True):
        np.testing.assert_allclose(embed([text])[0], vector, atol=1e-5)


def test_like_meaning_is_near(embeddings: np.ndarray) -> None:
    near, far = embed(["checkout keeps failing on my phone", "best latte in town"])
    assert embeddings[0] @ near > embeddings[0] @ far + 0.2


def test_progress_counts_every_text() -> None:
    done: list[int] = []
    embed(TEXTS, progress=done.append)
    assert sum(done) == len(TEXTS)


def test_nothing_gives_nothing() -> None:
    assert embed([]).shape == (0, EMBEDDING_SIZE)


def test_embedding_leaves_torch_out_of_this_process() -> None:
    """Torch would keep half a gigabyte; the process that converts the model is gone by then."""
    program = "import sys; from pipeline.embed import embed; embed(['ok']); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"]


def test_a_model_that_cannot_be_converted_is_an_error_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    with pytest.raises(SpecialistError, match="base model cannot be converted: it ended without a word"):
        sentence_encoder()
