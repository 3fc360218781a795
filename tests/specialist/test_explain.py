"""Which words an answer rests on."""

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

from specialist.embedded import base_model
from specialist.explain import LONGEST, explain, word_spans
from specialist.predict import Specialist


@pytest.fixture(scope="module")
def specialist() -> Specialist:
    return Specialist.load()


def words(text: str) -> list[str]:
    return [text[start:end] for start, end in word_spans(text)]


@pytest.mark.parametrize(
    ("text", "label", "word"),
    [
        ("Honestly the checkout of their online shop is a catastrophe", "place", "shop"),
        ("Nine dollars for butter, that is far too expensive", "price", "expensive"),
        ("That new advert with the singing dog is everywhere", "promotion", "advert"),
        ("Thought the price rise email was an April Fool. It was not an April Fool.", "price", "price"),
        ("milk and butter missing from an order of milk and butter", "negative", "missing"),
    ],
)
def test_the_telling_word_stands_out(specialist: Specialist, text: str, label: str, word: str) -> None:
    found = explain(specialist, text)
    assert word in found.nlargest(3, f"for_{label}")["word"].tolist()
    assert found[f"for_{label}"].max() > 0.3


def test_contributions_are_differences_of_log_odds(specialist: Specialist) -> None:
    text = "@user the shop's closed, again! 😡 #HarrowPine"
    found = explain(specialist, text)
    assert found["word"].tolist() == ["@user", "shop's", "closed", "again", "!", "😡", "#HarrowPine"]
    assert [text[start:end] for start, end in zip(found["start"], found["end"], strict=True)] == found[
        "word"
    ].tolist()
    answers = specialist.predict([text, "@user the closed, again! 😡 #HarrowPine"])
    for label in ("place", "negative"):
        whole, rest = np.log(answers[f"p_{label}"] / (1 - answers[f"p_{label}"]))
        assert found.loc[1, f"for_{label}"] == pytest.approx(whole - rest, abs=1e-3)


def test_a_surely_decided_label_still_has_its_word(specialist: Specialist) -> None:
    """Where the probability stands at 1 and no word moves it, the odds tell."""
    text = "The fees cost more than the ticket: 40 euros on top of a 25 euro price, far too expensive"
    found = explain(specialist, text).set_index("word")["for_price"]
    sure = specialist.predict([text, text.replace("fees ", "")])["p_price"]
    assert sure[0] - sure[1] < 0.05
    assert found["fees"] > 0.3


def test_a_repeated_word_is_left_out_everywhere_at_once(specialist: Specialist) -> None:
    text = "Closed. The shop is closed. Closed again!"
    found = explain(specialist, text)
    closed = found[found["word"].str.lower() == "closed"]["for_place"]
    assert len(closed) == 3
    assert closed.nunique() == 1
    answers = specialist.predict([text, ". The shop is . again!"])["p_place"]
    whole, rest = np.log(answers / (1 - answers))
    assert closed.iloc[0] == pytest.approx(whole - rest, abs=1e-3)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "It's only $389.50, or 4% off?! Self-destructs…",
            ["only", "$389.50", "4%", "off", "?!", "Self-destructs"],
        ),
        ("don't buy @Bra_ket's £6 tea", ["don't", "buy", "@Bra_ket's", "£6", "tea"]),
        ("👍🏽👍🏽 1️⃣ ❤️‍🔥great👨‍👩‍👧", ["👍🏽👍🏽", "1️⃣", "❤️‍🔥", "great", "👨‍👩‍👧"]),
        ("القهوة مُمتازة، شكراً", ["القهوة", "مُمتازة", "شكراً"]),
        ("यह बहुत अच्छा है", ["यह", "बहुत", "अच्छा", "है"]),
        ("A > B | C -- :-) <b>x</b>", ["B", "C", "b", "x", "b"]),
        ("\u200d\ufe0f", []),
    ],
)
def test_what_a_word_is(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_texts_without_a_word_and_very_long_ones(specialist: Specialist) -> None:
    assert explain(specialist, "").empty
    assert explain(specialist, "it is what … it is").empty == (words("it is what … it is") == [])
    assert len(explain(specialist, " ".join(f"word{i}" for i in range(500)))) == LONGEST


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """Return a published classifier of the four Ps alone, as torch runs it: its weights are thrown by dice."""
    torch.manual_seed(1)
    labels = ["Price", "Promotion", "Place", "Product"]
    config = BertConfig(
        vocab_size=30522,
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        initializer_range=0.5,
        id2label=dict(enumerate(labels)),
        label2id={label: index for index, label in enumerate(labels)},
    )
    BertForSequenceClassification(config).save_pretrained(tmp_path)
    AutoTokenizer.from_pretrained(base_model()).save_pretrained(tmp_path)
    return tmp_path


def test_any_specialist_is_explained_by_its_own_labels(published: Path) -> None:
    found = explain(Specialist.load(str(published)), "Their shop was closed again")
    assert found["word"].tolist() == ["shop", "closed", "again"]
    columns = [f"for_{label}" for label in ("product", "place", "price", "promotion")]
    assert found.columns.tolist() == ["word", "start", "end", *columns]
    assert (found[columns].abs().max() > 0).all()
