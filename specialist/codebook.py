"""A codebook: the labels that a specialist gives, with their definitions, as data."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from specialist.errors import SpecialistError

_FOLDER = Path(__file__).parent / "codebooks"
# Ids are names of columns, of a network's parts and of fields in labelers' answers.
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
# Other columns of labelled texts and votes, and the number of a tweet in an answer.
_TAKEN = frozenset({"id", "text", "labeler", "disagreement", "n"})


@dataclass(frozen=True)
class Label:
    """One label: its id in tables, its title and definition for people, its colour and Material Symbols icon."""

    id: str
    title: str
    definition: str
    example: str
    color: str
    icon: str


@dataclass(frozen=True)
class Codebook:
    """The labels of one question.

    Attributes
    ----------
    kind
        "multilabel": a text has any number of the labels; "single": exactly one.
    prompt
        What labelers are asked, with `{definitions}` where the labels' definitions go.
    """

    id: str
    title: str
    kind: Literal["multilabel", "single"]
    labels: tuple[Label, ...]
    none: str
    prompt: str

    @property
    def label_ids(self) -> tuple[str, ...]:
        """Return the labels' ids in the codebook's order."""
        return tuple(label.id for label in self.labels)

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns of labels in tables: one for each label, or for a single codebook one, its id."""
        return (self.id,) if self.kind == "single" else self.label_ids

    @classmethod
    def load(cls, name: str | Path) -> Codebook:
        """Read a codebook: "mmx" and "sentiment" are in the package, anything else is a TOML file.

        Raises
        ------
        SpecialistError
            If there is no such file, it lacks a field, or its ids cannot be used.
        """
        path = _FOLDER / f"{name}.toml"
        if not path.is_file():
            path = Path(name)
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise SpecialistError(f"there is no codebook {name}") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SpecialistError(f"the codebook {path} is not valid TOML: {error}") from error
        return cls.from_dict(content, str(path))

    @classmethod
    def from_dict(cls, content: dict[str, Any], source: str) -> Codebook:
        """Build a codebook from the tables of its TOML file; `source` names it in errors."""
        try:
            codebook = cls(
                id=content["id"],
                title=content["title"],
                kind=content["kind"],
                labels=tuple(Label(**label) for label in content["labels"]),
                none=content["none"],
                prompt=content["prompt"],
            )
        except (KeyError, TypeError) as error:
            raise SpecialistError(
                f"the codebook {source} lacks a field or has one too many: {error}"
            ) from error
        if codebook.kind not in ("multilabel", "single"):
            raise SpecialistError(
                f'the codebook {source} has kind "{codebook.kind}"; use multilabel or single'
            )
        _check_ids(codebook, source)
        return codebook


def check_together(codebooks: Sequence[Codebook]) -> None:
    """Raise a SpecialistError if codebooks cannot be answered by one specialist, as they name the same thing alike."""
    names = [name for book in codebooks for name in {*book.label_ids, *book.columns}]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise SpecialistError(f"two codebooks name {twice}; one specialist cannot answer both")


def _check_ids(codebook: Codebook, source: str) -> None:
    for name in (codebook.id, *codebook.label_ids):
        if not isinstance(name, str) or not _ID.fullmatch(name) or name in _TAKEN:
            raise SpecialistError(
                f'the codebook {source} has the id "{name}"; an id begins with a letter, holds letters, digits and _, '
                f"and is none of {', '.join(sorted(_TAKEN))}"
            )
    if len(set(codebook.label_ids)) < len(codebook.labels):
        raise SpecialistError(f"the codebook {source} has two labels of the same id")
    fewest = 2 if codebook.kind == "single" else 1
    if len(codebook.labels) < fewest:
        raise SpecialistError(f"the codebook {source} needs at least {fewest} labels")
