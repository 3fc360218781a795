"""Labelling of tweets by large language models, through any OpenAI-compatible endpoint."""
