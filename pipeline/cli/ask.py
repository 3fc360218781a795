"""Commands that ask a store: painpoints, alerts, topics, export."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import Quiet, reporter, show, show_json
from pipeline.cli.store_option import store_location

Database = Annotated[
    Path,
    typer.Option(
        "--db",
        parser=store_location,
        help="The store, a DuckDB file made by `mmx run`, or where it is: `md:NAME`, `s3://…`, `https://…`.",
    ),
]
Since = Annotated[
    datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="First day, YYYY-MM-DD.")
]
Until = Annotated[
    datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="Last day, YYYY-MM-DD.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def register(app: typer.Typer) -> None:
    """Add this module's commands to the app."""
    app.command(
        epilog="Example: `mmx painpoints --db tweets.duckdb --brand 'Harrow & Pine' --since 2026-09-01`"
    )(painpoints)
    app.command(epilog="Example: `mmx alerts --db tweets.duckdb --brand 'Harrow & Pine'`")(alerts)
    app.command(epilog="Example: `mmx topics --db tweets.duckdb --brand 'Harrow & Pine' --p place`")(topics)
    app.command(
        epilog="Example: `mmx export --db tweets.duckdb -o place.csv --p place --sentiment negative`"
    )(export)
    app.command(
        epilog="Example: `mmx report --db tweets.duckdb --brand 'Harrow & Pine' --since 2026-08-01 -o report.html`"
    )(report)


