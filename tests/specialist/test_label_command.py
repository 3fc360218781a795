"""`mmx label` as a user runs it, in a process of its own, against an endpoint on this machine."""

import csv
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from label_endpoint import Endpoint, labels, serve

from pipeline.cli import main
from specialist.codebook import Codebook
from specialist.data import read_labelled
from specialist.labeling.journal import fingerprint, read_journal

MMX = Codebook.load("mmx")
KEY = "sk-very-secret-0123456789"
NAMES = ("gpt", "llama", "qwen")

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with serve(MMX) as served:
        yield served


@pytest.fixture
def folder(tmp_path: Path, endpoint: Endpoint) -> Path:
    """A folder with tweets and three labelers."""
    rows = [f"7{number:017},tweet {number} price and product @someone" for number in range(30)]
    (tmp_path / "tweets.csv").write_text("\n".join(["id,text", *rows, "1,", "2,tweet 0 place"]) + "\n")
    describe(tmp_path, endpoint.url)
    return tmp_path


def describe(folder: Path, url: str, fields: str = "") -> None:
    tables = [
        f"""[[labelers]]
name = "{name}"
base_url = "{url}"
model = "{name}-1"
api_key_env = "TEST_LABEL_KEY"
price_in = 1
price_out = 2
batch = 4
timeout = 20
{fields}
"""
        for name in NAMES
    ]
    (folder / "labelers.toml").write_text("\n".join(tables))


def command(folder: Path, *more: str) -> list[str]:
    files = ["tweets.csv", "--labelers", "labelers.toml", "-o", "votes.csv"]
    return [sys.executable, "-m", "pipeline", "label", *files, *more]


