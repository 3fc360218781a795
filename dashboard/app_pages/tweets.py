"""Tweets: read, search and take away the tweets behind any number."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st

from dashboard import (
    corrected,
    downloads,
    filters,
    formatting,
    frame,
    topic_grouping,
    tweet_details,
    tweet_table,
)
from dashboard.downloads import Format
from dashboard.frame import View
from dashboard.queries import tweets
from dashboard.queries.topic_groups import Grouping
from dashboard.queries.tweets import ORDERS, Wanted
from dashboard.selection import Selection
from dashboard.store import Store
from pipeline import corrections
from pipeline.errors import InputError

ROWS = (25, 50, 100, 250)
HEIGHT = 640
SEARCH_LENGTH = 200


def wanted_topic(shown: View, grouping: Grouping) -> tuple[int, str] | None:
    """Return the topic that the link asks for and its label; a topic that the store lacks is ignored."""
    given = st.query_params.get("topic", "")
    if not re.fullmatch(r"-?\d{1,8}", given):
        return None
    topic_id = grouping.group(int(given))
    label = tweets.topic_label(shown.store, topic_id, grouping)
    return None if label is None else (topic_id, label)


def drop_topic() -> None:
    """Show the tweets of all topics again; for on_click."""
    for parameter in ("topic", *topic_grouping.PARAMETERS):
        st.query_params.pop(parameter, None)


def keep_in_url(parameter: str, value: str) -> None:
    """Set a parameter of the page's address, or take it away where it is empty; for on_change."""
    if value:
        st.query_params[parameter] = value
    else:
        st.query_params.pop(parameter, None)


def remember_search() -> None:
    """Put what the search box holds into the URL; for on_change."""
    keep_in_url("q", st.session_state["search"])
    keep_in_url("page", "")


def search_everything() -> None:
    """Take all filters away, also that of the topic; for on_click."""
    st.session_state["corrected"] = False
    drop_topic()
    filters.select(Selection(period="all", source=st.session_state["source"]))


def start_over() -> None:
    """Take search, topic and filters away; for on_click."""
    st.session_state["search"] = ""
    st.session_state["corrected"] = False
    st.query_params.pop("q", None)
    drop_topic()
    filters.reset()


def search_box() -> str:
    """Draw the search box; what it holds is in the URL, but does not follow the user to other pages."""
    if "search" not in st.session_state:
        st.session_state["search"] = st.query_params.get("q", "")[:SEARCH_LENGTH]
    search = st.text_input(
        "Search",
        key="search",
        type="search",
        max_chars=SEARCH_LENGTH,
        placeholder='Words, or "a phrase"',
        help='Finds tweets that contain all the words, in any order and case; "words in quotation marks" as '
        "they stand. Parts of words are found as well.",
        on_change=remember_search,
    )
    # A click on the page's own name empties the URL, but not the box.
    keep_in_url("q", search or "")
    return search or ""


def changed(what: str, value: object) -> bool:
    """Return whether something is another than in the run before; not in the first."""
    before = st.session_state.get(what, value)
    st.session_state[what] = value
    return bool(before != value)


def page_number(pages: int, wanted: Wanted, rows: int) -> int:
    """Draw the pages' numbers and return the chosen one; another list begins with its first page."""
    if changed("tweets_listed", (wanted, rows)):
        st.query_params.pop("page", None)
    if pages == 1:
        return 1
    given = re.fullmatch(r"\d{1,9}", st.query_params.get("page", ""))
    key = f"page {hash((wanted, rows))}"
    with st.container(horizontal_alignment="center"):
        return st.pagination(
            pages,
            default=min(max(int(given[0]), 1), pages) if given else 1,
            key=key,
            on_change=lambda: keep_in_url("page", str(st.session_state[key])),
        )


def download(store: Store, wanted: Wanted, form: Format) -> bytes:
    """Return the file with all the tweets listed; the browser asks for it when the user does."""
    with store.cursor() as cursor:
        return form.build(tweets.table(cursor, wanted, corrected.every(store).values()))


def download_corrections(store: Store, wanted: Wanted, form: Format) -> bytes:
    """Return the file with the corrected ones of the tweets listed, as labelled texts."""
    fixed = corrected.every(store)
    listed = set(tweets.ids(store, replace(wanted, only=tuple(fixed))))
    labelled = corrections.table([one for tweet_id, one in fixed.items() if tweet_id in listed])
    with store.cursor() as cursor:
        return form.build(cursor.from_df(labelled))


