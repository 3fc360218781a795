"""Clauses: where a tweet turns from one thing to the next, without a character lost."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specialist.clauses import FEWEST_WORDS, count_words, split, turns, with_what_led_to_it

PIECES = st.lists(
    st.sampled_from(
        ["but ", "and ", "lovely coat", " the queue", ", ", ". ", "!! ", "😍 ", "❤️", " - ", "(", "4.50", "\n"]
    )
)


@settings(deadline=None)
@given(st.one_of(st.text(), PIECES.map("".join)))
def test_clauses_joined_are_the_text(text: str) -> None:
    clauses = split(text)
    assert "".join(clauses) == text
    assert all(clauses)
    assert len(with_what_led_to_it(clauses)) == len(clauses)


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("lovely jacket but not at that price", ["lovely jacket", "but not at that price"]),
        ("Great phone, the delivery took weeks", ["Great phone, the delivery took weeks"]),
        ("The soup was cold. It cost £8.50 a bowl!", ["The soup was cold.", "It cost £8.50 a bowl!"]),
        (
            "the app keeps crashing 😡 love the new coat though 😍",
            ["the app keeps crashing 😡", "love the new coat though 😍"],
        ),
        ("a soft and warm coat", ["a soft and warm coat"]),
        (
            "the coat is warm and soft and the shop was a joy to visit",
            ["the coat is warm and soft", "and the shop was a joy to visit"],
        ),
    ],
)
def test_a_clause_ends_where_the_writer_turns_to_something_else(text: str, clauses: list[str]) -> None:
    assert [clause.strip() for clause in split(text)] == clauses


@settings(deadline=None)
@given(PIECES.map("".join))
def test_what_is_too_short_to_say_anything_stays_with_its_neighbour(text: str) -> None:
    clauses = split(text)
    for before, clause in pairwise(clauses):
        fewest = 2 if turns([before, clause]) else FEWEST_WORDS
        assert count_words(clause) >= fewest


def test_a_clause_is_led_to_by_its_own_sentence_only() -> None:
    clauses = split("The shop was shut again. The coat is so warm, the buttons feel cheap")
    assert [reading.strip() for reading in with_what_led_to_it(clauses)] == [
        "The shop was shut again.",
        "The coat is so warm,",
        "The coat is so warm, the buttons feel cheap",
    ]


def test_a_word_of_contrast_tells_a_turn_but_not_at_the_beginning() -> None:
    assert turns(split("the coat is warm but it costs a fortune"))
    assert not turns(split("But the coat is warm, and it costs nothing"))
