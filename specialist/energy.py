"""Energy and CO2 of classifying, as codecarbon knows or estimates them, offline and without a trace."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

from specialist.errors import SpecialistError

INSTALL = "pip install 'synthetic-specialist[bench]'"
_JOULES_PER_KWH = 3_600_000.0


@dataclass(frozen=True)
class Energy:
    """What a piece of work took.

    Attributes
    ----------
    joules
        Of processor, graphics card and memory.
    grams_co2
        CO2-equivalent by the country's electricity in 2023.
    method
        A sentence that says how the joules were found.
    """

    joules: float
    grams_co2: float
    method: str


def installed() -> bool:
    """Tell whether codecarbon is there; it is an extra."""
    return find_spec("codecarbon") is not None


def check_country(country: str) -> None:
    """Raise a SpecialistError if codecarbon knows no country of this ISO 3166 code of three letters."""
    with _quiet():
        from codecarbon.input import DataSource

        known = DataSource().get_global_energy_mix_data()
    if country not in known:
        raise SpecialistError(f'there is no country "{country}": give a code of three letters, such as DEU')


def measure(work: Callable[[], object], country: str) -> Energy:
    """Run some work of a few seconds and return what the whole machine took meanwhile.

    Parameters
    ----------
    country
        ISO 3166 code of three letters, whose electricity counts.

    Raises
    ------
    SpecialistError
        If codecarbon knows no such country, or finds nothing to measure.
    """
    check_country(country)
    with _quiet():
        tracker = _tracker(country)
        tracker.start_task("classify")
        try:
            work()
        finally:
            found = tracker.stop_task("classify")
        if found is None or found.energy_consumed <= 0:
            raise SpecialistError("codecarbon found no energy on this machine")
        parts = [part.description() for part in tracker._hardware]
    return Energy(
        found.energy_consumed * _JOULES_PER_KWH,
        found.emissions * 1000,
        _method(parts, found.cpu_model),
    )


def _tracker(country: str) -> Any:
    from codecarbon import OfflineEmissionsTracker

    # What sends or writes is named, since a .codecarbon.config or the environment may ask for it.
    return OfflineEmissionsTracker(
        country_iso_code=country,
        cloud_provider="",
        output_methods=[],
        emissions_endpoint="",
        electricitymaps_api_token="",
        allow_multiple_runs=True,
        tracking_mode="machine",
        measure_power_secs=1,
        log_level="critical",
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep codecarbon from logging, which it begins before it reads its own log level."""
    logger = logging.getLogger("codecarbon")
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before


def _method(parts: list[str], cpu: str) -> str:
    by = f"codecarbon {version('codecarbon')}, offline"
    processors = [part for part in parts if part.startswith("CPU(")]
    if any("Cpu Load" in part or "[TDP]" in part for part in processors):
        return (
            f"{by}: an estimate from the processor's model ({cpu or 'unknown'}) and load and the size of the memory,"
            " since no energy counter can be read on this machine"
        )
    return f"{by}: the processor's energy counter, and an estimate from the size of the memory"