@pytest.fixture
def label(folder: Path) -> Run:
    """Run `mmx label` in the folder."""

    def run(*more: str, key: str | None = KEY, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command(folder, *more),
            cwd=folder,
            env=environment(key, **variables),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def environment(key: str | None, **variables: str) -> dict[str, str]:
    base = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
    return base | ({"TEST_LABEL_KEY": key} if key else {}) | variables


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


@pytest.mark.slow
def test_from_tweets_to_labels_that_training_reads(folder: Path, label: Run, endpoint: Endpoint) -> None:
    endpoint.mischief.extend(["500", "too few", "429"])
    done = label()
    assert done.returncode == 0, done.stderr
    votes = rows(folder / "votes.csv")
    assert list(votes[0]) == ["id", "labeler", "product", "place", "price", "promotion", "text"]
    assert {row["labeler"] for row in votes} == set(NAMES)
    assert len(votes) == 31 * 3
    for row in votes:
        assert {name: int(row[name]) for name in MMX.label_ids} == labels(row["text"], MMX)
    assert all("@someone" not in text for text in endpoint.texts)
    for name in NAMES:
        assert f"{name}: 31 texts labelled" in done.stderr
    assert "tweets/s" in done.stderr
    assert "1 rows not taken: no text" in done.stderr

    voted = subprocess.run(
        [sys.executable, "-m", "pipeline", "vote", "votes.csv", "-o", "labelled.csv"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert voted.returncode == 0, voted.stderr
    labelled = read_labelled(folder / "labelled.csv", [MMX])
    assert len(labelled) == 31
    assert labelled.labels["mmx"][0].tolist() == [1, 0, 1, 0]


@pytest.mark.slow
def test_a_dry_run_estimates_and_sends_nothing(folder: Path, label: Run, endpoint: Endpoint) -> None:
    done = label("--dry-run", key=None)
    assert done.returncode == 0, done.stderr
    assert endpoint.asked == []
    assert sorted(path.name for path in folder.iterdir()) == ["labelers.toml", "tweets.csv"]
    estimated = [line for line in done.stdout.splitlines() if line.startswith(NAMES)]
    assert len(estimated) == 3
    assert "31 texts in 8 requests" in estimated[0]

    # The real run costs no more than the estimate said.
    most = float(estimated[0].rsplit("$", 1)[1].replace(",", ""))
    label("--quiet")
    assert 0 < endpoint.dollars(1, 2) <= 3 * most
    again = label("--dry-run")
    assert "0 texts in 0 requests" in again.stdout
    assert "spent in earlier runs" in again.stdout


@pytest.mark.slow
def test_a_killed_run_goes_on_without_asking_twice(folder: Path, label: Run, endpoint: Endpoint) -> None:
    endpoint.latency = 0.15
    with subprocess.Popen(
        command(folder, "--quiet"), cwd=folder, env=environment(KEY), stderr=subprocess.PIPE
    ) as run:
        journal, deadline = folder / "votes.csv.journal", time.monotonic() + 120
        while not read_journal(journal).votes and time.monotonic() < deadline:
            time.sleep(0.01)
        run.send_signal(signal.SIGKILL)
    past = read_journal(journal)
    kept = {task.split()[0]: set(votes) for task, votes in past.votes.items()}
    assert 0 < sum(map(len, kept.values())) < 31 * 3
    assert not (folder / "votes.csv").exists()
    endpoint.latency = 0
    before = len(endpoint.asked)
    done = label()
    assert done.returncode == 0, done.stderr
    for asked in endpoint.asked[before:]:
        name = asked.body["model"].removesuffix("-1")
        assert not kept.get(name, set()) & {fingerprint(text) for text in asked.texts}
    assert len(rows(folder / "votes.csv")) == 31 * 3
    assert "from earlier runs" in done.stderr


def test_ctrl_c_keeps_all_answers_that_are_under_way(folder: Path, endpoint: Endpoint) -> None:
    endpoint.latency = 0.3
    with subprocess.Popen(
        command(folder, "--quiet"), cwd=folder, env=environment(KEY), stderr=subprocess.PIPE, text=True
    ) as run:
        deadline = time.monotonic() + 120
        while len(endpoint.asked) < 10 and time.monotonic() < deadline:
            time.sleep(0.01)
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=60)
    assert run.returncode == 130
    waiting, interrupted = said.splitlines()
    assert waiting.startswith("mmx: waiting for the answers under way")
    assert interrupted.startswith("mmx: interrupted")
    assert len(endpoint.charged) == len(endpoint.asked) < 24
    past = read_journal(folder / "votes.csv.journal")
    assert not past.unsettled
    assert sum(map(len, past.votes.values())) == len(endpoint.texts)


@pytest.mark.slow
def test_a_run_over_budget_says_so_and_a_larger_budget_goes_on(
    folder: Path, label: Run, endpoint: Endpoint
) -> None:
    done = label("--budget", "0.015")
    assert done.returncode == 1
    assert "the budget of $0.015 does not allow another request" in done.stderr
    assert "with a budget above $0.015 goes on from here" in done.stderr
    assert "Together: " in done.stderr
    assert "of the budget left" in done.stderr
    assert "Traceback" not in done.stderr
    assert 0 < endpoint.dollars(1, 2) <= 0.015
    assert 0 < len(rows(folder / "votes.csv")) < 31 * 3
    more = label("--budget", "1")
    assert more.returncode == 0
    assert f"${endpoint.dollars(1, 2):.4f} in all runs" in more.stderr
    assert len(rows(folder / "votes.csv")) == 31 * 3


@pytest.mark.slow
def test_failed_tweets_are_listed_even_when_quiet(folder: Path, label: Run, endpoint: Endpoint) -> None:
    endpoint.rule = lambda asked: "refusal" if any("place" in text for text in asked.texts) else None
    done = label("--quiet")
    assert done.returncode == 0, done.stderr
    assert "3 votes are missing" in done.stderr
    failed = rows(folder / "votes.failed.csv")
    assert [(row["id"], row["labeler"]) for row in failed] == [("2", name) for name in NAMES]
    assert "refuses" in failed[0]["reason"]
    endpoint.rule = lambda _: None
    assert label("--retry-failed", "--quiet").stderr == ""
    assert not (folder / "votes.failed.csv").exists()


@pytest.mark.slow
@pytest.mark.parametrize("mischief", ["401", "echo the key", "500", "reset"])
def test_the_key_is_nowhere(folder: Path, label: Run, endpoint: Endpoint, mischief: str) -> None:
    if mischief == "echo the key":
        endpoint.rule = lambda _: mischief
    else:
        endpoint.mischief.append(mischief)
    done = label(OPENAI_LOG="debug")
    assert endpoint.asked[0].headers["authorization"] == f"Bearer {KEY}"
    assert "DEBUG" in done.stderr
    written = done.stdout + done.stderr + "".join(path.read_text() for path in folder.iterdir())
    assert ("bad request with Bearer [key]" in written) == (mischief == "echo the key")
    for part in (KEY, KEY[3:], KEY[-10:]):
        assert part not in written


def test_keys_of_others_are_not_sent(folder: Path, label: Run, endpoint: Endpoint) -> None:
    content = (folder / "labelers.toml").read_text()
    (folder / "labelers.toml").write_text(content.replace('api_key_env = "TEST_LABEL_KEY"\n', ""))
    others = dict.fromkeys(
        ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"), "sk-others"
    )
    done = label("--quiet", key=None, **others)
    assert done.returncode == 0, done.stderr
    assert "sk-others" not in str([asked.headers for asked in endpoint.asked])


def run_here(monkeypatch: pytest.MonkeyPatch, folder: Path, *arguments: str) -> int:
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", ["mmx", *command(folder, "--quiet", *arguments)[3:]])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


@pytest.mark.parametrize(
    ("arguments", "key", "says"),
    [
        ([], "", "needs its key in the variable TEST_LABEL_KEY"),
        (["-o", "votes.parquet"], KEY, "must end in .csv"),
        (["-o", "no/votes.csv"], KEY, "the folder no does not exist"),
        (["-o", "others.csv"], KEY, "was not made by mmx label"),
        (["--codebook", "none"], KEY, "no codebook none"),
        (["--labelers", "none.toml"], KEY, "cannot be read"),
        (["--text-column", "words"], KEY, "words"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    folder: Path,
    endpoint: Endpoint,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    key: str,
    says: str,
) -> None:
    (folder / "others.csv").write_text("id,labeler,product\n")
    monkeypatch.setenv("TEST_LABEL_KEY", key)
    assert run_here(monkeypatch, folder, *arguments) == 2
    said = capsys.readouterr()
    assert says in said.err
    assert len(said.err.splitlines()) == 1
    assert said.out == ""
    assert endpoint.asked == []
    assert (folder / "others.csv").read_text() == "id,labeler,product\n"


def test_without_the_package_it_says_what_to_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TEST_LABEL_KEY", KEY)
    monkeypatch.setitem(sys.modules, "openai", None)
    assert run_here(monkeypatch, folder) == 2
    said = capsys.readouterr().err
    assert said == "mmx: labelling needs the package openai: pip install 'synthetic-specialist[label]'\n"