def downloads_of(
    shown: View, what: str, build: Callable[[Store, Wanted, Format], bytes], number: int
) -> None:
    """Draw a button for each kind of file.

    Parameters
    ----------
    what
        What is in the file: the beginning of its name.
    number
        How many rows it has.
    """
    for form in downloads.FORMATS:
        too_many = form.suffix == ".xlsx" and number > downloads.EXCEL_ROWS
        st.download_button(
            form.title,
            partial(build, shown.store, wanted, form),
            downloads.file_name(what, shown.selection, form.suffix),
            form.mime,
            key=f"download_{what}{form.suffix.replace('.', '_')}",
            help="More tweets than an Excel sheet holds." if too_many else form.help,
            icon=":material/download:",
            on_click="ignore",
            disabled=too_many,
            width="stretch",
        )


shown = frame.view()
frame.heading("Tweets", shown)

grouping = topic_grouping.of_link(shown.store)
topic = wanted_topic(shown, grouping)
with st.container(horizontal=True, vertical_alignment="bottom"):
    search = search_box()
    order = st.selectbox(
        "Sort",
        list(ORDERS),
        key="sort",
        bind="query-params",
        format_func=lambda name: ORDERS[name][0],
        width=190,
        help="Sorts all tweets found. A click on a column's head sorts only the page you see.",
    )
    rows = st.selectbox("Rows a page", ROWS, index=1, key="rows", bind="query-params", width=120)
if topic is not None:
    st.button(
        f"Topic: {formatting.plain(formatting.clipped(topic[1], 60))}",
        key="drop_topic",
        icon=":material/close:",
        on_click=drop_topic,
        help="Only tweets of this topic are shown. Click to show those of all topics.",
    )

try:
    fixed = corrected.every(shown.store)
except InputError as error:
    st.error(f"{formatting.plain(str(error))}. Move that file away to go on without its corrections.")
    st.stop()
only = None
if fixed:
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.toggle("Corrected only", key="corrected", bind="query-params"):
            only = tuple(sorted(fixed))
        st.caption(
            f":material/edit: {formatting.plural(len(fixed), 'tweet')} corrected by hand. Filters, charts and figures "
            "go by the specialist's labels all the same."
        )

wanted = Wanted(
    shown.selection, search, None if topic is None else topic[0], order or "newest", grouping, only
)
found = tweets.count(shown.store, wanted, rows)
if found == 0 and not tweets.terms(wanted.search) and topic is None and only is None:
    frame.nothing_found(shown)
    st.stop()
if found == 0:
    with st.container(border=True):
        st.markdown("**:material/search_off: No tweet in this selection matches**")
        st.write("Try fewer or other words, or look further.")
        with st.container(horizontal=True):
            st.button("Search all brands and dates", key="search_everything", on_click=search_everything)
            st.button("Start over", key="start_over", on_click=start_over)
    st.stop()

with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
    st.markdown(f"**{formatting.plural(found, 'tweet')}**")
    with st.container(horizontal=True, width="content"):
        with st.popover("Columns", icon=":material/view_column:"):
            columns = st.pills(
                "Beside the text",
                list(tweet_table.COLUMNS),
                selection_mode="multi",
                default=tweet_table.USUAL,
                key="columns",
                bind="query-params",
            )
        with st.popover("Download", icon=":material/download:"):
            st.caption(
                f"All {formatting.plural(found, 'tweet')} listed here, with all that is known of each."
            )
            downloads_of(shown, "tweets", download, found)
            if fixed:
                st.caption(
                    "The corrected ones of them with their right labels, to train or to check a specialist on."
                )
                downloads_of(shown, "corrections", download_corrections, len(fixed))

pages = -(-found // rows)
table_side, details_side = st.columns([2, 1])
with table_side:
    table_place = st.empty()
    number = page_number(pages, wanted, rows)
    listed = tweets.page(shown.store, wanted, rows, number)
    fixed_here = corrected.of(shown.store, listed)
    if changed("tweets_on_page", (wanted, rows, number)):
        tweet_table.choose("tweets", 0)
    with table_place:
        chosen = tweet_table.pick(
            tweet_table.of(corrected.applied(listed, fixed_here), columns),
            "tweets",
            "The tweets found, one a row",
            height=HEIGHT,
        )
with details_side:
    tweet = listed.iloc[chosen]
    tweet_details.show(shown, tweet, fixed_here.get(tweet.tweet_id))
