"""Reads files from elsewhere in a process of its own, whose memory and time are bounded: none ends more than that."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from pipeline.errors import InputError

MEMORY = 4_000_000_000  # bytes of address space, of which Python and Arrow take a quarter
SECONDS = 120.0
Work = Callable[[dict[str, Any]], dict[str, Any]]


def ask(module: str, given: dict[str, Any], *, memory: int = MEMORY) -> dict[str, Any]:
    """Run a module of this package as a program that calls `answer`, and return its answer.

    Parameters
    ----------
    given
        What its work is given: `path`, the file to read, and what else can be written as JSON.
    memory
        Bytes that the process may take (where the system can tell it so).

    Raises
    ------
    InputError
        As its work does; or if that takes too much memory or time.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", module],
            input=json.dumps(given | {"memory": memory}),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise InputError(f"the file could not be read within {SECONDS:.0f} seconds") from error
    if done.returncode != 0:
        # Out of memory: Arrow says so, or the process is gone without a word.
        raise InputError("the file takes too much memory to unpack; it is damaged, or made to do harm")
    found: dict[str, Any] = json.loads(done.stdout)
    if "error" in found:
        raise InputError(found["error"])
    return found


def answer(work: Work) -> None:
    """Do what stdin asks for (see `ask`), and write the answer to stdout, as JSON."""
    given = json.load(sys.stdin)
    _limit_memory(given["memory"])
    path = given["path"]
    try:
        found = work(given)
    except InputError as error:
        if isinstance(error.__cause__, MemoryError):
            raise
        # The user knows the file by another name than the one it has here.
        found = {
            "error": str(error).replace(f"{path}: ", "the file cannot be read: ").replace(path, "the file")
        }
    json.dump(found, sys.stdout)


def _limit_memory(most: int) -> None:
    """Let this process take no more memory, where the system knows such limits."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (most, most))
