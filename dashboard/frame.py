"""What every page starts with: the store, the selection, and what to say where there is nothing to show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import access, filters, formatting, history, login, older_store, palette, tour
from dashboard import store as stores
from dashboard.queries import catalogue
from dashboard.selection import SPECIALIST, URL_KEYS, VADER, YEAR, Selection
from dashboard.store import Store
from pipeline.errors import InputError, OlderStoreError

PAGES = {
    "overview": ("Overview", ":material/dashboard:"),
    "compare": ("Compare", ":material/balance:"),
    "topics": ("Topics", ":material/bubble_chart:"),
    "pain_points": ("Pain points", ":material/priority_high:"),
    "tweets": ("Tweets", ":material/chat:"),
    "live": ("Live", ":material/bolt:"),
    "data": ("Data", ":material/database:"),
    "about": ("About", ":material/info:"),
}


@dataclass(frozen=True)
class View:
    """What a page shows: ask for it at the top of the page, and again at the top of each fragment.

    Attributes
    ----------
    store
        The version of the store published now, with the chosen source's sentiment (on the page of pain points always
        the specialist's, by which they are ranked); do not keep it beyond the run.
    selection
        What the sidebar's filters say.
    brands
        brand_id, name, industry and mentions (in all) of the store's brands.
    coverage
        How far the store reaches.
    """

    store: Store
    selection: Selection
    brands: pd.DataFrame
    coverage: catalogue.Coverage

    @property
    def brand(self) -> str | None:
        """Name of the selected brand, or None."""
        return None if self.selection.brand_id is None else self.name_of(self.selection.brand_id)

    @property
    def industry(self) -> str | None:
        """The selected industry, else that of the selected brand, else None."""
        if self.selection.brand_id is None:
            return self.selection.industry
        return str(self.brands.set_index("brand_id").industry[self.selection.brand_id])

    @property
    def who(self) -> str:
        """Whom the page speaks of: the brand, "Fashion", or "All brands"."""
        return self.brand or self.industry or "All brands"

    @property
    def when(self) -> str:
        """The period in words."""
        return formatting.period(self.selection.since, self.selection.until)

    @property
    def before(self) -> Selection | None:
        """The days that the period is compared with, or None where the store's tweets do not reach back so far."""
        previous = self.selection.previous()
        if previous is None or previous.since is None or self.coverage.first is None:
            return None
        return previous if previous.since >= self.coverage.first else None

    @property
    def against_a_year(self) -> bool:
        """Whether changes are stated on the same days a year before, not on the days just before."""
        return self.selection.against == YEAR

    @property
    def compared_with(self) -> str:
        """What changes are stated on, in words, such as "the 30 days before"; nothing for all dates."""
        days = self.selection.days
        return "" if days is None else formatting.days_before(days, a_year=self.against_a_year)

    def name_of(self, brand_id: str) -> str:
        """Return a brand's name."""
        return str(self.brands.set_index("brand_id").name[brand_id])


def store_or_error() -> Store | InputError:
    """Return the store published now, or the error that says why there is none."""
    try:
        path = stores.store_path()
        return InputError("no store was given") if path is None else stores.current(path)
    except InputError as error:
        return error


def view() -> View:
    """Return what to show; where there is no store or it is empty, say what to do and end the page."""
    store = store_or_error()
    if isinstance(store, InputError):
        no_store(store)
        st.stop()
    covered = catalogue.coverage(store)
    if covered.judged == 0:
        _empty_store(store, covered)
        st.stop()
    selection: Selection = st.session_state["selection"]
    source = SPECIALIST if st.session_state["page"] == "pain_points" else selection.source
    return View(store.by(source), selection, catalogue.brands(store), covered)


def sidebar(page: str) -> None:
    """Draw the filters and remember the selection for the page; without a store there are none.

    Parameters
    ----------
    page
        A key of `PAGES`: the one that is drawn now.
    """
    st.session_state["page"] = page
    history.take_up(page)
    tour.begin()
    store = store_or_error()
    if not isinstance(store, InputError):
        covered = catalogue.coverage(store)
        if covered.judged:
            st.session_state["selection"] = filters.sidebar(catalogue.brands(store), covered)
            tour.show_if_wanted()
    with st.sidebar:
        login.account(None if isinstance(store, InputError) else store)


