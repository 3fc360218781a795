"""`mmx bench --labelers`: the labelers' own speed and cost, measured on an endpoint on this machine."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from label_endpoint import serve

from specialist.codebook import Codebook

LABELER = """[[labelers]]
name = "gpt"
base_url = "{url}"
model = "a-model"
price_in = 1000
price_out = 1000
batch = 4
"""


def bench(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "pipeline",
        "bench",
        "tweets.csv",
        "--labelers",
        "labelers.toml",
        "--json",
    ]
    environment = os.environ | {
        "XDG_DATA_HOME": str(folder.parent / "data"),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    return subprocess.run(
        [*command, "--quiet", *options],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_labelers_are_measured_on_some_tweets_within_the_budget(tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    texts = [f"tweet {number} about price" for number in range(40)]
    (folder / "tweets.csv").write_text("\n".join(["text", *texts]) + "\n", encoding="utf-8")
    with serve(Codebook.load("mmx")) as endpoint:
        (folder / "labelers.toml").write_text(LABELER.format(url=endpoint.url), encoding="utf-8")
        refused = bench(folder, "--budget", "0")
        assert refused.returncode == 2
        assert "labelled no tweet" in refused.stderr
        assert endpoint.asked == []
        done = bench(folder, "--label-tweets", "8", "--budget", "100")
        assert done.returncode == 0, done.stderr
        assert len(endpoint.texts) == 8
        charged = endpoint.dollars(1000, 1000)
    found = json.loads(done.stdout)
    row = found["rows"][-1]
    assert (row["id"], row["source"]) == ("genai_gpt", "measured")
    assert row["dollars_per_tweet"] == pytest.approx(charged / 8)
    assert found["ratios"][-1]["speed"] == pytest.approx(
        found["rows"][0]["tweets_per_second"] / row["tweets_per_second"]
    )
    assert sorted(path.name for path in folder.iterdir()) == ["labelers.toml", "tweets.csv"]
