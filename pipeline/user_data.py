"""Where the program keeps files of its own: the user's data folder."""

from __future__ import annotations

from pathlib import Path


def user_data() -> Path:
    """Return the folder; whoever writes into it makes it first."""
    from platformdirs import user_data_path

    return user_data_path("synthetic-specialist", appauthor=False)
