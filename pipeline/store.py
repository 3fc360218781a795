"""The store: one DuckDB file, built beside the live one and published by an atomic rename."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from pipeline.errors import InputError

SCHEMA_VERSION = 1

P_LABELS = ("product", "place", "price", "promotion")
SENTIMENTS = ("negative", "neutral", "positive")

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key VARCHAR PRIMARY KEY, value VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS tweets (
    tweet_id VARCHAR PRIMARY KEY,
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
CREATE TABLE IF NOT EXISTS embeddings (
    tweet_id VARCHAR PRIMARY KEY, model VARCHAR NOT NULL, embedding FLOAT[384] NOT NULL
);
CREATE TABLE IF NOT EXISTS topics (
    topic_id INTEGER PRIMARY KEY, label VARCHAR NOT NULL, keywords VARCHAR[] NOT NULL, size INTEGER NOT NULL,
    x FLOAT NOT NULL, y FLOAT NOT NULL
);
CREATE TABLE IF NOT EXISTS tweet_topics (
    tweet_id VARCHAR PRIMARY KEY, topic_id INTEGER NOT NULL, probability FLOAT NOT NULL,
    x FLOAT NOT NULL, y FLOAT NOT NULL
);
CREATE TABLE IF NOT EXISTS pain_points (
    brand_id VARCHAR NOT NULL, rank INTEGER NOT NULL, p VARCHAR NOT NULL, topic_id INTEGER NOT NULL,
    since DATE, until DATE, tweets INTEGER NOT NULL, negative INTEGER NOT NULL,
    negative_share DOUBLE NOT NULL, baseline_share DOUBLE NOT NULL, score DOUBLE NOT NULL,
    tweet_ids VARCHAR[] NOT NULL, PRIMARY KEY (brand_id, rank)
);
CREATE TABLE IF NOT EXISTS runs (
    run_id VARCHAR PRIMARY KEY, started_at TIMESTAMP NOT NULL, finished_at TIMESTAMP, version VARCHAR NOT NULL,
    specialist VARCHAR, parameters JSON NOT NULL, inputs JSON NOT NULL,
    rows_in BIGINT, rows_accepted BIGINT, rows_duplicate BIGINT, rows_rejected BIGINT, rows_classified BIGINT
);
CREATE TABLE IF NOT EXISTS rejects (
    run_id VARCHAR NOT NULL, source VARCHAR NOT NULL, line BIGINT, reason VARCHAR NOT NULL, excerpt VARCHAR NOT NULL
);
"""
