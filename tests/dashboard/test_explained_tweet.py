"""Words marked in a tweet: those that decide, in every text as it was written, and said in a sentence."""

import re

import pandas as pd
import pytest
from shown_text import marked_words, read_html, shown_texts

from dashboard import explanations, palette
from dashboard.explained_tweet import sentence
from dashboard.explanations import Word, strongest_first, telling_words
from dashboard.highlighted_text import html
from specialist.explain import word_spans

CHECKOUT = "Your new online shop is a catastrophe! Took me an hour to pay."
HOSTILE = [
    "<script>alert(1)</script> the fees are far too high",
    '"><img src=x onerror=alert(1)> &lt;b&gt; &amp; the shop was closed',
    "**bold** :red[x] [link](javascript:alert(1)) `code` the shop was closed",
    "$x^2$ $$\\frac{1}{2}$$ it cost $5, or $6",
    "\u202eevil\u202c \u2067طويل\u2069 the shop was closed 👨‍👩‍👧",
    "<mark title='x' onmouseover='y'>shop</mark> </p></mark><p> closed",
]


def said(app) -> str:
    assert not app.exception
    return "\n".join(element.value for element in [*app.main.markdown, *app.main.caption])


def judge(app, *tweets: str):
    app.text_area(key="live_text").set_value("\n".join(tweets))
    return app.button(key="judge").click().run()


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_is_read_as_it_was_written(text: str) -> None:
    spans = word_spans(text)
    words = [Word(text[a:b], a, b, (-1) ** i * (i + 1) / len(spans)) for i, (a, b) in enumerate(spans)]
    read = read_html(html(text, words, 'Place"><b>', "#DD7700"))
    assert "".join(read.pieces) == text
    assert read.tags == {"p", "mark", "span"}
    assert read.attributes == {"dir", "style", "title"}
    assert read.marked == [word.text for word in words if word.weight > 0]


@pytest.mark.parametrize("text", HOSTILE)
def test_the_sentence_holds_no_markup_of_the_tweet(text: str) -> None:
    words = [Word(text[a:b], a, b, 1.0) for a, b in word_spans(text)]
    written = sentence([*words, Word(text, 0, len(text), 1.0)], palette.PS["place"], given=True)
    of_the_tweet = written.split("]: ", 1)[1]
    assert re.search(r"(?<!\\)[<$*`:\[\]_]", of_the_tweet) is None


def test_only_words_that_matter_are_marked() -> None:
    explained = pd.DataFrame(
        {
            "word": ["shop", "new", "catastrophe", "hour"],
            "start": [0, 5, 9, 21],
            "end": [4, 8, 20, 25],
            "for_place": [2.0, 0.3, -1.0, 0.5],
            "for_price": [0.1, -0.1, 0.05, 0.0],
        }
    )
    words = telling_words(explained, "place")
    assert [(word.text, word.weight) for word in words] == [
        ("shop", 1.0),
        ("catastrophe", -0.5),
        ("hour", 0.25),
    ]
    assert strongest_first(words) == ["shop", "hour"]
    assert strongest_first(words, against=True) == ["catastrophe"]
    assert telling_words(explained, "price") == []
    assert telling_words(explained.head(0), "place") == []


def test_a_stronger_word_is_told_by_more_than_its_colour() -> None:
    strong = html("shop", [Word("shop", 0, 4, 1.0)], "Place", "#DD7700")
    weak = html("shop", [Word("shop", 0, 4, 0.3)], "Place", "#DD7700")
    against = html("shop", [Word("shop", 0, 4, -1.0)], "Place", "#DD7700")
    assert "font-weight: 700" in strong
    assert "font-weight" not in weak
    assert ("3px solid" in strong, "2px solid" in weak) == (True, True)
    assert 'title="Speaks strongly for Place"' in strong
    assert 'title="Speaks a little for Place"' in weak
    assert ("dotted" in against, "<mark" in against) == (True, False)


def test_live_marks_the_words_that_decide(open_page) -> None:
    app = judge(open_page("live", store=None), CHECKOUT)
    assert shown_texts(app) == [CHECKOUT]
    assert "shop" in marked_words(app)
    assert "Words that speak most for :orange[:material/storefront: Place]" in said(app)


def test_the_choice_decides_for_what_words_are_marked(open_page) -> None:
    app = judge(open_page("live", store=None), CHECKOUT)
    app.segmented_control(key="live_words_for").set_value("sentiment").run()
    assert "catastrophe" in marked_words(app)
    assert "Words that speak most for :gray[:material/sentiment_dissatisfied: Negative]" in said(app)
    app.segmented_control(key="live_words_for").set_value("promotion").run()
    assert "Promotion" in said(app)
    assert "Not enough for the tweet to be about Promotion" in said(app) or "No word" in said(app)


def test_of_many_tweets_in_live_only_the_chosen_one_is_weighed(open_page, monkeypatch) -> None:
    weighed: list[str] = []
    real = explanations.explain
    explanations.explanation.clear()
    monkeypatch.setattr(explanations, "explain", lambda who, text: weighed.append(text) or real(who, text))
    tweets = [f"The shop was closed on day {i} of the sale" for i in range(30)]
    app = judge(open_page("live", store=None), *tweets)
    assert weighed == tweets[:1]
    app.session_state["live_table"] = {"selection": {"rows": [7], "columns": [], "cells": []}}
    app.run()
    app.run()
    assert weighed == [tweets[0], tweets[7]]
    assert shown_texts(app) == [tweets[7]]


def test_what_the_specialist_did_not_read_is_said(open_page) -> None:
    app = judge(open_page("live", store=None), "hi @somebody, the shop was closed, see https://t.co/x")
    assert shown_texts(app) == ["hi @user, the shop was closed, see URL"]
    assert "Shown as the specialist read it" in said(app)


def test_a_tweets_details_mark_its_words_and_say_who_weighed_them(open_page) -> None:
    app = open_page("tweets", brand="velvet-row", period="all", topic="0")
    assert len(marked_words(app)) > 0
    assert "Words that speak most for" in said(app)
    assert "the tweet was judged by default, which may weigh them differently" in said(app).replace("\\", "")
