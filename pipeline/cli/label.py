"""Commands that make labels with large language models: label, vote."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import Quiet, reporter, show, show_json
from pipeline.cli.process import Delimiter, IdColumn, TextColumn
from specialist.ties import Ties

if TYPE_CHECKING:
    import pandas as pd

    from specialist.codebook import Codebook
    from specialist.labeling.estimate import Estimate
    from specialist.labeling.labeler_run import Report


def register(app: typer.Typer) -> None:
    """Add this module's commands to the app."""
    app.command(
        epilog="Example: `mmx label tweets.csv --labelers labelers.toml -o votes.csv --budget 5 --dry-run`"
    )(label)
    app.command(epilog="Example: `mmx vote votes.csv -o labelled.csv --review disputed.csv`")(vote)


def label(
    source: Annotated[
        Path, typer.Argument(help="A CSV, JSON lines, Parquet or X API v2 JSON file.", metavar="INPUT")
    ],
    labelers: Annotated[
        Path, typer.Option(help="A TOML file that describes the labelers; see docs/labeling.md.")
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="The CSV of votes; by default INPUT's name with .votes.csv.",
            metavar="VOTES",
        ),
    ] = None,
    codebook: Annotated[str, typer.Option(help="mmx, sentiment or a TOML file.")] = "mmx",
    budget: Annotated[
        float | None, typer.Option(min=0, help="Dollars that all runs for this output together may cost.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Estimate tokens and cost; send nothing, write nothing.")
    ] = False,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Ask again about tweets that failed in an earlier run.")
    ] = False,
    text_column: TextColumn = None,
    id_column: IdColumn = None,
    delimiter: Delimiter = None,
    quiet: Quiet = False,
) -> None:
    """Let several large language models label tweets with a codebook; `mmx vote` then counts their votes.

    Every answer is kept as it arrives: an interrupted run goes on without paying twice.
    """
    from pipeline.errors import InputError
    from pipeline.ingest import ColumnNames
    from pipeline.label_input import read_label_input
    from specialist.codebook import Codebook
    from specialist.labeling.labelers import read_labelers
    from specialist.labeling.run import Labelling

    team = read_labelers(labelers)
    book = Codebook.load(codebook)
    output = output or source.with_suffix(".votes.csv")
    _check_output(output)
    journal = output.with_name(output.name + ".journal")
    if output.exists() and not journal.exists():
        raise InputError(f"{output} exists and was not made by mmx label; choose another name")
    found = read_label_input(source, ColumnNames(text=text_column, tweet_id=id_column), delimiter)
    work = Labelling(found.tweets, book, team, journal, retry_failed)
    estimates = work.estimates()
    spent_before = work.spent()
    about = [*found.lines(), *_estimate_lines(estimates), *_warnings(estimates, spent_before, budget)]
    if dry_run:
        show("\n".join(about))
        return
    progress = reporter(quiet)
    for line in about:
        progress.note(line)
    with progress.stage("Label", sum(estimate.texts for estimate in estimates)) as advance:
        outcome = work.run(
            float("inf") if budget is None else budget, advance, on_interrupt=_say_what_is_awaited
        )
    _write(outcome.votes, output)
    failures = output.with_name(output.stem + ".failed.csv")
    failures.unlink(missing_ok=True)
    for report in outcome.reports:
        progress.note(_report_line(report))
    progress.note(_total_line(outcome.reports, spent_before, budget))
    progress.note(f"{len(outcome.votes):,} votes written to {output}; try: mmx vote {output} -o labelled.csv")
    if not outcome.failed.empty:
        _write(outcome.failed, failures)
        _say(
            f"{len(outcome.failed):,} votes are missing for good (--retry-failed asks again); see {failures}"
        )
    _end_if_unfinished(outcome.reports, budget)


