"""The page Live's tweets from a file: any kind, its text column chosen, bad files said, those made to harm inert."""

import resource
from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from shown_text import shown_texts
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from dashboard import live_results
from dashboard.live_results import Results

TWEETS = ["Lovely coat, so warm", "The queue at the shop was endless"]


def give(app: AppTest, content: bytes, name: str = "tweets.csv") -> AppTest:
    app.segmented_control(key="live_from").set_value("A file").run()
    app.file_uploader[0].set_value((name, content, "application/octet-stream")).run()
    assert not app.exception
    return app


def judged(app: AppTest) -> AppTest:
    app.button(key="judge").click().run()
    assert not app.exception
    return app


def column(app: AppTest) -> Selectbox[str]:
    return next(box for box in app.selectbox if box.label == "Column with the tweets")


def written_in(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(
        one.value for one in [*app.caption, *app.info, *app.warning, *app.error] if one.value
    ).replace("\\", "")


def parquet(texts: list[str]) -> bytes:
    target = BytesIO()
    pq.write_table(pa.table({"text": texts}), target)
    return target.getvalue()


FILES = {
    "tweets.csv": "\ufeffid;text;who\n1;{0};Ann\n2;{1};Bob\n",
    "tweets.txt": "text|n\n{0}|1\n{1}|2\n",
    "tweets.jsonl": '{{"text": "{0}", "n": 1}}\n{{"text": "{1}", "n": 2}}\n',
    "tweets.json": """{{"data": [{{"id": "1", "author_id": "7", "text": "{0}", "public_metrics": {{"like_count": 3}}}},
        {{"id": "2", "author_id": "8", "text": "{1}"}}], "meta": {{"result_count": 2}}}}""",
}


@pytest.mark.parametrize("name", [*FILES, "tweets.parquet"])
def test_tweets_come_from_a_file_of_any_kind(open_page, name: str) -> None:
    content = FILES[name].format(*TWEETS).encode() if name in FILES else parquet(TWEETS)
    app = give(open_page("live"), content, name)
    assert column(app).value == "text"
    assert "Of the file, 2 tweets can be read and 0 rows cannot." in written_in(app)
    assert shown_texts(judged(app)) == TWEETS


def test_columns_of_the_file_stay_and_clear_takes_all_away(open_page) -> None:
    app = judged(give(open_page("live"), FILES["tweets.csv"].format(*TWEETS).encode()))
    results: Results = app.session_state["live_results"]
    assert list(results.table().columns[:3]) == ["id", "text", "who"]
    app.button(key="clear").click().run()
    assert not shown_texts(app)
    assert app.file_uploader[0].value is None


def test_the_column_with_the_texts_is_found_by_its_values_or_chosen(open_page) -> None:
    app = give(open_page("live"), f"a,what they wrote\n1,{TWEETS[1]}\n2,{TWEETS[1]}\n".encode())
    assert column(app).value == "what they wrote"
    app = give(open_page("live"), b"a,b\n1,Lovely coat\n2,Awful queue\n")
    assert column(app).value is None
    assert "Choose the column that holds what people wrote." in written_in(app)
    assert app.button(key="judge").disabled
    column(app).set_value("b").run()
    assert shown_texts(judged(app)) == ["Lovely coat", "Awful queue"]


def test_rows_without_a_tweet_are_named_and_the_others_judged(open_page) -> None:
    content = f"n;text\n1;{TWEETS[0]}\n2;\nbroken;row;here\n3;{TWEETS[1]}\n4;caf\xe9 is open\n".encode(
        "cp1252"
    )
    app = give(open_page("live"), content)
    assert "Of the file, 3 tweets can be read and 2 rows cannot." in written_in(app)
    assert "lines not in UTF-8, read as Windows-1252: 1" in written_in(app)
    (expander,) = [one for one in app.expander if one.label.startswith("What will not be taken")]
    assert "no text: 1" in expander.label
    assert expander.dataframe[0].value["Line"].tolist() == [3, 4]
    assert shown_texts(judged(app)) == [*TWEETS, "café is open"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.parquet", b"this is no parquet file", "not a whole Parquet file"),
        ("a.csv", b"PK\x03\x04 and so on", "The file is an Excel or zip file; save its sheet as CSV."),
        ("a.csv", b"", "The file is empty."),
        ("a.csv", b"text\n\n \n", "No row holds a tweet"),
        ("a.jsonl", b'{"text": "a"', "The file cannot be read: not JSON"),
    ],
)
def test_a_bad_file_is_said_in_a_sentence(open_page, name: str, content: bytes, says: str) -> None:
    app = give(open_page("live"), content, name)
    assert says in written_in(app)
    assert "/" not in written_in(app).replace(live_results.__name__, ""), "a path of this machine"
    assert app.button(key="judge").disabled


def test_of_a_long_file_the_first_tweets_are_judged(open_page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_results, "LIMIT", 3)
    rows = [f"{i};{TWEETS[0]} {i}" if i != 1 else "1;" for i in range(6)]
    app = judged(give(open_page("live"), "\n".join(["n;text", *rows]).encode()))
    assert shown_texts(app) == [f"{TWEETS[0]} {i}" for i in (0, 2, 3)]
    assert "Only the first 3 tweets are judged here" in written_in(app)


@pytest.mark.slow
def test_a_parquet_page_of_hundreds_of_megabytes_does_not_reach_the_dashboard(
    open_page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_results, "LIMIT", 2)
    target = BytesIO()
    texts = pa.array(["a" * 100_000_000, *TWEETS * 1_000], pa.large_string())
    pq.write_table(pa.table({"text": texts}), target, compression="zstd", use_dictionary=False)
    del texts
    app = judged(open_page("live"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    give(app, target.getvalue(), "tweets.parquet")
    assert "and 1 row cannot." in written_in(app)
    assert shown_texts(judged(app)) == TWEETS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB
