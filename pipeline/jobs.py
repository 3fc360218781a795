"""Jobs: files that are run into a store in the background, one at a time, each by a process of its own.

A job is a folder in `<store>.uploads`, which only its owner may enter. It holds the file while it is needed,
`job.json` (what is to be done), `state.json` (how far it is, how it ended), `log.txt`, and a lock that its process
holds as long as it lives: so any program knows whether it is running, also after the one that started it is gone.
A job without a file brings a store of an older version up to date.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.errors import InputError
from pipeline.job_record import (
    CANCELLED,
    DONE,
    FAILED,
    RUNNING,
    STARTING,
    Job,
    Order,
    State,
    read_order,
    read_state,
    write_order,
    write_state,
)
from pipeline.readers.columns import FoundColumns
from pipeline.store import discard_unfinished, is_being_written

SUFFIX = ".uploads"
KEPT = 20  # jobs whose log is kept
LONGEST_NAME = 80
PATIENCE = 60.0  # seconds for a process to begin, or to be gone
BUSY = "tweets are being added to this store already; try again when that is done"
GONE = (
    "The work stopped before its end: its process was ended, or ran out of memory. The tweets are as they were before; "
    "begun again, it goes on from there."
)


@dataclass(frozen=True)
class _Upload:
    name: str
    content: bytes
    columns: FoundColumns


def beside(db: Path) -> Path:
    """Return the folder of a store's jobs; it is there from the first one on."""
    return db.with_name(db.name + SUFFIX)


def safe_name(name: str) -> str:
    """Return a file name that is one on any system, whatever was given: no folders, no control characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    stem, dot, suffix = last.rpartition(".")
    if not dot:
        stem, suffix = last, ""
    stem, suffix = (
        "".join(letter if letter.isalnum() or letter in " -_()" else "_" for letter in part)
        for part in (stem, suffix)
    )
    return (stem.strip()[:LONGEST_NAME] or "upload") + (f".{suffix[:10]}" if suffix else "")


def start(db: Path, name: str, content: bytes, columns: FoundColumns) -> Job:
    """Begin to run a file into a store, in the background; return the job.

    The process goes on when this one ends. It is nicer than others: it takes what time they leave.

    Parameters
    ----------
    name
        The file's name, as the user knows it; its ending tells the format.

    Raises
    ------
    InputError
        If another job or run is writing this store, or its folder cannot be written.
    """
    return _start(db, _Upload(name, content, columns))


def bring_up_to_date(db: Path) -> Job:
    """Begin to bring a store of an older version up to date, in the background; return the job.

    Raises
    ------
    InputError
        As `start`.
    """
    return _start(db, None)


def _start(db: Path, upload: _Upload | None) -> Job:
    folder = beside(db)
    try:
        folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        with FileLock(folder / "start.lock", timeout=PATIENCE):
            running = current(db)
            if (running is not None and not running.is_over) or is_being_written(db):
                raise InputError(BUSY)
            _forget_old(folder)
            return _begin(folder, db, upload)
    except Timeout as error:
        raise InputError(BUSY) from error
    except OSError as error:
        raise InputError(f"the work cannot be done in {folder}: {error.strerror or error}") from error


def current(db: Path) -> Job | None:
    """Return the store's latest job, running or over; None if there is none."""
    folders = _folders(beside(db))
    return read(folders[-1]) if folders else None


def read(folder: Path) -> Job:
    """Return the job of a folder as it is now."""
    is_alive = _is_alive(folder)
    # Read only now: a process writes how it ended before it is gone.
    job = Job(folder, read_order(folder), read_state(folder))
    if not job.is_over and not is_alive and (job.state.state == RUNNING or _age(job) > PATIENCE):
        return _end(job, FAILED, GONE)
    return job


def cancel(job: Job) -> Job:
    """Stop a job and throw away what it did, unless it is published by now; return it as it is then.

    Raises
    ------
    InputError
        If its process does not end.
    """
    # Before that, the process to end is not known.
    _wait(lambda: read(job.folder).state.state != STARTING)
    if _is_alive(job.folder):
        _kill(read_state(job.folder).pid)
        _wait(lambda: not _is_alive(job.folder))
    job = Job(job.folder, job.order, read_state(job.folder))
    if job.is_over:
        return job
    db = Path(job.order.db)
    if _identity(db) != job.order.store_before:
        return _end(job, DONE, "It was done just before it was stopped.")
    discard_unfinished(db)
    return _end(job, CANCELLED, f"Stopped; nothing was {'added' if job.order.file else 'changed'}.")


