"""The labelers' file: what it may hold, and that no key does."""

from dataclasses import fields
from pathlib import Path

import pytest

from specialist.errors import SpecialistError
from specialist.labeling.labelers import Labeler, read_labelers

ONE = """
[[labelers]]
name = "one"
base_url = "https://api.example.org/v1"
model = "big"
price_in = 2
price_out = 8.5
"""


def write(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "labelers.toml"
    path.write_text(content)
    return path


def test_all_fields_are_read(tmp_path: Path) -> None:
    more = """
[[labelers]]
name = "two"
base_url = "http://localhost:11434/v1"
model = "small"
api_key_env = "SMALL_KEY"
temperature = 0
batch = 5
price_in = 0
price_out = 0
concurrency = 2
timeout = 30
thinking_tokens = 1000
extra = { reasoning_effort = "low" }
"""
    one, two = read_labelers(write(tmp_path, ONE + more))
    assert (one.name, one.price_in, one.price_out, one.batch, one.temperature) == ("one", 2, 8.5, 20, None)
    assert (two.temperature, two.batch, two.concurrency, two.timeout, two.thinking_tokens) == (
        0,
        5,
        2,
        30,
        1000,
    )
    assert two.extra == {"reasoning_effort": "low"}
    assert one.cost(1_000_000, 2_000_000) == 2 + 17


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", r"one \[\[labelers\]\] table"),
        ("labelers = []", r"one \[\[labelers\]\] table"),
        ("labelers = [1]", "not a table"),
        ("[[labelers]", "not valid TOML"),
        (ONE + "[other]\nx = 1", "and nothing else"),
        (ONE + ONE, "the same name"),
        (ONE.replace("price_in = 2", ""), "lacks the field price_in"),
        (ONE.replace("model", "modell"), "has a field modell"),
        (ONE + 'api_key = "sk-123"', "keys do not belong in files"),
        (ONE + 'batch = "5"', "batch must be a whole number"),
        (ONE + "batch = 2.5", "batch must be a whole number"),
        (ONE + "batch = true", "batch must be a whole number"),
        (ONE + "batch = 0", "batch must be from 1"),
        (ONE + "concurrency = 0", "concurrency must be from 1"),
        (ONE + "timeout = 0", "timeout must be"),
        (ONE + "timeout = nan", "timeout must be"),
        (ONE + "temperature = 3", "temperature must be"),
        (ONE.replace("price_in = 2", "price_in = -1"), "price_in and price_out"),
        (ONE.replace("price_in = 2", "price_in = nan"), "price_in and price_out"),
        (ONE.replace('"one"', '" "'), "name must not be empty"),
        (ONE.replace("https://", ""), "must begin with http"),
        (ONE.replace("https://", "https://me:secret@"), "no user, password or query"),
        (ONE.replace("/v1", "/v1?key=secret"), "no user, password or query"),
        (ONE + "extra = { n = 5 }", "extra must not set"),
        (ONE + "extra = { max_tokens = 9 }", "extra must not set"),
        (ONE + "extra = 5", "extra must be a table"),
        (ONE + 'extra = { api_key = "sk-123" }', "extra must hold no key"),
        (ONE + 'extra = { provider = { x-api-key = "sk-123" } }', "extra must hold no key"),
        (ONE + 'extra = { tools = [{ authorization = "Bearer sk-123" }] }', "extra must hold no key"),
        (ONE + 'api_key_env = "sk-123"', "not the key itself"),
        (ONE + 'api_key_env = "gsk_sk123"', "not the key itself"),
    ],
)
def test_what_cannot_be_is_refused_in_words(tmp_path: Path, content: str, says: str) -> None:
    with pytest.raises(SpecialistError, match=says) as refused:
        read_labelers(write(tmp_path, content))
    assert "sk-123" not in str(refused.value)
    assert "gsk_sk123" not in str(refused.value)
    assert "me:secret" not in str(refused.value)


def test_fields_of_a_request_that_only_sound_like_keys_are_taken(tmp_path: Path) -> None:
    fields = 'extra = { prompt_cache_key = "four-ps", top_k = 1, max_thinking_tokens = 5 }'
    (labeler,) = read_labelers(write(tmp_path, ONE + fields))
    assert labeler.extra["prompt_cache_key"] == "four-ps"


def test_a_file_from_an_editor_that_begins_it_with_a_mark(tmp_path: Path) -> None:
    path = tmp_path / "labelers.toml"
    path.write_text(ONE, encoding="utf-8-sig")
    assert read_labelers(path)[0].name == "one"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SpecialistError, match="cannot be read"):
        read_labelers(tmp_path / "none.toml")


def test_a_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    labeler = Labeler("one", "http://x/v1", "m", 0, 0, api_key_env="ONE_KEY")
    monkeypatch.setenv("ONE_KEY", " sk-abc \n")
    assert labeler.key() == "sk-abc"
    monkeypatch.delenv("ONE_KEY")
    with pytest.raises(SpecialistError, match="ONE_KEY"):
        labeler.key()
    assert Labeler("local", "http://x/v1", "m", 0, 0).key() is None


@pytest.mark.parametrize("value", ["sk-geheim\nX-Other: 1", "sk-schlüssel", "sk-two words"])
def test_what_cannot_be_a_key_is_refused_without_showing_it(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("ONE_KEY", value)
    with pytest.raises(SpecialistError, match="cannot be a key") as refused:
        Labeler("one", "http://x/v1", "m", 0, 0, api_key_env="ONE_KEY").key()
    assert "sk-" not in str(refused.value)


def test_the_documented_example_works_and_all_fields_are_documented(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "labeling.md").read_text(encoding="utf-8")
    example = page.split("```toml\n")[1].split("```")[0]
    assert len(read_labelers(write(tmp_path, example))) == 3
    assert all(f"`{item.name}`" in page for item in fields(Labeler))
