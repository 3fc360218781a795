"""The default specialist's labelled tweets, from a folder of the source data: training and test parts, and folds.

The source data are not part of the project (their texts are others'): see docs/training.md for what they are.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection
from pathlib import Path

import numpy as np
import pandas as pd

from specialist.preprocess import preprocess

P_LABELS = ["product", "place", "price", "promotion"]
FILES = [
    "twins_train.csv",
    "twins_train_votes.csv",
    "twins_train_sentiment.csv",
    "demo_labels.csv",
    "demo_themes.csv",
    "real_train.csv",
    "vader_tweets.csv",
]
DEMO_TWEETS = Path(__file__).parents[1] / "pipeline" / "data" / "demo_tweets.csv"
WRITTEN_TWEETS = Path(__file__).with_name("data") / "written_tweets.csv"
# Teachers have not seen these: what they say of them is worth more than what they have learned by heart.
WRITTEN_FOR_STUDENTS = WRITTEN_TWEETS.with_name("written_tweets_students.csv")
SEED = 2026
FOLDS = ("a", "b")
# Sanders' tweets and CrowdFlower's on Apple speak of the same few companies, so they are left out together.
FOLD_OF_SOURCE = {"apple": "a", "sanders": "a", "sxsw": "b", "spotify": "b"}


def labelled_tweets(folder: Path) -> pd.DataFrame:
    """Return all labelled tweets.

    Returns
    -------
    pandas.DataFrame
        One row a tweet: `part` ("training", "student training", which teachers do not learn from, or "test"; a tenth
        of the synthetic twins and a tenth of the real tweets, drawn by seed, are test and never trained or tuned
        on), `kind` (synthetic twins of real tweets, real tweets, demo brands, written), `group` (the brand or the
        source, empty otherwise), `fold` (the fold of the cross-validation that leaves its brand or source out, empty
        where none does), `text`, the Ps (0/1) and `sentiment`.
    """
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        sys.exit(
            f"the training data are not whole: {folder} lacks {', '.join(missing)} (see docs/training.md)"
        )
    generator = np.random.default_rng(SEED)
    table = pd.concat(
        [_twins(folder, generator), _real(folder, generator), _demo(folder, generator), _written()],
        ignore_index=True,
    )
    return table[["part", "kind", "group", "fold", "text", *P_LABELS, "sentiment"]]


def unlabelled_tweets(folder: Path, handles: Collection[str]) -> list[str]:
    """Return further real tweets, preprocessed, on which a student learns from its teachers alone."""
    return [preprocess(text, handles) for text in pd.read_csv(folder / "vader_tweets.csv")["text"]]


def _twins(folder: Path, generator: np.random.Generator) -> pd.DataFrame:
    votes = pd.read_csv(folder / "twins_train_votes.csv")
    majority = (votes.groupby("id")[P_LABELS].mean() > 0.5).astype(int)
    texts = pd.read_csv(folder / "twins_train.csv").set_index("id")["text"]
    sentiment = pd.read_csv(folder / "twins_train_sentiment.csv").set_index("id")["sentiment"]
    table = majority.join(texts).join(sentiment)
    return table.assign(
        kind="synthetic twins of real tweets", group="", fold="", part=_test_tenth(table, generator)
    )


def _real(folder: Path, generator: np.random.Generator) -> pd.DataFrame:
    table = pd.read_csv(folder / "real_train.csv")
    return table.assign(
        kind="real tweets",
        group=table["source"],
        fold=table["source"].map(FOLD_OF_SOURCE),
        part=_test_tenth(table, generator),
    )


def _demo(folder: Path, generator: np.random.Generator) -> pd.DataFrame:
    labels = pd.read_csv(folder / "demo_labels.csv", dtype={"id": "str"}).set_index("id")
    brand = pd.read_csv(folder / "demo_themes.csv", dtype={"id": "str"}).set_index("id")["brand"]
    texts = pd.read_csv(DEMO_TWEETS, dtype={"id": "str"}).set_index("id")["text"]
    table = labels.join(texts).join(brand)
    brands = np.sort(table["brand"].unique())
    left_out_first = generator.choice(brands, len(brands) // 2, replace=False)
    return table.assign(
        kind="demo brands",
        group=table["brand"],
        fold=np.where(table["brand"].isin(left_out_first), *FOLDS),
        part="training",
    )


def _written() -> pd.DataFrame:
    parts = {"training": WRITTEN_TWEETS, "student training": WRITTEN_FOR_STUDENTS}
    table = pd.concat([pd.read_csv(path).assign(part=part) for part, path in parts.items()])
    return table.assign(kind="written", group="", fold="")


def _test_tenth(table: pd.DataFrame, generator: np.random.Generator) -> np.ndarray:
    return np.where(generator.random(len(table)) < 0.1, "test", "training")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder of the source data")
    print(labelled_tweets(parser.parse_args().folder).groupby(["part", "kind", "fold"]).size())
