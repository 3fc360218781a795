"""A small store whose numbers can be counted by hand, and the app opened on it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple, Protocol

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pipeline import posts
from pipeline.p_sentiment import copy_whole_sentiment
from pipeline.progress import Silent
from pipeline.stages import rank_pain_points
from pipeline.store import P_LABELS, building, insert, transaction, write_meta

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
FIRST, NEWEST = date(2026, 4, 1), date(2026, 10, 31)
BURST = date(2026, 9, 10), date(2026, 10, 20)  # when Harrow & Pine's checkout did not work

LONG_NAME = "The Extraordinarily Long-Named Outfitters & Sons of Upper Wobbleshire 🧥"
BRANDS = pd.DataFrame(
    [
        ("harrow-pine", "Harrow & Pine", "Fashion", "@harrowpine"),
        ("velvet-row", "Velvet Row", "Fashion", "@velvetrow"),
        ("long-name", LONG_NAME, "Fashion", None),
        ("kettle-crow", "Kettle & Crow", "Coffee", "@kettlecrow"),
        ("sabah", "قهوة الصباح", "Coffee", "@sabah"),
        ("lumen", "Lumen", "Telecom", "@lumen"),
    ],
    columns=["brand_id", "name", "industry", "handle"],
)

TOPICS = [
    "wool coats",
    "online checkout and billing address",
    "giveaway for followers",
    "price rise",
    "morning flat white",
    "signal lost in the evening",
]
OUTLIER = -1
NEAREST = 2  # the topic that tweets in none are nearest to
# Coats and flat whites become one, then that and the lost signal; two topics are left when all steps are done.
HIERARCHY = pd.DataFrame(
    [
        (1, 0, 4, 0.1, "warm things", ["warm", "things"]),
        (2, 0, 5, 0.2, "daily life", ["daily", "life"]),
        (3, 1, 3, 0.4, "shop and price", ["shop", "price"]),
        (4, 1, 2, 0.5, "shop and price", ["shop", "price"]),
        (5, 0, 1, 0.9, "everything", ["everything"]),
    ],
    columns=["step", "kept_id", "joined_id", "distance", "label", "keywords"],
)


class Group(NamedTuple):
    """`number` tweets alike, spread evenly from the first to the last day; {i} numbers them."""

    brands: str
    number: int
    ps: str
    sentiment: str
    topic: int
    text: str
    first: date = FIRST
    last: date = NEWEST
    lang: str = "en"


GROUPS = [
    Group("harrow-pine", 60, "product", "positive", 0, "My coat from Harrow & Pine is lovely, winter {i}"),
    Group("harrow-pine", 40, "place", "negative", 1, "Harrow & Pine: attempt {i}. Crash {i}.", *BURST),
    Group("harrow-pine", 12, "promotion", "neutral", 2, "Harrow & Pine gives away {i} scarves"),
    Group("harrow-pine", 10, "", "neutral", OUTLIER, "Walked past Harrow & Pine on day {i}"),
    Group(
        "harrow-pine",
        4,
        "price",
        "positive",
        3,
        "Harrow & Pine is good value, {i} of 4",
        last=date(2026, 9, 30),
    ),
    Group("velvet-row", 70, "product price", "positive", 0, "Velvet Row: a warm coat at a fair price, {i}"),
    Group("velvet-row", 30, "place", "positive", 1, "Velvet Row delivered early, order {i}"),
    Group("velvet-row", 20, "place", "negative", 1, "Velvet Row sent order {i} to the wrong address"),
    Group("harrow-pine velvet-row", 6, "product", "neutral", 0, "Harrow & Pine or Velvet Row? Vote {i}"),
    Group("long-name", 8, "product", "negative", 0, "The Outfitters' hem came off on day {i}"),
    Group("long-name", 3, "place", "positive", 1, "The Outfitters' shop {i} is a delight"),
    Group("kettle-crow", 50, "product", "positive", 4, "Flat white number {i} at Kettle & Crow ☕"),
    Group("kettle-crow", 25, "price", "negative", 3, "Kettle & Crow costs {i} cents more", date(2026, 8, 1)),
    Group("sabah", 40, "place product", "positive", 4, "قهوة الصباح ممتازة رقم {i}"),
    Group("lumen", 45, "product", "negative", 5, "Lumen lost the signal again, evening {i}"),
    Group("lumen", 20, "promotion", "neutral", 2, "Lumen raffles phone {i}"),
    Group(
        "lumen",
        1,
        "price",
        "negative",
        3,
        "**Not bold** $5 or $6 [link](x) <b>tag</b> `code` :red[x] #1 Lumen",
    ),
    Group("lumen", 1, "promotion", "neutral", 2, '=HYPERLINK("http://evil.example";"Lumen, look")'),
    Group("", 7, "product", "positive", 0, "No brand at all, tweet {i}"),
    Group("harrow-pine", 5, "", "neutral", OUTLIER, "Harrow & Pine, sehr schön, Nummer {i}", lang="de"),
]
VADER_OF = {"negative": -0.4, "neutral": 0.0, "positive": 0.5}


class OpenPage(Protocol):
    """Opens a page of the app, as a link with these query parameters does."""

    def __call__(
        self, page: str = "overview", store: Path | None = ..., **query: str | list[str]
    ) -> AppTest: ...


def written_tweets() -> pd.DataFrame:
    """Return one row a tweet: all columns of the store's tables, and `brands` as a list of brand_ids."""
    rows: list[dict[str, object]] = []
    for group in GROUPS:
        days = (group.last - group.first).days
        for i in range(group.number):
            written = group.first + timedelta(days=round(days * i / max(group.number - 1, 1)))
            compound = VADER_OF[group.sentiment] + (i % 5 - 2) / 10
            rows.append(
                {
                    "tweet_id": str(1000 + len(rows)),
                    "created_at": pd.Timestamp(written) + pd.Timedelta(hours=8 + i % 12),
                    "text": group.text.format(i=i + 1),
                    "lang": group.lang,
                    "likes": i % 7,
                    "reposts": i % 3,
                    "brands": group.brands.split(),
                    **{p: p in group.ps.split() for p in P_LABELS},
                    "sentiment": group.sentiment,
                    "compound": compound,
                    "vader": "negative"
                    if compound <= -0.05
                    else "positive"
                    if compound >= 0.05
                    else "neutral",
                    "topic_id": group.topic,
                    "x": group.topic * 4 + (i % 10) / 10,
                    "y": (group.topic % 3) * 4 + (i % 9) / 9,
                }
            )
    return pd.DataFrame(rows)


