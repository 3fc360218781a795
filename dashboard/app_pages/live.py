"""Live: tweets pasted or from a file, judged while the user waits."""

from collections.abc import Callable
from urllib.parse import urlencode

import streamlit as st

from dashboard import formatting, frame, live_file, live_results, live_view
from dashboard.live_results import LIMIT, Given, Results
from dashboard.live_run import LiveRun
from dashboard.selection import VADER
from pipeline.errors import InputError
from specialist.errors import SpecialistError

AT_ONCE_SECONDS = 60.0  # few tweets are shown when all are judged, which takes a second at the most
SOON_SECONDS = 0.5
EVERY_SECONDS = 1.0  # between two looks at how far many tweets are
LONGEST_LINK = 2_000  # characters that any browser takes
EXAMPLES = {
    "Trouble at the checkout": (
        "@HarrowPine your new online shop is a catastrophe! Took me an hour to enter a billing address.\n"
        "Fourth attempt, fourth crash. Harrow & Pine, do you even want my money?\n"
        "Harrow & Pine opened a store around the corner. Lovely staff, endless queue."
    ),
    "A price rise": (
        "@HarrowPine raised the wool coat to $389?? It was $299 last winter.\n"
        "Still worth every cent: ten years and not one loose thread. @HarrowPine\n"
        "Anyone got a @HarrowPine discount code that works?"
    ),
    "A campaign": (
        "That new @HarrowPine advert with the singing dog made me cry on the bus 😭\n"
        "Win a coat! Follow us and tag a friend who is always cold. @HarrowPine giveaway ends Friday.\n"
        "Der neue Mantel von Harrow & Pine ist jeden Cent wert, ich trage nichts anderes mehr."
    ),
}


def adopt_link() -> None:
    """Take over the text that a link carries, once."""
    given = st.query_params.get("text")
    if given is not None and given != st.session_state.get("live_link"):
        st.session_state["live_link"] = given
        st.session_state["live_text"] = given
        st.session_state["live_from"] = "Pasted"


def use_example(text: str) -> None:
    """Put an example into the text area and judge it; for on_click."""
    st.session_state["live_text"] = text
    st.session_state["live_wanted"] = True


def clear() -> None:
    """Take text, file and results away; for on_click."""
    st.session_state["live_text"] = ""
    st.session_state["live_files"] = st.session_state.get("live_files", 0) + 1
    if "live_run" in st.session_state:
        st.session_state["live_run"].stop()
    for kept in ("live_run", "live_results", "upload_previews"):
        st.session_state.pop(kept, None)
    st.query_params.pop("text", None)


def share_link(text: str) -> None:
    """Draw a link that brings this text here."""
    with st.popover("Share link", icon=":material/link:", type="tertiary"):
        address = f"{(st.context.url or '').split('?')[0]}?{urlencode({'text': text})}"
        if not text.strip():
            st.caption("Write or paste tweets first: the link carries them.")
        elif len(address) > LONGEST_LINK:
            st.caption("Too long for a link: keep to a few tweets.")
        else:
            st.caption("Opens this page with these tweets.")
            st.code(address, language=None, wrap_lines=True)


def from_text() -> Callable[[], Given]:
    """Draw the text area; return what gives its tweets."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Try an example:", width="content")
        for title, example in EXAMPLES.items():
            st.button(title, key=f"example {title}", on_click=use_example, args=(example,))
    text = st.text_area(
        "Tweets, one a line",
        key="live_text",
        persist_state="session",
        height=160,
        placeholder="Their new online shop is a catastrophe! Took me an hour to enter a billing address.",
    )
    return lambda: live_results.pasted(text or "")


def begin(take: Callable[[], Given]) -> None:
    """Begin to judge the tweets; say what to do where that is not possible."""
    try:
        given = take()
        if given.rows.empty:
            st.info(
                "There are no tweets yet: paste some, one a line, or choose a file.",
                icon=":material/edit_note:",
            )
            return
        specialist = live_results.specialist()
    except (InputError, SpecialistError) as error:
        st.error(formatting.sentence(error), icon=":material/error:")
        return
    store = frame.store_or_error()
    catalogue = live_results.catalogue(None if isinstance(store, InputError) else store)
    if "live_run" in st.session_state:
        st.session_state["live_run"].stop()
    st.session_state.pop("live_results", None)
    st.session_state["live_more"] = given.more
    run = LiveRun(given.rows, given.text_column, specialist, catalogue)
    run.start()
    st.session_state["live_run"] = run


def go_on(run: LiveRun) -> None:
    """Keep the results where all are there, else show those that are."""
    if not run.wait(AT_ONCE_SECONDS if len(run.rows) <= live_view.CARDS else SOON_SECONDS):
        watch()
        return
    del st.session_state["live_run"]
    found = run.results()
    if found is not None:
        st.session_state["live_results"] = found
    if run.error is not None:
        raise run.error


@st.fragment(run_every=EVERY_SECONDS)
def watch() -> None:
    """Draw how far it is and what is there so far; draw the page anew when it is over."""
    run: LiveRun | None = st.session_state.get("live_run")
    if run is None or run.wait(0):
        st.rerun()
    assert run is not None
    done, total = run.done, len(run.rows)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(done / total, f"{formatting.number(done)} of {formatting.plural(total, 'tweet')}")
        st.button("Stop", key="stop_live", icon=":material/stop:", on_click=run.stop)
    so_far = run.results()
    if so_far is not None:
        live_view.so_far(so_far)


def say_if_another_judged(results: Results) -> None:
    """Say so where the store's tweets were judged by another specialist: the answers may differ."""
    store = frame.store_or_error()
    if isinstance(store, InputError):
        return
    judges = live_results.judges(store)
    if judges and judges != [results.specialist]:
        st.caption(
            f"The tweets on the other pages were judged by {formatting.plain(', '.join(judges))}, these by "
            f"{formatting.plain(results.specialist)}: the same tweet may be judged differently."
        )


adopt_link()
st.title("Live", anchor=False)
st.caption("What about this one? Each tweet's Ps, sentiment, brands and language, judged on this machine.")

origin = st.segmented_control(
    "Tweets from",
    ["Pasted", "A file"],
    key="live_from",
    default=None if "live_from" in st.session_state else "Pasted",
    required=True,
    label_visibility="collapsed",
)
take = live_file.choose(st.session_state.get("live_files", 0)) if origin == "A file" else from_text()
with st.container(horizontal=True):
    asked = st.button("Judge these tweets", key="judge", icon=":material/bolt:", disabled=take is None)
    st.button("Clear", key="clear", icon=":material/close:", on_click=clear)
    if origin == "Pasted":
        share_link(st.session_state["live_text"])

if take is not None and (asked or st.session_state.pop("live_wanted", False)):
    begin(take)
if "live_run" in st.session_state:
    go_on(st.session_state["live_run"])
if "live_results" in st.session_state:
    if st.session_state["live_more"]:
        st.warning(
            f"Only the first {formatting.number(LIMIT)} tweets are judged here. The page Data takes whole files.",
            icon=":material/content_cut:",
        )
    missing = st.session_state["live_results"].asked - len(st.session_state["live_results"].rows)
    if missing:
        st.info(
            f"Stopped: {formatting.plural(missing, 'tweet was', 'tweets were')} not judged.",
            icon=":material/stop_circle:",
        )
    if st.session_state.get("source") == VADER:
        st.caption(
            "Sentiment here is the specialist's, though VADER is chosen; the download holds VADER's too."
        )
    say_if_another_judged(st.session_state["live_results"])
    live_view.show(st.session_state["live_results"])
