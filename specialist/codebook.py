"""A codebook: the labels that a specialist gives, with their definitions, as data."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from specialist.errors import SpecialistError

_FOLDER = Path(__file__).parent / "codebooks"


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
            If there is no such file or it lacks a field.
        """
        path = _FOLDER / f"{name}.toml"
        if not path.is_file():
            path = Path(name)
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise SpecialistError(f"there is no codebook {name}") from error
        except tomllib.TOMLDecodeError as error:
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
        return codebook
