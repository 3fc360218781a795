"""What is given to the option --db: a file, or the address of a store elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path


def store_location(given: str) -> Path:
    """Return the path, or that which stands for an address; end the command where the address cannot be used."""
    from pipeline import remote_store
    from pipeline.errors import InputError

    try:
        return remote_store.store_location(given)
    except InputError as error:
        # Raised as it is, Typer would take it for an error of its own, and add the command's usage.
        print(f"mmx: {error}", file=sys.stderr)
        sys.exit(2)
