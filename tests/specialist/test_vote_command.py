"""`mmx vote` as a user runs it."""

import csv
import json
import sys
from pathlib import Path

import pytest

from pipeline.cli import main

VOTES = """id,labeler,product,place,price,promotion
1,gpt,1,0,0,0
2,gpt,0,1,0,0
3,gpt,0,0,1,0
1,llama,1,0,0,0
2,llama,0,0,0,0
3,llama,0,0,1,0
1,qwen,0,0,0,0
2,qwen,0,1,0,0
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "votes.csv").write_text(VOTES)
    (tmp_path / "tweets.csv").write_text("id,text\n1,one\n2,two\n3,three\n4,nobody voted\n")
    return tmp_path


def vote(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["mmx", "vote", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_votes_become_labels_a_report_and_a_review(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["votes.csv", "-o", "labelled.csv", "--texts", "tweets.csv", "--review", "review.csv"]
    assert vote(monkeypatch, *arguments) == 0
    said = capsys.readouterr()
    assert (folder / "labelled.csv").read_text() == (
        "id,text,product,place,price,promotion\n1,one,1,0,0,0\n2,two,0,1,0,0\n3,three,0,0,1,0\n"
    )
    with (folder / "review.csv").open(newline="") as handle:
        review = list(csv.DictReader(handle))
    assert [row["id"] for row in review] == ["1", "2"]
    assert review[0]["vote of qwen"] == "(none)"
    assert "Krippendorff's alpha" in said.out
    assert "| gpt and llama |" in said.out
    assert "3 labelled tweets written to labelled.csv" in said.err


def test_json_is_for_programs(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert vote(monkeypatch, "votes.csv", "-o", "labelled.csv", "--json", "--quiet") == 0
    said = capsys.readouterr()
    (report,) = json.loads(said.out)
    assert said.err == ""
    assert (report["codebook"], report["tweets"], report["labelers"]) == ("mmx", 3, ["gpt", "llama", "qwen"])
    assert set(report["labels"]) == {"product", "place", "price", "promotion"}
    assert len(report["pairs"]) == 3
    assert report["shares"]["gpt"]["tweets"] == 3
    # Without texts there are labels all the same.
    assert (folder / "labelled.csv").read_text().startswith("id,product,place,price,promotion\n1,1,0,0,0\n")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["none.csv", "-o", "x.csv"], "none.csv cannot be read"),
        (["votes.csv", "-o", "votes.csv"], "named twice"),
        (["votes.csv", "-o", "x.csv", "--review", "x.csv"], "named twice"),
        (["votes.csv", "-o", "x.parquet"], "must end in .csv"),
        (["votes.csv", "-o", "no/x.csv"], "the folder no does not exist"),
        (["tweets.csv", "-o", "x.csv"], "has no column labeler"),
        (["votes.csv", "-o", "x.csv", "--codebook", "sentiment"], "no column sentiment"),
        (["votes.csv", "-o", "x.csv", "--texts", "few.csv"], "there is no text for tweet 2"),
        (["few.csv", "-o", "x.csv", "--texts", "tweets.csv"], "has no column labeler"),
        (["votes.csv", "-o", "x.csv", "--min-votes", "9"], "only 3 labelers"),
        (["votes.csv", "votes.csv", "-o", "x.csv"], "gpt votes twice on tweet 1"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    says: str,
) -> None:
    (folder / "few.csv").write_text("id,text\n1,one\n")
    assert vote(monkeypatch, *arguments) == 2
    said = capsys.readouterr()
    assert says in said.err
    assert len(said.err.splitlines()) == 1
    assert (folder / "votes.csv").read_text() == VOTES
    assert not (folder / "x.csv").exists()
