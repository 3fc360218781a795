"""Writes docs/commands.md from the help of the commands themselves; run it when one changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from pipeline.cli import app

PAGE = Path(__file__).with_name("commands.md")
INTRODUCTION = """# Commands

What `mmx COMMAND --help` says, written by `python docs/commands.py`.

Exit codes: 0 success; 2 bad input (one line on stderr says what and what to do); 1 the machine failed (disk, memory,
permission); 130 interrupted. Progress goes to stderr, results to stdout; `--quiet` drops the progress.
"""


def page() -> str:
    """Return the page's Markdown."""
    commands = dict(_commands(get_command(app)))
    return "\n".join([INTRODUCTION, *(_section(name, commands[name]) for name in sorted(commands))])


def _commands(group: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield a group's commands, and those of the groups in it, by the words that call them."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, f"{prefix}{name} ")
        else:
            yield prefix + name, command


def _section(name: str, command: Any) -> str:
    arguments = [parameter for parameter in command.params if parameter.param_type_name == "argument"]
    usage = " ".join(["mmx", name, *(parameter.metavar for parameter in arguments), "[OPTIONS]"])
    rows = [_row(parameter) for parameter in command.params]
    return "\n".join(
        [
            f"## mmx {name}",
            "",
            f"`{usage}`",
            "",
            *(" ".join(paragraph.split()) + "\n" for paragraph in command.help.split("\n\n")),
            "| | |",
            "|---|---|",
            *rows,
            "",
            command.epilog,
            "",
        ]
    )


def _row(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        names = f"`{parameter.metavar}`"
    else:
        names = ", ".join(f"`{name}`" for name in parameter.opts)
    text = parameter.help
    if parameter.required:
        text += " Required."
    elif parameter.default not in (None, False, 0, ()):
        default = str(getattr(parameter.default, "value", parameter.default))
        text += "" if default in text else f" By default {default}."
    return f"| {names} | {text} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
