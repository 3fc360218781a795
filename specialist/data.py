"""Labelled texts: a table of texts with the labels of one or more codebooks."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from specialist.codebook import Codebook
from specialist.errors import SpecialistError
from specialist.preprocess import preprocess


@dataclass(frozen=True)
class Labelled:
    """n texts with their labels.

    Attributes
    ----------
    texts
        n preprocessed texts.
    labels
        For each codebook's id a float32 array of shape (n, labels) of 0 and 1; a row of NaN where the text has
        no label for that codebook.
    """

    texts: list[str]
    labels: dict[str, np.ndarray]

    def take(self, rows: np.ndarray) -> Labelled:
        """Return the texts at these positions."""
        return Labelled([self.texts[row] for row in rows], {name: y[rows] for name, y in self.labels.items()})

    @classmethod
    def together(cls, parts: Sequence[Labelled]) -> Labelled:
        """Return the texts of several parts, labelled by the same codebooks, one after the other."""
        return cls(
            [text for part in parts for text in part.texts],
            {name: np.concatenate([part.labels[name] for part in parts]) for name in parts[0].labels},
        )

    def __len__(self) -> int:
        return len(self.texts)

    def has_labels(self) -> np.ndarray:
        """Return which texts have labels for at least one codebook: bool array of shape (n,)."""
        known = [~np.isnan(y).any(axis=1) for y in self.labels.values()]
        return np.logical_or.reduce(known) if known else np.zeros(len(self), dtype=bool)

    def sha256(self) -> str:
        """Return a hash of texts and labels, independent of their order."""
        lines = sorted(
            text + "".join(f"\t{name}={y[row].tolist()}" for name, y in sorted(self.labels.items()))
            for row, text in enumerate(self.texts)
        )
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def read_labelled(
    source: Path | pd.DataFrame, codebooks: Sequence[Codebook], handles: Collection[str] = frozenset()
) -> Labelled:
    """Read labelled texts from a CSV file or a table.

    There must be a column `text`; for a multilabel codebook a column of 0 and 1 for each label, for a single
    one a column named after the codebook that holds a label's id. An empty cell means "not labelled".

    Parameters
    ----------
    handles
        Brands' handles, which preprocessing keeps.

    Raises
    ------
    SpecialistError
        If the file or a column is missing, or a cell is no label.
    """
    table = read_table(source) if isinstance(source, Path) else source
    if "text" not in table.columns:
        raise SpecialistError(f"no column text; there are {', '.join(map(str, table.columns))}")
    if table.empty:
        raise SpecialistError("there are no labelled rows")
    texts = [preprocess(text, handles) for text in table["text"].fillna("").astype(str)]
    return Labelled(texts, {codebook.id: _labels(table, codebook) for codebook in codebooks})


def present(source: Path | pd.DataFrame, codebooks: Sequence[Codebook]) -> list[Codebook]:
    """Return those codebooks whose columns a labelled file has."""
    table = read_table(source) if isinstance(source, Path) else source
    return [codebook for codebook in codebooks if set(codebook.columns) <= set(table.columns)]


def read_table(path: Path) -> pd.DataFrame:
    """Read a CSV file into a table of text cells; empty cells are missing.

    Raises
    ------
    SpecialistError
        If it cannot be read or has no rows.
    """
    try:
        table = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig").replace("", None)
    except OSError as error:
        raise SpecialistError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, pd.errors.ParserError) as error:
        raise SpecialistError(f"{path} is not a readable CSV file: {str(error).splitlines()[0]}") from error
    if table.empty:
        raise SpecialistError(f"{path} has no rows")
    return table


def _labels(table: pd.DataFrame, codebook: Codebook) -> np.ndarray:
    missing = [name for name in codebook.columns if name not in table.columns]
    if missing:
        raise SpecialistError(f"no column {', '.join(missing)}, which the codebook {codebook.id} needs")
    if codebook.kind == "single":
        found = table[codebook.id]
        values = np.stack(
            [(found == label).to_numpy(dtype=np.float32) for label in codebook.label_ids], axis=1
        )
        unlabelled = found.isna().to_numpy()
        _refuse(found[~unlabelled & (values.sum(1) == 0)], codebook)
    else:
        cells = table[list(codebook.label_ids)]
        numbers = cells.apply(pd.to_numeric, errors="coerce")
        wrong = cells.notna() & ~numbers.isin([0, 1])
        _refuse(
            cells[wrong].stack().dropna() if wrong.to_numpy().any() else pd.Series(dtype="object"), codebook
        )
        values = numbers.to_numpy(dtype=np.float32, copy=True)
        unlabelled = np.isnan(values).any(axis=1)
    values[unlabelled] = np.nan
    return values


def _refuse(wrong: pd.Series, codebook: Codebook) -> None:
    if not wrong.empty:
        raise SpecialistError(
            f'"{wrong.iloc[0]}" is no label of the codebook {codebook.id} ({len(wrong)} such cells)'
        )
