"""Starts the dashboard: Streamlit as a process of its own, on this machine's loopback address."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from pipeline import remote_store
from pipeline.errors import InputError


def serve(db: Path, port: int, *, open_browser: bool) -> None:
    """Serve the dashboard on a store until the user stops it.

    Raises
    ------
    InputError
        If something else listens on the port.
    OSError
        If the dashboard stops by itself.
    """
    check_port(port)
    environment = os.environ | {"MMX_DB": str(db.resolve())}
    if remote_store.is_link(db):
        environment["MMX_READ_ONLY"] = "1"
    print(f"Dashboard: http://localhost:{port}  (Ctrl+C stops it)", flush=True)
    process = subprocess.Popen(command(port, open_browser=open_browser), env=environment)
    try:
        process.wait()
    except KeyboardInterrupt:
        process.wait()
    if process.returncode not in (0, -2, 130):
        raise OSError(f"the dashboard stopped with exit code {process.returncode}")


def command(port: int, *, open_browser: bool) -> list[str]:
    """Return the command that serves the dashboard."""
    return [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(_app()),
        f"--server.port={port}",
        "--server.address=localhost",
        f"--server.headless={str(not open_browser).lower()}",
        "--server.showEmailPrompt=false",
        # The one line above the server's own says all that a user needs.
        "--logger.hideWelcomeMessage=true",
        "--logger.level=warning",
        "--browser.gatherUsageStats=false",
    ]


def _app() -> Path:
    spec = find_spec("dashboard")
    if spec is None or not spec.submodule_search_locations:
        raise InputError("the dashboard is not installed; install the package synthetic-specialist whole")
    return Path(spec.submodule_search_locations[0]) / "app.py"


def check_port(port: int) -> None:
    """Raise InputError if something else listens on the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise InputError(f"port {port} is taken; choose another with --port") from error
