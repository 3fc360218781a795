"""What is saved of a chart or a table is what is shown there: the same marks, rows and filters, in each format."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest
from offers import Offers, read, recorded
from streamlit.testing.v1 import AppTest

from dashboard import charts, figure_data

CHARTS = {
    "share_of_voice": ("compare", {}),
    "positioning": ("compare", {}),
    "sentiment_profile": ("compare", {"view": "Sentiment"}),
    "sentiment_over_time": ("compare", {"view": "Sentiment"}),
    "sentiment_by_topic": ("compare", {"view": "Sentiment", "about": "Place"}),
    "trend": ("overview", {}),
    "top_topics": ("overview", {}),
}


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> Offers:
    return recorded(monkeypatch)


def marks(app: AppTest, key: str) -> list[tuple[str, Any, Any]]:
    """Return each mark that a chart draws: its series, and where it is on the two axes."""
    assert not app.exception
    found = next(element for element in app.get("plotly_chart") if element.key == key)
    figure = go.Figure(json.loads(found.proto.spec))
    return [
        (trace.name.replace("&amp;", "&"), x, y)
        for trace in figure.data
        if getattr(trace, "mode", None) != "text"
        for x, y in zip(trace.x, trace.y, strict=True)
        if x is not None and y is not None
    ]


@pytest.mark.parametrize("key", CHARTS)
def test_the_marks_drawn_are_the_rows_saved(open_page, offered, key):
    page, parameters = CHARTS[key]
    for ps in ([], ["product", "place"]):
        app = open_page(page, brand="harrow-pine", period="90d", p=ps, **parameters)
        drawn = marks(app, key)
        assert len(drawn) > 1
        for suffix in (".csv", ".xlsx", ".parquet"):
            name = f"{key}_harrow-pine_2026-08-03_2026-10-31{suffix}"
            saved = read(name, offered[name]())
            assert len(saved) == len(drawn)
            for (series, *at), row in zip(drawn, saved.itertuples(index=False), strict=True):
                assert row[0] == series
                for mark, value in zip(at, row[1:3], strict=True):
                    if isinstance(mark, str):
                        assert str(value)[:10] == mark.replace("&amp;", "&")[:10]
                    else:
                        assert value == pytest.approx(mark)


def test_the_comparison_saved_is_the_table_shown(open_page, offered):
    app = open_page("compare", period="all", p="place")
    shown = app.dataframe[0].value
    saved = read("comparison.csv", offered["comparison_all-brands.csv"]())
    assert saved.brand.tolist() == shown.index.tolist()
    assert [column for column in saved if "product" in column] == []
    pd.testing.assert_series_equal(
        saved.place, shown.place.reset_index(drop=True), check_names=False, atol=1e-5, rtol=0
    )
    assert saved.stands_out.tolist() == shown.stands_out.tolist()
    harrow = saved.set_index("brand").loc["Harrow & Pine"]
    assert harrow.place_low < harrow.place < harrow.place_high
    assert harrow.place_mentions == 40


def test_the_brands_saved_are_the_table_shown(open_page, offered):
    app = open_page("overview", period="all")
    shown = next(table.value for table in app.dataframe if "industry" in table.value)
    saved = read("brands.parquet", offered["brand_table_all-brands.parquet"]())
    assert saved.brand.tolist() == shown.brand.tolist()
    assert saved.mentions.tolist() == shown.mentions.tolist()
    assert saved.net.tolist() == pytest.approx(shown.net.tolist(), abs=1e-5, nan_ok=True)


@pytest.mark.parametrize(
    ("page", "parameters", "least"),
    [
        ("overview", {}, 3),
        ("overview", {"brand": "harrow-pine"}, 2),
        ("compare", {}, 3),
        ("compare", {"view": "Sentiment"}, 3),
        ("topics", {}, 2),
        ("topics", {"topic": "1"}, 4),
        ("data", {}, 3),
    ],
)
def test_all_that_a_page_offers_can_be_made(open_page, offered, page, parameters, least):
    app = open_page(page, period="all", **parameters)
    assert not app.exception
    tables = [name for name in offered if not name.startswith("report")]
    assert len(tables) >= 3 * least
    for name in tables:
        assert len(read(name, offered[name]())) > 0, name


def test_no_name_becomes_a_formula(open_page, offered, make_store, tweets, brands):
    risky = brands.assign(name=brands["name"].replace("Velvet Row", "=cmd|' /C calc'!A0"))
    open_page("compare", store=make_store(tweets, risky), period="all")
    for name in ("comparison_all-brands.csv", "share_of_voice_all-brands.csv"):
        text = offered[name]().decode("utf-8-sig")
        assert "'=cmd" in text
        assert not any(line.startswith(("=", '"=')) for line in text.splitlines())


def test_names_read_as_in_the_chart_and_notes_are_no_data():
    drawn = charts.figure(xaxis_title="Day", yaxis_title="Mentions")
    drawn.add_scatter(x=["Mon", "Tue"], y=[1, None], name=charts.plain("Kettle & Crow <b>"))
    drawn.add_scatter(x=["Mon"], y=[1], mode="text", text=["a note"])
    assert figure_data.table(drawn).to_dict("records") == [
        {"series": "Kettle & Crow <b>", "Day": "Mon", "Mentions": 1}
    ]


def test_intervals_are_saved_by_their_ends(open_page, offered):
    app = open_page("compare", brand="velvet-row", period="all", measure="Net sentiment", view="Sentiment")
    found = next(element for element in app.get("plotly_chart") if element.key == "sentiment_profile")
    bars = json.loads(found.proto.spec)["data"][0]
    saved = read("profile.csv", offered["sentiment_profile_velvet-row.csv"]())
    own = saved[saved.series == "Velvet Row"]
    drawn = pd.DataFrame(
        {"value": bars["x"], **{end: bars["error_x"][end] for end in ("array", "arrayminus")}}
    )
    assert own.low.tolist() == pytest.approx((drawn.value - drawn.arrayminus).tolist())
    assert own.high.tolist() == pytest.approx((drawn.value + drawn.array).tolist())
    assert own.low.min() >= -100
    assert own.high.max() <= 100


def test_squares_are_saved_under_the_names_at_the_axes():
    drawn = charts.figure()
    drawn.add_trace(go.Heatmap(x=[0, 1], y=[0], z=[[0.25, 0.75]]))
    drawn.update_xaxes(tickvals=[0, 1], ticktext=["Coats", "Caf&amp;s"])
    drawn.update_yaxes(tickvals=[0], ticktext=["Price"])
    assert figure_data.table(drawn).to_dict("records") == [
        {"x": "Coats", "y": "Price", "value": 0.25},
        {"x": "Caf&s", "y": "Price", "value": 0.75},
    ]
