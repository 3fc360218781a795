"""What can go wrong with a request, and what is done about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Remedy(Enum):
    """What a failed request calls for."""

    WAIT = auto()
    """The endpoint asks for patience: the same again, after the time it names."""
    BACK_OFF = auto()
    """The endpoint is in trouble: the same again, later each time."""
    ASK_AGAIN = auto()
    """The answer is of no use: the same again."""
    SPLIT = auto()
    """The same would fail again: smaller batches."""
    STOP = auto()
    """No request of this labeler can succeed."""


@dataclass(frozen=True)
class Usage:
    """Tokens that a request read and wrote, as the endpoint counts them."""

    tokens_in: int
    tokens_out: int


FREE = Usage(0, 0)


class RequestError(Exception):
    """A request that brought no answer that can be used.

    Attributes
    ----------
    reason
        One line for the user.
    usage
        What the endpoint charges for; None where that cannot be known, as after a time-out.
    wait
        Seconds that the endpoint asks to wait; None where it names no time.
    """

    def __init__(
        self, reason: str, remedy: Remedy, usage: Usage | None = None, wait: float | None = None
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy
        self.usage = usage
        self.wait = wait
