"""The login: a page for who may not see the dashboard yet, and who is logged in, for the sidebar."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from streamlit.errors import StreamlitAuthError, StreamlitMissingAuthlibError

from dashboard import access, formatting
from dashboard import store as stores
from dashboard.store import Store
from pipeline.errors import InputError

OF_ITSELF = "default"  # Streamlit's name of a provider whose settings stand in [auth] itself
NOT_ALL = (
    "You see the brands that you were given access to. Shares of voice, averages and comparisons are among these "
    "brands only."
)


def refusal() -> str | None:
    """Return why whoever looks may not see the dashboard, in words for them; None: they may."""
    try:
        access.of_visitor(stores.store_path())
    except InputError as error:
        text = str(error)
        return f"{text[0].upper()}{text[1:]}."
    return None


def show(reason: str) -> None:
    """Draw the page for who may not see the dashboard."""
    if access.login_is_on() and not access.is_logged_in():
        st.title("Marketing mix", anchor=False)
        st.write("Please log in. Your account decides which brands you see.")
        with st.container(key="login"):
            for provider in providers():
                st.button(
                    "Log in" if provider == OF_ITSELF else f"Log in with {provider.title()}",
                    key=f"login {provider}",
                    icon=":material/login:",
                    on_click=_begin,
                    args=(provider,),
                )
        if "login_failed" in st.session_state:
            st.error(formatting.plain(st.session_state.pop("login_failed")), icon=":material/error:")
        return
    st.title("You have no access", anchor=False)
    st.warning(formatting.plain(reason), icon=":material/lock:")
    if access.is_logged_in():
        st.write("Ask whoever runs this dashboard for access, or log in with another account.")
        st.button("Log out", key="logout", icon=":material/logout:", on_click=st.logout)
    else:
        st.write("Whoever runs this dashboard has to set it up first.")


def account(store: Store | None) -> None:
    """Draw who is logged in, and the way out; nothing where there is no login.

    Parameters
    ----------
    store
        What they see.
    """
    if not access.is_logged_in():
        return
    name = str(st.user.get("name") or access.email() or "You")
    with st.container(key="account"):
        st.caption(
            f":material/account_circle: {formatting.plain(name)}",
            help=f"Logged in as {formatting.plain(access.email() or name)}.",
        )
        if store is not None and not store.is_whole:
            st.caption(f":material/visibility: {NOT_ALL}")
        st.button("Log out", key="logout", icon=":material/logout:", on_click=st.logout, width="stretch")


def providers() -> list[str]:
    """Return the names of the providers in the secrets file that one can log in with."""
    section = st.secrets.get("auth", {})
    named = [name for name, value in section.items() if isinstance(value, Mapping) and "client_id" in value]
    return named or [OF_ITSELF]


def _begin(provider: str) -> None:
    try:
        st.login(None if provider == OF_ITSELF else provider)
    except StreamlitMissingAuthlibError:
        st.session_state["login_failed"] = (
            "Login needs a part that is not installed: pip install 'synthetic-specialist[login]'"
        )
    except StreamlitAuthError as error:
        st.session_state["login_failed"] = (
            f"Login is not set up as it must be: {' '.join(str(error).split())}"
        )
