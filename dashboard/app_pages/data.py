"""Data: what was loaded and when, what was not taken and why, and the upload that adds more."""

import math
from pathlib import Path, PurePath

import pandas as pd
import streamlit as st

from dashboard import access, download_menu, formatting, frame, languages, upload
from dashboard import store as stores
from dashboard.queries import catalogue, runs
from dashboard.store import Store
from pipeline.errors import InputError, OlderStoreError

RUNS = 100  # the newest, in the table
ROWS_A_PAGE = 20


def loaded(store: Store) -> None:
    """Draw the runs, and the files of the one chosen."""
    table = runs.runs(store, RUNS)
    st.subheader("What was loaded, and when", anchor=False)
    if table.empty:
        st.write("No run is on record in this store.")
        return
    total = runs.total_runs(store)
    shown = "" if total <= RUNS else f"The newest {RUNS} of {formatting.number(total)} runs. "
    st.caption(f"{shown}Choose a row to see its files.")
    listed = pd.DataFrame(
        {
            "Started (UTC)": table.started_at,
            "Took": [_duration(seconds) for seconds in table.seconds],
            "Rows read": table.rows_in,
            "New tweets": table.rows_accepted,
            "Known or repeated": table.rows_duplicate,
            "Not taken": table.rows_rejected,
            "Judged": table.rows_classified,
            "Specialist": table.specialist,
            "Version": table.version,
        }
    )
    download_menu.draw("runs", lambda: listed)
    state = st.dataframe(
        listed,
        key="runs",
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "Started (UTC)": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm"),
            **{
                name: st.column_config.NumberColumn(format="localized")
                for name in ("Rows read", "New tweets", "Known or repeated", "Not taken", "Judged")
            },
        },
    )
    chosen = table.iloc[state.selection.rows[0] if state.selection.rows else 0]
    with st.container(border=True, key="files"):
        st.markdown(
            f"**Files of the run of {formatting.day(chosen.started_at)}, {chosen.started_at:%H:%M} UTC**"
        )
        files = runs.files(chosen.inputs)
        if not files:
            st.caption("None: this run brought the store up to date.")
        for file in files:
            st.markdown(
                f":material/description: **{formatting.plain(file.name)}**: "
                f"{formatting.plural(file.rows, 'row')}, {formatting.plural(file.accepted, 'new tweet')}, "
                f"{formatting.number(file.duplicates)} already known or repeated, "
                f"{formatting.number(file.rejected)} not taken"
            )
            for note in file.notes:
                st.caption(formatting.plain(note))


def not_taken(store: Store, reasons: pd.DataFrame) -> None:
    """Draw the reasons why rows were not taken, and the rows of the one chosen, a page at a time."""
    st.subheader("Rows that were not taken", anchor=False)
    if reasons.empty:
        st.write("Every row could be read.")
        return
    counts = dict(zip(reasons.reason, reasons.rows, strict=True))
    reason = st.selectbox(
        "Reason",
        list(counts),
        key="reason",
        format_func=lambda one: f"{one}: {formatting.plural(counts[one], 'row')}",
    )
    pages = math.ceil(counts[reason] / ROWS_A_PAGE)
    page = st.pagination(pages, key=f"rows of {reason}") if pages > 1 else 1
    rows = runs.rejected_rows(store, reason, (page - 1) * ROWS_A_PAGE, ROWS_A_PAGE)
    listed = pd.DataFrame(
        {
            "File": rows.source,
            "Line": rows.line,
            "Begins with": rows.excerpt,
            "Read (UTC)": rows.started_at,
        }
    )
    download_menu.draw("rejected_rows", lambda: listed)
    st.dataframe(
        listed,
        key="rejected_rows",
        hide_index=True,
        column_config={
            "Line": st.column_config.NumberColumn(format="localized", width="small"),
            "Begins with": st.column_config.TextColumn(width="large"),
            "Read (UTC)": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm"),
        },
    )


def left_out(others: pd.DataFrame) -> None:
    """Draw how many tweets are in which other language."""
    st.subheader("Languages left out", anchor=False)
    if others.empty:
        st.write("All tweets are in English.")
        return
    st.caption("The specialist reads English. These tweets are kept, but neither judged nor counted.")
    listed = pd.DataFrame(
        {"Language": [languages.language(code) for code in others["lang"]], "Tweets": others.tweets}
    )
    download_menu.draw("languages", lambda: listed)
    st.dataframe(
        listed,
        key="languages",
        hide_index=True,
        width="content",
        column_config={"Tweets": st.column_config.NumberColumn(format="localized")},
    )


