"""Recalibration: probabilities that say too much or too little come to match how often they are right."""

import numpy as np
import pytest
import torch

from specialist.codebook import Codebook
from specialist.data import Labelled
from specialist.embedded import base_model
from specialist.network import from_base, predict
from specialist.recalibrate import recalibrate


def test_an_overconfident_head_is_made_to_match_frequencies() -> None:
    book = Codebook.load("mmx")
    network, tokenizer = from_base(str(base_model()), [book])
    texts = [f"parcel number {number}" for number in range(200)]
    with torch.no_grad():
        network.head(book).weight.mul_(0)
        network.head(book).bias.copy_(torch.tensor([4.0, -4.0, 0.0, 0.0]))
    truth = np.zeros((200, 4), dtype=np.float32)
    truth[:120, 0] = 1
    truth[:20, 1] = 1
    truth[:100, 2] = 1
    recalibrate(network.eval(), tokenizer, Labelled(texts, {"mmx": truth}), [book], 32)
    found = predict(network, tokenizer, texts[:1], [book], 32)["mmx"][0]
    assert found[:3] == pytest.approx([0.6, 0.1, 0.5], abs=0.02)
    assert 0 < found[3] < 0.1


def test_sentiment_shares_match_frequencies() -> None:
    book = Codebook.load("sentiment")
    network, tokenizer = from_base(str(base_model()), [book])
    with torch.no_grad():
        network.head(book).weight.mul_(0)
        network.head(book).bias.copy_(torch.tensor([3.0, 0.0, 0.0]))
    truth = np.zeros((100, 3), dtype=np.float32)
    truth[:50, 0] = truth[50:80, 1] = truth[80:, 2] = 1
    texts = [f"queue {number}" for number in range(100)]
    recalibrate(network.eval(), tokenizer, Labelled(texts, {"sentiment": truth}), [book], 32)
    assert predict(network, tokenizer, texts[:1], [book], 32)["sentiment"][0] == pytest.approx(
        [0.5, 0.3, 0.2], abs=0.02
    )
