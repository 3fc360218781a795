"""From a table of votes to labelled tweets: majority and agreement for each codebook, joined in one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from specialist.agreement import Agreement, agreement, review
from specialist.codebook import Codebook
from specialist.errors import SpecialistError
from specialist.ties import Ties
from specialist.voting import NO_VOTE, enough_votes, labelled_columns, majority, tied, votes_on


@dataclass(frozen=True)
class VoteCount:
    """What a vote on one codebook came to.

    Attributes
    ----------
    labels
        int8 array of shape (n, q) as in `Votes.values`; -1 where a tweet stays unlabelled.
    ties
        How many tweets have a tie in at least one of the codebook's questions.
    """

    agreement: Agreement
    labels: np.ndarray
    ties: int

    @property
    def unlabelled(self) -> int:
        """Return how many tweets stay unlabelled."""
        return int((self.labels == NO_VOTE).any(axis=1).sum())


def count_votes(table: pd.DataFrame, codebook: Codebook, ties: Ties, min_votes: int | None) -> VoteCount:
    """Count the votes on one codebook.

    Parameters
    ----------
    table
        As `read_votes` returns it.
    min_votes
        A tweet with fewer votes stays unlabelled; None: half of the labelers, rounded up.

    Raises
    ------
    SpecialistError
        If the votes cannot be used, or the rule for ties does not make sense for the codebook.
    """
    votes = votes_on(table, codebook)
    needed = enough_votes(len(votes.labelers)) if min_votes is None else min_votes
    if needed > len(votes.labelers):
        raise SpecialistError(f"{needed} votes are needed, but there are only {len(votes.labelers)} labelers")
    found = agreement(votes)
    labels = majority(votes, ties, found.trust, needed)
    return VoteCount(found, labels, int(tied(votes).any(axis=1).sum()))


def labelled_table(counts: Sequence[VoteCount], texts: Mapping[str, str]) -> pd.DataFrame:
    """Return the labelled tweets: id, text where there are texts, and all codebooks' columns; unlabelled is empty.

    Raises
    ------
    SpecialistError
        If there are texts, but not for all tweets.
    """
    return _with_texts([labelled_columns(count.agreement.votes, count.labels) for count in counts], texts)


def review_table(counts: Sequence[VoteCount], texts: Mapping[str, str]) -> pd.DataFrame:
    """Return the tweets on which labelers disagree, with id and text; see `specialist.agreement.review`.

    With several codebooks, the columns of each follow one another, and its `disagreement` bears its name.
    """
    tables = [review(count.agreement.votes, count.labels) for count in counts]
    if len(tables) > 1:
        for count, table in zip(counts, tables, strict=True):
            name = count.agreement.votes.codebook.id
            renamed = {
                column: f"{column} ({name})" for column in map(str, table) if column.startswith("vote of ")
            }
            table.rename(columns=renamed | {"disagreement": f"disagreement ({name})"}, inplace=True)
    return _with_texts(tables, texts)


def _with_texts(tables: Sequence[pd.DataFrame], texts: Mapping[str, str]) -> pd.DataFrame:
    joined = pd.concat(tables, axis=1) if len(tables) > 1 else tables[0]
    joined = joined.rename_axis("id").reset_index()
    if not texts:
        return joined
    missing = [tweet_id for tweet_id in joined["id"] if tweet_id not in texts]
    if missing:
        raise SpecialistError(f"there is no text for tweet {missing[0]} ({len(missing):,} such tweets)")
    joined.insert(1, "text", [texts[tweet_id] for tweet_id in joined["id"]])
    return joined
