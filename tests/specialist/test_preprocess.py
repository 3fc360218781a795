"""One form of a tweet's text for training, batch and live classification."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from specialist.preprocess import preprocess

HANDLES = frozenset({"harrowpine", "ollowear"})
# What tweets are made of, so that hypothesis finds the places where two rules meet.
PIECES = st.one_of(
    st.sampled_from("@＠a.-+&é \n\u00a0\x00\u200b\u202e\ud800\u200d"),
    st.sampled_from(["@HarrowPine", "@user", "http://", "https://t.co/x1", "www.", "t.co/", "#tag"]),
    st.sampled_from(["&amp;", "&#8203;", "&lt;", "amp;", "lt;"]),
)
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=20).map("".join))


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("see https://t.co/Ab1 and www.ollo.com/x?a=1&b=2 now", "see URL and URL now"),
        ("@jane_doe tell @HarrowPine", "@user tell @HarrowPine"),
        ("write to jane.doe@mail.example please", "write to EMAIL please"),
        ("fish &amp; chips &lt;3", "fish & chips <3"),
        ("fish &amp;amp; chips", "fish & chips"),
        ("  two\n\nlines\tand\u00a0spaces ", "two lines and spaces"),
        ("zero\u200bwidth \u202eoverride\u202c \x00nul", "zerowidth override nul"),
        ("half a \ud83d surrogate", "half a \ufffd surrogate"),
        ("family 👩‍👩‍👧 stays, #OlloSale stays", "family 👩‍👩‍👧 stays, #OlloSale stays"),
        ("AT&T and H&M", "AT&T and H&M"),
    ],
)
def test_each_rule(raw: str, clean: str) -> None:
    assert preprocess(raw, HANDLES) == clean


def test_brands_handles_stay_whatever_their_case() -> None:
    assert preprocess("@HARROWPINE @harrowpine @HarrowPines", HANDLES) == "@HARROWPINE @harrowpine @user"


def test_handles_end_where_another_script_begins() -> None:
    assert preprocess("@OlloWearさん @janeさん @名前", HANDLES) == "@OlloWearさん @user @user"


@given(TEXTS)
@example("x@y.z@w.v")
@example("x＠y.z")
@example("&a\u200bmp;lt;")
@settings(max_examples=500)
def test_a_second_time_changes_nothing(text: str) -> None:
    once = preprocess(text, HANDLES)
    assert preprocess(once, HANDLES) == once


@given(TEXTS)
@settings(max_examples=500)
def test_any_text_gives_bounded_text_that_utf8_can_encode(text: str) -> None:
    clean = preprocess(text, HANDLES)
    clean.encode("utf-8")
    assert len(clean) <= 4 * len(text)
    assert "\n" not in clean
    assert "  " not in clean


def test_deeply_escaped_text_ends_and_stays() -> None:
    text = "&" + "amp;" * 1000 + "lt;"
    once = preprocess(text)
    assert preprocess(once) == once
    assert "&" not in once
