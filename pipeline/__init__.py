"""Offline stages and the `mmx` command: ingest, classify, sentiment, topics, pain points, the store."""
