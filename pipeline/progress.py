"""How stages report progress: each names its work and its size, and says how much is done."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

Advance = Callable[[int], None]


class Reporter(Protocol):
    """Shows the progress of stages, one after another."""

    def stage(self, title: str, total: int | None) -> AbstractContextManager[Advance]:
        """Begin a stage of `total` steps (None: not known); the context gives the function that advances it."""
        ...

    def note(self, message: str) -> None:
        """Show one line that the user should read."""
        ...


class Silent:
    """A reporter that shows nothing."""

    def stage(self, title: str, total: int | None) -> AbstractContextManager[Advance]:
        """Begin a stage that nobody watches."""
        return nullcontext(_ignore)

    def note(self, message: str) -> None:
        """Drop the line."""


def _ignore(_: int) -> None:
    return None
