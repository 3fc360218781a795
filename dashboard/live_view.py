"""Shows what the specialist answered: the whole in a few figures, then tweet by tweet."""

from __future__ import annotations

from functools import partial
from typing import Any

import duckdb
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import charts, downloads, explained_tweet, formatting, palette, tweet_table
from dashboard.downloads import Format
from dashboard.languages import language
from dashboard.live_results import LANGUAGE, Results
from pipeline.store import P_LABELS, SENTIMENTS

CARDS = 20  # up to so many tweets are shown as cards, more as a table
LONGEST = 1_000  # characters of a tweet in a card
TABLE_HEIGHT = 640
NEWEST = 100  # tweets shown while others are being judged
READ_AS = "Shown as the specialist read it: people's names and addresses are taken out first."


def show(results: Results) -> None:
    """Draw all of the results."""
    summary(results)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(
            f"**{formatting.plural(len(results.rows), 'tweet')}**", help=how_to_read(results.thresholds)
        )
        download(results)
    choice = explained_tweet.LIKELIEST
    if len(results.judged):
        choice = explained_tweet.choose(
            "live_words_for", with_sentiment=bool(results.judged["p_negative"].notna().any())
        )
    if len(results.rows) <= CARDS:
        shown = list(zip(results.texts, results.records, strict=True))
    else:
        row = table(results)
        shown = [(results.texts[row], results.records[row])]
    # The answers are there first, for all tweets; then the words are marked, tweet by tweet.
    places = [card(text, answer) for text, answer in shown]
    for place, (text, answer) in zip(places, shown, strict=True):
        if not answer["left_out"]:
            with place.container(gap="xxsmall"):
                _mark_words(text, answer, choice)


def so_far(results: Results) -> None:
    """Draw the results of tweets of which others are still being judged."""
    summary(results)
    st.dataframe(
        _table(results).tail(NEWEST).iloc[::-1],
        key="live_so_far",
        hide_index=True,
        height=TABLE_HEIGHT,
        column_config={"Text": st.column_config.TextColumn(width="large")},
    )


def summary(results: Results) -> None:
    """Draw how many tweets are about each P and how they feel, and how long it took."""
    judged = results.judged
    total = len(judged)
    if total:
        with st.container(horizontal=True, key="live_ps"):
            for p in P_LABELS:
                count = int(judged[p].sum())
                st.metric(
                    palette.PS[p].colored,
                    f"{formatting.number(count)} · {formatting.share(count / total)}",
                    border=True,
                    help=palette.PS[p].definition,
                )
            none = int((judged[list(P_LABELS)].sum(axis=1) == 0).sum())
            st.metric(
                "None of these", f"{formatting.number(none)} · {formatting.share(none / total)}", border=True
            )
        counts = {name: int((judged.sentiment == name).sum()) for name in SENTIMENTS}
        split = ", ".join(
            f"{formatting.number(counts[name])} {palette.SENTIMENTS[name].title.lower()}"
            for name in SENTIMENTS
        )
        bar = charts.sentiment_bars(
            pd.DataFrame([counts]), [""], sideways=True, hover="Sentiment", height=60, showlegend=False
        )
        bar.for_each_trace(
            lambda part: part.update(text=[part.name], textposition="inside", insidetextanchor="middle")
        )
        bar.update_xaxes(visible=False, range=[0, total])
        bar.update_yaxes(visible=False)
        charts.show(
            bar,
            "live_sentiment",
            f"Sentiment: {split}",
            "The bar's parts are as long as there are tweets that feel so.",
        )
    st.caption(formatting.plain(_how_long(results)), help=f"Judged by the specialist {results.specialist}.")


def how_to_read(thresholds: dict[str, float]) -> str:
    """Say what the percentages mean."""
    given = ", ".join(
        f"{palette.PS[p].title} from {formatting.share(threshold)}" for p, threshold in thresholds.items()
    )
    return (
        f"The percentage is how sure the specialist is. It gives each P from a value of its own on: {given}. "
        "A tweet may be about several Ps, or none."
    )