def heading(title: str, shown: View) -> DeltaGenerator:
    """Write a page's title, whom and when it speaks of, and the link to just this view.

    Returns the row of title and link: what is put there stands beside the link.
    """
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    with row:
        st.title(title, anchor=False)
        with st.popover(
            "Share link",
            icon=":material/link:",
            type="tertiary",
            help="A link that opens this page with the same filters.",
        ):
            st.code(link(shown.selection), language=None, wrap_lines=True)
    # Not in the row: it would get what the buttons leave of a phone's width.
    st.caption(_subtitle(shown))
    if shown.store.source != shown.selection.source:
        say_specialist_is_the_source(shown)
    return row


def say_specialist_is_the_source(shown: View) -> None:
    """Say, where VADER is chosen, that what is drawn here goes by the specialist's sentiment all the same."""
    if shown.selection.source == VADER:
        st.caption("By the specialist's sentiment, though VADER is chosen: pain points always go by it.")


def link(selection: Selection) -> str:
    """Return the address of the present page with a selection and the page's own parameters."""
    base = (st.context.url or "").split("?")[0]
    own = {
        key: st.query_params.get_all(key)
        for key in st.query_params
        if key not in URL_KEYS and key != history.VIA
    }
    return f"{base}?{urlencode({**selection.url(), **own}, doseq=True)}"


def page_link(
    page: str, selection: Selection, label: str, *, icon: str | None = None, **parameters: Any
) -> None:
    """Draw a link to a page with a selection, and with parameters of that page's own (such as topic=37).

    Parameters
    ----------
    page
        A key of `PAGES`.
    """
    own = {key: str(value) for key, value in parameters.items() if value is not None}
    st.page_link(
        f"app_pages/{page}.py",
        label=label,
        icon=icon or ":material/arrow_forward:",
        query_params={**selection.url(), **own},
    )


def go(page: str, selection: Selection, **parameters: Any) -> None:
    """Leave for a page with a selection, as `page_link` does; for what is clicked in charts and tables."""
    own = {key: str(value) for key, value in parameters.items() if value is not None}
    query = history.leaving(st.session_state["page"], page, {**selection.url(), **own})
    st.switch_page(f"app_pages/{page}.py", query_params=query)


def nothing_found(shown: View) -> None:
    """Say that the filters leave no tweets, and what to do."""
    with st.container(border=True):
        st.markdown(f"**:material/search_off: No tweets for {_subtitle(shown)}**")
        st.write("Choose a longer period, or take filters away.")
        st.button("Reset the filters", key="reset_empty", on_click=filters.reset)


def _subtitle(shown: View) -> str:
    parts = [formatting.plain(shown.who)]
    if shown.brand and shown.industry:
        parts.append(formatting.plain(shown.industry))
    parts.append(shown.when)
    if shown.selection.ps:
        parts.append(" or ".join(palette.PS[p].title for p in shown.selection.ps))
    if shown.selection.sentiments:
        parts.append(
            " or ".join(palette.SENTIMENTS[s].title.lower() for s in shown.selection.sentiments) + " only"
        )
    if shown.store.source == VADER:
        parts.append("sentiment by VADER")
    return " · ".join(parts)


def no_store(error: InputError) -> None:
    """Say why there is no store, and how to get one."""
    path = stores.store_path()
    if path is not None and isinstance(error, OlderStoreError):
        older_store.show(path)
        return
    st.title("No tweets loaded yet", anchor=False)
    st.warning(formatting.sentence(error), icon=":material/database_off:")
    if path is not None and not access.read_only():
        st.page_link(
            "app_pages/data.py", label="Begin with a file of your tweets", icon=":material/upload_file:"
        )
    st.markdown("Try it on the demo's tweets:")
    st.code("mmx demo", language=None)
    st.markdown("Or build a store from your own tweets and open it:")
    st.code("mmx run tweets.csv --db tweets.duckdb\nmmx dashboard --db tweets.duckdb", language=None)
    st.caption("This page shows the store as soon as it is there: reload it then.")


def _empty_store(store: Store, covered: catalogue.Coverage) -> None:
    if not store.is_whole:
        st.title("There are no tweets about your brands yet", anchor=False)
        st.write(
            "You see them here as soon as some are loaded. Ask whoever runs this dashboard if they should be."
        )
        return
    st.title("This store holds no tweets to show", anchor=False)
    if covered.tweets:
        st.write(
            f"It holds {formatting.plural(covered.tweets, 'tweet')}, none that the specialist could read: "
            "it reads English."
        )
    st.page_link("app_pages/data.py", label="Add tweets on the page Data", icon=":material/upload_file:")