def vote(
    votes: Annotated[
        list[Path],
        typer.Argument(help="CSV files of votes: id, labeler, the labels' columns.", metavar="VOTES…"),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The CSV of labelled tweets, for `mmx train`.")
    ],
    texts: Annotated[
        Path | None,
        typer.Option(help="A file with the tweets' ids and texts, if the votes have no column text."),
    ] = None,
    review: Annotated[
        Path | None,
        typer.Option(help="A CSV to write of the tweets on which labelers disagree, the worst first."),
    ] = None,
    ties: Annotated[
        Ties,
        typer.Option(
            help="What decides a tie: trusted, first, negative, positive or empty; see docs/labeling.md."
        ),
    ] = Ties.TRUSTED,
    min_votes: Annotated[
        int | None,
        typer.Option(min=1, help="Votes that a tweet needs; by default half of the labelers, rounded up."),
    ] = None,
    codebook: Annotated[
        list[str] | None,
        typer.Option(help="mmx, sentiment or a TOML file; by default those whose columns are there."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the report as JSON instead of Markdown.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Let the majority of labelers decide, and report how far they agree: Krippendorff's alpha, 95 % intervals.

    Several files are counted together: further labelers, or votes on another codebook about the same tweets.
    """
    from specialist.vote_count import count_votes, labelled_table, review_table
    from specialist.voting import read_votes

    _check_output(output, review, *votes)
    if review is not None:
        _check_output(review, output, *votes)
    table = read_votes(votes)
    counts = [count_votes(table, book, ties, min_votes) for book in _codebooks(codebook, table)]
    known = _texts(table, texts)
    progress = reporter(quiet)
    labelled = labelled_table(counts, known)
    _write(labelled, output)
    if review is not None:
        disputed = review_table(counts, known)
        _write(disputed, review)
        progress.note(f"{len(disputed):,} disputed tweets written to {review}")
    if as_json:
        import json

        show_json(json.dumps([count.agreement.to_dict() for count in counts], ensure_ascii=False, indent=2))
    else:
        show("\n\n".join(count.agreement.to_markdown() for count in counts))
    for count in counts:
        title = count.agreement.votes.codebook.title
        progress.note(
            f"{title}: {count.ties:,} tweets had a tie ({ties}), {count.unlabelled:,} stay unlabelled"
        )
    progress.note(f"{len(labelled):,} labelled tweets written to {output}")
    if not known:
        progress.note("The labelled tweets have no texts; for `mmx train` add --texts FILE.")


def _check_output(output: Path, *others: Path | None) -> None:
    """Refuse an output that cannot be written, or that is one of the other files."""
    from pipeline.errors import InputError

    if output.suffix.lower() != ".csv":
        raise InputError(f"cannot write {output.name}: the name must end in .csv")
    if not output.absolute().parent.is_dir():
        raise InputError(f"the folder {output.parent} does not exist")
    if output.absolute() in {other.absolute() for other in others if other}:
        raise InputError(f"{output} is named twice; each file needs a name of its own")


def _write(table: pd.DataFrame, output: Path) -> None:
    """Write a table as CSV; the file appears as a whole when all is written."""
    unfinished = output.with_name(f".{output.name}.unfinished")
    try:
        table.to_csv(unfinished, index=False)
        unfinished.replace(output)
    finally:
        unfinished.unlink(missing_ok=True)


def _say(message: str) -> None:
    """Tell what must not be missed, even with --quiet."""
    print(f"mmx: {' '.join(message.split())}", file=sys.stderr)


def _say_what_is_awaited() -> None:
    _say("waiting for the answers under way, which are paid for; Ctrl-C again does not wait")


def _codebooks(names: list[str] | None, table: pd.DataFrame) -> list[Codebook]:
    from pipeline.errors import InputError
    from specialist.codebook import Codebook
    from specialist.data import present

    if names:
        return [Codebook.load(name) for name in names]
    found = present(table, [Codebook.load("mmx"), Codebook.load("sentiment")])
    if not found:
        raise InputError(
            "the votes have neither the columns product, place, price, promotion nor sentiment; name a --codebook"
        )
    return found


def _texts(table: pd.DataFrame, source: Path | None) -> dict[str, str]:
    """Return the tweets' texts by id: from a file of tweets, else from the votes, where they have them."""
    from pipeline.ingest import ColumnNames
    from pipeline.label_input import read_label_input

    if source is not None:
        return read_label_input(source, ColumnNames(), None).tweets
    if "text" not in table.columns:
        return {}
    known = table.dropna(subset=["text"]).drop_duplicates("id")
    return dict(zip(known["id"], known["text"], strict=True))


def _estimate_lines(estimates: list[Estimate]) -> list[str]:
    lines = [
        f"{one.labeler}: {one.texts:,} texts in {one.requests:,} requests, about {one.tokens_in:,} tokens in and"
        f" {one.tokens_out:,} out: about ${one.cost:,.4f}, at most ${one.most:,.4f}"
        for one in estimates
    ]
    cost, most = sum(one.cost for one in estimates), sum(one.most for one in estimates)
    return [*lines, f"Together about ${cost:,.4f}, at most ${most:,.4f} if no request must be repeated"]


def _warnings(estimates: list[Estimate], spent: float, budget: float | None) -> list[str]:
    expected = sum(one.cost for one in estimates)
    lines = [f"${spent:,.4f} spent in earlier runs"] if spent else []
    if budget is not None and spent + expected > budget:
        left = max(0.0, budget - spent)
        lines.append(
            f"Of the budget ${left:,.4f} is left, which is too little: labelling will stop before the end"
        )
    if len(estimates) < 3:
        lines.append("With fewer than three labelers there may be no majority")
    return lines


def _report_line(report: Report) -> str:
    parts = [f"{report.labeler}: {report.labelled:,} texts labelled"]
    parts += [f"{report.kept:,} from earlier runs"] if report.kept else []
    parts += [f"{report.failed:,} failed"] if report.failed else []
    parts += [f"{report.waiting:,} not done"] if report.waiting else []
    unusable = f" ({report.unusable:,} of no use)" if report.unusable else ""
    parts.append(f"{report.requests:,} requests{unusable}")
    parts.append(f"{report.tokens_in:,} tokens in, {report.tokens_out:,} out")
    unknown = (
        f" ({report.unknown:,} requests counted at their most)" if report.unknown and report.cost else ""
    )
    parts.append(f"${report.cost:,.4f}{unknown}")
    parts.append(f"{report.tweets_per_second:,.1f} tweets/s")
    return " · ".join(parts)


def _total_line(reports: list[Report], spent_before: float, budget: float | None) -> str:
    requests, cost = sum(report.requests for report in reports), sum(report.cost for report in reports)
    spent = spent_before + cost
    parts = [f"Together: {requests:,} requests", f"${cost:,.4f}"]
    parts += [f"${spent:,.4f} in all runs"] if spent_before else []
    parts += [f"${max(0.0, budget - spent):,.4f} of the budget left"] if budget is not None else []
    return " · ".join(parts)


def _end_if_unfinished(reports: list[Report], budget: float | None) -> None:
    stopped = [report for report in reports if report.stopped is not None and report.waiting]
    for report in stopped:
        _say(f"{report.labeler} stopped with {report.waiting:,} texts to go: {report.stopped}")
    if not stopped:
        return
    if any(report.budget_reached for report in stopped):
        _say(f"the same command with a budget above ${budget:g} goes on from here")
    if any(not report.budget_reached for report in stopped):
        _say("the same command goes on from here")
    raise typer.Exit(1)
