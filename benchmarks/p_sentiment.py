"""Measures how well a tweet's sentiment towards each of its Ps is told, and what that costs.

    python benchmarks/p_sentiment.py [--specialist S] [--part test] [--no-demo]

The tweets are benchmarks/data/two_p_tweets.csv: written for this, about invented brands, two or three Ps each, the
sentiment towards each P labelled by hand before the method was made. About half of the tweets are mixed: not all their
Ps have the same sentiment. The part "development" was looked at to make the method, the part "test" was not. Prints a
table and, for the default specialist and the part "test", writes it to benchmarks/results/p_sentiment.md.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.brands import Catalogue
from pipeline.classify import classify_texts
from pipeline.demo import TWEETS
from pipeline.p_sentiment_clauses import sentiment_by_p
from pipeline.store import P_LABELS
from specialist.predict import Specialist
from specialist.preprocess import preprocess

FOLDER = Path(__file__).parent
DATA = FOLDER / "data" / "two_p_tweets.csv"
RESULT = FOLDER / "results" / "p_sentiment.md"
RESAMPLES = 2000
# About how many of the demo's tweets about two Ps are mixed (6 of 60 drawn at random and read).
MIXED_IN_DEMO = 6 / 60


class WithoutSentiment:
    """A specialist's answers to the Ps alone, as of one that has no sentiment head."""

    def __init__(self, specialist: Specialist) -> None:
        self._specialist = specialist
        self.name = specialist.name

    def predict(self, texts: Sequence[str], **options: Any) -> pd.DataFrame:
        """Answer without the columns of sentiment."""
        answers = self._specialist.predict(texts, **options)
        return answers.drop(columns=["sentiment", "p_negative", "p_neutral", "p_positive"])


