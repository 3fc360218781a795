"""Voting: majority, ties by rule, missing votes, and what is refused."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from specialist.codebook import Codebook
from specialist.data import read_labelled
from specialist.errors import SpecialistError
from specialist.ties import Ties
from specialist.vote_count import VoteCount, count_votes, labelled_table, review_table
from specialist.voting import read_votes

MMX, SENTIMENT = Codebook.load("mmx"), Codebook.load("sentiment")
P = list(MMX.label_ids)


def ps(votes: dict[str, dict[str, str]]) -> pd.DataFrame:
    """Build votes from "1001"-like strings by tweet and labeler."""
    rows = [
        {"id": tweet, "labeler": labeler, **dict(zip(P, digits, strict=True))}
        for tweet, of_tweet in votes.items()
        for labeler, digits in of_tweet.items()
    ]
    return pd.DataFrame(rows)


def moods(votes: dict[str, dict[str, str]]) -> pd.DataFrame:
    rows = [
        {"id": tweet, "labeler": labeler, "sentiment": label}
        for tweet, of_tweet in votes.items()
        for labeler, label in of_tweet.items()
    ]
    return pd.DataFrame(rows)


def labelled(count: VoteCount) -> dict[str, str]:
    table = labelled_table([count], {}).set_index("id").astype("string").fillna("-")
    return {str(tweet): "".join(row) for tweet, row in zip(table.index, table.to_numpy(), strict=True)}


def test_the_majority_decides_each_label() -> None:
    table = ps({"t1": {"a": "1100", "b": "1010", "c": "1001"}, "t2": {"a": "0000", "b": "0001", "c": "0001"}})
    assert labelled(count_votes(table, MMX, Ties.TRUSTED, None)) == {"t1": "1000", "t2": "0001"}


def test_the_majority_decides_between_labels() -> None:
    table = moods(
        {"t1": {"a": "negative", "b": "neutral", "c": "negative"}, "t2": dict.fromkeys("abc", "positive")}
    )
    assert labelled(count_votes(table, SENTIMENT, Ties.TRUSTED, None)) == {"t1": "negative", "t2": "positive"}


# a and b always agree, c and d each stand alone; t6 is tied in every label.
TIED = {
    f"t{number}": {"a": d, "b": d, "c": "0000", "d": "1111"}
    for number, d in enumerate(("1000", "0100", "0010", "0001", "1100"), 1)
} | {"t6": {"d": "0000", "c": "0000", "b": "1111", "a": "1111"}}


@pytest.mark.parametrize(
    ("rule", "decision"),
    [("trusted", "1111"), ("first", "1111"), ("negative", "0000"), ("positive", "1111"), ("empty", "----")],
)
def test_a_tie_is_decided_by_the_rule(rule: str, decision: str) -> None:
    count = count_votes(ps(TIED), MMX, Ties(rule), None)
    assert labelled(count)["t6"] == decision
    assert count.ties == 1
    assert count.unlabelled == (1 if rule == "empty" else 0)


def test_first_means_first_in_the_votes_and_trusted_means_who_agrees_best() -> None:
    # c comes first, but agrees with nobody elsewhere; a and b agree.
    table = ps(
        {"t0": {"c": "0000", "a": "1111"}}
        | {f"x{n}": dict.fromkeys("ab", "1000") | {"c": "0111"} for n in range(5)}
    )
    assert labelled(count_votes(table, MMX, Ties.FIRST, None))["t0"] == "0000"
    assert labelled(count_votes(table, MMX, Ties.TRUSTED, None))["t0"] == "1111"


def test_a_tie_of_three_labels_goes_to_one_that_was_voted_for() -> None:
    table = moods(
        {
            "t1": {"a": "positive", "b": "negative", "c": "neutral"},
            "t2": {"a": "neutral", "b": "neutral", "c": "neutral"},
        }
    )
    assert labelled(count_votes(table, SENTIMENT, Ties.FIRST, None))["t1"] == "positive"
    # d's vote is for neither of the two that are tied, so it does not decide, though d comes first.
    table = moods(
        {"t1": {"d": "neutral", "a": "positive", "b": "negative", "c": "negative", "e": "positive"}}
    )
    assert labelled(count_votes(table, SENTIMENT, Ties.FIRST, None))["t1"] == "positive"


@pytest.mark.parametrize("rule", [Ties.NEGATIVE, Ties.POSITIVE])
def test_a_rule_that_makes_no_sense_is_refused(rule: Ties) -> None:
    with pytest.raises(SpecialistError, match="several labels at once"):
        count_votes(moods({"t": {"a": "positive", "b": "negative"}}), SENTIMENT, rule, None)


def test_a_tweet_with_too_few_votes_stays_unlabelled() -> None:
    table = ps({"t1": dict.fromkeys("abc", "1000"), "t2": {"a": "0100", "b": "0100"}, "t3": {"c": "0010"}})
    assert labelled(count_votes(table, MMX, Ties.TRUSTED, None)) == {"t1": "1000", "t2": "0100", "t3": "----"}
    assert labelled(count_votes(table, MMX, Ties.TRUSTED, 1))["t3"] == "0010"
    assert labelled(count_votes(table, MMX, Ties.TRUSTED, 3))["t2"] == "----"
    with pytest.raises(SpecialistError, match="only 3 labelers"):
        count_votes(table, MMX, Ties.TRUSTED, 4)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t: t.assign(place="2"), '"2"; it must be 0 or 1'),
        (lambda t: t.assign(place="1.0"), "must be 0 or 1"),
        (lambda t: t.assign(place=None), "a vote on place is empty"),
        (lambda t: t.drop(columns="price"), "no column price"),
        (lambda t: pd.concat([t, t.head(1)]), "a votes twice on tweet t1"),
        (lambda t: t.assign(id=None), "no id or no labeler"),
        (lambda t: t.assign(**dict.fromkeys(P)), "no votes on The four Ps"),
    ],
)
def test_votes_that_cannot_be_used_are_refused_in_words(change: object, says: str) -> None:
    table = ps({"t1": {"a": "1000", "b": "0000"}})
    with pytest.raises(SpecialistError, match=says):
        count_votes(change(table), MMX, Ties.TRUSTED, None)  # type: ignore[operator]


def test_files_are_counted_together_and_training_reads_the_result(tmp_path: Path) -> None:
    first = ps({"t1": {"a": "1000", "b": "1000"}, "t2": {"a": "0001", "b": "0001"}}).assign(text="hello @bob")
    first.to_csv(tmp_path / "one.csv", index=False)
    ps({"t1": {"c": "0000"}, "t2": {"c": "0000"}}).to_csv(tmp_path / "two.csv", index=False)
    mood = {"t1": dict.fromkeys("abc", "negative"), "t2": {"a": "positive", "b": "neutral", "c": "positive"}}
    moods(mood).to_csv(tmp_path / "moods.csv", index=False)

    table = read_votes([tmp_path / name for name in ("one.csv", "two.csv", "moods.csv")])
    counts = [count_votes(table, book, Ties.TRUSTED, None) for book in (MMX, SENTIMENT)]
    assert counts[0].agreement.votes.labelers == ("a", "b", "c")
    labelled_table(counts, {"t1": "hello @bob", "t2": "second"}).to_csv(
        tmp_path / "labelled.csv", index=False
    )
    found = read_labelled(tmp_path / "labelled.csv", [MMX, SENTIMENT])
    assert found.texts == ["hello @user", "second"]
    assert found.labels["mmx"].tolist() == [[1, 0, 0, 0], [0, 0, 0, 1]]
    assert found.labels["sentiment"].tolist() == [[1, 0, 0], [0, 0, 1]]


def test_unlabelled_tweets_are_not_labels_for_training(tmp_path: Path) -> None:
    count = count_votes(
        ps({"t1": {"a": "1000", "b": "1000"}, "t2": {"a": "1000", "b": "0000"}}), MMX, Ties.EMPTY, None
    )
    labelled_table([count], {"t1": "one", "t2": "two"}).to_csv(tmp_path / "labelled.csv", index=False)
    found = read_labelled(tmp_path / "labelled.csv", [MMX])
    assert found.labels["mmx"][0].tolist() == [1, 0, 0, 0]
    assert np.isnan(found.labels["mmx"][1]).all()


def test_the_review_shows_the_most_disputed_first() -> None:
    table = ps(
        {
            "agreed": dict.fromkeys("abc", "1000"),
            "little": {"a": "1000", "b": "1000", "c": "1001"},
            "much": {"a": "1100", "b": "0011", "c": "0000"},
        }
    )
    texts = {"agreed": "x", "little": "y", "much": "z"}
    review = review_table([count_votes(table, MMX, Ties.TRUSTED, None)], texts)
    assert list(review["id"]) == ["much", "little"]
    assert list(review["text"]) == ["z", "y"]
    # Two of three pairs differ in each of the four labels; and in one of four.
    assert review["disagreement"].tolist() == [0.667, 0.167]
    assert review[["vote of a", "vote of b", "vote of c"]].values.tolist() == [
        ["product, place", "price, promotion", "(none)"],
        ["product", "product", "product, promotion"],
    ]
    assert set(P) <= set(review.columns)
