"""Puts a brand's report together as one HTML page that needs nothing else: no script, no file, no network."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline import wording
from pipeline.errors import InputError
from pipeline.report import charts, words
from pipeline.report.figures import OVERALL, Source, count, find_period
from pipeline.report.findings import find_latest_alerts, find_pain_points, find_strengths
from pipeline.report.provenance import find_provenance
from pipeline.store import P_LABELS, SENTIMENTS
from specialist.codebook import Codebook

# Tweets are shown whole up to so many characters; some are long since they were never cut to a tweet's length.
_LONGEST_QUOTE = 420


def check_file(output: Path) -> None:
    """Raise InputError unless a report can be written to this file."""
    if output.suffix.lower() not in {".html", ".htm"}:
        raise InputError(f"cannot write {output.name}: a report's name must end in .html")
    if not output.parent.is_dir():
        raise InputError(f"the folder {output.parent} does not exist")


def render(
    connection: duckdb.DuckDBPyConnection,
    brand_id: str,
    since: date | None,
    until: date | None,
    made: date,
    source: Source = "specialist",
) -> str:
    """Return the report on a brand of the days between two, both included, as an HTML page.

    Tweets and names are strangers' text: they are escaped, the page has no script, and its policy lets it fetch
    nothing.

    Parameters
    ----------
    connection
        An open store; it is only read.
    brand_id
        A brand of the store.
    since, until
        None: no limit.
    made
        The day that the report says it was made on.
    source
        Whose sentiment is counted; pain points, strengths and alerts go by the specialist's all the same.
    """
    template = _environment().get_template("report.html")
    return template.render(
        figures=count(connection, brand_id, since, until, source),
        pain_points=find_pain_points(connection, brand_id, since, until),
        strengths=find_strengths(connection, brand_id, since, until),
        alerts=find_latest_alerts(connection, brand_id, since, until),
        provenance=find_provenance(connection, brand_id),
        definitions=Codebook.load("mmx").labels,
        made=made,
        source=source,
        ps=P_LABELS,
        parts=(OVERALL, *P_LABELS),
        sentiments=SENTIMENTS,
        charts=charts,
        words=words,
        wording=wording,
    )


def covered(connection: duckdb.DuckDBPyConnection, since: date | None, until: date | None) -> str:
    """Return the days that a report on such a period covers, in words: 3 Aug – 31 Oct 2026."""
    return words.period(find_period(connection, since, until))


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("pipeline.report", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "day": wording.day,
        "share": wording.share,
        "number": wording.number,
        "short": wording.clipped,
        "quote": lambda text: wording.clipped(text, _LONGEST_QUOTE),
    }
    return environment