def main() -> None:
    """Measure, print and write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--specialist", default="default")
    parser.add_argument("--part", choices=["development", "test"], default="test")
    parser.add_argument("--no-demo", action="store_true", help="do not measure what it costs on the demo")
    arguments = parser.parse_args()
    specialist = Specialist.load(arguments.specialist)
    tweets = pd.read_csv(DATA, keep_default_na=False).query("part == @arguments.part").reset_index(drop=True)
    lines = [
        f"{specialist.name}; {len(tweets)} tweets, part {arguments.part}.",
        "",
        *_quality(tweets, specialist),
    ]
    if not arguments.no_demo:
        lines += ["", *_cost(specialist)]
    text = "\n".join(lines)
    print(text)
    if (arguments.specialist, arguments.part, arguments.no_demo) == ("default", "test", False):
        title = "# Sentiment by P\n\nMade by `python benchmarks/p_sentiment.py`.\n\n"
        RESULT.write_text(f"{title}{text}\n", encoding="utf-8")


def _quality(tweets: pd.DataFrame, specialist: Specialist) -> list[str]:
    gold = tweets[list(P_LABELS)].to_numpy(dtype=object)
    about = gold != ""
    mixed = np.array([len(set(row[row != ""])) > 1 for row in gold])
    texts = [preprocess(text) for text in tweets.text]
    ways = {
        "by clause": _told(texts, about, specialist),
        "the whole tweet's sentiment for each P": _whole(texts, specialist)[0],
        "VADER by clause": _told(texts, about, WithoutSentiment(specialist)),
        "VADER, the whole tweet's for each P": _whole(texts, specialist)[1],
    }
    decisions = f"{about.sum()} decisions, {about[mixed].sum()} of them in {mixed.sum()} mixed tweets"
    lines = [
        f"Accuracy for each P that a tweet is about ({decisions}), with 95 % intervals (bootstrap over tweets). "
        f"The last two columns: of what is negative, how much is found, and of what is called negative, how much is.",
        "",
        "| way | all | mixed tweets | other tweets | negative found | negative right |",
        "|---|---|---|---|---|---|",
    ]
    for way, told in ways.items():
        right = (told == gold) & about
        is_bad, called_bad = (gold == "negative"), (told == "negative") & about
        cells = [
            _share(right, about),
            _share(right[mixed], about[mixed]),
            _share(right[~mixed], about[~mixed]),
            _share(is_bad & called_bad, is_bad),
            _share(is_bad & called_bad, called_bad),
        ]
        lines.append(f"| {way} | {' | '.join(cells)} |")
    lines += ["", *_as_in_the_demo(ways, gold, about, mixed), "", _found(texts, about, specialist)]
    return lines


def _as_in_the_demo(
    ways: dict[str, np.ndarray], gold: np.ndarray, about: np.ndarray, mixed: np.ndarray
) -> list[str]:
    """Say what accuracy follows where mixed tweets are as rare as in the demo."""
    parts = []
    for way, told in ways.items():
        right = (told == gold) & about
        of_mixed, of_other = (right[rows].sum() / about[rows].sum() for rows in (mixed, ~mixed))
        parts.append(f"{way} {MIXED_IN_DEMO * of_mixed + (1 - MIXED_IN_DEMO) * of_other:.2f}")
    return [f"Where {MIXED_IN_DEMO:.0%} of the tweets are mixed, as in the demo: {', '.join(parts)}."]


def _found(texts: list[str], about: np.ndarray, specialist: Specialist) -> str:
    given = specialist.predict(texts)[list(P_LABELS)].to_numpy(dtype=bool)
    return (
        f"The Ps are given above. The specialist itself finds {(given & about).sum()} of these {about.sum()}, and "
        f"two or more in {(given.sum(axis=1) > 1).mean():.0%} of the tweets; only then can they be told apart."
    )


def _told(texts: list[str], about: np.ndarray, specialist: Any) -> np.ndarray:
    answers = classify_texts(texts, specialist)
    answers[list(P_LABELS)] = about
    found = sentiment_by_p(texts, answers, specialist)
    told = np.full(about.shape, "", dtype=object)
    told[found.index, [P_LABELS.index(p) for p in found.p]] = found.sentiment
    return told


def _whole(texts: list[str], specialist: Specialist) -> list[np.ndarray]:
    answers = classify_texts(texts, specialist)
    return [
        np.repeat(answers[column].to_numpy(dtype=object)[:, None], len(P_LABELS), axis=1)
        for column in ("sentiment", "vader")
    ]


def _share(hits: np.ndarray, among: np.ndarray) -> str:
    """Return sum(hits) / sum(among), shape (tweets, 4) each, with its interval over resampled tweets."""
    hit, number = hits.sum(axis=1), among.sum(axis=1)
    drawn = np.random.default_rng(0).integers(len(hit), size=(RESAMPLES, len(hit)))
    low, high = np.quantile(hit[drawn].sum(axis=1) / number[drawn].sum(axis=1), [0.025, 0.975])
    return f"{hit.sum() / number.sum():.2f} ({low:.2f}–{high:.2f})"


def _cost(specialist: Specialist) -> list[str]:
    handles = Catalogue.load().handles
    texts = [preprocess(text, handles) for text in pd.read_csv(TWEETS).text]
    started = time.perf_counter()
    answers = classify_texts(texts, specialist)
    classified = time.perf_counter()
    found = sentiment_by_p(texts, answers, specialist)
    told = time.perf_counter()
    several = answers[list(P_LABELS)].sum(axis=1) > 1
    changed = found.sentiment.to_numpy() != answers.sentiment.loc[found.index].to_numpy()
    return [
        f"On the demo's {len(texts):,} tweets: {several.mean():.0%} are about several Ps ({several.sum():,}); telling "
        f"the Ps apart takes {told - classified:.1f} s beside the {classified - started:.1f} s for classification. Of "
        f"their {several.loc[found.index].sum():,} sentiments {changed.sum():,} differ from the whole tweet's.",
    ]


if __name__ == "__main__":
    main()
