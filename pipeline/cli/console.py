"""What commands show while they work: progress bars and notes on stderr, results on stdout."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from pipeline.progress import Advance, Reporter, Silent
from pipeline.readers.printing import for_terminal, json_for_terminal

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress and no summary.")]

# Seconds whose speed tells the time left. A step of training a large model, or a local language model's answer, takes
# up to minutes, and of a single step in this time no speed can be told.
_SPEED_OVER = 600.0


class Bars:
    """A reporter with one progress bar a stage, on stderr; plain lines where stderr is no terminal."""

    def __init__(self) -> None:
        from rich.console import Console

        self._console = Console(stderr=True, highlight=False)

    @contextmanager
    def stage(self, title: str, total: int | None) -> Iterator[Advance]:
        """Begin a stage of `total` steps."""
        if not self._console.is_terminal:
            yield from self._plain_stage(title)
            return
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        columns = [
            TextColumn("{task.description:<28}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
        ]
        with Progress(*columns, console=self._console, speed_estimate_period=_SPEED_OVER) as progress:
            task = progress.add_task(title, total=total)
            yield lambda steps: progress.advance(task, steps)
            if total is None:
                done = progress.tasks[0].completed
                progress.update(task, total=done, completed=done)

    def _plain_stage(self, title: str) -> Iterator[Advance]:
        """Say once, when the stage is done, how much it was and how long it took."""
        started, done = time.monotonic(), 0

        def advance(steps: int) -> None:
            nonlocal done
            done += steps

        yield advance
        self.note(f"{title}: {done:,} in {time.monotonic() - started:.1f} s")

    def note(self, message: str) -> None:
        """Show one line that the user should read."""
        self._console.print(for_terminal(message), markup=False, soft_wrap=True)


def show(text: str) -> None:
    """Print a result; no text of a tweet in it steers the terminal."""
    print(for_terminal(text))


def show_json(document: str) -> None:
    """Print a result in JSON; no text of a tweet in it steers the terminal."""
    print(json_for_terminal(document))


def reporter(quiet: bool) -> Reporter:
    """Return the reporter for a command's `--quiet` option."""
    return Silent() if quiet else Bars()
