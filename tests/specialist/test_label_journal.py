"""The journal: nothing that was paid for is lost, whatever tears its end."""

from pathlib import Path

import pytest

from specialist.errors import SpecialistError
from specialist.labeling.failures import Usage
from specialist.labeling.journal import open_journal, read_journal


def fill(path: Path) -> bytes:
    with open_journal(path) as journal:
        for text in ("a", "b"):
            request = journal.asked("fake", most=0.5)
            journal.settled(request, "task", {text: {"price": 1}}, usage=Usage(7, 3), cost=0.1, problem=None)
        journal.failed("task", "c", "refused")
    return path.read_bytes()


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    fill(tmp_path / "journal")
    past = read_journal(tmp_path / "journal")
    assert past.votes["task"] == {"a": {"price": 1}, "b": {"price": 1}}
    assert past.failed["task"] == {"c": "refused"}
    assert past.charged == pytest.approx(0.2)


def test_a_journal_torn_anywhere_keeps_all_lines_before(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    content = fill(path)
    for end in range(len(content) + 1):
        path.write_bytes(content[:end])
        whole = content[:end].count(b"\n")
        past = read_journal(path)
        assert len(past.votes["task"]) == [0, 0, 1, 1, 2, 2][whole]
        # A request whose end is torn off counts at its most.
        assert past.charged == pytest.approx([0, 0.5, 0.1, 0.6, 0.2, 0.2][whole])


@pytest.mark.parametrize(
    "tail", [b'{"kind": "sett', b"\0\0\0\0", b'{"kind": "asked"}\n', b"\xff\xfe\n", b"{}\n"]
)
def test_going_on_after_a_torn_line_damages_nothing(tmp_path: Path, tail: bytes) -> None:
    path = tmp_path / "journal"
    content = fill(path)
    path.write_bytes(content + tail)
    with open_journal(path) as journal:
        journal.settled(
            journal.asked("fake", most=1), "task", {"d": {"price": 0}}, usage=None, cost=1, problem=None
        )
    assert path.read_bytes().startswith(content)
    assert set(read_journal(path).votes["task"]) == {"a", "b", "d"}


def test_damage_before_the_end_is_not_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    lines = fill(path).splitlines(keepends=True)
    path.write_bytes(b"".join([lines[0], b"damaged\n", *lines[1:]]))
    with pytest.raises(SpecialistError, match="line 2 of the journal"):
        read_journal(path)


def test_two_labellings_cannot_write_one_journal(tmp_path: Path) -> None:
    with (
        open_journal(tmp_path / "journal"),
        pytest.raises(SpecialistError, match="another labelling"),
        open_journal(tmp_path / "journal"),
    ):
        pass
    fill(tmp_path / "journal")


def test_a_vote_heals_an_earlier_failure(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    fill(path)
    with open_journal(path) as journal:
        request = journal.asked("fake", most=1)
        journal.settled(request, "task", {"c": {"price": 0}}, usage=Usage(1, 1), cost=0.1, problem=None)
    assert read_journal(path).failed["task"] == {}


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SpecialistError, match="does not exist"), open_journal(tmp_path / "no" / "journal"):
        pass
