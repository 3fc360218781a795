"""Measures how fast, cheap and thrifty the specialist is on this machine, beside other ways to classify tweets."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path

from pipeline.efficiency_report import MEASURED, SPECIALIST, EfficiencyReport, Row, machine, quoted_row
from pipeline.errors import InputError
from pipeline.progress import Reporter
from specialist import energy
from specialist.efficiency import (
    PLAIN_BATCH,
    PLAIN_MAX_LENGTH,
    Loop,
    Padding,
    keep_busy,
    plain_loop,
    take_turns,
)

ROUNDS = 5
_BUSY_SECONDS = 5.0  # codecarbon looks once a second
# The plain ways are slow: a fifth of the tweets tell their speed.
_PLAIN_STEP = 5
_PLAIN_TITLES = {
    Padding.LONGEST: f"Plain transformers, fp32, batches of {PLAIN_BATCH} padded to their longest tweet",
    Padding.MAX_LENGTH: f"Plain transformers, fp32, batches of {PLAIN_BATCH} padded to {PLAIN_MAX_LENGTH} tokens",
}


@dataclass(frozen=True)
class Prices:
    """What a tweet's dollars and joules are made of where nothing better is known.

    Attributes
    ----------
    watts
        What the machine draws at work.
    per_kwh
        Dollars for a kilowatt-hour.
    machine_per_hour
        Dollars for an hour of a rented machine, electricity included; None: the machine is your own.
    country
        ISO 3166 code of three letters, whose electricity counts for CO2.
    """

    watts: float
    per_kwh: float
    machine_per_hour: float | None
    country: str

    def dollars(self, tweets_per_second: float) -> float:
        """Return the dollars for one tweet."""
        joules = self.watts / tweets_per_second
        if self.machine_per_hour is None:
            return joules * self.per_kwh / 3_600_000
        return self.machine_per_hour / 3600 / tweets_per_second

    @property
    def basis(self) -> str:
        """Say what the dollars are made of."""
        if self.machine_per_hour is None:
            return f"{self.watts:g} W (stated) at ${self.per_kwh:.2f} per kWh (stated)"
        return f"a machine at ${self.machine_per_hour:.2f} an hour (stated)"


@dataclass(frozen=True)
class GenAI:
    """A GenAI API to measure: the labelers of a file, on some of the tweets, within a budget in dollars."""

    labelers: Path
    tweets: int
    budget: float


def bench(
    texts: Sequence[str],
    source: str,
    specialist: str,
    prices: Prices,
    plain: bool,
    genai: GenAI | None,
    reporter: Reporter,
) -> EfficiencyReport:
    """Measure on preprocessed texts and return the report.

    Parameters
    ----------
    source
        What the texts are, for people.
    plain
        Measure plain transformers loops, too.

    Raises
    ------
    InputError
        If there are no texts, or a labeler labels none.
    SpecialistError
        If there is no such specialist, country or labeler.
    """
    from specialist.predict import Specialist

    texts = list(dict.fromkeys(texts))
    if not texts:
        raise InputError("there are no tweets to measure with")
    if energy.installed():
        energy.check_country(prices.country)
    # Before the long work, since it may fail by what the user gave.
    others = [quoted_row()] if genai is None else _genai_rows(texts, genai, reporter)
    model = Specialist.load(specialist)
    work: dict[str, tuple[str, Loop, Sequence[str]]] = {SPECIALIST: ("The specialist", model.predict, texts)}
    for padding in Padding if plain else ():
        some = texts[::_PLAIN_STEP] if len(texts) >= PLAIN_BATCH * _PLAIN_STEP else texts
        work[f"plain_{padding}"] = (_PLAIN_TITLES[padding], plain_loop(padding), some)
    with reporter.stage("Measure speed", ROUNDS * len(work)) as advance:
        turns = {name: (loop, some) for name, (_, loop, some) in work.items()}
        speeds = take_turns(turns, ROUNDS, advance)
    rows = [_row(name, work[name][0], speeds[name], prices) for name in work]
    rows, energy_basis = _with_energy(rows, work, prices, reporter)
    return EfficiencyReport(
        measured_on=date.today().isoformat(),
        machine=machine(),
        specialist=model.name,
        version=version("synthetic-specialist"),
        tweets=len(texts),
        source=source,
        cost_basis=prices.basis,
        energy_basis=energy_basis,
        co2_country=prices.country if energy.installed() else None,
        rows=(*rows, *others),
    )


def _row(name: str, title: str, speeds: Sequence[float], prices: Prices) -> Row:
    median = statistics.median(speeds)
    return Row(name, title, MEASURED, median, tuple(speeds), prices.dollars(median))


def _with_energy(
    rows: Iterable[Row], work: dict[str, tuple[str, Loop, Sequence[str]]], prices: Prices, reporter: Reporter
) -> tuple[list[Row], str]:
    """Return the rows with joules and CO2, and how these were found."""
    if not energy.installed():
        basis = (
            f"the stated {prices.watts:g} W alone; for an estimate of this machine, and for CO2, install codecarbon:"
            f" {energy.INSTALL}"
        )
        return [replace(row, joules_per_tweet=prices.watts / row.tweets_per_second) for row in rows], basis
    found, basis = [], ""
    with reporter.stage("Measure energy", len(work)) as advance:
        for row in rows:
            _, loop, texts = work[row.id]
            joules, grams, basis = _energy(loop, texts, prices.country)
            found.append(replace(row, joules_per_tweet=joules, grams_co2_per_tweet=grams))
            advance(1)
    return found, basis


def _energy(loop: Loop, texts: Sequence[str], country: str) -> tuple[float, float, str]:
    """Return joules and grams of CO2 a tweet, and how they were found."""
    done = 0

    def work() -> None:
        nonlocal done
        done = keep_busy(loop, texts, _BUSY_SECONDS)

    took = energy.measure(work, country)
    return took.joules / done, took.grams_co2 / done, took.method


def _genai_rows(texts: Sequence[str], genai: GenAI, reporter: Reporter) -> list[Row]:
    """Return a row for each labeler, measured by labelling some of the texts; the votes are dropped."""
    from specialist.codebook import Codebook
    from specialist.labeling.labelers import read_labelers
    from specialist.labeling.run import Labelling

    step = max(1, len(texts) // genai.tweets)
    tweets = {str(number): text for number, text in enumerate(texts[::step][: genai.tweets])}
    team = read_labelers(genai.labelers)
    with tempfile.TemporaryDirectory() as folder:
        labelling = Labelling(tweets, Codebook.load("mmx"), team, Path(folder) / "journal")
        with reporter.stage("Measure labelers", len(tweets) * len(team)) as advance:
            reports = labelling.run(genai.budget, advance).reports
    for report in reports:
        if not report.labelled:
            raise InputError(
                f"the labeler {report.labeler} labelled no tweet: {report.stopped or 'no answer was of use'}"
            )
    return [
        Row(
            f"genai_{report.labeler}",
            f"{report.labeler} by API, {report.labelled} tweets",
            MEASURED,
            report.tweets_per_second,
            (report.tweets_per_second,),
            report.cost / report.labelled,
        )
        for report in reports
    ]
