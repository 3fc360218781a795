"""What the pages offer to take away, for tests that take it."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from streamlit.runtime.media_file_manager import MediaFileManager

Offers = dict[str, Callable[[], bytes]]


def recorded(monkeypatch: pytest.MonkeyPatch) -> Offers:
    """Return what each file would hold that a page offers from now on, by its name; a page offers anew on each run."""
    files: Offers = {}
    add = MediaFileManager.add_deferred

    def record(self: MediaFileManager, build: Callable[[], bytes], *args: str, **named: str) -> str:
        files[named["file_name"]] = build
        return add(self, build, *args, **named)

    monkeypatch.setattr(MediaFileManager, "add_deferred", record)
    return files


def read(name: str, content: bytes) -> pd.DataFrame:
    """Return the table in a file."""
    file, suffix = io.BytesIO(content), Path(name).suffix
    if suffix == ".csv":
        return pd.read_csv(file, encoding="utf-8-sig")
    return pd.read_excel(file) if suffix == ".xlsx" else pd.read_parquet(file)
