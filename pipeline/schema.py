"""The store's tables, and how those of an older version become these."""

from __future__ import annotations

import duckdb

SCHEMA_VERSION = 3
# Stores from this version on are brought up to date by the next run.
OLDEST_VERSION = 1

_BY_P = "".join(
    f"{p}_sentiment VARCHAR, {p}_negative FLOAT, {p}_neutral FLOAT, {p}_positive FLOAT, "
    for p in ("product", "place", "price", "promotion")
)
_SUMS_BY_P = ", ".join(
    f"{p}_score DOUBLE, {p}_score_squares DOUBLE" for p in ("product", "place", "price", "promotion")
)
_RANKING = """
CREATE TABLE IF NOT EXISTS {table} (
    brand_id VARCHAR NOT NULL, rank INTEGER NOT NULL, p VARCHAR NOT NULL, topic_id INTEGER NOT NULL,
    since DATE, until DATE, tweets INTEGER NOT NULL, {sentiment} INTEGER NOT NULL,
    {sentiment}_share DOUBLE NOT NULL, low DOUBLE, high DOUBLE,
    baseline_share DOUBLE NOT NULL, others_share DOUBLE, rivals_share DOUBLE, score DOUBLE NOT NULL,
    words VARCHAR[], examples VARCHAR[], tweet_ids VARCHAR[] NOT NULL,
    mean_{sentiment} DOUBLE NOT NULL, usual_mean_{sentiment} DOUBLE NOT NULL, likes BIGINT, reposts BIGINT,
    engagement DOUBLE, usual_engagement DOUBLE, brand_tweets INTEGER NOT NULL, going BOOLEAN,
    days INTEGER, now INTEGER, before INTEGER, PRIMARY KEY (brand_id, rank)
);
"""
_RANKINGS = "".join(
    _RANKING.format(table=table, sentiment=sentiment)
    for table, sentiment in {"pain_points": "negative", "strengths": "positive"}.items()
)
SCHEMA = f"""
CREATE TABLE IF NOT EXISTS meta (key VARCHAR PRIMARY KEY, value VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS tweets (
    tweet_id VARCHAR PRIMARY KEY,
    content_id VARCHAR NOT NULL,
    created_at TIMESTAMP,
    text VARCHAR NOT NULL,
    lang VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    likes BIGINT,
    reposts BIGINT,
    raw_text VARCHAR
);
CREATE TABLE IF NOT EXISTS brands (
    brand_id VARCHAR PRIMARY KEY, name VARCHAR NOT NULL, industry VARCHAR NOT NULL, handle VARCHAR
);
CREATE TABLE IF NOT EXISTS mentions (
    tweet_id VARCHAR NOT NULL, brand_id VARCHAR NOT NULL, PRIMARY KEY (tweet_id, brand_id)
);
CREATE TABLE IF NOT EXISTS classifications (
    tweet_id VARCHAR PRIMARY KEY,
    specialist VARCHAR NOT NULL,
    p_product FLOAT NOT NULL, p_place FLOAT NOT NULL, p_price FLOAT NOT NULL, p_promotion FLOAT NOT NULL,
    product BOOLEAN NOT NULL, place BOOLEAN NOT NULL, price BOOLEAN NOT NULL, promotion BOOLEAN NOT NULL
);
CREATE TABLE IF NOT EXISTS sentiments (
    tweet_id VARCHAR PRIMARY KEY,
    compound FLOAT NOT NULL,
    vader VARCHAR NOT NULL,
    p_negative FLOAT, p_neutral FLOAT, p_positive FLOAT,
    sentiment VARCHAR NOT NULL
);
CREATE TABLE IF NOT EXISTS p_sentiments (
    tweet_id VARCHAR NOT NULL, p VARCHAR NOT NULL, sentiment VARCHAR NOT NULL,
    p_negative FLOAT, p_neutral FLOAT, p_positive FLOAT, PRIMARY KEY (tweet_id, p)
);
CREATE TABLE IF NOT EXISTS embeddings (
    tweet_id VARCHAR PRIMARY KEY, model VARCHAR NOT NULL, embedding FLOAT[384] NOT NULL
);
CREATE TABLE IF NOT EXISTS topics (
    topic_id INTEGER PRIMARY KEY, label VARCHAR NOT NULL, keywords VARCHAR[] NOT NULL, size INTEGER NOT NULL,
    x FLOAT NOT NULL, y FLOAT NOT NULL, embedding FLOAT[384] NOT NULL, named_by VARCHAR
);
CREATE TABLE IF NOT EXISTS tweet_topics (
    tweet_id VARCHAR PRIMARY KEY, topic_id INTEGER NOT NULL, probability FLOAT NOT NULL,
    x FLOAT NOT NULL, y FLOAT NOT NULL, nearest_topic_id INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS topic_hierarchy (
    step INTEGER PRIMARY KEY, kept_id INTEGER NOT NULL, joined_id INTEGER NOT NULL, distance FLOAT NOT NULL,
    label VARCHAR NOT NULL, keywords VARCHAR[] NOT NULL, named_by VARCHAR
);
{_RANKINGS}CREATE TABLE IF NOT EXISTS alerts (
    brand_id VARCHAR NOT NULL, since DATE NOT NULL, until DATE NOT NULL, kinds VARCHAR[] NOT NULL,
    tweets INTEGER NOT NULL, usual_tweets DOUBLE NOT NULL, negative INTEGER NOT NULL,
    usual_negative DOUBLE NOT NULL, negative_share DOUBLE NOT NULL, usual_share DOUBLE NOT NULL,
    chance DOUBLE NOT NULL, going BOOLEAN NOT NULL,
    topics STRUCT(topic_id INTEGER, label VARCHAR, tweets INTEGER, usual DOUBLE)[] NOT NULL,
    words VARCHAR[] NOT NULL, examples VARCHAR[] NOT NULL, tweet_ids VARCHAR[] NOT NULL,
    PRIMARY KEY (brand_id, since)
);
CREATE TABLE IF NOT EXISTS posts (
    brand_id VARCHAR, industry VARCHAR, is_first BOOLEAN NOT NULL, is_first_in_industry BOOLEAN NOT NULL,
    tweet_id VARCHAR NOT NULL, created_at TIMESTAMP, text VARCHAR NOT NULL, lang VARCHAR NOT NULL,
    source VARCHAR NOT NULL, likes BIGINT, reposts BIGINT, specialist VARCHAR NOT NULL,
    p_product FLOAT NOT NULL, p_place FLOAT NOT NULL, p_price FLOAT NOT NULL, p_promotion FLOAT NOT NULL,
    product BOOLEAN NOT NULL, place BOOLEAN NOT NULL, price BOOLEAN NOT NULL, promotion BOOLEAN NOT NULL,
    compound FLOAT NOT NULL, vader VARCHAR NOT NULL,
    p_negative FLOAT, p_neutral FLOAT, p_positive FLOAT, sentiment VARCHAR NOT NULL,
    topic_id INTEGER NOT NULL, nearest_topic_id INTEGER NOT NULL, topic_probability FLOAT, x FLOAT, y FLOAT,
    {_BY_P.removesuffix(", ")}
);
CREATE TABLE IF NOT EXISTS daily (
    brand_id VARCHAR NOT NULL, industry VARCHAR NOT NULL, day DATE,
    product BOOLEAN NOT NULL, place BOOLEAN NOT NULL, price BOOLEAN NOT NULL, promotion BOOLEAN NOT NULL,
    sentiment VARCHAR NOT NULL, vader VARCHAR NOT NULL, product_sentiment VARCHAR, place_sentiment VARCHAR,
    price_sentiment VARCHAR, promotion_sentiment VARCHAR, mentions BIGINT NOT NULL,
    score DOUBLE NOT NULL, score_squares DOUBLE NOT NULL, compound DOUBLE NOT NULL, compound_squares DOUBLE NOT NULL,
    {_SUMS_BY_P}
);
CREATE TABLE IF NOT EXISTS runs (
    run_id VARCHAR PRIMARY KEY, started_at TIMESTAMP NOT NULL, finished_at TIMESTAMP, version VARCHAR NOT NULL,
    specialist VARCHAR, parameters JSON NOT NULL, inputs JSON NOT NULL,
    rows_in BIGINT, rows_accepted BIGINT, rows_duplicate BIGINT, rows_rejected BIGINT, rows_classified BIGINT
);
CREATE TABLE IF NOT EXISTS rejects (
    run_id VARCHAR NOT NULL, source VARCHAR NOT NULL, line BIGINT, reason VARCHAR NOT NULL, excerpt VARCHAR NOT NULL
);
CREATE TABLE IF NOT EXISTS forgotten (
    kind VARCHAR NOT NULL, key VARCHAR NOT NULL, forgotten_at TIMESTAMP NOT NULL, PRIMARY KEY (kind, key)
);
"""

# What every run makes anew from the other tables: of an older version it is dropped rather than converted.
_MADE_ANEW = (
    "topics",
    "tweet_topics",
    "topic_hierarchy",
    "pain_points",
    "strengths",
    "alerts",
    "posts",
    "daily",
)


def apply_schema(connection: duckdb.DuckDBPyConnection) -> None:
    """Give a new store its tables, or one of an older version the tables of this; call it inside a transaction."""
    connection.execute("CREATE TABLE IF NOT EXISTS meta (key VARCHAR PRIMARY KEY, value VARCHAR NOT NULL)")
    row = connection.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchone()
    if row is not None and int(row[0]) < SCHEMA_VERSION:
        for table in _MADE_ANEW:
            connection.execute(f"DROP TABLE IF EXISTS {table}")
        connection.execute("DELETE FROM meta WHERE key IN ('topics', 'posts')")
    connection.execute(SCHEMA)
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('schema_version', ?)", [str(SCHEMA_VERSION)])
