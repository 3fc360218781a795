"""Fits topics to tweets of a store: to all of them, or where they are very many to some, among which the others go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

from pipeline.progress import Reporter
from pipeline.topic_inputs import matching, read_in_batches, read_inputs
from pipeline.topics import STEPS, TopicModel, fit, place

if TYPE_CHECKING:
    import pandas as pd

# Most tweets that are clustered, and that are held in memory with their embeddings.
MOST_FITTED = 40_000
# Tweets read and placed at once.
BATCH = 8192


@dataclass(frozen=True)
class TweetTopics:
    """Topics of tweets.

    Attributes
    ----------
    model
        What was found in the tweets that were fitted; its `size` counts only these.
    assignments
        One row a tweet, by `tweet_id`, with the columns of the model's `assignments`.
    """

    model: TopicModel
    assignments: pd.DataFrame


def fit_tweets(
    connection: duckdb.DuckDBPyConnection,
    reporter: Reporter,
    title: str,
    *,
    ignore_words: Sequence[str],
    seed: int = 42,
    with_hierarchy: bool = False,
    condition: str = "TRUE",
    values: Sequence[Any] = (),
) -> TweetTopics:
    """Find the topics of the embedded tweets that meet an SQL condition on `t`, `c`, `s`.

    Of more than `MOST_FITTED` tweets so many are drawn and fitted, and the others placed among them a batch at a
    time, so that memory stays the same but for some 200 bytes a tweet. A tweet that is drawn once is likely to be
    drawn again when others came to the store.

    Parameters
    ----------
    title
        What the progress is called.
    ignore_words, seed, with_hierarchy
        As for `pipeline.topics.fit`.
    """
    import pandas as pd

    drawn = matching(connection, condition, values)
    count = len(drawn)
    if count > MOST_FITTED:
        drawn = drawn[:MOST_FITTED]
        inputs = read_inputs(connection, "t.tweet_id IN (SELECT unnest(?))", [drawn])
    else:
        inputs = read_inputs(connection, condition, values)
    with reporter.stage(title, STEPS) as advance:
        model = fit(
            inputs.texts,
            inputs.embeddings,
            ignore_words=ignore_words,
            aspects=inputs.aspects,
            seed=seed,
            with_hierarchy=with_hierarchy,
            progress=advance,
        )
    parts = [model.assignments.assign(tweet_id=inputs.tweet_ids)]
    if count > MOST_FITTED:
        others = f"({condition}) AND t.tweet_id NOT IN (SELECT unnest(?))"
        with reporter.stage("Place further tweets", count - MOST_FITTED) as advance:
            for batch in read_in_batches(connection, others, [*values, drawn], BATCH):
                placed = place(model, batch.embeddings, batch.aspects)
                parts.append(placed.assign(tweet_id=batch.tweet_ids))
                advance(len(batch.tweet_ids))
    return TweetTopics(model, pd.concat(parts, ignore_index=True).sort_values("tweet_id"))
