"""A brand's report: its numbers against a count by hand, few and no tweets, strangers' text, and nothing fetched."""

import dataclasses
import shutil
import subprocess
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline import posts
from pipeline.p_sentiment import copy_whole_sentiment
from pipeline.report import render
from pipeline.store import P_LABELS, building, connect, insert, transaction
from specialist import folder
from specialist.folder import Description
from specialist.predict import full_name

Mmx = Callable[..., subprocess.CompletedProcess[str]]
MADE = date(2026, 7, 2)
HOSTILE = [
    '<script>alert(1)</script> the app crashes <img src="https://evil.example/x.png" onerror=alert(2)>',
    "\"'><svg onload=alert(3)> {{ 7 * 7 }} {% raw %} and the shop is closed again",
    "تطبيق العلامة التجارية يتعطل كل مساء ولا أحد يرد على رسائلي",
    "javascript:alert(4) <style>*{display:none}</style> delivery never came, third week 😡",
]
NAME = '<b>Our</b> "Shop" & Sons'
VOID = {"meta", "br", "img", "link", "input", "hr"}


class Page(HTMLParser):
    """The elements of a page with their attributes, and its visible text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.parts: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.parts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.parts).split())


GROUPS: list[tuple[str, int, str, str, date, int, list[str]]] = [
    # brand, tweets, Ps, sentiment, first day, topic, texts in turn
    ("ours", 40, "product", "positive", date(2026, 3, 3), 1, ["what a lovely warm coat"]),
    ("ours", 10, "place", "negative", date(2026, 3, 3), -1, ["the door was locked at noon"]),
    ("ours", 40, "product", "positive", date(2026, 6, 1), 1, ["a coat for life, bought with joy"]),
    ("ours", 60, "place", "negative", date(2026, 6, 1), 0, HOSTILE),
    ("ours", 12, "price", "negative", date(2026, 6, 1), -1, ["nine pounds for that"]),
    ("ours", 3, "promotion", "neutral", date(2026, 6, 1), -1, ["win a scarf today"]),
    ("rival", 50, "product", "positive", date(2026, 6, 1), 1, ["their coat is fine"]),
    ("rival", 50, "place", "positive", date(2026, 6, 1), -1, ["their shop is round the corner"]),
    ("rival", 900, "price", "neutral", date(2026, 6, 1), -1, ["costs what it costs"]),
    ("three", 3, "product", "negative", date(2026, 6, 1), 1, ["it tore on the first day"]),
    ("gone", 20, "product", "negative", date(2026, 1, 1), 1, ["it tore"]),
    ("rtl", 8, "product place", "negative", date(2026, 6, 1), 1, [HOSTILE[2]]),
]


def written() -> pd.DataFrame:
    """Return the tweets of `GROUPS`, numbered, each group's spread over 30 days."""
    rows = [
        {
            "created_at": datetime.combine(first, time(9)) + timedelta(days=i % 30),
            "text": f"{texts[i % len(texts)]} {i}",
            "brand_id": brand_id,
            "sentiment": sentiment,
            "topic_id": topic,
            **{p: p in ps.split() for p in P_LABELS},
            **{f"p_{p}": 0.9 if p in ps.split() else 0.1 for p in P_LABELS},
        }
        for brand_id, number, ps, sentiment, first, topic, texts in GROUPS
        for i in range(number)
    ]
    tweets = pd.DataFrame(rows).astype({"created_at": "datetime64[us]"})
    return tweets.assign(tweet_id=[str(number) for number in range(len(tweets))])


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of brands of one industry, with tweets from January to June as `GROUPS` says."""
    path = tmp_path_factory.mktemp("report") / "store.duckdb"
    names = {"ours": NAME, "rival": "Rival", "three": "Three", "gone": "Gone", "rtl": "قهوة الصباح"}
    tweets = written()
    ids = tweets[["tweet_id"]]
    with building(path) as connection, transaction(connection):
        brands = pd.DataFrame(
            {"brand_id": list(names), "name": list(names.values()), "industry": "Shops <i>"}
        )
        insert(connection, "brands", brands)
        texts = tweets[["tweet_id", "created_at", "text"]]
        insert(connection, "tweets", texts.assign(content_id=tweets.tweet_id, lang="en", source="a.csv"))
        insert(connection, "mentions", tweets[["tweet_id", "brand_id"]])
        judged = tweets[["tweet_id", *P_LABELS, *(f"p_{p}" for p in P_LABELS)]]
        insert(connection, "classifications", judged.assign(specialist="own <b>"))
        felt = ids.assign(compound=0.5, vader="positive", sentiment=tweets.sentiment)
        insert(connection, "sentiments", felt)
        topic_of = tweets[["tweet_id", "topic_id"]].assign(nearest_topic_id=tweets.topic_id)
        insert(connection, "tweet_topics", topic_of.assign(probability=0.9, x=0.0, y=0.0))
        for topic_id, label in enumerate(["<u>app</u> crash", "coats"]):
            connection.execute(
                """INSERT INTO topics (topic_id, label, keywords, size, x, y, embedding)
                VALUES (?, ?, ['a'], 1, 0, 0, ?)""",
                [topic_id, label, [0.0] * 384],
            )
        copy_whole_sentiment(connection)
    with building(path) as connection:
        posts.rebuild(connection)
    return path


def report(db: Path, brand_id: str, since: date | None, until: date | None = None) -> Page:
    with connect(db) as connection:
        source = render(connection, brand_id, since, until, MADE)
    page = Page(source)
    assert not page.open, "an element is not closed"
    assert len(source.encode()) < 300_000
    return page


@pytest.fixture(scope="module")
def june(db: Path) -> Page:
    return report(db, "ours", date(2026, 6, 1))


def test_key_figures_and_their_change_on_the_days_before(db: Path) -> None:
    page = report(db, "ours", date(2026, 4, 2))  # 90 days, and in the 90 before 50 tweets
    assert "Mentions 115 ▲ up 65 on the 90 days before" in page.text
    assert "Share of voice in Shops <i> 10 %" in page.text  # 115 of 1,126
    assert "Net sentiment −28 ▼ down 88 pts on the 90 days before" in page.text  # (40 - 72) / 115, before +60
    assert "Negative 63 % ▲ up 43 pts on the 90 days before" in page.text  # 72 of 115, before 10 of 50


def test_without_a_first_day_nothing_is_compared(db: Path) -> None:
    page = report(db, "ours", None)
    assert "Mentions 165" in page.text
    assert "days before" not in page.text.split("Mentions per week")[0]
    assert "there is no period before" in page.text


def test_where_tweets_do_not_reach_back_nothing_is_compared(db: Path) -> None:
    assert (
        "The tweets do not reach back over the 170 days before" in report(db, "ours", date(2026, 1, 12)).text
    )


def test_each_p_is_set_against_competitors_with_intervals(june: Page) -> None:
    ps = june.text.split("The four Ps")[1].split("Net sentiment of each brand")[0]
    product, place, price, promotion = (
        ps.split(f"{title} ")[-1]
        for title in ("Product 40 mentions", "Place 60 mentions", "Price 12 mentions", "Promotion 3 mentions")
    )
    assert "100 % (94 to 100) of 60" in place
    assert "14 % (7 to 25) of 58" in place.split("Price 12")[0]  # 8 of the other brands' 58
    assert "More negative than competitors." in place.split("Price 12")[0]
    assert "100 % (76 to 100) of 12" in price
    assert "Few mentions: under 30." in price
    assert "Too few mentions to speak of shares: under 5." in promotion
    assert "0 % (0 to 9) of 40" in product


def test_brands_stand_beside_each_other_with_what_is_sure_marked(june: Page) -> None:
    table = june.text.split("Net sentiment of each brand")[1].split("Pain points")[0]
    # Twelve alike do not make it certain: as on the dashboard's Overview, by Wilson's interval of 0 in 12.
    few = "−100 (−100 to −51)"
    assert f"{NAME} ▼ −28 115 ▲ +100 40 ▼ −100 60 {few} 12 – 3" in table.replace(f"▼ {few}", few)
    assert "Rival" in table
    assert "Three – 3" in table


def test_pain_points_and_strengths_are_told_in_customers_words(june: Page) -> None:
    pain = june.text.split("Pain points: what customers complain of")[1].split("Strengths: what")[0]
    strength = june.text.split("Strengths: what customers praise")[1].split("Alerts:")[0]
    assert "Place <u>app</u> crash 60 tweets, 100 % negative (usually " in pain
    assert sum(text[:40] in pain for text in HOSTILE) == 3
    assert "Product coats 40 tweets, 100 % positive (usually " in strength
    assert "a coat for life, bought with joy" in strength
    assert "Worst pain point: Place, <u>app</u> crash (60 tweets, 100 % negative)." in june.text


def test_topics_data_specialist_and_limits_are_told(june: Page) -> None:
    topics = june.text.split("Topics most spoken of")[1]
    told = "Sentiment 60 mentions, 60 negative, 0 neutral, 0 positive."
    assert f"<u>app</u> crash Place 60 {told} 100 %" in topics
    assert "1,196 tweets that mention 5 brands" in june.text
    assert "a.csv" in june.text
    assert "The specialist own <b> . How good it is, its own model card says." in june.text
    assert "Sentiment is of VADER" in june.text  # this specialist gave none
    assert "On 2 Jul 2026 by" in june.text


def test_how_good_the_specialist_is_begins_with_what_it_never_saw(
    db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(alpha: float) -> list[dict[str, Any]]:
        return [{"codebook": "mmx", "alpha": {"value": alpha, "low": alpha - 0.02, "high": alpha + 0.02}}]

    metrics = {"synthetic twins of real tweets": told(0.9), "brands never seen": told(0.7), "checks": 0.99}
    described = dataclasses.replace(Description.load(folder.DEFAULT), metrics=metrics, weights={})
    described.save(tmp_path)
    monkeypatch.setattr(folder, "DEFAULT", tmp_path)
    copy = tmp_path / "store.duckdb"
    shutil.copy(db, copy)
    with building(copy) as connection:
        connection.execute("UPDATE classifications SET specialist = ?", [full_name("default")])
    assert (
        "On brands never seen: the four Ps 0.70 (0.68 to 0.72, acceptable). On synthetic twins of real tweets: "
        "the four Ps 0.90 (0.88 to 0.92, reliable)." in report(copy, "ours", date(2026, 6, 1)).text
    )


def test_sentiment_may_be_vaders(db: Path) -> None:
    with connect(db) as connection:
        page = Page(render(connection, "ours", date(2026, 6, 1), None, MADE, "vader"))
    assert "Net sentiment +100" in page.text
    assert "Place <u>app</u> crash 60 tweets, 100 % negative" in page.text


def test_a_tweet_about_two_ps_counts_in_each_with_what_it_says_of_it(db: Path, tmp_path: Path) -> None:
    copy = tmp_path / "store.duckdb"
    shutil.copy(db, copy)
    with building(copy) as connection:
        connection.execute(
            """UPDATE p_sentiments SET sentiment = 'positive' WHERE p = 'product'
            AND tweet_id IN (SELECT tweet_id FROM mentions WHERE brand_id = 'rtl')"""
        )
    ps = report(copy, "rtl", date(2026, 6, 1)).text.split("The four Ps")[1]
    assert "8 mentions, 0 negative, 0 neutral, 8 positive" in ps.split("Place 8 mentions")[0]
    assert "8 mentions, 8 negative, 0 neutral, 0 positive" in ps.split("Place 8 mentions")[1]


def test_that_tweets_were_sent_to_name_topics_is_told(db: Path, tmp_path: Path) -> None:
    copy = tmp_path / "store.duckdb"
    shutil.copy(db, copy)
    assert "no tweet left it" in report(copy, "ours", None).text
    with building(copy) as connection:
        connection.execute("UPDATE topics SET named_by = 'some-model' WHERE topic_id = 1")
    page = report(copy, "ours", None).text
    assert "Topics were named by some-model" in page
    assert "no tweet left it" not in page


def test_strangers_text_is_text_and_nothing_can_be_run_or_fetched(june: Page) -> None:
    assert any(text in june.text for text in HOSTILE if "<" in text), (
        "a tweet is to be read as it was written"
    )
    attributes = [(tag, name, value or "") for tag, attrs in june.elements for name, value in attrs.items()]
    tags = {tag for tag, _ in june.elements}
    assert not tags & {
        "script",
        "img",
        "iframe",
        "link",
        "object",
        "embed",
        "a",
        "form",
        "base",
        "u",
        "foreignobject",
    }
    assert not [name for _, name, _ in attributes if name.startswith("on")]
    assert not [
        name for _, name, _ in attributes if name in {"src", "href", "srcset", "xlink:href", "action"}
    ]
    policy = next(
        attrs for tag, attrs in june.elements if attrs.get("http-equiv") == "Content-Security-Policy"
    )
    assert "default-src 'none'" in str(policy["content"])


def test_right_to_left_tweets_and_names_find_their_own_direction(db: Path) -> None:
    page = report(db, "rtl", date(2026, 6, 1))
    title = next(attrs for tag, attrs in page.elements if tag == "h1")
    assert title["dir"] == "auto"
    assert "قهوة الصباح" in page.text


def test_every_chart_says_what_it_shows(june: Page) -> None:
    charts = [attrs for tag, attrs in june.elements if tag == "svg" and attrs.get("role") == "img"]
    named = {attrs.get("id") for tag, attrs in june.elements if tag in {"title", "desc"}}
    assert len(charts) >= 8
    assert all(set(str(attrs["aria-labelledby"]).split()) <= named for attrs in charts)
    ids = [attrs["id"] for _, attrs in june.elements if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_with_three_tweets_no_share_is_told(db: Path) -> None:
    page = report(db, "three", date(2026, 6, 1))
    brand_part = page.text.split("Net sentiment of each brand")[0]
    assert "Mentions 3" in brand_part
    assert "Net sentiment too few" in brand_part
    assert "Negative too few" in brand_part
    assert "100 %" not in brand_part.split("The four Ps")[0]
    assert page.text.count("Nothing stands out in this period. Checked: 3 tweets in 1 topic") == 2
    assert "do not reach back six weeks" in page.text.split("Alerts:")[1]


def test_without_tweets_in_the_period_it_says_so(db: Path) -> None:
    page = report(db, "gone", date(2026, 6, 1))
    assert "No tweet that the specialist has read mentions Gone in this period." in page.text
    assert "How this was made, and its limits" in page.text
    assert "No mentions" in report(db, "gone", date(2031, 1, 1), date(2031, 2, 1)).text
    assert "Shops <i> · from 1 Jan 2031 on" in report(db, "gone", date(2031, 1, 1)).text


def test_the_command_writes_the_file(db: Path, mmx: Mmx, tmp_path: Path) -> None:
    output = tmp_path / "report.html"
    done = mmx("report", "--db", db, "--brand", NAME.upper(), "--since", "2026-06-01", "-o", output)
    assert done.returncode == 0, done.stderr
    assert str(output) in done.stderr.replace("\n", "")
    assert "1 Jun – 30 Jun 2026" in " ".join(done.stderr.split())
    assert "Mentions 115" in Page(output.read_text(encoding="utf-8")).text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--brand", "Rivel", "-o", "r.html"], "Rival"),
        (["--brand", "Rival", "-o", "r.pdf"], "must end in .html"),
        (["--brand", "Rival", "-o", "nowhere/r.html"], "does not exist"),
        (["--brand", "Rival", "-o", "r.html", "--since", "2026-06-02", "--until", "2026-06-01"], "is after"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    db: Path, mmx: Mmx, arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    done = mmx("report", "--db", db, *arguments)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert said in done.stderr
    assert not list(tmp_path.iterdir())
