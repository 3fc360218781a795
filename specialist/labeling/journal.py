"""The journal of a labelling: each request before it is sent and each answer as it arrives, one JSON line each.

It is only ever appended to, so that an interrupted labelling goes on without paying twice. Texts and keys are not in
it: a tweet is known by a hash of its text.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from specialist.codebook import Codebook
from specialist.errors import SpecialistError
from specialist.labeling.answers import Vote
from specialist.labeling.failures import Usage
from specialist.labeling.labelers import Labeler
from specialist.labeling.prompt import instructions


def fingerprint(text: str) -> str:
    """Return the hash that stands for a text in a journal."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def task_of(labeler: Labeler, codebook: Codebook) -> str:
    """Return the name of a labeler's work on a codebook: answers to other questions or of other models do not count."""
    asked = [labeler.model, labeler.temperature, dict(labeler.extra), instructions(codebook)]
    return f"{labeler.name} {fingerprint(json.dumps(asked, sort_keys=True, default=str))[:12]}"


@dataclass
class Past:
    """What a journal tells of earlier requests.

    Attributes
    ----------
    votes, failed
        For each task the votes, and the reasons for which tweets failed, by the text's fingerprint.
    unsettled
        For each request whose end is not known the most it can have cost, in dollars.
    spent
        What all other requests cost, in dollars.
    """

    votes: dict[str, dict[str, Vote]] = field(default_factory=lambda: defaultdict(dict))
    failed: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    unsettled: dict[str, float] = field(default_factory=dict)
    spent: float = 0.0

    @property
    def charged(self) -> float:
        """Return what all requests so far can have cost, in dollars."""
        return self.spent + sum(self.unsettled.values())

    def add(self, line: Mapping[str, Any]) -> None:
        """Take one line of the journal into account."""
        if line["kind"] == "asked":
            self.unsettled[line["request"]] = line["most"]
        elif line["kind"] == "settled":
            del self.unsettled[line["request"]]
            self.spent += line["cost"]
            self.votes[line["task"]].update(line["votes"])
            for text in line["votes"]:
                self.failed[line["task"]].pop(text, None)
        else:
            self.failed[line["task"]][line["text"]] = line["reason"]


def read_journal(path: Path) -> Past:
    """Read a journal; where there is none, nothing has happened yet.

    Raises
    ------
    SpecialistError
        If a line other than the last, which a crash may have torn, is damaged.
    """
    return _read(path)[0]


def _read(path: Path) -> tuple[Past, int]:
    """Return what a journal tells, and how many of its bytes are whole lines."""
    past = Past()
    content = path.read_bytes() if path.exists() else b""
    lines = content.splitlines(keepends=True)
    whole = 0
    for number, line in enumerate(lines, 1):
        try:
            if not line.endswith(b"\n"):
                raise ValueError("the end of the line is missing")
            past.add(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            if number == len(lines):
                break
            raise SpecialistError(f"line {number} of the journal {path} is damaged") from error
        whole += len(line)
    return past, whole


class Journal:
    """A journal that is open for writing.

    Attributes
    ----------
    past
        All that is in it, kept up to date.
    """

    def __init__(self, past: Past, handle: BinaryIO) -> None:
        self.past = past
        self._handle = handle

    def asked(self, labeler: str, most: float) -> str:
        """Write that a request is about to be sent, with the most it can cost; return its code."""
        request = secrets.token_hex(8)
        self._write({"kind": "asked", "request": request, "labeler": labeler, "most": most})
        return request

    def settled(
        self,
        request: str,
        task: str,
        votes: Mapping[str, Vote],
        *,
        usage: Usage | None,
        cost: float,
        problem: str | None,
    ) -> None:
        """Write what a request brought: votes by fingerprint, tokens (None: not known), cost, and what went wrong."""
        tokens = {"tokens_in": usage.tokens_in, "tokens_out": usage.tokens_out} if usage else {}
        line = {"kind": "settled", "request": request, "task": task, **tokens, "cost": cost}
        self._write(line | ({"problem": problem} if problem else {}) | {"votes": votes})

    def failed(self, task: str, text: str, reason: str) -> None:
        """Write that a tweet has no vote, however often the labeler was asked."""
        self._write({"kind": "failed", "task": task, "text": text, "reason": reason})

    def _write(self, line: dict[str, Any]) -> None:
        # To the disk before anything else happens: an answer is paid for, and a request that a power cut makes us
        # forget would not count against the budget.
        self._handle.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        self._handle.flush()
        os.fsync(self._handle.fileno())
        self.past.add(line)


@contextmanager
def open_journal(path: Path) -> Iterator[Journal]:
    """Open a journal to go on with it, and keep others from doing the same; a torn last line is dropped.

    Raises
    ------
    SpecialistError
        If another process has it open, its folder does not exist, or it is damaged.
    """
    from filelock import FileLock, Timeout

    if not path.absolute().parent.is_dir():
        raise SpecialistError(f"the folder {path.parent} does not exist")
    lock = FileLock(path.with_name(path.name + ".lock"), timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise SpecialistError(f"another labelling is writing {path}; wait until it ends") from error
    try:
        past, whole = _read(path)
        with path.open("ab") as handle:
            handle.truncate(whole)
            yield Journal(past, handle)
    finally:
        lock.release()
