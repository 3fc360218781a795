"""Sentiment by VADER, the lexicon and rules of Hutto & Gilbert (ICWSM 2014)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

# The thresholds that VADER's authors give for the compound score.
POSITIVE_FROM = 0.05
NEGATIVE_TO = -0.05


def vader(texts: Sequence[str]) -> pd.DataFrame:
    """Score texts with VADER.

    Parameters
    ----------
    texts
        n preprocessed tweets.

    Returns
    -------
    pandas.DataFrame
        n rows in the order of `texts`: `compound` (float32 in [-1, 1]) and `vader` ("negative", "neutral" or
        "positive", by the thresholds of VADER's authors).
    """
    import numpy as np
    import pandas as pd

    analyzer = _analyzer()
    compound = np.array([analyzer.polarity_scores(text)["compound"] for text in texts], dtype=np.float32)
    return pd.DataFrame({"compound": compound, "vader": label(compound)})


def label(compound: np.ndarray) -> np.ndarray:
    """Return "negative", "neutral" or "positive" for each compound score, by the thresholds of VADER's authors."""
    import numpy as np

    names = np.select(
        [compound >= POSITIVE_FROM, compound <= NEGATIVE_TO], ["positive", "negative"], "neutral"
    )
    return names.astype(object)


@cache
def _analyzer() -> Any:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()
