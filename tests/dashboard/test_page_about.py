"""The page About: what words mean, how the specialist was made and how good it is, from what it says of itself."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pipeline import efficiency_report
from pipeline.efficiency_report import MEASURED, EfficiencyReport, Row, quoted_row
from specialist import folder
from specialist.codebook import Codebook
from specialist.folder import Description
from specialist.held_out import held_out
from specialist.predict import full_name

CARD = """# A specialist
## Figures on tweets it was not trained on
### On brands never seen

Specialist cross-validated (one, two), 1234 texts.

### On real tweets

Specialist default, 1234 texts.

## Training
not shown here
## Data
It learned from **ten** tweets.
## Limits
- English only.
## Licences
The weights are under GPL-3.0.
"""
REPORT = EfficiencyReport(
    measured_on="2026-11-24",
    machine="Some processor, 4 cores",
    specialist="default-12345678",
    version="0.1.0",
    tweets=900,
    source="the demo's",
    cost_basis="45 W (stated) at $0.40 per kWh (stated)",
    energy_basis="an estimate",
    co2_country="DEU",
    rows=(
        Row("specialist", "The specialist", MEASURED, 400.0, (390.0, 400.0, 410.0), 1.25e-8, 0.1125, 1.2e-5),
        Row("plain_longest", "Plain transformers", MEASURED, 100.0, (90.0, 100.0, 110.0), 5e-8, 0.45, 4.8e-5),
        quoted_row(),
    ),
)
HEAVY = ["torch", "transformers", "onnxruntime", "openvino", "tokenizers", "sklearn", "umap", "bertopic"]


def interval(value: float, half: float) -> dict[str, float]:
    return {"value": value, "low": value - half, "high": value + half}


def figures(
    codebook: str,
    alphas: Mapping[str, float],
    alpha: float,
    baselines: Mapping[str, float],
    ece: float | None = None,
) -> dict[str, Any]:
    """Return figures shaped as `specialist.validation.Report.to_json` writes them."""
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
        **({} if ece is None else {"ece": ece, "ece_by_chance": 0.013}),
    }


METRICS = {
    "synthetic twins of real tweets": [figures("mmx", {"product": 0.6}, 0.6, {})],
    "real tweets": [figures("mmx", {"product": float("nan")}, 0.9, {})],
    "brands never seen": [
        figures(
            "mmx",
            {"product": 0.85, "place": 0.7, "price": 0.5, "promotion": 0.81},
            0.74,
            {"majority class": -0.2},
            0.021,
        ),
        figures(
            "sentiment", {"negative": 0.8, "neutral": 0.3, "positive": 0.75}, 0.68, {"VADER": 0.41}, 0.011
        ),
    ],
    "real tweets of sources never seen": [figures("mmx", {"product": 0.7}, 0.7, {})],
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


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test a user's data folder of its own, without a measurement."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def efficiency_table(app: AppTest) -> pd.DataFrame:
    """Return the efficiency table by its lines' titles."""
    table: pd.DataFrame = next(table.value for table in app.table if "Way" in table.value)
    lines = {
        name.strip("*").replace("\\", ""): row for name, row in zip(table["Way"], table.values, strict=True)
    }
    return pd.DataFrame(lines, index=table.columns).T.replace({"\xa0": " ", r"\\": ""}, regex=True)


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
    assert agreements(app)["Product"] == ("– (– to –)", "–")


def test_what_it_never_saw_comes_first_and_cross_validation_is_said(open_page, described) -> None:
    described()
    app = open_page("about", store=None)
    assert app.segmented_control(key="tested_on").options == [
        "Brands never seen",
        "Real tweets of sources never seen",
        "Real tweets",
        "Synthetic twins of real tweets",
    ]
    assert "*Cross-validated*" in written_in(app)
    app.segmented_control(key="tested_on").set_value("real tweets").run()
    assert "*Cross-validated*" not in written_in(app)


def test_says_how_far_probabilities_can_be_taken_at_their_word(open_page, described) -> None:
    described()
    app = open_page("about", store=None)
    text = written_in(app).replace("\xa0", " ")
    assert (
        "All four Ps: the probabilities that the specialist states are off by 2.1 points on average" in text
    )
    assert "perfect ones would be off by up to 1.3 points by chance (ECE 0.021)" in text
    assert "perfect ones could be off as far by chance (ECE 0.011)" in text
    table = next(table.value for table in app.table if "Grade" in table.value).set_index("What")
    assert table.loc["**All four Ps**", "Probabilities off by"] == "2.1\xa0points"
    app.segmented_control(key="tested_on").set_value("real tweets").run()
    assert "Probabilities off by" not in next(t.value for t in app.table if "Grade" in t.value)


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
    first = next(iter(held_out(metrics)))
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


def test_how_fast_and_cheap_it_is_on_this_machine_stands_beside_quoted_figures(open_page) -> None:
    REPORT.keep()
    app = open_page("about", store=None)
    table = efficiency_table(app)
    assert list(table.loc["The specialist"])[1:5] == ["400 (390 to 410)", "$0.01", "0.031 kWh", "12 g"]
    assert table.loc["Plain transformers", "The specialist is"] == "4 times faster, 4 times cheaper"
    genai = table.loc["A large language model by API (quoted)"]
    assert list(genai)[1:] == ["0.8", "$2,000", "–", "–", "500 times faster, 160,000 times cheaper"]
    text = written_in(app).replace("\\", "")
    assert "**on this machine** on 24 Nov 2026" in text
    assert "Some processor, 4 cores" in text
    assert "Quoted: Ringel 2023, SSRN 4542949, not measured here." in text
    assert [metric.value for metric in app.metric] == ["400", "$0.01", "12\xa0g"]
    assert "of another specialist than the one in use now: default-12345678" in text


def test_figures_of_the_specialist_in_use_are_not_called_anothers(open_page) -> None:
    replace(REPORT, specialist=full_name()).keep()
    assert "another specialist" not in written_in(open_page("about", store=None))


def test_without_a_measurement_the_shipped_figures_are_shown_as_such_with_the_command(
    open_page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = tmp_path / "shipped.json"
    shipped.write_text(REPORT.to_json(), encoding="utf-8")
    monkeypatch.setattr(efficiency_report, "SHIPPED", shipped)
    app = open_page("about", store=None)
    assert "400 (390 to 410)" in list(efficiency_table(app).loc["The specialist"])
    text = written_in(app)
    assert "**on the development machine** on 24 Nov 2026" in text
    assert "`mmx bench --plain`" in text


def test_the_package_ships_a_measurement(open_page) -> None:
    report = efficiency_report.shipped()
    assert report is not None
    assert {row.id for row in report.rows} >= {"specialist", "plain_longest", "plain_max_length", "genai"}
    assert report.machine in written_in(open_page("about", store=None)).replace("\\", "")


def test_a_damaged_measurement_is_said_and_the_rest_stays(open_page) -> None:
    path = efficiency_report.kept_path()
    path.parent.mkdir(parents=True)
    path.write_text("{", encoding="utf-8")
    app = open_page("about", store=None)
    assert "run mmx bench again" in app.error[0].value.replace("\\", "")
    assert "The method" in written_in(app)


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
