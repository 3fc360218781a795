"""What whoever looks at the dashboard may do."""

from __future__ import annotations

import os


def read_only() -> bool:
    """Return whether nothing may be changed from the dashboard: MMX_READ_ONLY is 1."""
    return os.environ.get("MMX_READ_ONLY") == "1"
