"""What the user's browser remembers from visit to visit, in cookies of the dashboard's own address.

Nothing of it is in the store or in links, and it goes nowhere but to this dashboard. It needs no login, and it is
there at once when a page is opened, so that nothing has to be drawn twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import quote, unquote

import streamlit as st

DAYS = 400  # browsers keep no cookie longer
LIMIT = 3500  # characters; browsers drop a cookie of over 4,096 with its name
_WRITTEN = "cookies_written"


def recall(name: str) -> str:
    """Return what was remembered under a name, in this visit or an earlier one; nothing: empty."""
    written: Mapping[str, str] = st.session_state.get(_WRITTEN, {})
    if name in written:
        return written[name]
    return unquote(st.context.cookies.to_dict().get(name, ""))


def remember(name: str, value: str) -> None:
    """Have the browser remember a value; `fits` says whether it can."""
    st.session_state[_WRITTEN] = {**st.session_state.get(_WRITTEN, {}), name: value}


def fits(value: str) -> bool:
    """Return whether a browser keeps so long a value."""
    return len(quote(value, safe="")) <= LIMIT


def write() -> None:
    """Hand what is to be remembered to the browser; call it once a run, after all that may call `remember`."""
    written: Mapping[str, str] = st.session_state.get(_WRITTEN, {})
    if not written:
        return
    cookies = [
        f"{name}={quote(value, safe='')}; Max-Age={DAYS * 86_400}; Path=/; SameSite=Lax"
        for name, value in sorted(written.items())
    ]
    # Percent-encoded throughout: no value can end the script.
    lines = "".join(f"document.cookie = {json.dumps(cookie)};" for cookie in cookies)
    st.html(f"<script>{lines}</script>", unsafe_allow_javascript=True)
