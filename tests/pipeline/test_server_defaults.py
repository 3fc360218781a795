"""What the dashboard's server does unless somebody says otherwise, from whatever folder it is started."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from setuptools import Distribution

from pipeline.serve import command

ROOT = Path(__file__).parents[2]
# What `streamlit run` does with its arguments before it serves, and what comes of it.
EFFECTIVE = """
import json, sys
from streamlit import config
from streamlit.web import bootstrap
config._main_script_path = sys.argv[1]
flags = dict(argument.removeprefix("--").replace(".", "_", 1).split("=", 1) for argument in sys.argv[2:])
bootstrap.load_config_options({name: {"true": True, "false": False}.get(value, value) for name, value in flags.items()})
names = ["server.address", "server.enableXsrfProtection", "server.enableCORS", "server.maxUploadSize",
         "browser.gatherUsageStats", "server.fileWatcherType"]
print(json.dumps({name: config.get_option(name) for name in names}))
"""
CARELESS = """
[server]
address = "0.0.0.0"
enableXsrfProtection = false
maxUploadSize = 100000
[browser]
gatherUsageStats = true
"""


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder, also the home folder, where settings for other Streamlit apps lie."""
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "config.toml").write_text(CARELESS)
    return tmp_path


def test_settings_for_other_apps_do_not_open_the_dashboard(elsewhere: Path) -> None:
    _, _, _, _, app, *flags = command(8599, open_browser=False)
    done = subprocess.run(
        [sys.executable, "-c", EFFECTIVE, app, *flags],
        cwd=elsewhere,
        env={"HOME": str(elsewhere), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "server.address": "localhost",
        "server.enableXsrfProtection": True,
        "server.enableCORS": True,
        "server.maxUploadSize": 200,
        "browser.gatherUsageStats": False,
        "server.fileWatcherType": "none",
    }


def test_the_installed_package_has_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "dashboard", tmp_path / "dashboard", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(tmp_path)
    package = Distribution({"script_name": "setup.py"})
    package.parse_config_files()
    build = package.get_command_obj("build_py")
    build.ensure_finalized()
    assert (Path("dashboard"), [".streamlit/config.toml"]) in [
        (Path(source), [name for name in names if name.endswith("config.toml")])
        for _, source, _, names in build.data_files
    ]


@pytest.fixture
def port(elsewhere: Path) -> Iterator[int]:
    """A dashboard without a store, started elsewhere; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = int(probe.getsockname()[1])
    environment = os.environ | {"HOME": str(elsewhere)}
    log = elsewhere / "log.txt"
    with log.open("w") as handle:
        process = subprocess.Popen(
            command(free, open_browser=False), cwd=elsewhere, env=environment, stdout=handle, stderr=handle
        )
        try:
            _wait_for(free, log)
            yield free
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait_for(port: int, log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(log.read_text())


@pytest.mark.slow
def test_it_answers_on_loopback_only_and_takes_no_file_from_another_site(port: int) -> None:
    # Another loopback address: a server that listens on all addresses would answer there.
    with pytest.raises(OSError), socket.create_connection(("127.0.0.2", port), timeout=5):
        pass
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/_stcore/upload_file/a/b",
        b"--x--",
        {"Origin": "http://evil.example"},
        method="PUT",
    )
    request.add_header("Content-Type", "multipart/form-data; boundary=x")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=20)
    assert refused.value.code == 403
    assert b"XSRF" in refused.value.read()
