"""Logging in with an OpenID provider, in a real browser: who is let in, what they see, and how they leave."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from oidc_provider import CLIENT_ID, CLIENT_SECRET, Provider, provider
from playwright.sync_api import Browser, Page, expect

from pipeline import access_rights

PATIENCE = 60_000  # ms; a page takes a second, but a busy machine may take its time
pytestmark = [pytest.mark.browser, pytest.mark.slow]
BASE = "brands"  # the dashboard is served below a path, as behind a proxy


@pytest.fixture(scope="module")
def issuer() -> Iterator[Provider]:
    with provider() as started:
        yield started


@pytest.fixture(scope="module")
def address(
    demo_store: Path, issuer: Provider, tmp_path_factory: pytest.TempPathFactory, start, port: int
) -> Iterator[str]:
    """A dashboard with login, whose accounts at velvet.example see one brand; its secrets are where it is started."""
    folder = tmp_path_factory.mktemp("login")
    store = Path(shutil.copy(demo_store, folder / "demo.duckdb"))
    access_rights.beside(store).write_text(
        '[[access]]\nwho = ["@velvet.example"]\nbrands = ["Harrow & Pine"]\n'
    )
    (folder / ".streamlit").mkdir()
    (folder / ".streamlit" / "secrets.toml").write_text(
        f"""[auth]
redirect_uri = "http://localhost:{port}/{BASE}/oauth2callback"
cookie_secret = "only for this test, and long enough"
client_id = "{CLIENT_ID}"
client_secret = "{CLIENT_SECRET}"
server_metadata_url = "{issuer.address}/.well-known/openid-configuration"
"""
    )
    environment = {"MMX_DB": str(store), "STREAMLIT_SERVER_BASE_URL_PATH": BASE}
    with start(port, environment, folder / "log.txt", folder=folder, below=f"/{BASE}") as started:
        yield f"{started}/"


@pytest.fixture
def window(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    yield opened
    context.close()


def log_in(page: Page, account: str, path: str = "") -> None:
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_have_text("Marketing mix")
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_role("link", name=account, exact=True).click()


def test_log_in_see_ones_brand_and_log_out(window: Page) -> None:
    log_in(window, "viola", "tweets?brand=ollo&period=all")
    sidebar = window.get_by_test_id("stSidebar")
    expect(sidebar.get_by_text("Viola Vane")).to_be_visible()
    expect(sidebar.get_by_text("among these brands only")).to_be_visible()
    window.goto("compare?period=all&brand=ollo")
    expect(window.get_by_role("heading", level=1)).to_have_text("Compare")
    expect(window.get_by_test_id("stMain")).to_contain_text("Harrow & Pine")
    expect(window.get_by_test_id("stStatusWidget")).to_have_count(0)
    assert "Ollo" not in window.content()
    sidebar.get_by_role("button", name="Log out").click()
    expect(window.get_by_role("button", name="Log in", exact=True)).to_be_visible()
    expect(window.get_by_text("Harrow & Pine")).to_have_count(0)
    window.goto("data")
    expect(window.get_by_role("button", name="Log in", exact=True)).to_be_visible()


@pytest.mark.parametrize(
    ("account", "says"),
    [("eve", "eve@\u2060?evil.example has no access"), ("forger", "no e-mail address that its")],
)
def test_an_account_without_access_is_told_so_and_may_leave(window: Page, account: str, says: str) -> None:
    log_in(window, account)
    expect(window.get_by_role("heading", level=1)).to_have_text("You have no access")
    expect(window.get_by_text(re.compile(says))).to_be_visible()
    expect(window.get_by_test_id("stSidebar")).to_have_count(0)
    expect(window.get_by_text("Harrow & Pine")).to_have_count(0)
    window.get_by_role("button", name="Log out").click()
    expect(window.get_by_role("button", name="Log in", exact=True)).to_be_visible()


def test_a_token_that_the_provider_did_not_sign_lets_nobody_in(window: Page, issuer: Provider) -> None:
    issuer.forge = True
    try:
        log_in(window, "viola")
        expect(window.get_by_role("button", name="Log in", exact=True)).to_be_visible()
        expect(window.get_by_text("Viola Vane")).to_have_count(0)
    finally:
        issuer.forge = False
