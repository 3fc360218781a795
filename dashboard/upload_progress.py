"""How far a job is (a file on its way into the store, or the store brought up to date), and how it ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import streamlit as st

from dashboard import access, formatting
from pipeline import jobs
from pipeline.errors import InputError
from pipeline.job_record import DONE, FAILED, Job, State

EVERY = 1.0  # seconds between two looks
TOLD_FOR = timedelta(days=1)
# What a run does with a file, step by step, as `mmx run` names it and in the user's words.
_OF_A_FILE = {"Match brands again": "Looking for brands", "Read": "Reading the file"}
# … and what it also does without one.
_OF_ALL_TWEETS = {
    "Load the specialist": "Getting the specialist ready",
    "Classify": "Sorting tweets into the four Ps",
    "Tell the Ps apart": "Telling what is said of each P",
    "Embed for topics": "Comparing tweets",
    "Find topics": "Finding topics",
    "Rank pain points": "Ranking pain points",
}


def running(db: Path) -> bool:
    """Return whether a file is on its way into the store now."""
    job = jobs.current(db)
    return job is not None and not job.is_over


@st.fragment(run_every=EVERY)
def show(db: Path) -> None:
    """Draw how far it is, and draw the page anew when it is over."""
    job = jobs.current(db)
    if job is None or job.is_over:
        st.rerun()
    if "upload_refused" in st.session_state:
        # The page draws it, where it stays when this is drawn again.
        st.rerun()
    assert job is not None
    words, share = step(job.state, with_file=job.name is not None)
    with st.container(border=True, key="job"):
        st.markdown(f":material/hourglass_top: **{_what(job)}**")
        st.progress(share, words)
        if job.name is None:
            st.caption("You can close the window: the pages are there when all is done.")
        else:
            st.caption(
                "You can go on working, or close the window: the pages show the new tweets when all is done."
            )
        if not access.read_only():
            st.button("Stop", key="stop_job", icon=":material/stop:", on_click=_stop, args=(db, job))


def outcome(db: Path) -> None:
    """Draw how the latest job ended, for a day or until the user has seen it."""
    job = jobs.current(db)
    if job is None or st.session_state.get("upload_seen") == job.folder.name:
        return
    if job.state.ended_at and datetime.now(UTC) - datetime.fromisoformat(job.state.ended_at) > TOLD_FOR:
        return
    lines = [formatting.plain(formatting.without_options(line.strip())) for line in job.state.summary]
    title = f"Upload of {formatting.plain(job.name)}" if job.name else _what(job)
    if job.name is None and job.state.state == DONE:
        title = "The tweets are up to date"
    text = f"**{title}**  \n" + "  \n".join(lines)
    if job.state.state == DONE:
        st.success(text, icon=":material/check_circle:")
    elif job.state.state == FAILED:
        st.error(text, icon=":material/error:")
    else:
        st.info(text, icon=":material/stop_circle:")
    with st.container(horizontal=True):
        st.button("OK", key="upload_ok", on_click=_seen, args=(job,))
        if job.state.state == FAILED:
            st.download_button("Log", job.log, "upload_log.txt", "text/plain", on_click="ignore")


def refuse(sentence: str) -> None:
    """Remember why something could not be begun or stopped, to draw it when the page is drawn again."""
    st.session_state["upload_refused"] = sentence


def refused() -> None:
    """Draw why something could not be begun or stopped, once."""
    if "upload_refused" in st.session_state:
        st.error(st.session_state.pop("upload_refused"), icon=":material/error:")


def step(state: State, *, with_file: bool = True) -> tuple[str, float]:
    """Return what is done now, in words, and how much of this step is done (0 to 1)."""
    steps = _OF_A_FILE | _OF_ALL_TWEETS if with_file else _OF_ALL_TWEETS
    names = list(steps)
    name = next((name for name in names if state.stage.startswith(name)), None)
    if name is None:
        return formatting.plain(state.stage) or "Beginning", 0.0
    share = min(1.0, state.done / state.total) if state.total else 0.0
    parts = [f"Step {names.index(name) + 1} of {len(names)}: {steps[name]}"]
    if state.total:
        parts.append(f"{share:.0%}".replace("%", " %"))
    elif state.done:
        parts.append(formatting.plural(state.done, "row"))
    if state.seconds_left is not None:
        parts.append(f"{_duration(state.seconds_left)} left in this step")
    return " · ".join(parts), share


def _what(job: Job) -> str:
    return "Bringing the tweets up to date" if job.name is None else f"Adding {formatting.plain(job.name)}"


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"about {max(1, round(seconds))} s"
    return f"about {round(seconds / 60)} min" if seconds < 5400 else f"about {seconds / 3600:.1f} h"


def _stop(db: Path, job: Job) -> None:
    try:
        access.check_may_add(db)
        jobs.cancel(job)
    except InputError as error:
        refuse(formatting.sentence(error))


def _seen(job: Job) -> None:
    st.session_state["upload_seen"] = job.folder.name
