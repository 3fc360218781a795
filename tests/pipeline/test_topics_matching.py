"""Topics of a new fit get the numbers of those that they continue."""

import pandas as pd

from pipeline.topic_matching import numbers


def topics(**members: int) -> pd.Series:
    """Return topics by tweet: `a=3` stands for tweets a0 to a9 in topic 3."""
    return pd.Series({f"{name}{i}": topic for name, topic in members.items() for i in range(10)})


def test_a_topic_keeps_its_number_where_its_tweets_persist() -> None:
    old = topics(a=0, b=1, c=7)
    assert numbers(old, topics(a=2, b=0, c=1), 8) == {2: 0, 0: 1, 1: 7}


def test_new_tweets_do_not_take_a_number_away() -> None:
    # Topic 0 has grown four-fold, but all that was in it before still is.
    assert numbers(topics(a=5, b=6), topics(a=0, c=0, d=0, e=0, b=1), 7) == {0: 5, 1: 6}


def test_a_new_topic_never_gets_a_number_that_another_had() -> None:
    old, new = topics(a=0, b=1), topics(a=0, x=1, y=2, z=2)
    assert numbers(old, new, 9) == {0: 0, 2: 9, 1: 10}


def test_a_topic_that_falls_apart_gives_its_number_to_its_largest_part_or_to_none() -> None:
    old = topics(a=4, b=4, c=4)
    assert numbers(old, topics(a=0, b=0, c=1), 5) == {0: 4, 1: 5}
    few = topics(a=4, b=4, c=4, d=4)
    assert numbers(few, topics(a=0, b=1, c=2, d=-1), 5) == {0: 5, 1: 6, 2: 7}


def test_outliers_are_no_topic() -> None:
    assert numbers(topics(a=-1, b=0), topics(a=0, b=-1), 1) == {0: 1}


def test_the_first_topics_are_numbered_by_size() -> None:
    nothing = pd.Series(dtype="int32")
    assert numbers(nothing, topics(a=0, b=1, c=1, d=-1), 0) == {1: 0, 0: 1}
    assert numbers(nothing, nothing, 0) == {}