def card(text: str, answer: dict[str, Any]) -> DeltaGenerator:
    """Draw one tweet with its answers; return the place of its text.

    Parameters
    ----------
    answer
        A row of `Results.answers`.
    """
    with st.container(border=True):
        place = st.empty()
        place.text(formatting.clipped(text, LONGEST))
        if answer["left_out"]:
            st.markdown(f":gray-badge[:material/block: {_why_not(answer)}: not judged]")
            return place
        about = [p for p in P_LABELS if answer[p]]
        # Where not all Ps share a sentiment, each chip says its own.
        differ = len({answer[f"sentiment_{p}"] for p in about}) > 1
        chips = [
            f":{palette.TEXT_COLORS[p]}-badge[{palette.PS[p].label} {formatting.share(answer[f'p_{p}'])}"
            f"{_of_p(answer, p) if differ else ''}]"
            for p in about
        ]
        feeling = palette.SENTIMENTS[answer["sentiment"]]
        sure = answer[f"p_{feeling.id}"]
        felt = feeling.label if pd.isna(sure) else f"{feeling.label} {formatting.share(sure)}"
        st.markdown(" ".join([*(chips or [":gray-badge[None of the four Ps]"]), f":gray-badge[{felt}]"]))
        brands = ", ".join(answer["brands"]) or "No brand that the catalogue knows"
        others = ", ".join(
            f"{palette.PS[p].title} {formatting.share(answer[f'p_{p}'])}" for p in P_LABELS if p not in about
        )
        parts = [brands, _language(answer["lang"]), *([f"not: {others}"] if others else [])]
        st.caption(formatting.plain(" · ".join(parts)))
    return place


def _of_p(answer: dict[str, Any], p: str) -> str:
    return f", {palette.SENTIMENTS[answer[f'sentiment_{p}']].title.lower()}"


def _mark_words(text: str, answer: dict[str, Any], choice: str) -> None:
    as_given = text[:LONGEST].split() == answer["read"][:LONGEST].split()
    explained_tweet.show(formatting.clipped(answer["read"], LONGEST), answer, choice)
    if not as_given:
        st.caption(READ_AS)


def table(results: Results) -> int:
    """Draw many tweets as a table, one of which is chosen; return its row."""
    st.caption("Click a row to read the tweet below the table, with its words marked.")
    return tweet_table.pick(
        _table(results), "live_table", "The tweets with what the specialist says", height=TABLE_HEIGHT
    )


def _table(results: Results) -> pd.DataFrame:
    answers = results.records
    return pd.DataFrame(
        {
            "Text": [formatting.clipped(text, LONGEST) for text in results.texts],
            "About": [
                [] if answer["left_out"] else [palette.PS[p].title for p in P_LABELS if answer[p]]
                for answer in answers
            ],
            "Sentiment": [
                [] if answer["left_out"] else [palette.SENTIMENTS[answer["sentiment"]].title]
                for answer in answers
            ],
            "Brands": [", ".join(answer["brands"]) for answer in answers],
            "Language": [
                f"{_why_not(answer)}: not judged" if answer["left_out"] else _language(answer["lang"])
                for answer in answers
            ],
            **{f"{palette.PS[p].title} %": (results.answers[f"p_{p}"] * 100).round() for p in P_LABELS},
        }
    )


def download(results: Results) -> None:
    """Draw the ways to take the results away."""
    with st.popover("Download", icon=":material/download:"):
        for form in downloads.FORMATS:
            st.download_button(
                form.title,
                partial(file, results, form),
                f"judged_tweets{form.suffix}",
                form.mime,
                key=f"download_live{form.suffix.replace('.', '_')}",
                help=form.help,
                icon=":material/download:",
                on_click="ignore",
                width="stretch",
            )


def file(results: Results, form: Format) -> bytes:
    """Return the results as a file."""
    with duckdb.connect() as connection:
        return form.build(connection.from_df(results.table()))


def _language(code: str) -> str:
    return "language not sure, read as English" if code == "und" else language(code)


def _why_not(answer: dict[str, Any]) -> str:
    return (
        language(answer["lang"]) if answer["left_out"] == LANGUAGE else str(answer["left_out"]).capitalize()
    )


def _how_long(results: Results) -> str:
    judged = len(results.judged)
    text = f"{formatting.plural(judged, 'tweet')} judged in {results.seconds:.2g} s"
    if judged:
        text += f" ({formatting.number(judged / results.seconds)} a second)"
    text += " on this machine: nothing was sent anywhere."
    if len(results.rows) < results.asked:
        text = f"Of {formatting.number(results.asked)} tweets: {text}"
    others = [_why_not(answer) for answer in results.records if answer["left_out"]]
    if others:
        text += (
            f" {formatting.plural(len(others), 'tweet was', 'tweets were')} not judged "
            f"({', '.join(dict.fromkeys(others))}): the specialist reads tweets in English."
        )
    return text
