"""The rules for a tie: what decides where as many votes are for one answer as for another."""

from __future__ import annotations

from enum import StrEnum


class Ties(StrEnum):
    """What decides a tie."""

    TRUSTED = "trusted"
    """The vote of that labeler who agrees best with the others overall."""
    FIRST = "first"
    """The vote of that labeler who comes first in the votes."""
    NEGATIVE = "negative"
    """The tweet does not get the label; not for a codebook where each tweet has exactly one."""
    POSITIVE = "positive"
    """The tweet gets the label; not for a codebook where each tweet has exactly one."""
    EMPTY = "empty"
    """Nothing does: the tweet stays unlabelled, and training leaves it out."""
