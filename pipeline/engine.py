"""Where the heavy steps of a run are done: in this process, or on a cluster (pipeline/engine_ray.py)."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pipeline.progress import Advance, Reporter

if TYPE_CHECKING:
    import pyarrow as pa

    from pipeline.steps import Step


class EngineName(StrEnum):
    """The engines that there are."""

    LOCAL = "local"
    RAY = "ray"


class Engine(Protocol):
    """Does a step with many chunks of tweets."""

    def run(self, step: Step, chunks: Iterable[pa.Table], advance: Advance) -> Iterator[pa.Table]:
        """Give the step's rows for all chunks, each table once, in any order.

        The caller stores a table before it asks for the next. `advance` is called with how many tweets are done.
        """
        ...


class LocalEngine:
    """Does each chunk in this process, in order."""

    def run(self, step: Step, chunks: Iterable[pa.Table], advance: Advance) -> Iterator[pa.Table]:
        """Give the step's rows for all chunks."""
        return (step(chunk, advance) for chunk in chunks)


LOCAL = LocalEngine()


def staging_folder(db: Path, root: str | None) -> str:
    """Return the folder, or URL, through which a cluster gets the texts of a store's run: one of that store alone.

    Parameters
    ----------
    root
        Where to make it; None: beside the store.
    """
    owner = f"{platform.node()} {db.absolute()}"
    name = f"{db.name}.staging-{blake2b(owner.encode(), digest_size=4).hexdigest()}"
    return f"{(root or str(db.absolute().parent)).rstrip('/')}/{name}"


@contextmanager
def open_engine(name: EngineName, staging: str, reporter: Reporter) -> Iterator[Engine]:
    """Start an engine, and end it when the block ends.

    Parameters
    ----------
    staging
        The folder, or object-store URL, through which a cluster's nodes get texts and give rows; emptied first.

    Raises
    ------
    InputError
        If the cluster cannot be used as it is.
    """
    if name == EngineName.LOCAL:
        yield LOCAL
        return
    from pipeline.engine_ray import open_ray

    with open_ray(staging, reporter) as engine:
        yield engine