def painpoints(
    db: Database,
    brand: Annotated[str, typer.Option(help="A brand's name, handle or id.")],
    since: Since = None,
    until: Until = None,
    top: Annotated[int, typer.Option(min=1, help="How many to show.")] = 10,
    strengths: Annotated[
        bool, typer.Option("--strengths", help="What customers praise, instead of what hurts.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Rank what hurts a brand: which topic, in which P, how negative against its other tweets and its rivals.

    With `--strengths` the mirror of it: what customers praise more than is usual.
    """
    from pipeline.export import find_brand
    from pipeline.pain_candidates import Sentiment, count_checked
    from pipeline.pain_wording import nothing_stands_out, sentence
    from pipeline.painpoints import rank, rank_strengths
    from pipeline.store import connect

    _check_period(since, until)
    sentiment: Sentiment = "positive" if strengths else "negative"
    ranked = rank_strengths if strengths else rank
    with connect(db) as connection:
        asked = find_brand(connection, brand), since and since.date(), until and until.date()
        found = ranked(connection, *asked, top)
        checked = count_checked(connection, *asked, sentiment)
    if as_json:
        _print_json(found.to_json(orient="records"))
    elif found.empty:
        show(nothing_stands_out(checked, sentiment))
    else:
        for row in found.to_dict("records"):
            show(f"{row['rank']}. {sentence(row, sentiment)}")
            if row["words"]:
                show(f"   Typical words: {', '.join(row['words'])}")


def alerts(
    db: Database,
    brand: Annotated[str, typer.Option(help="A brand's name, handle or id.")],
    since: Since = None,
    until: Until = None,
    as_json: AsJson = False,
) -> None:
    """List a brand's spikes, newest first: days with more tweets, or more negative ones, than its own past explains.

    Each with what drives it: the topics and words that are over-represented against before.
    """
    from pipeline.alerts import find_alerts, has_past
    from pipeline.export import find_brand
    from pipeline.pain_wording import alert_days, alert_drivers, alert_facts, alert_title, no_alerts
    from pipeline.store import connect

    _check_period(since, until)
    with connect(db) as connection:
        brand_id = find_brand(connection, brand)
        found = find_alerts(connection, brand_id, since and since.date(), until and until.date())
        past = has_past(connection, brand_id)
    if as_json:
        _print_json(found.to_json(orient="records", double_precision=15))
    elif found.empty:
        show(no_alerts(past=past))
    else:
        for row in found.to_dict("records"):
            show(f"{alert_days(row)} · {alert_title(row)}: {', '.join(alert_facts(row))}.")
            if row["topics"]:
                show(f"   Driven by {'; '.join(alert_drivers(row))}")
            if row["words"]:
                show(f"   Typical words: {', '.join(row['words'])}")


def topics(
    db: Database,
    brand: Annotated[str | None, typer.Option(help="A brand's name, handle or id.")] = None,
    p: Annotated[str | None, typer.Option("--p", help="product, place, price or promotion.")] = None,
    since: Since = None,
    until: Until = None,
    reduce_outliers: Annotated[
        bool, typer.Option("--reduce-outliers", help="Count tweets in no topic in the nearest one.")
    ] = False,
    label_with: Annotated[
        Path | None,
        typer.Option(
            "--label-with",
            help="A labelers' file (docs/labeling.md) with the language model that is to name the topics. Their "
            "keywords and some tweets are sent to it.",
            metavar="FILE",
        ),
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """List topics, largest first; with a brand and a P, those of a model fitted on just these tweets."""
    from pipeline.store import connect
    from pipeline.topic_lists import list_topics, wanted
    from pipeline.topic_naming import name_listed, name_store, read_namer

    _check_period(since, until)
    progress = reporter(quiet)
    namer = None if label_with is None else read_namer(label_with)
    with connect(db) as connection:
        fresh = wanted(connection, brand, p).zoomed_in
    if namer is not None and not fresh:
        name_store(db, namer, progress)
    with connect(db) as connection:
        asked = wanted(
            connection,
            brand,
            p,
            since and since.date(),
            until and until.date(),
            reduce_outliers=reduce_outliers,
        )
        found = list_topics(connection, asked, progress)
        if namer is not None and fresh:
            found = name_listed(connection, found, namer, progress)
    if as_json:
        _print_json(found.to_json(orient="records"))
    elif found.empty:
        show("Too few tweets that speak alike: no topic here; take a larger selection.")
    else:
        for row in found.to_dict("records"):
            about = f" · mostly {row['p']}" if isinstance(row["p"], str) else ""
            show(f"{row['size']:6,}  {row['label']}{about}")


def export(
    db: Database,
    output: Annotated[Path, typer.Option("--output", "-o", help="A .csv, .xlsx, .parquet or .jsonl file.")],
    brand: Annotated[
        list[str] | None, typer.Option(help="A brand's name, handle or id; may be repeated.")
    ] = None,
    p: Annotated[
        list[str] | None, typer.Option("--p", help="product, place, price, promotion; may be repeated.")
    ] = None,
    since: Since = None,
    until: Until = None,
    sentiment: Annotated[
        list[str] | None, typer.Option(help="negative, neutral or positive; may be repeated.")
    ] = None,
    raw_texts: Annotated[
        bool,
        typer.Option("--raw-texts", help="Leave texts in a CSV file as they are, also those like formulas."),
    ] = False,
    bom: Annotated[
        bool, typer.Option("--bom", help="Begin a CSV file with the mark by which Excel knows UTF-8.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Write a selection of classified tweets, with all that is known of each, to a file.

    In a CSV file a text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    from pipeline.export import Filters, check_format, select_tweets, write_relation
    from pipeline.store import connect

    check_format(output)
    _check_period(since, until)
    filters = Filters(brand or (), p or (), since and since.date(), until and until.date(), sentiment or ())
    with connect(db) as connection:
        selected = select_tweets(connection, filters)
        rows = write_relation(selected, output, raw_texts=raw_texts, byte_order_mark=bom)
    reporter(quiet).note(f"{rows:,} tweets written to {output}")


def report(
    db: Database,
    brand: Annotated[str, typer.Option(help="A brand's name, handle or id.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="An .html file.")],
    since: Since = None,
    until: Until = None,
    quiet: Quiet = False,
) -> None:
    """Write a brand's report: one page for any browser, to print or to send, that needs no network.

    It covers all tweets there are, or those between `--since` and `--until`. With `--since` it says how the figures
    changed on as many days before.
    """
    from datetime import UTC

    from pipeline.export import find_brand
    from pipeline.report import check_file, covered, render
    from pipeline.store import connect

    check_file(output)
    _check_period(since, until)
    days = since and since.date(), until and until.date()
    with connect(db) as connection:
        page = render(connection, find_brand(connection, brand), *days, datetime.now(UTC).date())
        period = covered(connection, *days)
    size = output.write_bytes(page.encode())
    reporter(quiet).note(f"report on {period} written to {output} ({size / 1000:,.0f} kB)")


def _check_period(since: datetime | None, until: datetime | None) -> None:
    from pipeline.errors import InputError

    if since and until and since > until:
        raise InputError(f"--since {since:%Y-%m-%d} is after --until {until:%Y-%m-%d}")


def _print_json(records: str) -> None:
    import json

    show_json(json.dumps(json.loads(records), ensure_ascii=False, indent=2))
