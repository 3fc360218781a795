"""How fast, cheap and thrifty the specialist is: the efficiency report as the page About shows it."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from dashboard import formatting
from pipeline import efficiency_report
from pipeline.efficiency_report import PUBLISHED_LESS_CO2, QUOTED, EfficiencyReport, Ratio, Row
from pipeline.efficiency_table import figure, small, titled
from pipeline.errors import InputError
from specialist.predict import full_name

MILLION = 1_000_000
COMMAND = "mmx bench --plain"


def efficiency() -> None:
    """Draw this machine's figures, or those that came with the package where it was not measured."""
    st.subheader("How fast and cheap it is", anchor=False)
    try:
        report, here = efficiency_report.kept(), True
        if report is None:
            report, here = efficiency_report.shipped(), False
    except InputError as error:
        st.error(formatting.plain(str(error)), icon=":material/error:")
        return
    if report is None:
        st.markdown(f"It has not been measured on this machine yet. `{COMMAND}` does it in a minute or two.")
        return
    day = formatting.day(date.fromisoformat(report.measured_on))
    if here:
        st.markdown(f"Measured **on this machine** on {day}; `{COMMAND}` measures it again.")
    else:
        st.markdown(
            f"Measured **on the development machine** on {day}, and shipped with the program. "
            f"`{COMMAND}` measures this machine, and its figures then stand here."
        )
    if report.specialist != full_name():
        st.caption(
            f"They are of another specialist than the one in use now: {formatting.plain(report.specialist)}."
        )
    _headlines(report)
    table(report)
    _basis(report)


def table(report: EfficiencyReport) -> None:
    """Draw a line for each way to classify tweets, with how many times better the specialist does."""
    against = {ratio.than: ratio for ratio in report.ratios}
    st.table(
        pd.DataFrame([_line(row, against.get(row.id)) for row in report.rows]),
        hide_index=True,
        border="horizontal",
    )


def _headlines(report: EfficiencyReport) -> None:
    ours, genai = report.rows[0], report.rows[-1]
    ratio = report.ratios[-1]
    quoted = ", as published" if genai.source == QUOTED else ""
    speed, cost, co2 = st.columns(3)
    speed.metric(
        "Tweets a second",
        figure(ours.tweets_per_second),
        f"{figure(ratio.speed)} times a large model{quoted}",
        delta_color="off",
        delta_arrow="off",
        border=True,
        height="stretch",
    )
    cost.metric(
        "Cost of a million tweets",
        _dollars(ours.dollars_per_tweet * MILLION),
        f"a large language model: {_dollars(genai.dollars_per_tweet * MILLION)}{quoted}",
        delta_color="off",
        delta_arrow="off",
        border=True,
        height="stretch",
    )
    co2.metric(
        "CO₂ of a million tweets",
        "not known" if ours.grams_co2_per_tweet is None else _grams(ours.grams_co2_per_tweet),
        f"{PUBLISHED_LESS_CO2 * 100:.2f} % less than theirs, as published",
        delta_color="off",
        delta_arrow="off",
        border=True,
        height="stretch",
    )


def _line(row: Row, ratio: Ratio | None) -> dict[str, str]:
    title = f"**{row.title}**" if ratio is None else formatting.plain(titled(row))
    speed = figure(row.tweets_per_second)
    if len(row.rounds) > 1:
        speed += f" ({figure(min(row.rounds))}\xa0to\xa0{figure(max(row.rounds))})"
    better = ""
    if ratio is not None:
        cheaper = f", {figure(ratio.cost)}\xa0times cheaper" if ratio.cost else ""
        better = f"{figure(ratio.speed)}\xa0times faster{cheaper}"
    return {
        "Way": title,
        "Tweets a second": speed,
        "Cost of a million": formatting.plain(_dollars(row.dollars_per_tweet * MILLION)),
        "Energy of a million": "–"
        if row.joules_per_tweet is None
        else f"{small(row.joules_per_tweet * MILLION / 3_600_000)}\xa0kWh",
        "CO₂ of a million": "–" if row.grams_co2_per_tweet is None else _grams(row.grams_co2_per_tweet),
        "The specialist is": better,
    }


def _basis(report: EfficiencyReport) -> None:
    quoted = any(row.source == QUOTED for row in report.rows)
    parts = [
        f"Median of {len(report.rows[0].rounds)} rounds with the range, on {report.machine}, with "
        f"{report.tweets:,} different tweets ({report.source}) and the specialist {report.specialist}.",
        f"Cost: {report.cost_basis}.",
        f"Energy: {report.energy_basis}.",
        *([f"CO₂: the electricity of {report.co2_country}."] if report.co2_country else []),
        *([f"Quoted: {efficiency_report.PUBLISHED}, not measured here."] if quoted else []),
    ]
    st.caption(" ".join(formatting.plain(part) for part in parts))


def _dollars(value: float) -> str:
    return f"${value:,.0f}" if value >= 10 else f"${value:.2f}" if value >= 0.01 else f"${small(value)}"


def _grams(per_tweet: float) -> str:
    return f"{figure(per_tweet * MILLION)}\xa0g"
