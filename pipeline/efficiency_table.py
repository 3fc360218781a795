"""The efficiency report as Markdown, for the terminal and for documents."""

from __future__ import annotations

from datetime import date

from pipeline.efficiency_report import (
    PUBLISHED,
    PUBLISHED_LESS_CO2,
    QUOTED,
    EfficiencyReport,
    Ratio,
    Row,
)
from pipeline.wording import day

UNKNOWN = "–"


def markdown(report: EfficiencyReport) -> str:
    """Return the tables of rows and of ratios, and what the figures rest on."""
    rows = [
        "| | tweets/s | range | $ per tweet | J per tweet | g CO2 per tweet |",
        "|---|---|---|---|---|---|",
    ]
    ratios = ["| the specialist, against | speed | cost | energy | CO2 |", "|---|---|---|---|---|"]
    titles = {row.id: titled(row) for row in report.rows}
    return "\n".join(
        [
            *rows,
            *(f"| {' | '.join([titles[row.id], *cells(row)])} |" for row in report.rows),
            "",
            *ratios,
            *(f"| {' | '.join([titles[ratio.than], *ratio_cells(ratio)])} |" for ratio in report.ratios),
            "",
            *(f"- {line}" for line in notes(report)),
        ]
    )


def titled(row: Row) -> str:
    """Return a row's title, marked where its figures are not from this machine."""
    return f"{row.title} (quoted)" if row.source == QUOTED else row.title


def cells(row: Row) -> list[str]:
    """Return tweets per second, their range, and dollars, joules and grams of CO2 a tweet, as written for people."""
    spread = f"{figure(min(row.rounds))} to {figure(max(row.rounds))}" if len(row.rounds) > 1 else UNKNOWN
    return [
        figure(row.tweets_per_second),
        spread,
        f"{row.dollars_per_tweet:.2g}" if row.dollars_per_tweet > 1e-4 else small(row.dollars_per_tweet),
        UNKNOWN if row.joules_per_tweet is None else figure(row.joules_per_tweet),
        UNKNOWN if row.grams_co2_per_tweet is None else small(row.grams_co2_per_tweet),
    ]


def ratio_cells(ratio: Ratio) -> list[str]:
    """Return how many times faster, cheaper, thriftier in energy and in CO2, as written for people."""
    speed = times(ratio.speed)
    if ratio.speed_range is not None:
        speed += f" ({figure(ratio.speed_range[0])} to {figure(ratio.speed_range[1])})"
    return [speed, times(ratio.cost), times(ratio.energy), times(ratio.co2)]


def notes(report: EfficiencyReport) -> list[str]:
    """Return what the figures rest on, a sentence each."""
    quoted = any(row.source == QUOTED for row in report.rows)
    co2 = f", with the electricity of {report.co2_country}" if report.co2_country else ""
    return [
        f"Measured on {day(date.fromisoformat(report.measured_on))} on {report.machine}, with {report.specialist} and"
        f" {report.tweets:,} different tweets ({report.source}); medians of the rounds.",
        f"Cost: {report.cost_basis}.",
        f"Energy: {report.energy_basis}{co2}.",
        *([f"Quoted: {PUBLISHED}, not measured here."] if quoted else []),
        f"CO2 against a large language model: {PUBLISHED_LESS_CO2 * 100:.2f} % less, quoted from {PUBLISHED}; what the"
        " machines behind an API take cannot be measured from here.",
    ]


def figure(value: float) -> str:
    """Return a number with three digits that count."""
    rounded = float(f"{value:.3g}")
    return f"{rounded:,.0f}" if rounded >= 100 else f"{rounded:g}"


def small(value: float) -> str:
    """Return a small number without an exponent, with two digits that count."""
    from decimal import Decimal

    return f"{Decimal(f'{value:.1e}'):f}"


def times(value: float | None) -> str:
    """Return a ratio as "2.4 ×"."""
    return UNKNOWN if value is None else f"{figure(value)} ×"
