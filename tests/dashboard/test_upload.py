"""The page Data's upload: columns are matched, a sample is shown, and the file goes to the background."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from dashboard import upload_progress
from pipeline import jobs
from pipeline.job_record import State
from pipeline.readers.columns import FoundColumns

FILE = (
    "when;what they wrote;hearts\n"
    "2026-02-13;I do like the new coat, so warm <script>alert(1)</script>;5\n"
    "2026-02-14;;3\n"
    "2026-02-15;=HYPERLINK(1) is what they sent me today;2\n"
)


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A store that is not there yet."""
    return tmp_path / "new.duckdb"


def give(app: AppTest, content: str = FILE, name: str = "../<b>x</b>.csv") -> AppTest:
    app.file_uploader[0].set_value((name, content.encode(), "text/csv")).run()
    assert not app.exception
    return app


def column(app: AppTest, title: str) -> Selectbox[str]:
    return next(box for box in app.selectbox if box.label == title)


def written_in(app: AppTest) -> str:
    assert not app.exception
    elements = [*app.markdown, *app.caption, *app.info, *app.success, *app.error, *app.warning]
    return "\n".join(element.value for element in elements).replace("\\", "")


def sample(app: AppTest, name: str):
    return next(frame.value for frame in app.dataframe if name in frame.value)


def buttons(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


@pytest.mark.parametrize("page", ["overview", "compare", "topics", "pain_points", "tweets"])
def test_without_a_store_every_page_leads_to_the_upload(open_page, empty: Path, page: str) -> None:
    app = open_page(page, store=empty)
    assert not app.exception
    assert "Begin with a file of your tweets" in [link.proto.label for link in app.get("page_link")]


def test_columns_are_guessed_and_may_be_chosen(open_page, empty: Path) -> None:
    app = give(open_page("data", store=empty))
    assert column(app, "Text").value == "what they wrote"
    assert column(app, "Date").value is None
    assert "2 tweets can be read and 1 row cannot" in written_in(app)
    assert "no text: 1" in written_in(app)
    assert "Date (UTC)" not in sample(app, "Text")
    column(app, "Date").set_value("when").run()
    column(app, "Likes").set_value("hearts").run()
    shown = sample(app, "Text")
    assert [str(day.date()) for day in shown["Date (UTC)"]] == ["2026-02-13", "2026-02-15"]
    assert shown["Likes"].tolist() == [5, 2]
    assert sample(app, "Begins with")["Line"].tolist() == [3]
    column(app, "Likes").set_value("when").run()
    assert "The column when is chosen twice" in written_in(app)
    assert "Add these tweets" not in buttons(app)


def test_texts_and_names_of_files_stay_text(open_page, empty: Path) -> None:
    app = give(open_page("data", store=empty))
    assert "<script>" in sample(app, "Text")["Text"][0]
    assert "<script>" not in written_in(app)


def test_a_file_that_cannot_be_read_is_said(open_page, empty: Path) -> None:
    app = give(open_page("data", store=empty), "PK\x03\x04 and so on")
    assert "The file is an Excel or zip file; save its sheet as CSV." in written_in(app)
    assert not jobs.beside(empty).exists()


def test_the_file_goes_to_the_background_and_can_be_stopped(open_page, empty: Path) -> None:
    app = give(open_page("data", store=empty))
    app.button(key="add").click().run()
    job = jobs.current(empty)
    assert job is not None
    try:
        assert job.name == "b_.csv"
        assert job.order.columns == FoundColumns("what they wrote", None, None, None, None, None, None)
        assert "Adding b_.csv" in written_in(app)
        # Whoever else opens the page sees it, and cannot add another file meanwhile.
        other = open_page("data", store=empty)
        assert "Adding b_.csv" in written_in(other)
        assert not other.file_uploader
    finally:
        other.button(key="stop_job").click().run()
    app.run()
    assert "Stopped; nothing was added." in written_in(app)
    assert app.file_uploader
    app.button(key="upload_ok").click().run()
    assert "Stopped" not in written_in(app)
    assert not empty.exists()


def test_a_file_in_hand_waits_for_another_and_can_follow(open_page, empty: Path) -> None:
    first, second = (
        give(open_page("data", store=empty)),
        give(open_page("data", store=empty), name="mine.csv"),
    )
    first.button(key="add").click().run()
    try:
        # Clicked before the page showed that another was quicker.
        second.button(key="add").click().run()
        assert "Adding b_.csv" in written_in(second)
        assert "Another file is being added: this one can follow" in written_in(second)
        assert second.button(key="add").disabled
    finally:
        first.button(key="stop_job").click().run()
    second.run()
    assert "Stopped; nothing was added." in written_in(second)
    second.button(key="add").click().run()
    job = jobs.current(empty)
    assert job is not None
    assert job.name == "mine.csv"
    jobs.cancel(job)


def test_nothing_can_be_added_where_it_is_read_only(open_page, store_file: Path, monkeypatch) -> None:
    assert open_page("data", store=store_file).file_uploader
    monkeypatch.setenv("MMX_READ_ONLY", "1")
    app = open_page("data", store=store_file)
    assert not app.file_uploader
    assert "read-only" in written_in(app)


@pytest.mark.parametrize(
    ("state", "words", "share"),
    [
        (State(), "Beginning", 0.0),
        (State(stage="Read tweets.csv", done=1200), "Step 2 of 8: Reading the file · 1,200 rows", 0.0),
        (
            State(stage="Classify", done=450, total=1000, seconds_left=61.0),
            "Step 4 of 8: Sorting tweets into the four Ps · 45 % · about 1 min left in this step",
            0.45,
        ),
    ],
)
def test_how_far_it_is_is_said_in_words(state: State, words: str, share: float) -> None:
    assert upload_progress.step(state) == (words, share)