def write_store(path: Path, tweets: pd.DataFrame, brands: pd.DataFrame = BRANDS) -> Path:
    """Publish a store with these tweets; those that are not in English are not classified."""
    judged = tweets[tweets.lang == "en"]
    certainty = [0.6 + (i % 4) / 10 for i in range(len(judged))]
    with building(path) as connection, transaction(connection):
        insert(connection, "brands", brands)
        columns = ["tweet_id", "created_at", "text", "lang", "likes", "reposts"]
        stored = tweets[columns].assign(content_id=tweets.tweet_id, source="tweets.csv")
        insert(connection, "tweets", stored.astype({"created_at": "datetime64[us]"}))
        mentions = tweets[["tweet_id", "brands"]].explode("brands").dropna()
        insert(connection, "mentions", mentions.rename(columns={"brands": "brand_id"}))
        probabilities = {
            f"p_{p}": [sure if is_p else 1 - sure for sure, is_p in zip(certainty, judged[p], strict=True)]
            for p in P_LABELS
        }
        classified = judged[["tweet_id", *P_LABELS]].assign(specialist="default", **probabilities)
        insert(connection, "classifications", classified)
        felt = judged[["tweet_id", "compound", "vader", "sentiment"]]
        felt = felt.assign(
            **{
                f"p_{name}": [
                    sure if s == name else (1 - sure) / 2
                    for sure, s in zip(certainty, felt.sentiment, strict=True)
                ]
                for name in ("negative", "neutral", "positive")
            }
        )
        insert(connection, "sentiments", felt)
        copy_whole_sentiment(connection)
        placed = judged[["tweet_id", "topic_id", "x", "y"]].assign(
            probability=0.9, nearest_topic_id=judged.topic_id.where(judged.topic_id != OUTLIER, NEAREST)
        )
        insert(connection, "tweet_topics", placed)
        insert(connection, "topics", _topics(judged))
        insert(connection, "topic_hierarchy", HIERARCHY)
        connection.execute("INSERT INTO runs VALUES (" + ", ".join("?" * 12) + ")", _run(tweets, judged))
        connection.execute(
            """INSERT INTO rejects VALUES ('20261101-090000', 'tweets.csv', 17, 'no text', '1984,,'),
               ('20261101-090000', 'tweets.csv', 92, 'no text', '1985,,')"""
        )
        write_meta(connection, "note", "fictional brands")
    with building(path) as connection:
        posts.rebuild(connection)
        rank_pain_points(connection, Silent())
    return path


