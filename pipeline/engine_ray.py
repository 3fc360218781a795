"""The steps of a run on a Ray cluster: texts go out as Parquet, workers answer them, and rows come back as Parquet.

A worker gets a file of texts when it has done the one before, so memory does not grow with the tweets. A file whose
worker or machine dies is done again by another. docs/scale.md tells how to run it.
"""

from __future__ import annotations

import logging
import os
import pickle
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from pipeline.errors import InputError
from pipeline.progress import Advance, Reporter
from pipeline.staging import Staging
from pipeline.steps import Step

if TYPE_CHECKING:
    import pyarrow as pa

# Half a processor is asked for each worker, and there are as many as processors: so the workers of a machine that is
# lost find room on the others, where they would else be waited for.
WORKER_PROCESSORS = 0.5


class Worker:
    """An actor: it loads the models once and does a step with one file of texts after another."""

    def __init__(self, step: bytes, staging: Staging) -> None:
        self._step: Step = pickle.loads(step)
        self._staging = staging

    def __call__(self, texts: pa.Table) -> pa.Table:
        """Write the step's rows for each file; a file that is done again replaces what was written for it before."""
        import pyarrow as pa

        files = texts["file"].to_pylist()
        tables = [self._step(self._staging.read(file), _ignore) for file in files]
        written = [self._staging.write_rows(table, file) for table, file in zip(tables, files, strict=True)]
        return texts.append_column("rows", pa.array(written))


class RayEngine:
    """Does the chunks on the cluster that Ray is connected to.

    Parameters
    ----------
    staging
        What all nodes can read and write.
    """

    def __init__(self, staging: Staging) -> None:
        self._staging = staging

    def run(self, step: Step, chunks: Iterable[pa.Table], advance: Advance) -> Iterator[pa.Table]:
        """Give the step's rows for all chunks, in the order in which they get done.

        Raises
        ------
        InputError
            If a worker cannot do the step, as where its machine has another specialist.
        """
        import ray
        from ray import cloudpickle

        sizes = self._staging.write_all(chunks)
        # Only names of files go through Ray's own memory, and a worker reads the next file when it wrote one.
        written = ray.data.from_items(
            [{"file": file} for file in sizes], override_num_blocks=len(sizes)
        ).map_batches(
            Worker,
            fn_constructor_args=[cloudpickle.dumps(step), self._staging],
            batch_size=None,
            batch_format="pyarrow",
            compute=_workers(),
            num_cpus=WORKER_PROCESSORS,
            scheduling_strategy="SPREAD",
        )
        try:
            for done in written.iter_rows():
                yield self._staging.read(done["rows"])
                advance(sizes[done["file"]])
                self._staging.remove(done["rows"])
                self._staging.remove(done["file"])
        except ray.exceptions.RayError as error:
            raise _in_words(error) from error


@contextmanager
def open_ray(staging: str, reporter: Reporter) -> Iterator[RayEngine]:
    """Connect to the cluster that RAY_ADDRESS names, or else start Ray on this machine alone; leave it at the end.

    Parameters
    ----------
    staging
        A folder, or object-store URL, that all nodes can read and write; emptied at the end.

    Raises
    ------
    InputError
        If Ray is not installed, there is no such cluster, or a node cannot use the staging folder or has another
        version of this package.
    """
    _before_import()
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise InputError("--engine ray needs Ray: pip install 'synthetic-specialist[ray]'") from error
    place = Staging(staging)
    with reporter.stage("Start Ray", 1) as advance:
        _connect()
        advance(1)
    try:
        context = ray.data.DataContext.get_current()
        context.enable_progress_bars = False
        with place.open():
            _check_nodes(place)
            yield RayEngine(place)
    finally:
        ray.shutdown()


def _before_import() -> None:
    """Say to Ray, which asks when it is imported, that it reports nothing and, of its own, listens on loopback only."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    if "RAY_ADDRESS" not in os.environ:
        # Workers as important as this process, which waits for them; Ray would let any other program go before.
        os.environ["RAY_worker_niceness"] = "0"  # noqa: SIM112 - so Ray spells it
        # Ray's own switch, meant for systems whose firewalls ask about each port, and a secret of this run.
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
        os.environ["RAY_AUTH_MODE"] = "token"
        os.environ["RAY_AUTH_TOKEN"] = secrets.token_hex(32)


def _connect() -> None:
    import ray

    address = os.environ.get("RAY_ADDRESS")
    own: dict[str, Any] = {} if address else {"include_dashboard": False}
    try:
        ray.init(address, logging_level=logging.ERROR, log_to_driver=False, **own)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise InputError(f"no Ray cluster answers at RAY_ADDRESS={address}: {_first_line(error)}") from error


def _check_nodes(staging: Staging) -> None:
    """Raise InputError unless every node has this version of the package and sees the staging folder."""
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    mark = staging.mark()
    for node in ray.nodes():
        if not node["Alive"] or node["Resources"].get("CPU", 0) < WORKER_PROCESSORS:
            continue
        there = NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
        check = ray.remote(num_cpus=0)(_state_of_node).options(scheduling_strategy=there)
        name = node["NodeManagerHostname"]
        try:
            has, sees = ray.get(check.remote(staging, mark))
        except ray.exceptions.RayError as error:
            raise InputError(f"the node {name} cannot work: {_first_line(error)}") from error
        if has != version("synthetic-specialist"):
            raise InputError(
                f"the node {name} has version {has} of mmx, not {version('synthetic-specialist')}"
            )
        if not sees:
            raise InputError(
                f"the node {name} does not see {staging}; give with --staging a folder, or object-store URL, that all "
                "nodes can read and write"
            )


def _state_of_node(staging: Staging, mark: str) -> tuple[str, bool]:
    return version("synthetic-specialist"), staging.sees(mark)


def _workers() -> Any:
    import ray

    processors = max(1, int(ray.cluster_resources().get("CPU", 1)))
    return ray.data.ActorPoolStrategy(min_size=1, max_size=processors, initial_size=processors)


def _in_words(error: Exception) -> Exception:
    """Return what a worker complained of, where a user can mend it, else the error itself."""
    from specialist.errors import SpecialistError

    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, InputError | SpecialistError):
            return InputError(_first_line(cause))
        cause = getattr(cause, "cause", None) or cause.__cause__
    return error


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)


def _ignore(_: int) -> None:
    return None
