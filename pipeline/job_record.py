"""What is kept of a job in its folder: what it is to do, how far it is, and how it ended. See `jobs`."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pipeline.readers.columns import FoundColumns

STARTING, RUNNING, DONE, FAILED, CANCELLED = "starting", "running", "done", "failed", "cancelled"


@dataclass(frozen=True)
class Order:
    """What a job is to do.

    Attributes
    ----------
    db
        The store to add to, or to make.
    file
        The uploaded file, in the job's folder; None where the store is only brought up to date.
    columns
        What to read from it.
    store_before
        The store's identity when the job began; see `jobs`.
    """

    db: str
    file: str | None
    columns: FoundColumns | None
    started_at: str
    store_before: tuple[int, ...]


@dataclass
class State:
    """How far a job is.

    Attributes
    ----------
    state
        `STARTING`, `RUNNING`, `DONE`, `FAILED` or `CANCELLED`.
    stage
        What it does now, as `mmx run` names it.
    done, total
        Steps of this stage; `total` is None where it is not known.
    seconds_left
        Of this stage; None where it cannot be told yet.
    summary
        What it did, or why it failed, a sentence each.
    """

    state: str = STARTING
    pid: int = 0
    stage: str = ""
    done: int = 0
    total: int | None = None
    seconds_left: float | None = None
    summary: list[str] = field(default_factory=list)
    ended_at: str | None = None


@dataclass(frozen=True)
class Job:
    """A job as it is now."""

    folder: Path
    order: Order
    state: State

    @property
    def name(self) -> str | None:
        """The uploaded file's name; None where there is none."""
        return None if self.order.file is None else Path(self.order.file).name

    @property
    def is_over(self) -> bool:
        """Whether it has ended, one way or another."""
        return self.state.state in (DONE, FAILED, CANCELLED)

    @property
    def log(self) -> str:
        """What its process wrote: for whoever has to find out what went wrong."""
        file = self.folder / "log.txt"
        return file.read_text("utf-8", "replace") if file.is_file() else ""


def write_order(folder: Path, order: Order) -> None:
    """Set what the job of a folder is to do; it is a job from then on."""
    _write(folder / "job.json", asdict(order))


def read_order(folder: Path) -> Order:
    """Return what the job of a folder is to do."""
    order = json.loads((folder / "job.json").read_text("utf-8"))
    columns = None if order["columns"] is None else FoundColumns(**order["columns"])
    return Order(**order | {"columns": columns, "store_before": tuple(order["store_before"])})


def read_state(folder: Path) -> State:
    """Return how far the job of a folder is."""
    return State(**json.loads((folder / "state.json").read_text("utf-8")))


def write_state(folder: Path, state: State) -> None:
    """Set how far the job of a folder is; whoever reads it at that moment sees the old or the new."""
    _write(folder / "state.json", asdict(state))


def _write(file: Path, content: object) -> None:
    new = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    new.write_text(json.dumps(content), "utf-8")
    new.replace(file)
