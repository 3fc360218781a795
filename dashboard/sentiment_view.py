"""Compare's view of sentiment in depth: how it is spread in each P, over time and by topic."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial, reduce
from operator import add

import streamlit as st

from dashboard import behind, charts, formatting, palette, sentiment_charts
from dashboard.frame import View
from dashboard.queries import sentiment, volume
from dashboard.queries.compare import MEAN, OVERALL, BrandSums, Sums, sentiment_sums
from dashboard.selection import Selection
from dashboard.sentiment_charts import NUMBER, SCORE, SHARE

TOPICS = 12


def draw(shown: View, field: Selection, brands: Sequence[BrandSums], measure: str, ps: Sequence[str]) -> None:
    """Draw the view.

    Parameters
    ----------
    field
        The selection of all the brands that are compared.
    brands
        Their sums, by the measure.
    measure
        MEAN or NET (`dashboard.queries.compare`), for the brand beside the others.
    ps
        The Ps to show.
    """
    columns = (OVERALL, *ps)
    own = next((brand for brand in brands if brand.brand_id == shown.selection.brand_id), None)
    if own is None and shown.brand is not None:
        st.info(
            f"{formatting.plain(shown.brand)} is not mentioned in this period.", icon=":material/search_off:"
        )
        return
    if own is None or len(brands) == 1:
        _spread(shown, columns)
    else:
        left, right = st.columns(2)
        with left:
            _spread(shown, columns)
        with right:
            _profile(shown, field, brands, own, measure, columns)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        column = about(ps)
        shown_as = st.segmented_control(
            "Counted as", [NUMBER, SHARE], default=NUMBER, key="counted", required=True, bind="query-params"
        )
    left, right = st.columns(2)
    with left:
        _over_time(shown, shown_as, column)
    with right:
        _by_topic(shown, shown_as, column)


def about(ps: Sequence[str]) -> str:
    """Draw the choice of what the mentions are about; return "overall" or a P."""
    return st.segmented_control(
        "Mentions about",
        [OVERALL, *ps],
        default=OVERALL,
        key="about",
        required=True,
        format_func=lambda option: "Anything" if option == OVERALL else palette.PS[option].title,
        bind="query-params",
    )


def _spread(shown: View, columns: Sequence[str]) -> None:
    found = sentiment.spread(shown.store, shown.selection)
    scored = sentiment_sums(shown.store, shown.selection, MEAN)
    sums = {column: reduce(add, (brand.sums[column] for brand in scored), Sums()) for column in columns}
    state = charts.show(
        sentiment_charts.spread(found, sums, shown.store.source),
        "sentiment_spread",
        "How sentiment is spread in each P",
        f"{SCORE[shown.store.source]} The wider a shape, the more mentions have that score; all have the same area. "
        f"The diamond is the mean, its line the 95 % interval. Pale: fewer than {formatting.SMALL} mentions; under "
        f"{formatting.TOO_SMALL} none is drawn. Click a bar to read the tweets: overall those of its sentiment, else "
        "all those about the P.",
        table=partial(sentiment_charts.spread_table, found, sums),
        select=True,
    )
    behind.follow(state, shown.selection, ("p", "sentiment"))


def _profile(
    shown: View,
    field: Selection,
    brands: Sequence[BrandSums],
    own: BrandSums,
    measure: str,
    columns: Sequence[str],
) -> None:
    others = {
        column: reduce(add, (one.sums[column] for one in brands if one is not own), Sums())
        for column in columns
    }
    state = charts.show(
        sentiment_charts.profile(own, others, f"Others in {own.industry}", measure),
        "sentiment_profile",
        f"{formatting.plain(own.brand)} beside the others",
        f"Bars: {formatting.plain(own.brand)}; diamonds: all other brands in {formatting.plain(own.industry)}; "
        "lines: 95 % intervals. A pale bar: the difference may be chance, all bars looked at together. "
        "Click a bar to read the brand's tweets, a diamond for those of the industry.",
        select=True,
    )
    behind.follow(state, field, ("p", "brand_id"))


def _over_time(shown: View, shown_as: str, column: str) -> None:
    cut = volume.steps(shown.selection, shown.coverage, most=30)
    if cut is None:
        st.info("The tweets have no dates, so there is no trend to show.", icon=":material/event_busy:")
        return
    trend = sentiment.over_time(shown.store, shown.selection, cut, column)
    state = charts.show(
        sentiment_charts.over_time(trend, cut, shown_as, column),
        "sentiment_over_time",
        f"Sentiment per {cut.word}{_about(column)}",
        f"Each bar is a {cut.word}; its parts are what people felt. {_click(column)}{_few(shown_as)}",
        select=True,
    )
    behind.follow(state, shown.selection, ("p", "sentiment", "start"), cut=cut)


def _by_topic(shown: View, shown_as: str, column: str) -> None:
    topics = sentiment.by_topic(shown.store, shown.selection, column, TOPICS)
    if topics.empty:
        st.info("No topics in this selection.", icon=":material/bubble_chart:")
        return
    state = charts.show(
        sentiment_charts.by_topic(topics, shown_as, column),
        "sentiment_by_topic",
        f"Sentiment in the topics most spoken of{_about(column)}",
        f"Each bar is a topic, with its number of mentions. {_click(column)}{_few(shown_as)}",
        select=True,
    )
    behind.follow(state, shown.selection, ("p", "sentiment", "topic"))


def _about(column: str) -> str:
    return "" if column == OVERALL else f", about {palette.PS[column].title}"


def _click(column: str) -> str:
    if column == OVERALL:
        return "Click a part to read its tweets."
    return f"Click a bar to read its tweets about {palette.PS[column].title}."


def _few(shown_as: str) -> str:
    return f" Under {formatting.TOO_SMALL} mentions no share is shown." if shown_as == SHARE else ""
