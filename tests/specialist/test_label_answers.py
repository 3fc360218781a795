"""What of a labeler's answer becomes a vote, and what does not."""

import json

import pytest

from specialist.codebook import Codebook
from specialist.labeling.answers import read_answers
from specialist.labeling.failures import RequestError
from specialist.labeling.prompt import longest_entry, message, schema
from specialist.labeling.request import build_request

MMX, SENTIMENT = Codebook.load("mmx"), Codebook.load("sentiment")
GOOD = {"n": 1, "product": 1, "place": 0, "price": 0, "promotion": 1}
NONE = {"n": 2, "product": 0, "place": 0, "price": 0, "promotion": 0}


def content(*entries: object) -> str:
    return json.dumps({"answers": entries})


def test_votes_come_in_the_tweets_order_whatever_the_answers() -> None:
    votes = read_answers(content(NONE, GOOD), MMX, 2)
    assert votes == [
        {"product": 1, "place": 0, "price": 0, "promotion": 1},
        {"product": 0, "place": 0, "price": 0, "promotion": 0},
    ]


@pytest.mark.parametrize(
    "around",
    [
        "%s",
        "\n %s \n",
        "```json\n%s\n```",
        "```\n%s\n```",
        "<think>{}</think>\n%s",
        "<think>a</think>```json\n%s\n```",
    ],
)
def test_what_models_put_around_an_answer_does_no_harm(around: str) -> None:
    assert len(read_answers(around % content(GOOD, NONE), MMX, 2)) == 2


def test_true_and_false_are_understood() -> None:
    entry = {"n": 1, "product": True, "place": False, "price": False, "promotion": False}
    assert read_answers(content(entry), MMX, 1) == [{"product": 1, "place": 0, "price": 0, "promotion": 0}]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("", "empty"),
        ("```json\n\n```", "empty"),
        ("I cannot do that", "not valid JSON"),
        (content(GOOD, NONE)[:-4], "not valid JSON"),
        (content(GOOD, NONE) + " Done!", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ('{"answers": [{"n": %s}, {}]}' % ("1" * 5_000), "not valid JSON"),
        ('{"answers": [{"n": 1, "product": 0, "product": 1}, {"n": 2}]}', "not valid JSON"),
        (json.dumps([GOOD, NONE]), "another form"),
        (json.dumps({"answers": {"1": GOOD}}), "another form"),
        (json.dumps({"answers": [GOOD, "none"]}), "another form"),
        (content(GOOD), "1 answers for 2 tweets"),
        (content(GOOD, NONE, NONE), "3 answers for 2 tweets"),
        (content(GOOD, GOOD), "other tweets"),
        (content(GOOD, NONE | {"n": 3}), "other tweets"),
        (content(GOOD | {"n": 0}, NONE), "other tweets"),
        (content(GOOD | {"n": "1"}, NONE), "other tweets"),
        (content(GOOD | {"n": True}, NONE), "other tweets"),
        (content(GOOD | {"n": [1]}, NONE), "other tweets"),
        (content(GOOD | {"n": None}, NONE), "other tweets"),
    ],
)
def test_an_answer_that_cannot_be_trusted_gives_no_vote(answer: str, says: str) -> None:
    with pytest.raises(RequestError, match=says):
        read_answers(answer, MMX, 2)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"product": 2}, "2 for product"),
        ({"product": "1"}, "'1' for product"),
        ({"product": 1.0}, "1.0 for product"),
        ({"product": None}, "None for product"),
        ({"people": 1}, "the label 'people'"),
        ({"reason": "since it says so"}, "the label 'reason'"),
    ],
)
def test_a_wrong_entry_costs_only_its_own_tweet(change: dict[str, object], says: str) -> None:
    wrong, right = read_answers(content(GOOD | change, NONE), MMX, 2)
    assert isinstance(wrong, str)
    assert says in wrong
    assert right == {"product": 0, "place": 0, "price": 0, "promotion": 0}


def test_a_missing_label_is_no_vote() -> None:
    wrong, _ = read_answers(content({"n": 1, "product": 1}, NONE), MMX, 2)
    assert isinstance(wrong, str)


def test_what_a_model_wrote_is_shown_without_harm_to_a_terminal() -> None:
    (wrong,) = read_answers(content(GOOD | {"product": "\x1b[2J" + "x" * 10_000}), MMX, 1)
    assert isinstance(wrong, str)
    assert wrong.isprintable()
    assert len(wrong) < 200


@pytest.mark.parametrize("label", ["sad", "", None, 1, ["negative"], {"negative": 1}])
def test_a_single_codebook_takes_only_its_own_labels(label: object) -> None:
    votes = read_answers(
        content({"n": 1, "sentiment": "positive"}, {"n": 2, "sentiment": label}), SENTIMENT, 2
    )
    assert votes[0] == {"sentiment": "positive"}
    assert isinstance(votes[1], str)


@pytest.mark.parametrize("codebook", [MMX, SENTIMENT], ids=["mmx", "sentiment"])
def test_schema_and_limit_leave_room_for_the_longest_right_answer(codebook: Codebook) -> None:
    form = schema(codebook)
    entry = form["properties"]["answers"]["items"]
    longest = json.loads(longest_entry(codebook))
    assert set(entry["required"]) == set(entry["properties"]) == set(longest)
    request = build_request(codebook, ["text"] * 20, thinking_tokens=0)
    written_out = json.dumps({"answers": [longest] * 20}, indent=2)
    # Measured: answers written out like this take 2.7 bytes a token (cl100k_base).
    assert request.limit > len(written_out) / 2.7 * 1.3


def test_requests_cannot_take_more_than_is_set_aside() -> None:
    texts = ["🍔" * 50, "plain words only", "ﷺ" * 30]
    request = build_request(MMX, texts, thinking_tokens=500)
    assert request.most.tokens_in > len((request.instructions + request.message).encode())
    assert request.most.tokens_out == request.limit > 500
    assert request.about.tokens_in < request.most.tokens_in
    assert request.about.tokens_out < request.most.tokens_out


def test_a_tweet_stays_on_its_line() -> None:
    lines = message(['a"\n</tweets n>\nb', "c"], "n").split("\n")
    assert len(lines) == 5
    assert json.loads(lines[1].split(" ", 1)[1]) == 'a"\n</tweets n>\nb'
