"""The `mmx` command: a thin skin over the packages' Python functions."""

from __future__ import annotations

import sys

import typer

from pipeline.cli import ask, bench, corrections, label, model, privacy, process, serve

_INTERRUPTED = 130

app = typer.Typer(
    name="mmx",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Sort tweets that mention brands into the four Ps, find what hurts, and show it in a dashboard.",
    epilog="Start with: `mmx demo`",
)
for module in (serve, process, ask, corrections, label, model, bench, privacy):
    module.register(app)


def main() -> None:
    """Run the command line; report what the user can mend as one line on stderr.

    Exit codes: 0 success, 1 the machine failed (disk, memory, permission), 2 bad input, 130 interrupted.
    """
    try:
        app()
    except ValueError as error:
        if not _is_about_input(error):
            raise
        _fail(str(error), 2)
    except OSError as error:
        _fail(str(error), 1)
    except SystemExit as ended:
        # What Typer makes of Ctrl-C, without a word.
        if ended.code == _INTERRUPTED:
            _fail(
                "interrupted; mmx run, label and train go on from here when they are started again",
                _INTERRUPTED,
            )
        raise
    except Exception as error:
        # DuckDB reports a full disk or a file that vanished by errors of its own.
        if not type(error).__module__.startswith(("duckdb", "_duckdb")):
            raise
        _fail(f"the store failed: {str(error).splitlines()[0]}", 1)


def _is_about_input(error: ValueError) -> bool:
    from pipeline.errors import InputError
    from specialist.errors import SpecialistError

    return isinstance(error, InputError | SpecialistError)


def _fail(message: str, code: int) -> None:
    from pipeline.readers.printing import for_terminal

    one_line = for_terminal(" ".join(message.split()))
    print(f"mmx: {one_line}", file=sys.stderr)
    sys.exit(code)
