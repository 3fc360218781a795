"""The command that forgets tweets: forget."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from pipeline.cli.ask import Database
from pipeline.cli.console import Quiet, reporter


def register(app: typer.Typer) -> None:
    """Add this module's commands to the app."""
    app.command(epilog="Example: `mmx forget --db tweets.duckdb --author @jane_doe`")(forget)


def forget(
    db: Database,
    author: Annotated[
        list[str] | None, typer.Option(help="A user's name; for several, give it several times.")
    ] = None,
    tweet: Annotated[
        list[str] | None, typer.Option(help="A tweet's id; for several, give it several times.")
    ] = None,
    before: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="All tweets from before this day, YYYY-MM-DD."),
    ] = None,
    older_than: Annotated[
        int | None, typer.Option(min=1, help="All tweets older than so many days.", metavar="DAYS")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how many tweets it would be.")] = False,
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for a run on this store to end.")] = 0,
    quiet: Quiet = False,
) -> None:
    """Remove a person's tweets, single tweets or old ones for good: from the store, its kept copy and corrections.

    What was made from them (topics, pain points, alerts) is made anew. A forgotten user's or single tweet is not taken
    in again by later runs; old tweets are, if a file has them. Your own input and exported files stay as they are.
    """
    from pipeline.errors import InputError
    from pipeline.forget import Request, count
    from pipeline.forget import forget as forget_tweets

    if before and older_than:
        raise InputError("give either --before or --older-than")
    if older_than:
        before = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=older_than)
    request = Request(author or [], tweet or [], before)
    progress = reporter(quiet)
    if dry_run:
        typer.echo(f"{count(db, request):,} tweets of {db} would be forgotten.")
        return
    done = forget_tweets(db, request, progress, wait=wait)
    progress.note(f"{done.tweets:,} tweets and {done.corrections:,} corrections forgotten in {db}.")
