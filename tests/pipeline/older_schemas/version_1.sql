-- The tables of a store of schema version 1.
CREATE TABLE brands(brand_id VARCHAR PRIMARY KEY, "name" VARCHAR NOT NULL, industry VARCHAR NOT NULL, handle VARCHAR);
CREATE TABLE classifications(tweet_id VARCHAR PRIMARY KEY, specialist VARCHAR NOT NULL, p_product FLOAT NOT NULL, p_place FLOAT NOT NULL, p_price FLOAT NOT NULL, p_promotion FLOAT NOT NULL, product BOOLEAN NOT NULL, place BOOLEAN NOT NULL, price BOOLEAN NOT NULL, promotion BOOLEAN NOT NULL);
CREATE TABLE embeddings(tweet_id VARCHAR PRIMARY KEY, model VARCHAR NOT NULL, embedding FLOAT[384] NOT NULL);
CREATE TABLE mentions(tweet_id VARCHAR, brand_id VARCHAR, PRIMARY KEY(tweet_id, brand_id));
CREATE TABLE meta("key" VARCHAR PRIMARY KEY, "value" VARCHAR NOT NULL);
CREATE TABLE pain_points(brand_id VARCHAR, rank INTEGER, p VARCHAR NOT NULL, topic_id INTEGER NOT NULL, since DATE, "until" DATE, tweets INTEGER NOT NULL, negative INTEGER NOT NULL, negative_share DOUBLE NOT NULL, low DOUBLE, high DOUBLE, baseline_share DOUBLE NOT NULL, others_share DOUBLE, rivals_share DOUBLE, score DOUBLE NOT NULL, words VARCHAR[], examples VARCHAR[], tweet_ids VARCHAR[] NOT NULL, PRIMARY KEY(brand_id, rank));
CREATE TABLE rejects(run_id VARCHAR NOT NULL, "source" VARCHAR NOT NULL, line BIGINT, reason VARCHAR NOT NULL, excerpt VARCHAR NOT NULL);
CREATE TABLE runs(run_id VARCHAR PRIMARY KEY, started_at TIMESTAMP NOT NULL, finished_at TIMESTAMP, "version" VARCHAR NOT NULL, specialist VARCHAR, parameters JSON NOT NULL, inputs JSON NOT NULL, rows_in BIGINT, rows_accepted BIGINT, rows_duplicate BIGINT, rows_rejected BIGINT, rows_classified BIGINT);
CREATE TABLE sentiments(tweet_id VARCHAR PRIMARY KEY, compound FLOAT NOT NULL, vader VARCHAR NOT NULL, p_negative FLOAT, p_neutral FLOAT, p_positive FLOAT, sentiment VARCHAR NOT NULL);
CREATE TABLE topics(topic_id INTEGER PRIMARY KEY, "label" VARCHAR NOT NULL, keywords VARCHAR[] NOT NULL, size INTEGER NOT NULL, x FLOAT NOT NULL, y FLOAT NOT NULL);
CREATE TABLE tweet_topics(tweet_id VARCHAR PRIMARY KEY, topic_id INTEGER NOT NULL, probability FLOAT NOT NULL, x FLOAT NOT NULL, y FLOAT NOT NULL);
CREATE TABLE tweets(tweet_id VARCHAR PRIMARY KEY, content_id VARCHAR NOT NULL, created_at TIMESTAMP, "text" VARCHAR NOT NULL, lang VARCHAR NOT NULL, "source" VARCHAR NOT NULL, likes BIGINT, reposts BIGINT, raw_text VARCHAR);
INSERT INTO meta VALUES ('schema_version', '1');