def end(folder: Path, state: State, how: str, *summary: str) -> None:
    """Set that the job of a folder is over, and delete the file that was uploaded."""
    file = read_order(folder).file
    if file is not None:
        Path(file).unlink(missing_ok=True)
    state.state, state.summary = how, list(summary)
    state.ended_at = datetime.now(UTC).isoformat(timespec="seconds")
    write_state(folder, state)


def lock(folder: Path, wait: float = 0) -> FileLock:
    """Return the lock that a job's process holds as long as it lives.

    Parameters
    ----------
    wait
        Seconds to wait for those who just look whether it is held.
    """
    return FileLock(folder / "alive.lock", timeout=wait)


def _end(job: Job, how: str, summary: str) -> Job:
    end(job.folder, job.state, how, summary)
    return Job(job.folder, job.order, read_state(job.folder))


def _begin(parent: Path, db: Path, upload: _Upload | None) -> Job:
    now = datetime.now(UTC)
    folder = parent / f"{now:%Y%m%d-%H%M%S-%f}-{secrets.token_hex(4)}"
    folder.mkdir(mode=0o700)
    try:
        file = None if upload is None else _kept(upload, folder / "file")
        columns = None if upload is None else upload.columns
        started = now.isoformat(timespec="seconds")
        write_state(folder, State())
        write_order(folder, Order(str(db.absolute()), file, columns, started, _identity(db)))
    except OSError:
        shutil.rmtree(folder)
        raise
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "pipeline.job_worker", str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            # Ctrl+C in the terminal of the dashboard is not meant for its jobs.
            start_new_session=True,
            creationflags=_WINDOWS_FLAGS,
        )
    _PROCESSES.append(process)
    _wait(lambda: read_state(folder).state != STARTING or process.poll() is not None)
    job = read(folder)
    return _end(job, FAILED, GONE) if job.state.state == STARTING else job


def _kept(upload: _Upload, folder: Path) -> str:
    """Write an uploaded file into a new folder; return its path."""
    folder.mkdir(mode=0o700)
    file = folder / safe_name(upload.name)
    file.write_bytes(upload.content)
    return str(file.absolute())


def _age(job: Job) -> float:
    return (datetime.now(UTC) - datetime.fromisoformat(job.order.started_at)).total_seconds()


# Kept, and asked now and then, so that none that has ended stays behind as a zombie of this process.
_PROCESSES: list[subprocess.Popen[bytes]] = []
# CREATE_NEW_PROCESS_GROUP and BELOW_NORMAL_PRIORITY_CLASS
_WINDOWS_FLAGS = 0x00000200 | 0x00004000 if sys.platform == "win32" else 0


def _is_alive(folder: Path) -> bool:
    _PROCESSES[:] = [process for process in _PROCESSES if process.poll() is None]
    try:
        with lock(folder):
            return False
    except Timeout:
        return True


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        if sys.platform == "win32":
            os.kill(pid, signal.SIGTERM)
        else:
            # Its own helpers too; it leads a group of its own.
            os.killpg(pid, signal.SIGKILL)


def _wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not until():
        if time.monotonic() > deadline:
            raise InputError(f"the process did not answer within {PATIENCE:.0f} seconds; try again later")
        time.sleep(0.05)


def _folders(parent: Path) -> list[Path]:
    """Return the folders of jobs, the oldest first."""
    return sorted(file.parent for file in parent.glob("*/job.json"))


def _forget_old(parent: Path) -> None:
    for folder in _folders(parent)[: -KEPT + 1]:
        shutil.rmtree(folder)


def _identity(db: Path) -> tuple[int, ...]:
    """Return what tells one published version of a store from another; nothing where there is none."""
    if not db.exists():
        return ()
    status = db.stat()
    return status.st_ino, status.st_mtime_ns, status.st_size
