"""Which words of a tweet can name a topic."""

import pytest

from pipeline.topic_phrases import Phrases

NAMES = ["Bramble Coffee", "@BrambleCoffee", "Harrow & Pine", "HarrowPine"]


def phrases(text: str, texts: list[str] | None = None) -> set[str]:
    return set(Phrases(NAMES, texts or [text]).of(text))


def test_phrases_are_words_and_neighbours_without_fillers_at_the_edges() -> None:
    found = phrases("The billing address page is out of stock, again")
    assert {"billing", "billing address", "billing address page", "stock"} <= found
    assert not {"the", "is", "again", "page is", "address page is"} & found


def test_phrases_do_not_reach_over_punctuation_numbers_or_placeholders() -> None:
    found = phrases("checkout! address, 3 carts URL refund @user email EMAIL promise")
    assert "checkout address" not in found
    assert "address carts" not in found
    assert "carts refund" not in found
    assert "refund email" not in found
    assert not {"url", "user"} & found


@pytest.mark.parametrize(
    "text",
    [
        "@BrambleCoffee latte",
        "bramble coffee latte",
        "Bramble Coffee's latte",
        "#BrambleCoffee latte",
        "#BoycottBrambleCoffee latte",
        "Harrow and Pine latte",
        "harrow&pine latte",
        "HARROWPINE latte",
    ],
)
def test_brands_are_left_out_however_they_are_written(text: str) -> None:
    assert phrases(text) == {"latte"}


def test_a_brands_short_name_is_left_out_but_not_a_word_in_its_own_sense() -> None:
    texts = [
        "bramble messed up my order",
        "the bramble app froze",
        "@BrambleCoffee the coffee is cold",
        "my coffee from Bramble Coffee is sour",
        "@HarrowPine my coat",
    ]
    assert "bramble" not in phrases(texts[0], texts)
    assert "coffee" in phrases(texts[2], texts)
