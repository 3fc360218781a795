"""Going back in the browser after a click in a chart or table led to another page.

Streamlit writes such a step into the browser's history as two: the old page with the new page's parameters, and
then the new page. Whoever goes back lands on the first of them, a view never seen. So the parameters say where
the click was, and a page that finds itself there takes its own earlier parameters up again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

VIA = "via"
LEFT = "parameters_left_behind"

Parameters = dict[str, list[str]]


def leaving(here: str, there: str, parameters: Mapping[str, str | Sequence[str]]) -> Parameters:
    """Return the parameters for a page that a click leads to, and remember those of the page that is left.

    Parameters
    ----------
    here, there
        Names of the two pages, as in the URL.
    """
    wanted = {key: [value] if isinstance(value, str) else list(value) for key, value in parameters.items()}
    if here == there:
        return wanted
    wanted[VIA] = [here]
    st.session_state.setdefault(LEFT, {})[_key(wanted)] = _present()
    return wanted


def take_up(here: str) -> None:
    """Give a page that was gone back to its earlier parameters; call it before anything reads them."""
    if st.query_params.get(VIA) != here:
        return
    earlier = st.session_state.get(LEFT, {}).get(_key(_present()))
    if earlier is None:
        del st.query_params[VIA]
        return
    st.query_params.from_dict(earlier)
    st.rerun()  # widgets that are bound to parameters take those that a run began with


def _present() -> Parameters:
    return {key: st.query_params.get_all(key) for key in st.query_params}


def _key(parameters: Parameters) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(sorted((key, tuple(values)) for key, values in parameters.items()))
