"""The page Live, with the default specialist: what is pasted or uploaded is judged as a run would judge it."""

import csv
import io
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from shown_text import shown_texts
from streamlit.testing.v1 import AppTest

from dashboard import live_results, live_run, live_view
from dashboard.downloads import FORMATS
from dashboard.live_results import Results
from dashboard.live_run import LiveRun
from pipeline.brands import Catalogue
from pipeline.classify import classify_file
from pipeline.demo import TWEETS
from pipeline.progress import Silent
from pipeline.store import P_LABELS
from specialist.predict import Specialist
from specialist.preprocess import preprocess

GERMAN = "Der neue Mantel ist überaus schön und jeden Cent wert, ich trage nichts anderes mehr."
HOSTILE = [
    "**bold** <script>alert(1)</script> [link](http://x.example) :red[x] `code` $5 or $6, I love it",
    '=HYPERLINK("http://evil.example";"click") is what they wrote to me today',
    "مرحبا this coat is so warm and soft 🧥🔥👨‍👩‍👧 and it was not even expensive",
]


@pytest.fixture(scope="module")
def specialist() -> Specialist:
    return live_results.specialist()


@pytest.fixture(scope="module")
def judge(specialist: Specialist) -> Callable[..., Results]:
    """Return a function that judges texts as the page does."""

    def judged(texts: list[str], catalogue: Catalogue | None = None) -> Results:
        rows = pd.DataFrame({"text": texts})
        return live_results.judge(rows, "text", specialist, catalogue or Catalogue.load())

    return judged


@pytest.fixture(scope="module")
def demo_texts() -> list[str]:
    """Tweets of all lengths, in no order of length."""
    return pd.read_csv(TWEETS, usecols=["text"])["text"].sample(150, random_state=1).tolist()


