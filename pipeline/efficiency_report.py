"""The efficiency report: what `mmx bench` found, as it is printed as JSON, kept, and read again."""

from __future__ import annotations

import json
import statistics
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.errors import InputError
from pipeline.user_data import user_data
from specialist.folder import DEFAULT

SHIPPED = DEFAULT / "efficiency.json"
SPECIALIST = "specialist"
MEASURED, QUOTED = "measured", "quoted"
# Ringel, "Creating Synthetic Experts with Generative Artificial Intelligence" (2023).
PUBLISHED = "Ringel 2023, SSRN 4542949"
PUBLISHED_TWEETS_PER_SECOND = 0.8
PUBLISHED_DOLLARS_PER_TWEET = 0.002
PUBLISHED_LESS_CO2 = 0.9999


@dataclass(frozen=True)
class Row:
    """One way to classify tweets, and what it takes.

    Attributes
    ----------
    id, title
        Its name in ratios, and for people.
    source
        "measured" here, or "quoted" from `PUBLISHED`.
    tweets_per_second
        The median of the rounds.
    rounds
        Tweets per second, a figure a round.
    dollars_per_tweet, joules_per_tweet, grams_co2_per_tweet
        None where it is not known.
    """

    id: str
    title: str
    source: str
    tweets_per_second: float
    rounds: tuple[float, ...]
    dollars_per_tweet: float
    joules_per_tweet: float | None = None
    grams_co2_per_tweet: float | None = None


@dataclass(frozen=True)
class Ratio:
    """How many times faster, cheaper and thriftier the specialist is than another row.

    Attributes
    ----------
    speed
        The median over rounds where both were measured in turns, with the smallest and largest (`speed_range`).
    cost, energy, co2
        None where one side is not known, or costs nothing.
    """

    than: str
    speed: float
    speed_range: tuple[float, float] | None
    cost: float | None
    energy: float | None
    co2: float | None


@dataclass(frozen=True)
class EfficiencyReport:
    """All that one `mmx bench` found.

    Attributes
    ----------
    measured_on
        The day, as 2026-11-25.
    machine
        Processor, cores and system.
    specialist, version
        Names what was measured: the specialist with the hash of its weights, and this program's version.
    tweets, source
        How many different tweets were classified in a round, and where they came from.
    cost_basis
        A sentence that says what a tweet's dollars are made of.
    energy_basis
        A sentence that says how energy was found; `co2_country` is the country whose electricity counts, None where
        CO2 is not known.
    """

    measured_on: str
    machine: str
    specialist: str
    version: str
    tweets: int
    source: str
    cost_basis: str
    energy_basis: str
    co2_country: str | None
    rows: tuple[Row, ...]

    @property
    def ratios(self) -> list[Ratio]:
        """Return the specialist's ratio to each other row."""
        ours, *others = self.rows
        return [_ratio(ours, other) for other in others]

    def to_json(self) -> str:
        """Return the report as JSON: its attributes, `ratios`, and what the method's author says of CO2."""
        content = asdict(self) | {
            "ratios": [asdict(ratio) for ratio in self.ratios],
            "quoted": {"less_co2_than_genai": PUBLISHED_LESS_CO2, "from": PUBLISHED},
        }
        return json.dumps(content, ensure_ascii=False, indent=2)

    @classmethod
    def from_json(cls, text: str) -> EfficiencyReport:
        """Read what `to_json` wrote.

        Raises
        ------
        InputError
            If it is something else.
        """
        try:
            content = json.loads(text)
            for derived in ("ratios", "quoted"):
                content.pop(derived)
            rows = tuple(Row(**row | {"rounds": tuple(row["rounds"])}) for row in content.pop("rows"))
            if not rows or rows[0].id != SPECIALIST:
                raise ValueError("the specialist's row is missing")
            return cls(rows=rows, **content)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(f"the efficiency report is not whole ({error}); run mmx bench again") from error

    def keep(self) -> None:
        """Keep this report as the user's last one, for the dashboard."""
        path = kept_path()
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.unfinished")
        unfinished.write_text(self.to_json() + "\n", encoding="utf-8")
        unfinished.replace(path)


def quoted_row() -> Row:
    """Return the GenAI API's row with the method's published figures."""
    return Row(
        "genai",
        "A large language model by API",
        QUOTED,
        PUBLISHED_TWEETS_PER_SECOND,
        (),
        PUBLISHED_DOLLARS_PER_TWEET,
    )


def kept_path() -> Path:
    """Return where the last report is kept."""
    return user_data() / "efficiency.json"


def kept() -> EfficiencyReport | None:
    """Return the report of this user's last `mmx bench`; None if there was none. InputError if it is damaged."""
    return _read(kept_path())


def shipped() -> EfficiencyReport | None:
    """Return the report that came with the package; None where it carries none."""
    return _read(SHIPPED)


def machine() -> str:
    """Return this machine's processor, cores and system in a few words."""
    import os
    import platform

    model = platform.processor() or platform.machine()
    about = Path("/proc/cpuinfo")
    if about.exists():
        lines = about.read_text(encoding="utf-8").splitlines()
        model = next(
            (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), model
        )
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{model}, {cores} cores, {platform.system()}, Python {platform.python_version()}"


def _read(path: Path) -> EfficiencyReport | None:
    return EfficiencyReport.from_json(path.read_text(encoding="utf-8")) if path.is_file() else None


def _ratio(ours: Row, other: Row) -> Ratio:
    paired = [mine / theirs for mine, theirs in zip(ours.rounds, other.rounds, strict=False)]
    in_turns = len(ours.rounds) == len(other.rounds)
    return Ratio(
        other.id,
        statistics.median(paired) if in_turns else ours.tweets_per_second / other.tweets_per_second,
        (min(paired), max(paired)) if in_turns else None,
        _times(other.dollars_per_tweet, ours.dollars_per_tweet),
        _times(other.joules_per_tweet, ours.joules_per_tweet),
        _times(other.grams_co2_per_tweet, ours.grams_co2_per_tweet),
    )


def _times(theirs: float | None, mine: float | None) -> float | None:
    return theirs / mine if theirs and mine else None
