"""The page Compare: the table's means and marks, the charts, and where a click leads."""

import json
from typing import Any

import duckdb
import pandas as pd
import pytest
from pyarrow import ipc
from streamlit.testing.v1 import AppTest

COLUMNS = ("overall", "product", "place", "price", "promotion")
NOW = ("2026-08-03", "2026-10-31")  # 90 days


def between(rows: pd.DataFrame, days: tuple[str, str]) -> pd.DataFrame:
    first, last = (pd.Timestamp(day) for day in days)
    return rows[(rows.created_at >= first) & (rows.created_at < last + pd.Timedelta(days=1))]


def about(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    return rows if column == "overall" else rows[rows[column]]


def values(app: AppTest) -> pd.DataFrame:
    assert not app.exception
    return app.dataframe[0].value


def texts(app: AppTest) -> pd.DataFrame:
    """Return what the table's cells show."""
    shown = ipc.open_stream(app.dataframe[0].proto.arrow_data.styler.display_values).read_pandas()
    return shown.set_axis(values(app).columns, axis=1).set_axis(values(app).index)


def styles(app: AppTest) -> str:
    return app.dataframe[0].proto.arrow_data.styler.styles


def chart(app: AppTest, key: str) -> dict[str, Any]:
    found = next(element for element in app.get("plotly_chart") if element.key == key)
    return json.loads(found.proto.spec)


def click(app: AppTest, row: str, column: str) -> AppTest:
    cell = (values(app).index.tolist().index(row), column)
    app.session_state["comparison"] = {"selection": {"rows": [], "columns": [], "cells": [cell]}}
    return app.run()


def test_vader_mean_of_each_brand_and_p(open_page, mentioned):
    app = open_page("compare", industry="Fashion", period="90d", source="vader")
    now = between(mentioned[mentioned.industry == "Fashion"], NOW)
    table = values(app)
    assert table.index.tolist()[0] == "All in Fashion"
    assert sorted(table.index[1:]) == sorted(now["name"].unique())
    for row in table.index:
        of_row = now if row == "All in Fashion" else now[now["name"] == row]
        for column in COLUMNS:
            expected = about(of_row, column).compound
            if len(expected) < 5:
                assert pd.isna(table.loc[row, column])
            else:
                assert table.loc[row, column] == pytest.approx(expected.mean(), abs=1e-6)


@pytest.mark.parametrize(
    ("parameters", "score"),
    [
        ({}, lambda rows: (rows.p_positive - rows.p_negative).mean()),
        (
            {"measure": "Net sentiment"},
            lambda rows: (rows.sentiment == "positive").mean() - (rows.sentiment == "negative").mean(),
        ),
        (
            {"source": "vader", "measure": "Net sentiment"},
            lambda rows: (rows.vader == "positive").mean() - (rows.vader == "negative").mean(),
        ),
    ],
)
def test_switches_of_source_and_measure_are_in_the_link(open_page, mentioned, store_file, parameters, score):
    with duckdb.connect(str(store_file), read_only=True) as connection:
        judged = connection.execute("SELECT tweet_id, p_negative, p_positive FROM sentiments").df()
    app = open_page("compare", brand="harrow-pine", period="all", **parameters)
    rows = mentioned.merge(judged, on="tweet_id")
    expected = score(rows[(rows.brand_id == "harrow-pine") & rows.place])
    assert values(app).loc["● Harrow & Pine", "place"] == pytest.approx(expected, abs=1e-6)
    assert all(app.query_params[key] == value for key, value in parameters.items())


def test_cell_shows_mean_and_count_and_the_interval_where_few(open_page, mentioned):
    app = open_page("compare", brand="harrow-pine", period="90d", source="vader")
    brand = between(mentioned[mentioned.brand_id == "harrow-pine"], NOW)
    shown = texts(app).loc["● Harrow & Pine"]
    place = brand[brand.place]
    assert shown.place == f"▼ {place.compound.mean():+.2f} · {len(place)}".replace("-", "−")
    product = brand[brand["product"]].compound
    assert len(product) < 30
    half = 1.96 * product.std() / len(product) ** 0.5
    assert shown["product"] == f"▲ {product.mean():+.2f} ±{half:.2f} · {len(product)}"
    assert brand.price.sum() < 5
    assert pd.isna(values(app).loc["● Harrow & Pine", "price"])
    assert app.dataframe[0].proto.placeholder == "< 5"


def test_what_stands_out_is_said_in_words_and_chance_is_grey(open_page):
    app = open_page("compare", period="all")
    says = values(app).stands_out
    assert says["Harrow & Pine"] == "Product better than Place"
    assert says["Kettle & Crow"] == "Product better than Price"
    assert says["قهوة الصباح"] == "Differences may be chance"  # each of its tweets is about both Ps alike
    assert any("Grey: the difference may be chance." in caption.value for caption in app.main.caption)
    for word in ("background-color", "color: #5F6B7A"):
        assert word in styles(app)


def test_all_brands_stand_under_their_industry(open_page, mentioned):
    app = open_page("compare", period="all")
    rows = values(app).index.tolist()
    assert rows[0] == "All brands"
    assert len(rows) == 1 + mentioned.industry.nunique() + mentioned.brand_id.nunique()
    coffee = rows.index("All in Coffee")
    assert rows[coffee + 1 : coffee + 3] == ["Kettle & Crow", "قهوة الصباح"]


def test_number_leads_to_its_tweets(open_page):
    app = open_page("compare", brand="harrow-pine", period="all")
    click(app, "Velvet Row", "place")
    assert app.query_params == {"brand": "velvet-row", "period": "all", "p": "place", "via": "compare"}
    assert app.title[0].value == "Tweets"


def test_industry_row_and_overall_lead_to_their_tweets(open_page):
    app = open_page("compare", period="all", p="price")
    click(app, "All in Coffee", "overall")
    assert app.query_params == {"industry": "Coffee", "period": "all", "p": "price", "via": "compare"}


def test_going_back_takes_the_earlier_view_up_again(open_page):
    app = open_page("compare", brand="harrow-pine", period="all", measure="Net sentiment")
    click(app, "Velvet Row", "place")
    app.switch_page("app_pages/compare.py").run()  # with the parameters of the page that was left to
    assert app.query_params == {"brand": "harrow-pine", "period": "all", "measure": "Net sentiment"}
    assert app.segmented_control(key="measure").value == "Net sentiment"
    assert "● Harrow & Pine" in values(app).index


def test_too_few_mentions_for_a_share_of_voice_are_said_in_place_of_an_empty_chart(open_page):
    dates = {"period": "custom", "from": "2026-10-30", "to": "2026-10-31"}
    app = open_page("compare", brand="harrow-pine", p="promotion", **dates)
    assert not app.exception
    assert any("Too few mentions per day for a share of voice" in info.value for info in app.info)
    assert not [drawn for drawn in app.get("plotly_chart") if drawn.proto.id.endswith("-share_of_voice")]


def test_share_of_voice_adds_up_to_the_industry(open_page, mentioned):
    app = open_page("compare", brand="velvet-row", period="90d")
    now = between(mentioned[mentioned.industry == "Fashion"], NOW)
    lines = {line["name"]: line for line in chart(app, "share_of_voice")["data"]}
    assert len(lines) == now.brand_id.nunique()
    last_week = now[now.created_at >= "2026-10-25"]
    for brand in ("Harrow & Pine", "Velvet Row"):
        share = (last_week["name"] == brand).mean()
        assert lines[brand.replace("&", "&amp;")]["y"][-1] == pytest.approx(share)
    assert lines["Velvet Row"]["line"]["width"] > lines["Harrow &amp; Pine"]["line"]["width"]


def test_scatter_sets_volume_against_sentiment(open_page, mentioned):
    app = open_page("compare", period="all", about="Place", source="vader")
    place = mentioned[mentioned.place]
    expected = {
        brand_id: (len(rows), rows.compound.mean())
        for brand_id, rows in place.groupby("brand_id")
        if len(rows) >= 5
    }
    drawn = {
        custom[0]: (x, y)
        for trace in chart(app, "positioning")["data"]
        for custom, x, y in zip(trace["customdata"], trace["x"], trace["y"], strict=True)
    }
    assert set(drawn) == set(expected)
    for brand_id, (number, mean) in expected.items():
        assert drawn[brand_id] == (number, pytest.approx(mean, abs=1e-6))
    verdicts = {
        trace["name"]: [c[0] for c in trace["customdata"]] for trace in chart(app, "positioning")["data"]
    }
    assert "harrow-pine" in verdicts["Worse than the others"]
    assert "sabah" in verdicts["Better than the others"]


def test_sentiment_filter_does_not_decide_the_result(open_page):
    plain = values(open_page("compare", period="all"))
    app = open_page("compare", period="all", sentiment="negative")
    pd.testing.assert_frame_equal(values(app), plain)
    assert any("sentiment filter does not count" in caption.value for caption in app.main.caption)


def test_without_dates_there_is_no_trend(open_page, make_store, tweets):
    app = open_page("compare", store=make_store(tweets.assign(created_at=pd.NaT)))
    assert values(app).loc["All brands", "overall"]
    assert [element.key for element in app.get("plotly_chart")] == ["positioning"]
    assert any("no dates" in info.value for info in app.info)


def test_brands_of_one_name_have_a_row_each(open_page, make_store, tweets, brands):
    same = brands.assign(name=brands["name"].replace("Velvet Row", "Kettle & Crow"))
    table = values(open_page("compare", store=make_store(tweets, same), period="all"))
    assert {"Kettle & Crow (velvet-row)", "Kettle & Crow (kettle-crow)"} <= set(table.index)
