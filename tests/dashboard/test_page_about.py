"""The page About: what words mean, how the specialist was made and how good it is, from what it says of itself."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from specialist import folder
from specialist.codebook import Codebook
from specialist.folder import Description

CARD = """# A specialist
## Training
not shown here
## Data
It learned from **ten** tweets.
## Limits
- English only.
## Licences
The weights are under GPL-3.0.
"""
HEAVY = ["torch", "transformers", "onnxruntime", "tokenizers", "sklearn", "umap", "bertopic"]


def interval(value: float, half: float) -> dict[str, float]:
    return {"value": value, "low": value - half, "high": value + half}


def figures(
    codebook: str, alphas: Mapping[str, float], alpha: float, baselines: Mapping[str, float]
) -> dict[str, Any]:
    """Return figures shaped as `specialist.validate.Report.to_json` writes them."""
    return {
        "codebook": codebook,
        "title": codebook,
        "texts": 1234,
        "alpha": interval(alpha, 0.02),
        "f1_micro": 0.8,
        "f1_macro": 0.8,
        "labels": [
            {"label": name, "texts": 100, "alpha": interval(value, 0.05)} for name, value in alphas.items()
        ],
        "baselines": {name: interval(value, 0.04) for name, value in baselines.items()},
    }


METRICS = {
    "brands never seen": [
        figures(
            "mmx",
            {"product": 0.85, "place": 0.7, "price": 0.5, "promotion": 0.81},
            0.74,
            {"majority class": -0.2},
        ),
        figures("sentiment", {"negative": 0.8, "neutral": 0.3, "positive": 0.75}, 0.68, {"VADER": 0.41}),
    ],
    "real tweets": [figures("mmx", {"product": float("nan")}, 0.9, {})],
    "same decisions, int8 against fp32": 0.9934,
}


@pytest.fixture
def described(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that puts another specialist's description in the place of the default one's."""

    def describe(metrics: Mapping[str, Any] = METRICS, card: str = CARD) -> None:
        Description(
            codebooks=(Codebook.load("mmx"), Codebook.load("sentiment")),
            base_model="someone/a-small-model",
            thresholds={"mmx": [0.5, 0.5, 0.5, 0.5]},
            max_length=96,
            weights={},
            training={"texts": 12345, "seed": 42, "epochs": [{"number": 1}]},
            metrics=dict(metrics),
        ).save(tmp_path)
        (tmp_path / "README.md").write_text(card, encoding="utf-8")
        monkeypatch.setattr(folder, "DEFAULT", tmp_path)

    return describe


def written_in(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(element.value for element in [*app.title, *app.subheader, *app.markdown, *app.caption])


def agreements(app: AppTest) -> dict[str, tuple[str, str]]:
    """Return what the table says: agreement with its interval, and grade, by the words before them."""
    table: pd.DataFrame = next(table.value for table in app.table if "Grade" in table.value)
    names = [name.strip("*").rsplit(": ", 1)[-1] for name in table["What"]]
    figures = [text.replace("\xa0", " ") for text in table["Agreement"]]
    return dict(zip(names, zip(figures, table["Grade"], strict=True), strict=True))


def test_every_label_is_explained_with_an_example(open_page, described) -> None:
    described()
    text = written_in(open_page("about", store=None)).replace("\\", "")
    for book in ("mmx", "sentiment"):
        for label in Codebook.load(book).labels:
            assert label.title in text
            assert label.definition in text
            assert label.example in text


def test_how_good_it_is_stands_beside_vader_with_interval_and_grade(open_page, described) -> None:
    described()
    app = open_page("about", store=None)
    found = agreements(app)
    assert found["Product"] == ("0.85 (0.80 to 0.90)", "reliable")
    assert found["Place"] == ("0.70 (0.65 to 0.75)", "acceptable")
    assert found["Price"] == ("0.50 (0.45 to 0.55)", "insufficient")
    assert found["All four Ps"] == ("0.74 (0.72 to 0.76)", "acceptable")
    assert found["Sentiment as a whole"] == ("0.68 (0.66 to 0.70)", "acceptable")
    assert found["VADER instead"] == ("0.41 (0.37 to 0.45)", "insufficient")
    text = written_in(app).replace("\xa0", " ")
    assert "**All four Ps: acceptable.** Asked about 1,234 tweets" in text
    assert "VADER, the word list that many tools use, agrees at 0.41 (0.37 to 0.45): insufficient" in text


def test_another_set_of_test_tweets_can_be_chosen(open_page, described) -> None:
    described()
    app = open_page("about", store=None)
    app.segmented_control(key="tested_on").set_value("real tweets").run()
    assert agreements(app)["All four Ps"] == ("0.90 (0.88 to 0.92)", "reliable")
    assert agreements(app)["Product"][0] == "– (– to –)"


def test_says_how_it_was_made_its_limits_and_licences(open_page, described) -> None:
    described()
    app = open_page("about", store=None)
    text = written_in(app)
    assert "a\\-small\\-model" in text
    assert "**12,345 tweets**" in text
    for part in (
        "It learned from **ten** tweets.",
        "English only.",
        "The weights are under GPL-3.0.",
        "SSRN 4542949",
    ):
        assert part in text
    assert "not shown here" not in text
    details = next(table.value for table in app.table if "Value" in table.value)
    assert details.set_index("What")["Value"].to_dict()["same decisions, int8 against fp32"] == "99.3 %"


def test_a_specialist_that_was_not_measured_claims_nothing(open_page, described) -> None:
    described(metrics={})
    app = open_page("about", store=None)
    assert "has not been measured" in written_in(app)
    assert not any("Grade" in table.value for table in app.table)


def test_a_specialist_that_is_not_whole_is_said_and_the_rest_stays(open_page, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(folder, "DEFAULT", tmp_path)
    app = open_page("about", store=None)
    assert "is not whole" in app.error[0].value.replace("\\", "")
    assert "What the four Ps mean" in written_in(app)


def test_shows_what_the_default_specialist_says_of_itself(open_page) -> None:
    metrics = json.loads((folder.DEFAULT / "specialist.json").read_text(encoding="utf-8"))["metrics"]
    first = next(name for name, content in metrics.items() if isinstance(content, list))
    app = open_page("about", store=None)
    found = agreements(app)
    for book in metrics[first]:
        title = {"mmx": "All four Ps", "sentiment": "Sentiment as a whole"}[book["codebook"]]
        assert found[title] == (
            f"{book['alpha']['value']:.2f} ({book['alpha']['low']:.2f} to {book['alpha']['high']:.2f})",
            book["grade"],
        )
    assert "VADER instead" in found
    assert {"Limits", "Licences"} <= {heading.value for heading in app.subheader}


@pytest.mark.parametrize("page", ["about", "live", "data"])
def test_opening_the_page_loads_no_model(page: str, store_file: Path) -> None:
    code = f"""
import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("dashboard/app.py", default_timeout=60)
app.switch_page("app_pages/{page}.py").run()
assert not app.exception
print([name for name in {HEAVY} if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"MMX_DB": str(store_file), "PATH": ""},
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.strip() == "[]"
