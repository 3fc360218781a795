"""The process of a job: runs an uploaded file into a store, or brings that up to date, and says how far it is."""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline import jobs
from pipeline.errors import InputError
from pipeline.job_record import DONE, FAILED, RUNNING, Order, State, read_order, read_state, write_state
from pipeline.progress import Advance
from pipeline.readers.columns import ColumnNames
from specialist.errors import SpecialistError

EVERY = 0.3  # seconds between two reports
ENOUGH = 20  # steps, from which on the time left is told: fewer differ too much among themselves
NICENESS = 5


class StateFile:
    """A reporter that keeps a job's state, and writes notes into its log."""

    def __init__(self, folder: Path, state: State) -> None:
        self._folder = folder
        self._state = state

    @contextmanager
    def stage(self, title: str, total: int | None) -> Iterator[Advance]:
        """Begin a stage of `total` steps."""
        state, started = self._state, time.monotonic()
        written = began = started
        first = 0
        state.stage, state.done, state.total, state.seconds_left = title, 0, total, None
        write_state(self._folder, state)

        def advance(steps: int) -> None:
            nonlocal written, began, first
            state.done += steps
            now = time.monotonic()
            if not first:
                # What is loaded for the first steps does not count for the speed of the others.
                began, first = now, state.done
            if now - written < EVERY:
                return
            written = now
            if total and state.done - first >= ENOUGH:
                state.seconds_left = (now - began) / (state.done - first) * max(0, total - state.done)
            write_state(self._folder, state)

        yield advance
        self.note(f"{title}: {state.done:,} in {time.monotonic() - started:.1f} s")

    def note(self, message: str) -> None:
        """Write one line into the log."""
        print(message, flush=True)


def work(folder: Path) -> None:
    """Do the job of a folder; whatever goes wrong ends it with a plain line, and all that is known in the log."""
    with jobs.lock(folder, wait=jobs.PATIENCE):
        state = read_state(folder)
        state.state, state.pid = RUNNING, os.getpid()
        write_state(folder, state)
        try:
            summary = _run(folder, StateFile(folder, state))
        except (InputError, SpecialistError) as error:
            jobs.end(folder, state, FAILED, _in_words(str(error), read_order(folder)))
        except Exception as error:
            traceback.print_exc()
            jobs.end(
                folder,
                state,
                FAILED,
                f"The work failed: {_reason(error)}. The tweets are as they were before.",
            )
        else:
            jobs.end(folder, state, DONE, *summary)


def _run(folder: Path, reporter: StateFile) -> list[str]:
    from pipeline.run import Settings, run_stages, specialist_of

    order = read_order(folder)
    db = Path(order.db)
    settings = Settings(
        inputs=() if order.file is None else (Path(order.file),),
        brands=None,
        specialist=specialist_of(db),
        columns=order.columns or ColumnNames(),
    )
    summary = run_stages(db, settings, reporter)
    lines = summary.lines()
    for line in lines:
        reporter.note(line)
    # The last line names the store, which the user is looking at.
    return lines[:-1]


def _reason(error: Exception) -> str:
    """Return why it failed, without the paths and numbers that the log has."""
    if isinstance(error, MemoryError):
        return "it ran out of memory"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).strip().split("\n")[0].rstrip(".") or type(error).__name__


def _in_words(message: str, order: Order) -> str:
    """Return an error's message with the file by the name that the user knows."""
    text = message if order.file is None else message.replace(order.file, Path(order.file).name)
    return f"{text[0].upper()}{text[1:]}."


if __name__ == "__main__":
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    work(Path(sys.argv[1]))
