"""What whoever looks at the dashboard may see and do; docs/settings.md describes it for who runs one."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pipeline import access_rights
from pipeline.access_rights import EVERYTHING, Access, NoAccessError


def read_only() -> bool:
    """Return whether nothing may be changed from the dashboard: MMX_READ_ONLY is 1."""
    return os.environ.get("MMX_READ_ONLY") == "1"


def login_is_on() -> bool:
    """Return whether the dashboard knows a login: the secrets file has a section [auth]."""
    # Programs that use the store have no visitor; asked for one, Streamlit would log a warning.
    return get_script_run_ctx(suppress_warning=True) is not None and "is_logged_in" in st.user


def is_logged_in() -> bool:
    """Return whether somebody is logged in."""
    return login_is_on() and bool(st.user.get("is_logged_in"))


def email() -> str:
    """Return the e-mail address of who is logged in, or "" where nobody is or the provider vouches for none."""
    if not is_logged_in() or st.user.get("email_verified") in (False, "false"):
        return ""
    return str(st.user.get("email") or "")


def of_visitor(store: Path | None) -> Access:
    """Return what whoever looks now may see of a store; None: there is none.

    Without login and without a file of access rights that is everything; with login alone, everything for who is
    logged in.

    Raises
    ------
    NoAccessError
        If that is nothing.
    InputError
        If the file cannot be used: then nobody sees anything.
    """
    if login_is_on() and not is_logged_in():
        raise NoAccessError("log in to see the tweets")
    rules = None if store is None else access_rights.read(access_rights.beside(store))
    if rules is None:
        return EVERYTHING
    if not login_is_on():
        raise NoAccessError("who may see these tweets is limited, but login is not set up on this dashboard")
    return access_rights.of(email(), rules)


def check_may_correct() -> None:
    """Raise NoAccessError in read-only mode; call it where a correction is written."""
    if read_only():
        raise NoAccessError("this dashboard is read-only")


def check_may_add(store: Path) -> None:
    """Raise NoAccessError where tweets may not be added; call it where that begins or is stopped.

    Not in read-only mode, nor by who may see some brands only: a file may hold any brand's tweets.
    """
    if read_only():
        raise NoAccessError("this dashboard is read-only: whoever runs it adds the tweets")
    if not of_visitor(store).everything:
        raise NoAccessError("who may see some brands only cannot add tweets")
