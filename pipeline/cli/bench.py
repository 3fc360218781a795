"""The command that measures: bench."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import Quiet, reporter
from pipeline.cli.process import Delimiter, SpecialistName, TextColumn


def register(app: typer.Typer) -> None:
    """Add this module's command to the app."""
    app.command(epilog="Example: `mmx bench --watts 45 --price-per-kwh 0.35 --country DEU --plain`")(bench)


def bench(
    source: Annotated[
        Path | None,
        typer.Argument(help="A file of tweets; by default the demo's.", metavar="INPUT"),
    ] = None,
    specialist: SpecialistName = "default",
    tweets: Annotated[int, typer.Option(min=1, help="Classify at most so many different tweets.")] = 1000,
    plain: Annotated[
        bool,
        typer.Option("--plain", help="Measure the plain transformers loop in fp32, too, padded in two ways."),
    ] = False,
    watts: Annotated[
        float, typer.Option(min=0.1, help="What your machine draws at work; a laptop about 60.")
    ] = 60.0,
    price_per_kwh: Annotated[
        float, typer.Option(min=0, help="Dollars for a kilowatt-hour; a round figure by default.")
    ] = 0.3,
    machine_price: Annotated[
        float | None,
        typer.Option(
            min=0, help="Dollars for an hour of a rented machine; then --watts does not count for cost."
        ),
    ] = None,
    country: Annotated[
        str, typer.Option(help="Whose electricity counts for CO2: a code of three letters, such as DEU.")
    ] = "USA",
    labelers: Annotated[
        Path | None,
        typer.Option(
            help="Measure these labelers instead of quoting published figures; see docs/labeling.md."
        ),
    ] = None,
    label_tweets: Annotated[int, typer.Option(min=1, help="Tweets that each labeler is asked about.")] = 40,
    budget: Annotated[float, typer.Option(min=0, help="Dollars that the labelers may cost.")] = 0.25,
    text_column: TextColumn = None,
    delimiter: Delimiter = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of Markdown.")] = False,
    quiet: Quiet = False,
) -> None:
    """Measure on this machine what the specialist takes: tweets per second, dollars, energy and CO2 a tweet.

    Beside it stands a large language model behind an API, and the ratios. The dashboard's page About shows the last
    result. No figure leaves the machine; without --labelers nothing is sent.
    """
    from pipeline import bench as measuring
    from pipeline.demo import TWEETS
    from pipeline.efficiency_table import markdown
    from pipeline.ingest import ColumnNames
    from pipeline.label_input import read_label_input

    found = read_label_input(source or TWEETS, ColumnNames(text=text_column), delimiter)
    texts = list(dict.fromkeys(found.tweets.values()))
    progress = reporter(quiet)
    report = measuring.bench(
        texts[:: max(1, len(texts) // tweets)][:tweets],
        source.name if source else "the demo's",
        specialist,
        measuring.Prices(watts, price_per_kwh, machine_price, country.upper()),
        plain,
        measuring.GenAI(labelers, label_tweets, budget) if labelers else None,
        progress,
    )
    report.keep()
    print(report.to_json() if as_json else markdown(report))
