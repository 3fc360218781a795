"""The tweets of a file as labelers read them: preprocessed texts by id."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.brands import Catalogue
from pipeline.errors import InputError
from pipeline.ingest import ColumnNames, read_tweets
from specialist.preprocess import preprocess


@dataclass
class LabelInput:
    """A file's tweets.

    Attributes
    ----------
    tweets
        Preprocessed texts by id, in the file's order: the file's id, or one made from the content where that is
        missing, mangled or stands for several texts.
    repeated
        Rows that are the same tweet as an earlier one.
    rejects
        Rows that hold no tweet, by reason.
    """

    tweets: dict[str, str] = field(default_factory=dict)
    repeated: int = 0
    rejects: Counter[str] = field(default_factory=Counter)

    def lines(self) -> list[str]:
        """Return what the user should know of how the file was read, a sentence each."""
        different = len(set(self.tweets.values()))
        texts = f" with {different:,} different texts" if different < len(self.tweets) else ""
        repeated = f"; {self.repeated:,} rows repeat one of them" if self.repeated else ""
        rejected = [f"{count:,} rows not taken: {reason}" for reason, count in self.rejects.most_common()]
        return [f"{len(self.tweets):,} tweets{texts}{repeated}", *rejected]


def read_label_input(path: Path, columns: ColumnNames, delimiter: str | None) -> LabelInput:
    """Read a file's tweets for labelling.

    Raises
    ------
    InputError
        If the file cannot be read, has no text column or holds no tweet.
    """
    found = LabelInput()
    handles = Catalogue.load().handles
    source = read_tweets(
        path,
        columns=columns,
        date_format=None,
        delimiter=delimiter,
        on_reject=lambda reject: found.rejects.update([reject.reason]),
    )
    for table in source:
        rows = (table.column(name).to_pylist() for name in ("source_id", "content_id", "text"))
        for source_id, content_id, raw in zip(*rows, strict=True):
            text = preprocess(raw, handles)
            tweet_id = source_id or content_id
            if found.tweets.get(tweet_id, text) != text:
                tweet_id = content_id
            found.repeated += tweet_id in found.tweets
            found.tweets[tweet_id] = text
    if not found.tweets:
        raise InputError(f"{path} holds no tweets")
    return found