def written_in(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(element.value for element in [*app.markdown, *app.caption, *app.info])


def paste(app: AppTest, *tweets: str) -> AppTest:
    app.text_area(key="live_text").set_value("\n".join(tweets))
    return app.button(key="judge").click().run()


def when_all_are_judged(app: AppTest) -> AppTest:
    """Wait as the page's own timer does, which runs in a browser only."""
    deadline = time.monotonic() + 60
    while "live_results" not in app.session_state and time.monotonic() < deadline:
        app.run()
    return app


def test_without_tweets_says_what_to_do(open_page) -> None:
    app = open_page("live")
    app.button(key="judge").click().run()
    assert "paste some, one a line, or choose a file" in written_in(app)
    assert "live_results" not in app.session_state


@pytest.mark.parametrize("example", [0, 1, 2])
def test_an_example_is_one_click_away(open_page, example: int) -> None:
    app = open_page("live", store=None)
    examples = [button for button in app.button if (button.key or "").startswith("example ")]
    examples[example].click().run()
    lines = app.text_area(key="live_text").value.splitlines()
    assert shown_texts(app) == lines
    assert "Harrow & Pine" in written_in(app).replace("\\", "")
    assert "nothing was sent anywhere" in written_in(app)


def test_whose_sentiment_it_is_is_said_where_vader_is_chosen(open_page) -> None:
    note = "Sentiment here is the specialist's, though VADER is chosen"
    assert note in written_in(paste(open_page("live", source="vader"), "What a lovely coat that is!"))
    assert note not in written_in(paste(open_page("live"), "What a lovely coat that is!"))


def test_each_tweet_shows_its_answers(open_page, judge) -> None:
    tweets = ["@HarrowPine your new online shop is a catastrophe! Took me an hour to pay.", GERMAN]
    answer = judge(tweets).answers.iloc[0]
    app = paste(open_page("live"), *tweets)
    cards = [text for text in (element.value for element in app.markdown) if "badge[" in text]
    for p in P_LABELS:
        sure = f"{p.title()} {answer[f'p_{p}'] * 100:.0f} %"
        assert (sure in cards[0]) == bool(answer[p])
        assert sure in cards[0] + written_in(app)
    sentiment = answer["sentiment"]
    assert f"{sentiment.title()} {answer[f'p_{sentiment}'] * 100:.0f} %" in cards[0]
    assert "German: not judged" in cards[1]
    assert "1 tweet judged" in written_in(app)
    assert "1 tweet was not judged (German)" in written_in(app).replace("\\", "")


def test_tweets_of_other_languages_alone_are_said_not_to_be_judged(open_page) -> None:
    app = paste(
        open_page("live"), GERMAN, "Este abrigo es precioso y no me ha costado casi nada, qué maravilla"
    )
    assert not app.metric
    assert "0 tweets judged" in written_in(app)
    assert "2 tweets were not judged (German, Spanish)" in written_in(app).replace("\\", "")


def test_the_summary_counts_what_the_tweets_show(open_page, judge, demo_texts: list[str]) -> None:
    texts = demo_texts[:12]
    answers = judge(texts).judged
    app = paste(open_page("live"), *texts)
    figures = {metric.label.rsplit(" ", 1)[-1].rstrip("]"): metric.value for metric in app.metric}
    for p in P_LABELS:
        assert figures[p.title()].startswith(f"{int(answers[p].sum())} · ")
    counts = answers["sentiment"].value_counts()
    split = ", ".join(f"{counts.get(name, 0)} {name}" for name in ("negative", "neutral", "positive"))
    assert f"Sentiment: {split}" in written_in(app)


def test_what_is_pasted_stays_text(open_page) -> None:
    app = paste(open_page("live"), *HOSTILE)
    assert shown_texts(app) == [preprocess(text) for text in HOSTILE]
    assert not any(part in written_in(app) for part in ("<script>", "[link]", ":red[x]", "**bold**"))


def test_a_link_brings_its_text(open_page) -> None:
    app = open_page("live", text="Great coat, @HarrowPine 🧥\nToo expensive!")
    assert app.text_area(key="live_text").value == "Great coat, @HarrowPine 🧥\nToo expensive!"
    assert "live_results" not in app.session_state
    assert shown_texts(app.button(key="judge").click().run())[0] == "Great coat, @HarrowPine 🧥"


def test_the_text_can_be_shared_as_a_link(open_page) -> None:
    app = paste(open_page("live"), "Great coat & warm 🧥")
    assert any("text=Great+coat+%26+warm+%F0%9F%A7%A5" in code.value for code in app.code)
    assert "Too long for a link" in written_in(paste(app, "long " * 1000))


def test_results_survive_until_cleared(open_page) -> None:
    app = paste(open_page("live"), "What a lovely coat that is!")
    app.switch_page("app_pages/about.py").run()
    app.switch_page("app_pages/live.py").run()
    assert shown_texts(app) == ["What a lovely coat that is!"]
    assert app.text_area(key="live_text").value == "What a lovely coat that is!"
    app.button(key="clear").click().run()
    assert not shown_texts(app)
    assert app.text_area(key="live_text").value == ""
    assert "live_results" not in app.session_state


def test_many_tweets_are_a_table_and_no_more_than_the_limit(open_page, monkeypatch, demo_texts) -> None:
    monkeypatch.setattr(live_results, "LIMIT", 60)
    app = when_all_are_judged(paste(open_page("live"), *[" ".join(text.split()) for text in demo_texts[:70]]))
    assert "Only the first 60 tweets are judged here" in app.warning[0].value
    table = next(frame.value for frame in app.dataframe if "Text" in frame.value)
    assert len(table) == 60
    assert len(shown_texts(app)) == 1


def test_a_brand_of_the_store_alone_is_found(open_page) -> None:
    assert "Velvet Row" in written_in(paste(open_page("live"), "I do like what Velvet Row has in stock"))
    assert "No brand" in written_in(
        paste(open_page("live", store=None), "I do like what Velvet Row has in stock")
    )


def test_says_when_another_specialist_judged_the_store(
    open_page, make_store, tweets: pd.DataFrame, specialist: Specialist
) -> None:
    store = make_store(tweets)
    with duckdb.connect(str(store)) as connection:
        connection.execute("UPDATE classifications SET specialist = ?", [specialist.name])
    assert "these by" not in written_in(paste(open_page("live", store=store), "Lovely coat"))
    app = paste(open_page("live"), "Lovely coat")
    assert f"were judged by default, these by {specialist.name}" in written_in(app).replace("\\", "")


@pytest.mark.slow
def test_live_and_batch_give_the_same_answers(judge, demo_texts: list[str], tmp_path: Path) -> None:
    texts = [*demo_texts, GERMAN, "Hi @someone, see https://t.co/x &amp; tell @HarrowPine  the zip broke"]
    source, output = tmp_path / "tweets.csv", tmp_path / "out.csv"
    pd.DataFrame({"text": texts}).to_csv(source, index=False)
    classify_file(
        source,
        output,
        specialist="default",
        brands=None,
        text_column=None,
        delimiter=None,
        english_only=True,
        reporter=Silent(),
        by_p=True,
    )
    batch = pd.read_csv(output, dtype={"lang": str})
    # A user pastes a few at a time: each tweet keeps other company than in the file.
    live = pd.concat(
        [judge(texts[start : start + 7]).table() for start in range(0, len(texts), 7)], ignore_index=True
    )
    assert batch["lang"].tolist() == live["lang"].tolist()
    for column in live_results.ANSWERS:
        expected, found = batch[column], live[column]
        if column.startswith("p_") or column == "compound":
            np.testing.assert_allclose(found.astype(float), expected.astype(float), atol=1e-4, err_msg=column)
        else:
            assert found.astype(object).where(found.notna(), None).tolist() == (
                expected.astype(object).where(expected.notna(), None).tolist()
            ), column


def test_downloads_hold_what_is_shown_and_are_safe_in_a_spreadsheet(judge) -> None:
    results = judge([*HOSTILE, GERMAN])
    content = live_view.file(results, FORMATS[0])
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row["text"] for row in rows] == [HOSTILE[0], f"'{HOSTILE[1]}", HOSTILE[2], GERMAN]
    for row, answer in zip(rows, results.records, strict=True):
        assert row["lang"] == answer["lang"]
        for p in P_LABELS:
            assert row[p] == ("" if answer["left_out"] else str(int(answer[p])))
    assert rows[-1]["sentiment"] == ""