def of_some_brands(store: Store, covered: catalogue.Coverage) -> None:
    """Draw the page for who may see some brands only: how many tweets of them there are."""
    st.title("Data", anchor=False)
    published = runs.contents(store).published
    about_it = [] if published is None else [f"updated {formatting.day(published)}, {published:%H:%M} UTC"]
    st.caption(formatting.plain(" · ".join([*about_it, *([covered.note] if covered.note else [])])))
    with st.container(horizontal=True, key="contents"):
        st.metric("Tweets of your brands", formatting.number(covered.tweets), border=True)
        st.metric("Brands you see", formatting.number(len(catalogue.brands(store))), border=True)
        if covered.newest is not None:
            st.metric("Newest tweet", formatting.day(covered.newest), border=True)
    left_out(runs.other_languages(store))
    st.caption("Who may see all brands also sees here how the tweets were loaded, and adds more.")


def add_tweets(db: Path) -> None:
    """Draw the upload, and say how the command line does the same."""
    st.subheader("Add tweets", anchor=False)
    upload.section(db)
    if not access.read_only() and access.of_visitor(db).everything:
        with st.expander(
            "Larger files, many files, every night: the command line", icon=":material/terminal:"
        ):
            st.code(f'mmx run tweets.csv --db "{db}"', language="bash", wrap_lines=True)
            st.caption("Takes files of any size. Tweets that are here already are not judged again.")


def begin(db: Path, error: InputError) -> None:
    """Draw the page where there is no store yet, or none that can be read."""
    if db.exists():
        st.title("The tweets cannot be read", anchor=False)
        st.warning(formatting.sentence(error), icon=":material/database_off:")
    else:
        st.title("Let's begin with your tweets", anchor=False)
        st.write(
            "Give a file of posts about brands, such as an export of your listening tool. The columns are found, you "
            "see how they will be read, and a few minutes later all pages show what people say about Product, Place, "
            "Price and Promotion. Nothing leaves this machine."
        )
    add_tweets(db)


def _duration(seconds: float) -> str:
    if pd.isna(seconds):
        return ""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


store = frame.store_or_error()
if isinstance(store, InputError):
    path = stores.store_path()
    if path is None or isinstance(store, OlderStoreError):
        frame.no_store(store)
    else:
        begin(path, store)
    st.stop()
covered = catalogue.coverage(store)
if not store.is_whole:
    of_some_brands(store, covered)
    st.stop()
held = runs.contents(store)
others = runs.other_languages(store)
reasons = runs.reasons(store)

st.title("Data", anchor=False)
about_it = [f"{held.bytes / 1e6:,.1f} MB"] if held.bytes else []
if held.published is not None:
    about_it.append(f"updated {formatting.day(held.published)}, {held.published:%H:%M} UTC")
if held.specialists:
    about_it.append(f"judged by {' and '.join(held.specialists)}")
if covered.note:
    about_it.append(covered.note)
st.caption(formatting.plain(" · ".join([PurePath(store.place).name, *about_it])))

with st.container(horizontal=True, key="contents"):
    st.metric("Tweets", formatting.number(held.tweets), border=True)
    st.metric(
        "Judged",
        formatting.number(held.judged),
        border=True,
        help="Tweets that the specialist read: these are what the other pages count.",
    )
    st.metric(
        "In other languages",
        formatting.number(others.tweets.sum()),
        border=True,
        help="Kept, but neither judged nor counted: the specialist reads English.",
    )
    st.metric("Rows not taken", formatting.number(reasons.rows.sum()), border=True)
    st.metric("Brands mentioned", formatting.number(held.brands), border=True)
    if covered.newest is not None:
        st.metric("Newest tweet", formatting.day(covered.newest), border=True)

add_tweets(store.path)
loaded(store)
not_taken(store, reasons)
left_out(others)
st.caption(
    f"{formatting.plain(store.place)} is a DuckDB database (schema version {held.schema_version}): any number of "
    "programs may read it."
)
