"""What is done with each chunk of tweets, on this machine or another: texts in, rows for the store's tables out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pipeline.classify import classify_texts
from pipeline.progress import Advance
from pipeline.store import P_LABELS, SENTIMENTS

if TYPE_CHECKING:
    import pyarrow as pa

    from specialist.predict import Specialist

HEADS = [f"p_{sentiment}" for sentiment in SENTIMENTS]
CLASSIFICATION = ["tweet_id", "specialist", *(f"p_{p}" for p in P_LABELS), *P_LABELS]
SENTIMENT = ["tweet_id", "compound", "vader", *HEADS, "sentiment"]
EMBEDDING_MODEL = "all-MiniLM-L6-v2"


class Step(Protocol):
    """A step: a row depends on its tweet alone, not on the tweets beside it. It can be pickled."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns of the chunks that it takes."""
        ...

    def __call__(self, tweets: pa.Table, advance: Advance) -> pa.Table:
        """Return the rows for a chunk of tweets, calling `advance` with how many tweets are done."""
        ...


@dataclass(frozen=True)
class Classify:
    """Gives the columns `CLASSIFICATION` and `SENTIMENT`, a row a tweet."""

    specialist: Specialist
    columns: tuple[str, ...] = ("tweet_id", "text")

    def __call__(self, tweets: pa.Table, advance: Advance) -> pa.Table:
        """Classify a chunk."""
        import pyarrow as pa

        answers = classify_texts(tweets["text"].to_pylist(), self.specialist, advance)
        rows = answers.assign(tweet_id=tweets["tweet_id"].to_pylist(), specialist=self.specialist.name)
        return pa.Table.from_pandas(
            rows.reindex(columns=[*CLASSIFICATION, *SENTIMENT[1:]]), preserve_index=False
        )


@dataclass(frozen=True)
class TellPsApart:
    """Gives the rows of `p_sentiments`: one for each tweet and P that it is about."""

    specialist: Specialist
    columns: tuple[str, ...] = ("tweet_id", "text", *P_LABELS, "sentiment", "compound", *HEADS)

    def __call__(self, tweets: pa.Table, advance: Advance) -> pa.Table:
        """Tell of a chunk of classified tweets what each says of each P."""
        import pyarrow as pa

        from pipeline.p_sentiment_clauses import sentiment_by_p

        ids = tweets["tweet_id"].to_pylist()
        answers = tweets.drop_columns(["tweet_id", "text"]).to_pandas()
        found = sentiment_by_p(tweets["text"].to_pylist(), answers, self.specialist)
        advance(len(ids))
        return pa.Table.from_pandas(
            found.assign(tweet_id=[ids[row] for row in found.index]), preserve_index=False
        )


@dataclass(frozen=True)
class Embed:
    """Gives the rows of `embeddings`, one a tweet."""

    columns: tuple[str, ...] = ("tweet_id", "text")

    def __call__(self, tweets: pa.Table, advance: Advance) -> pa.Table:
        """Embed a chunk."""
        import pyarrow as pa

        from pipeline.embed import embed

        vectors = embed(tweets["text"].to_pylist(), progress=advance)
        column = pa.FixedSizeListArray.from_arrays(vectors.ravel(), vectors.shape[1])
        models = pa.array([EMBEDDING_MODEL] * len(tweets))
        return pa.table({"tweet_id": tweets["tweet_id"], "model": models, "embedding": column})