def test_columns_of_the_file_are_kept_beside_answers_of_the_same_name(specialist: Specialist) -> None:
    rows = pd.DataFrame({"text": ["Lovely coat, so warm"], "sentiment": ["mine"]})
    results = live_results.judge(rows, "text", specialist, Catalogue.load())
    table = results.table()
    assert table["sentiment"].tolist() == ["mine"]
    assert table["predicted_sentiment"].tolist() == results.answers["sentiment"].tolist()


def test_rows_of_all_kinds_get_an_answer(specialist: Specialist) -> None:
    rows = pd.DataFrame({"text": ["Lovely coat", None, "", "x" * 30_000, GERMAN] * 150})
    results = live_results.judge(rows, "text", specialist, Catalogue.load())
    counts = results.answers["left_out"].value_counts().to_dict()
    assert counts == {"": 150, "no text": 300, "too long": 150, "language": 150}


def test_many_tweets_come_batch_by_batch_and_are_the_same_as_at_once(
    specialist: Specialist, judge, demo_texts: list[str]
) -> None:
    run = LiveRun(pd.DataFrame({"text": demo_texts}), "text", specialist, Catalogue.load())
    run.start()
    seen = set()
    while not run.wait(0.02):
        seen.add(run.done)
    assert seen & set(range(1, len(demo_texts)))
    results = run.results()
    assert run.error is None
    assert results is not None
    assert results.asked == len(results.rows) == len(demo_texts)
    assert results.answers["sentiment"].tolist() == judge(demo_texts).answers["sentiment"].tolist()


def test_what_is_judged_stays_when_it_is_stopped(specialist: Specialist, demo_texts: list[str]) -> None:
    run = LiveRun(pd.DataFrame({"text": demo_texts * 20}), "text", specialist, Catalogue.load())
    run.start()
    while not run.done:
        assert not run.wait(0.01)
    run.stop()
    assert run.wait(60)
    results = run.results()
    assert results is not None
    assert 0 < len(results.rows) == len(results.answers) < results.asked == 3000


def test_nobody_who_waits_ends_the_work(specialist: Specialist, demo_texts: list[str], monkeypatch) -> None:
    monkeypatch.setattr(live_run, "UNWATCHED", 0.0)
    run = LiveRun(pd.DataFrame({"text": demo_texts * 20}), "text", specialist, Catalogue.load())
    run.start()
    assert run.wait(60)
    assert 0 < run.done < 3000
