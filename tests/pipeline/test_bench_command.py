"""`mmx bench`: what a user measures, what is quoted, and that nothing is sent or left behind."""

import json
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline import bench, efficiency_report
from pipeline.cli import main
from specialist import energy
from specialist.predict import full_name

Run = Callable[..., str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's working folder with a few tweets; the data folder is elsewhere, and no network is there."""

    def refuse(*_: Any) -> None:
        raise AssertionError("mmx bench must not use the network")

    here = tmp_path / "here"
    here.mkdir()
    rows = [f"Attempt {number} at the checkout of @harrowpine, and it crashed again" for number in range(48)]
    (here / "tweets.csv").write_text("\n".join(["text", *rows, rows[0]]) + "\n", encoding="utf-8")
    monkeypatch.chdir(here)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    # What a user of codecarbon may have asked for: files, and a server to send to.
    (here / ".codecarbon.config").write_text(
        "[codecarbon]\noutput_methods=csv\nemissions_endpoint=http://192.0.2.1\nelectricitymaps_api_token=x\n"
    )
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(bench, "_BUSY_SECONDS", 1.0)
    return here


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run `mmx bench` on the tweets and return what it prints; `code` is the exit code to expect."""

    def command(*options: str, code: int | None = None) -> str:
        monkeypatch.setattr(sys, "argv", ["mmx", "bench", "tweets.csv", "--quiet", *options])
        with pytest.raises(SystemExit) as ended:
            main()
        assert (ended.value.code or None) == code
        printed = capfd.readouterr()
        if code is None:
            assert printed.err == ""
            return printed.out
        return printed.err

    return command


def rows_of(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in found["rows"]}


@pytest.mark.slow
def test_measures_the_specialist_beside_quoted_figures_and_leaves_nothing_behind(
    run: Run, folder: Path
) -> None:
    before = sorted(folder.iterdir())
    found = json.loads(run("--json", "--watts", "36", "--price-per-kwh", "0.5", "--country", "deu"))
    assert sorted(folder.iterdir()) == before
    ours, genai = rows_of(found)["specialist"], rows_of(found)["genai"]
    assert found["tweets"] == 48
    assert found["specialist"] == full_name()
    assert len(ours["rounds"]) == 5
    assert ours["tweets_per_second"] == sorted(ours["rounds"])[2]
    assert ours["source"] == "measured"
    # 36 W at $0.50 a kWh are $0.018 an hour.
    assert ours["dollars_per_tweet"] == pytest.approx(0.018 / 3600 / ours["tweets_per_second"])
    # Germany's electricity: 0.2 to 0.6 kg a kWh.
    assert 0.2 < ours["grams_co2_per_tweet"] / ours["joules_per_tweet"] * 3600 < 0.6
    assert "codecarbon" in found["energy_basis"]
    assert (genai["source"], genai["tweets_per_second"], genai["dollars_per_tweet"]) == ("quoted", 0.8, 0.002)
    assert genai["joules_per_tweet"] is None
    assert found["quoted"] == {"less_co2_than_genai": 0.9999, "from": "Ringel 2023, SSRN 4542949"}
    (ratio,) = found["ratios"]
    assert ratio["than"] == "genai"
    assert ratio["speed"] == pytest.approx(ours["tweets_per_second"] / 0.8)
    assert ratio["cost"] == pytest.approx(0.002 / ours["dollars_per_tweet"])
    assert ratio["co2"] is None
    kept = efficiency_report.kept()
    assert kept is not None
    assert json.loads(kept.to_json()) == found


def test_prints_a_table_that_says_what_is_quoted_and_what_energy_rests_on(run: Run) -> None:
    table = run("--machine-price", "1.2")
    assert "A large language model by API (quoted) | 0.8 |" in table
    assert "99.99 % less, quoted from Ringel 2023, SSRN 4542949" in table
    assert "Cost: a machine at $1.20 an hour (stated)." in table
    assert "the electricity of USA" in table
    assert "energy counter" in table


def test_without_codecarbon_energy_is_from_the_stated_power_and_the_way_to_more_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(energy, "installed", lambda: False)
    found = json.loads(run("--json", "--watts", "30"))
    ours = rows_of(found)["specialist"]
    assert ours["joules_per_tweet"] == pytest.approx(30 / ours["tweets_per_second"])
    assert ours["grams_co2_per_tweet"] is None
    assert found["co2_country"] is None
    assert "pip install 'synthetic-specialist[bench]'" in found["energy_basis"]


@pytest.mark.slow
def test_plain_loops_are_measured_in_turns_with_either_padding(run: Run) -> None:
    found = json.loads(run("--json", "--plain"))
    rows = rows_of(found)
    longest, full = rows["plain_longest"], rows["plain_max_length"]
    assert "padded to their longest tweet" in longest["title"]
    assert "padded to 128 tokens" in full["title"]
    assert rows["specialist"]["tweets_per_second"] > longest["tweets_per_second"] > full["tweets_per_second"]
    pairs = zip(rows["specialist"]["rounds"], full["rounds"], strict=True)
    ratio = next(ratio for ratio in found["ratios"] if ratio["than"] == "plain_max_length")
    each = sorted(ours / theirs for ours, theirs in pairs)
    assert (ratio["speed"], ratio["speed_range"]) == (each[2], [each[0], each[-1]])
    assert ratio["energy"] == pytest.approx(full["joules_per_tweet"] / rows["specialist"]["joules_per_tweet"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--country", "XX"], 'there is no country "XX"'),
        (["--specialist", "nobody"], 'there is no specialist "nobody"'),
        (["--labelers", "none.toml"], "none.toml"),
    ],
)
def test_what_cannot_be_measured_is_said_in_one_line(run: Run, options: list[str], said: str) -> None:
    message = run(*options, code=2)
    assert said in message
    assert message.count("\n") == 1
    assert efficiency_report.kept() is None


def test_a_damaged_report_is_named_as_such(folder: Path) -> None:
    path = efficiency_report.kept_path()
    path.parent.mkdir(parents=True)
    path.write_text('{"rows": []}', encoding="utf-8")
    with pytest.raises(ValueError, match="run mmx bench again"):
        efficiency_report.kept()
