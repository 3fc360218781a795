"""A real Chromium on the demo's dashboard."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error, Page, Playwright, expect, sync_playwright

from pipeline.serve import command

ARGUMENTS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
PATIENCE = 60_000  # ms; a page takes a second, but a busy machine may take its time
expect.set_options(timeout=PATIENCE)
Serve = Callable[[Path, Path], AbstractContextManager[str]]
Start = Callable[..., AbstractContextManager[str]]
Accessible = Callable[[Page, str], None]
# What fades in is pale at first; what turns for ever is not waited for.
ANIMATED = """() => Promise.allSettled(document.getAnimations()
    .filter(one => one.effect.getComputedTiming().endTime !== Infinity).map(one => one.finished))"""
COMPLAINT = re.compile(r"warning|error|traceback|deprecat", re.IGNORECASE)
HOW_TO = (
    "no Chromium: install one (Debian and Ubuntu: sudo apt-get install chromium; "
    "else: .venv/bin/playwright install chromium) and run make test again"
)


# Not for the whole session: Playwright keeps an event loop running, beside which others cannot run theirs.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium, else Playwright's own, else Debian's package; skipped only where none can be had."""
    with sync_playwright() as playwright:
        found = (
            _of_the_system(playwright)
            or _of_playwright(playwright)
            or (_from_debian() and _of_the_system(playwright))
        )
        if not found:
            if os.environ.get("BROWSER_TESTS") == "required":
                pytest.fail(HOW_TO)
            pytest.skip(HOW_TO)
        yield found
        found.close()


def _of_the_system(playwright: Playwright) -> Browser | None:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    return playwright.chromium.launch(executable_path=path, args=ARGUMENTS) if path else None


def _of_playwright(playwright: Playwright) -> Browser | None:
    subprocess.run(
        [sys.executable, "-m", "playwright", "install", "chromium"],
        capture_output=True,
        timeout=300,
        check=False,
    )
    try:
        return playwright.chromium.launch(args=ARGUMENTS)
    except Error:
        return None


def _from_debian() -> bool:
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return False
    for arguments in (["update"], ["install", "-y", "chromium"]):
        done = subprocess.run(["apt-get", "-qq", *arguments], capture_output=True, check=False)
    return done.returncode == 0


@pytest.fixture(scope="session")
def server(demo_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a dashboard on the demo's store; what the server logs must hold no warning."""
    with serving(demo_store, tmp_path_factory.mktemp("server") / "log.txt") as address:
        yield address


@contextmanager
def running(
    port: int, environment: dict[str, str], log: Path, *, folder: Path | None = None, below: str = ""
) -> Iterator[str]:
    """A dashboard in a process of its own, started in a folder, served below a path; its address."""
    address = f"http://localhost:{port}{below}"
    with log.open("w") as handle:
        process = subprocess.Popen(
            command(port, open_browser=False),
            env=os.environ | environment,
            cwd=folder,
            stdout=handle,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_for(f"{address}/_stcore/health", log)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=20)


@contextmanager
def serving(db: Path, log: Path) -> Iterator[str]:
    """A dashboard on a store, on a port that was free, whose log must hold no complaint; its address."""
    with running(_free_port(), {"MMX_DB": str(db)}, log) as address:
        yield address
    complaints = [line for line in log.read_text().splitlines() if COMPLAINT.search(line)]
    assert not complaints, f"the dashboard's log has: {complaints}"


@pytest.fixture(scope="session")
def start() -> Start:
    """What starts a dashboard with settings of a test's own; see `running`."""
    return running


@pytest.fixture(scope="module")
def port() -> int:
    """A port that was free."""
    return _free_port()


@pytest.fixture(scope="session")
def serve() -> Serve:
    """What starts a dashboard on a store of a test's own; see `serving`."""
    return serving


@pytest.fixture(scope="session")
def accessible() -> Accessible:
    """What fails where axe finds a serious or critical violation in a page as it is drawn now."""
    axe = Axe()

    def check(page: Page, view: str) -> None:
        # What is disabled need not be legible (WCAG 1.4.3), but axe does not see whose label "Compared with" is.
        # Chromium and Firefox let the keys scroll whatever scrolls, so that tables need nothing to focus in them.
        disabled = ".st-key-against:has([aria-disabled=true], :disabled)"
        rules = {"scrollable-region-focusable": {"enabled": False}}
        page.evaluate(ANIMATED)
        found = axe.run(page, {"exclude": [[disabled]]}, {"resultTypes": ["violations"], "rules": rules})
        serious = [
            f"{violation['id']}: {node['html'][:200]} ({node['failureSummary']})"
            for violation in found.response["violations"]
            if violation["impact"] in ("serious", "critical")
            for node in violation["nodes"]
        ]
        assert not serious, f"{view}: " + "\n".join(serious)

    return check


def _wait_for(address: str, log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"the dashboard did not answer: {log.read_text()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    """A fresh window of 1440 by 900 pixels; a script of the page that fails fails the test."""
    context = browser.new_context(
        base_url=server, viewport={"width": 1440, "height": 900}, accept_downloads=True
    )
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert not errors, f"the page's scripts failed: {errors}"
