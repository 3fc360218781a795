"""What validating a small specialist tells: beside baselines and labelers, in Markdown, JSON and a folder."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from specialist.codebook import Codebook
from specialist.data import Labelled, read_labelled
from specialist.errors import SpecialistError
from specialist.validation import Report, validate

PS = ("product", "place", "price", "promotion")


class Parrot:
    """Says what it is told: a stand-in whose every answer is known."""

    name = "parrot"

    def __init__(self, codebook: Codebook, probabilities: np.ndarray) -> None:
        self.codebooks = (codebook,)
        self._probabilities = probabilities

    def predict(self, texts: list[str], *, progress: object = None) -> pd.DataFrame:
        book = self.codebooks[0]
        columns = {f"p_{name}": self._probabilities[:, at] for at, name in enumerate(book.label_ids)}
        if book.kind == "single":
            return pd.DataFrame(columns | {book.id: np.array(book.label_ids)[self._probabilities.argmax(1)]})
        given = {name: self._probabilities[:, at] >= 0.5 for at, name in enumerate(book.label_ids)}
        return pd.DataFrame(columns | given)


@pytest.fixture(scope="module")
def moods() -> tuple[Labelled, Parrot]:
    """Twelve texts, of which the parrot gets one wrong with certainty, and VADER two."""
    book = Codebook.load("sentiment")
    rows = [(f"I love my {thing}, great", "positive") for thing in ("lamp", "chair", "desk", "rug")]
    rows += [(f"I hate my {thing}, awful", "negative") for thing in ("lamp", "chair", "desk", "rug")]
    rows += [(f"the {thing} is on the table", "neutral") for thing in ("lamp", "chair")]
    rows += [("great, it broke at once, love it", "negative"), ("oh how wonderful, late again", "negative")]
    labelled = read_labelled(pd.DataFrame(rows, columns=["text", "sentiment"]), [book])
    probabilities = np.where(labelled.labels["sentiment"] == 1, 0.8, 0.1)
    probabilities[11] = [0.02, 0.08, 0.9]
    return labelled, Parrot(book, probabilities)


def test_a_specialist_is_compared_with_simpler_methods_on_the_same_texts(
    moods: tuple[Labelled, Parrot],
) -> None:
    figures = validate(*moods).codebooks[0]
    majority, vader, words = figures.baselines
    assert [one.name for one in figures.baselines] == [
        "majority class",
        "VADER",
        "TF-IDF + logistic regression",
    ]
    # Labelled 6, 2, 4 and given 5, 2, 5: 24 values, of which 11, 4 and 9; 2 of 24 pairs differ.
    assert figures.alpha.value == pytest.approx(1 - 23 * 2 / (24**2 - 11**2 - 4**2 - 9**2))
    # VADER has 4 negative, 2 neutral, 6 positive: 10, 4 and 10 of 24 values; 4 of 24 pairs differ.
    assert vader.alpha.value == pytest.approx(1 - 23 * 4 / (24**2 - 10**2 - 4**2 - 10**2))
    assert vader.difference.value == pytest.approx(figures.alpha.value - vader.alpha.value)
    assert vader.difference.low <= vader.difference.value <= vader.difference.high
    assert majority.alpha.value < 0
    assert "5-fold cross-validation" in words.how
    assert figures.matrix == [[5, 0, 1], [0, 2, 0], [0, 0, 4]]


def test_tfidf_learns_from_the_texts_it_is_given_and_from_none_that_are_validated(
    moods: tuple[Labelled, Parrot],
) -> None:
    labelled, parrot = moods
    further = read_labelled(
        pd.DataFrame(
            {
                "text": [
                    labelled.texts[0],
                    "love great",
                    "hate awful",
                    "on the table is the",
                    "broke late again",
                ],
                "sentiment": ["negative", "positive", "negative", "neutral", "negative"],
            }
        ),
        parrot.codebooks,
    )
    words = validate(labelled, parrot, baseline_training=further).codebooks[0].baselines[2]
    assert words.how == "trained on 4 labelled texts (1 left out, being among those validated)"
    assert words.alpha.value > 0.6
    same = labelled.take(np.arange(3))
    with pytest.raises(SpecialistError, match="no labels for Sentiment on texts other than those validated"):
        validate(labelled, parrot, baseline_training=same)


def test_labelers_are_compared_on_the_texts_that_they_voted_on(moods: tuple[Labelled, Parrot]) -> None:
    labelled, parrot = moods
    ids = [f"t{position}" for position in range(12)]
    names = parrot.codebooks[0].label_ids
    truth = [names[at] for at in labelled.labels["sentiment"].argmax(axis=1)]
    perfect = pd.DataFrame({"id": ids, "labeler": "perfect", "sentiment": truth})
    partial = pd.DataFrame(
        {"id": [*ids[:8], "elsewhere"], "labeler": "partial", "sentiment": ["positive"] * 9}
    )
    votes = pd.concat([partial, perfect])
    first, second = validate(labelled, parrot, ids=ids, votes=votes).codebooks[0].labelers
    assert (first.labeler, first.texts, second.labeler, second.texts) == ("partial", 8, "perfect", 12)
    # 4 of 8 texts differ; the values are 12 positive and 4 negative.
    assert first.alpha.value == pytest.approx(1 - 15 * 8 / (16**2 - 12**2 - 4**2))
    assert first.specialist.value == 1
    assert second.alpha.value == 1
    assert second.difference.value < 0
    with pytest.raises(SpecialistError, match="t0 is there twice"):
        validate(labelled, parrot, ids=["t0", "t0", *ids[2:]], votes=votes)
    with pytest.raises(SpecialistError, match="need a column id"):
        validate(labelled, parrot, votes=votes)
    with pytest.raises(SpecialistError, match="none of the votes"):
        validate(labelled, parrot, ids=[f"x{one}" for one in ids], votes=votes)


def test_texts_are_in_the_detailed_report_only(moods: tuple[Labelled, Parrot]) -> None:
    report = validate(*moods)
    text = "oh how wonderful, late again"
    assert "90.0% sure of *positive*" in report.to_markdown(detailed=True)
    assert text in report.to_markdown(detailed=True)
    content = json.loads(report.to_json())
    assert content["mistakes"]["sentiment"][0]["text"] == text
    assert text not in report.to_markdown()
    assert text not in json.dumps(content["codebooks"])


def test_what_cannot_be_computed_is_null_in_json_and_a_dash_in_markdown(
    moods: tuple[Labelled, Parrot],
) -> None:
    labelled, parrot = moods
    happy = labelled.take(np.arange(4))
    report: Report = validate(happy, Parrot(parrot.codebooks[0], np.tile([0.1, 0.1, 0.8], (4, 1))))

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    figures = json.loads(report.to_json(), parse_constant=refuse)["codebooks"][0]
    assert figures["alpha"] == {"value": None, "low": None, "high": None}
    assert figures["grade"] is None
    assert "alpha –, no grade" in report.to_markdown()


def test_the_command_writes_its_folder(table: pd.DataFrame, folders: dict[str, Path], tmp_path: Path) -> None:
    table.assign(id=range(len(table))).to_csv(tmp_path / "labelled.csv", index=False)
    votes = table.assign(id=range(len(table)), labeler="someone")[["id", "labeler", *PS]]
    votes.to_csv(tmp_path / "votes.csv", index=False)
    arguments = [
        "labelled.csv",
        "--specialist",
        str(folders["onnx-int8"]),
        "-o",
        "out",
        "--votes",
        "votes.csv",
    ]
    done = subprocess.run(
        [str(Path(sys.executable).with_name("mmx")), "validate", *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    out = tmp_path / "out"
    assert done.stdout.strip() in (out / "report.md").read_text(encoding="utf-8")
    content = json.loads((out / "report.json").read_text(encoding="utf-8"))
    figures = {one["codebook"]: one for one in content["codebooks"]}
    counts = figures["mmx"]["labels"][0]["confusion"]
    assert counts["true_positives"] + counts["false_negatives"] == 12
    assert sum(counts.values()) == len(table) == 48
    assert figures["mmx"]["labelers"][0]["alpha"]["value"] == 1
    assert sum(one["cases"] for one in content["calibration"]["mmx"]["overall"]) == 4 * 48
    page = (out / "plots.html").read_text(encoding="utf-8")
    assert page.count('class="plotly-graph-div"') == 2 + 5 + 4
    assert 'src="http' not in page