def _run(tweets: pd.DataFrame, judged: pd.DataFrame) -> list[object]:
    counts = {"rows": len(tweets) + 3, "accepted": len(tweets), "duplicates": 1, "rejects": {"no text": 2}}
    inputs = json.dumps([{"path": "tweets.csv", "sha256": "ab", **counts, "notes": []}])
    times = ["2026-11-01 09:00:00", "2026-11-01 09:02:10"]
    made = ["20261101-090000", *times, "0.1.0", "default", "{}", inputs]
    return [*made, len(tweets) + 3, len(tweets), 1, 2, len(judged)]


def _topics(judged: pd.DataFrame) -> pd.DataFrame:
    sizes = judged.topic_id.value_counts()
    return pd.DataFrame(
        {
            "topic_id": range(len(TOPICS)),
            "label": TOPICS,
            "keywords": [label.split() for label in TOPICS],
            "size": [int(sizes.get(topic, 0)) for topic in range(len(TOPICS))],
            "x": [topic * 4 + 0.5 for topic in range(len(TOPICS))],
            "y": [(topic % 3) * 4 + 0.5 for topic in range(len(TOPICS))],
            # Each speaks of one thing only, but flat whites are half like coats.
            "embedding": [
                [float(i in ((0, 4) if topic == 4 else (topic,))) for i in range(384)]
                for topic in range(len(TOPICS))
            ],
        }
    )


@pytest.fixture(scope="session")
def store_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the small store; read it only."""
    return write_store(tmp_path_factory.mktemp("store") / "tweets.duckdb", written_tweets())


@pytest.fixture
def tweets() -> pd.DataFrame:
    """Return what was written into the small store, one row a tweet (see `written_tweets`)."""
    return written_tweets()


@pytest.fixture
def mentioned(tweets: pd.DataFrame) -> pd.DataFrame:
    """Return what the pages count: one row for each classified tweet and brand it mentions."""
    rows = tweets[tweets.lang == "en"].explode("brands").dropna(subset="brands")
    return rows.rename(columns={"brands": "brand_id"}).merge(BRANDS, on="brand_id")


class MakeStore(Protocol):
    """Makes a store of tweets shaped as the fixture `tweets`, and of brands shaped as `BRANDS`."""

    def __call__(self, tweets: pd.DataFrame, brands: pd.DataFrame = ...) -> Path: ...


@pytest.fixture
def brands() -> pd.DataFrame:
    """Return the brands of the small store."""
    return BRANDS.copy()


@pytest.fixture
def make_store(tmp_path: Path) -> MakeStore:
    """Return a function that makes a store of its own for a test."""

    def made(tweets: pd.DataFrame, brands: pd.DataFrame = BRANDS) -> Path:
        return write_store(tmp_path / "tweets.duckdb", tweets, brands)

    return made


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch, store_file: Path) -> OpenPage:
    """Return a function that opens a page of the app, by default on the small store."""

    def opened(page: str = "overview", store: Path | None = store_file, **query: str | list[str]) -> AppTest:
        monkeypatch.delenv("MMX_DB", raising=False)
        if store is not None:
            monkeypatch.setenv("MMX_DB", str(store))
        app = AppTest.from_file(APP, default_timeout=60)
        for parameter, value in query.items():
            app.query_params[parameter] = value
        app.switch_page(f"app_pages/{page}.py")
        return app.run()

    return opened
