"""The sidebar's filters: they hold on every page and are in the URL, so that a link reproduces the view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd
import streamlit as st

from dashboard import brand_picker, browser_memory, favourites, formatting, help_dialog, palette
from dashboard.brand_picker import ALL_BRANDS, INDUSTRY
from dashboard.queries.catalogue import Coverage
from dashboard.selection import (
    AGAINST,
    BEFORE,
    DEFAULT_PERIOD,
    SOURCES,
    SPECIALIST,
    URL_KEYS,
    VADER,
    YEAR,
    Selection,
    from_url,
    limits,
)

PERIOD_TITLES = {
    "7d": "7 days",
    "30d": "30 days",
    "90d": "90 days",
    "year": "Year",
    "all": "All",
    "custom": "Dates …",
}
SOURCE_TITLES = {SPECIALIST: "Specialist", VADER: "VADER"}
AGAINST_TITLES = {BEFORE: "Days before", YEAR: "Year before"}
LAST_URL = "filters_in_url"  # what this module last wrote to the URL; anything else there came by a link


def sidebar(brands: pd.DataFrame, coverage: Coverage) -> Selection:
    """Draw the filters and return what is selected.

    Parameters
    ----------
    brands
        brand_id, name, industry of the store's brands.
    coverage
        Of the store; without any date the period cannot be chosen.
    """
    first = coverage.first or date.min
    newest = coverage.newest or date.max
    industries = dict(zip(brands.brand_id, brands.industry, strict=True))
    _adopt_url(industries, first, newest)
    _drop_what_is_gone(industries, first, newest)
    with st.sidebar:
        brand_picker.show(brands)
        _period(coverage)
        _against(coverage)
        _pills(
            "Marketing mix",
            "p",
            palette.PS,
            f"Only tweets about any of these. None chosen: all tweets.\n\n{help_dialog.p_briefs()}",
        )
        _pills("Sentiment", "sentiment", palette.SENTIMENTS, "Only tweets that speak so. None chosen: all.")
        _source(coverage)
        st.button("Reset", key="reset", on_click=reset, icon=":material/restart_alt:", width="stretch")
        help_dialog.button()
        _freshness(coverage)
        browser_memory.write()
    selection = _selection(first, newest)
    _write_url(selection)
    return selection


def reset() -> None:
    """Set all filters back; for on_click."""
    select(Selection())


def select(selection: Selection) -> None:
    """Set the filters to a selection; for callbacks, which run before the filters are drawn."""
    brand_picker.choose(selection)
    st.session_state["period"] = selection.period
    if selection.period == "custom" and selection.since is not None and selection.until is not None:
        st.session_state["dates"] = (selection.since, selection.until)
    st.session_state["p"] = list(selection.ps)
    st.session_state["sentiment"] = list(selection.sentiments)
    st.session_state["source"] = selection.source
    st.session_state["against"] = selection.against


def _adopt_url(industries: Mapping[str, str], first: date, newest: date) -> None:
    """Take the selection over from the URL where a link brought one; Streamlit empties it between pages."""
    given = {key: st.query_params.get_all(key) for key in URL_KEYS if key in st.query_params}
    if given and given != st.session_state.get(LAST_URL):
        select(from_url(given, industries, first, newest))
    elif "brand" not in st.session_state:
        # Who comes without a link sees the first favourite: how are we doing?
        select(Selection(brand_id=next(iter(favourites.chosen(industries)), None)))


def _drop_what_is_gone(industries: Mapping[str, str], first: date, newest: date) -> None:
    """Undo choices that a newly published store no longer offers."""
    brand = st.session_state["brand"]
    offered = {ALL_BRANDS, *industries, *(INDUSTRY + industry for industry in industries.values())}
    if brand not in offered:
        st.session_state["brand"] = ALL_BRANDS
    dates = tuple(st.session_state.get("dates") or ())
    inside = tuple(min(max(day, first), newest) for day in dates)
    if dates != inside:
        st.session_state["dates"] = inside


def _period(coverage: Coverage) -> None:
    if coverage.first is None or coverage.newest is None:
        st.session_state["period"] = "all"
        st.caption("The tweets have no dates, so the period cannot be chosen.")
        return
    st.pills(
        "Period",
        list(PERIOD_TITLES),
        key="period",
        required=True,
        format_func=lambda period: PERIOD_TITLES[period],
        help=f"Counted back from the newest tweet ({formatting.day(coverage.newest)}).",
    )
    if st.session_state["period"] != "custom":
        return
    if not st.session_state.get("dates"):
        st.session_state["dates"] = (max(coverage.first, _month_before(coverage.newest)), coverage.newest)
    st.date_input(
        "First and last day",
        key="dates",
        min_value=coverage.first,
        max_value=coverage.newest,
        format="YYYY-MM-DD",
    )


def _against(coverage: Coverage) -> None:
    if coverage.newest is None:
        st.session_state["against"] = BEFORE
        return
    unlimited = st.session_state["period"] == "all"
    st.segmented_control(
        "Compared with",
        AGAINST,
        key="against",
        required=True,
        format_func=lambda against: AGAINST_TITLES[against],
        disabled=unlimited,
        help="All dates have none before them to compare with."
        if unlimited
        else "Changes are stated on as many days just before the period, or on the same days a year before.",
    )


def _pills(title: str, key: str, marks: Mapping[str, palette.Mark], help_text: str) -> None:
    st.pills(
        title,
        list(marks),
        selection_mode="multi",
        key=key,
        format_func=lambda option: marks[option].label,
        help=help_text,
    )


def _source(coverage: Coverage) -> None:
    if not coverage.own_sentiment:
        st.session_state["source"] = SPECIALIST
        st.caption("Sentiment is VADER's on all pages: the specialist that read these tweets gives none.")
        return
    st.segmented_control(
        "Sentiment source",
        SOURCES,
        key="source",
        required=True,
        format_func=lambda source: SOURCE_TITLES[source],
        help="The specialist was trained on whole tweets and understands irony better. VADER adds up the feeling of "
        "single words, as many tools do. Pain points go by the specialist's sentiment always.",
    )


def _freshness(coverage: Coverage) -> None:
    parts = [formatting.plural(coverage.tweets, "tweet")]
    if coverage.newest is not None:
        parts[0] += f" until {formatting.day(coverage.newest)}"
    if coverage.note:
        parts.append(formatting.plain(coverage.note))
    others = coverage.tweets - coverage.judged
    if others:
        parts.append(f"{formatting.number(others)} of them in other languages, not counted")
    st.caption(" · ".join(parts))


def _selection(first: date, newest: date) -> Selection:
    chosen = brand_picker.chosen(st.session_state["brand"])
    period = st.session_state["period"] or DEFAULT_PERIOD
    since, until = limits(period, first, newest, st.session_state.get("dates") or ())
    return chosen.only(
        period=period,
        since=since,
        until=until,
        ps=_in_order(palette.PS, st.session_state["p"]),
        sentiments=_in_order(palette.SENTIMENTS, st.session_state["sentiment"]),
        source=st.session_state["source"],
        against=st.session_state["against"],
    )


def _in_order(marks: Mapping[str, palette.Mark], chosen: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(mark for mark in marks if mark in (chosen or ()))


def _write_url(selection: Selection) -> None:
    wanted = {k: v if isinstance(v, list) else [v] for k, v in selection.url().items()}
    for key in URL_KEYS:
        if key in wanted and st.query_params.get_all(key) != wanted[key]:
            st.query_params[key] = wanted[key]
        elif key not in wanted and key in st.query_params:
            del st.query_params[key]
    st.session_state[LAST_URL] = wanted


def _month_before(day: date) -> date:
    return date.fromordinal(max(day.toordinal() - 29, 1))
