"""The default specialist's labelled tweets, from a folder of the source data; training part and test parts.

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
SEED = 2026


def labelled_tweets(folder: Path) -> pd.DataFrame:
    """Return all labelled tweets: `part` (training or the name of a test part), `text`, the Ps (0/1), `sentiment`.

    Test parts, drawn by seed and never trained or tuned on: a tenth of the synthetic twins, a tenth of the real
    tweets, and all tweets of two of the demo brands.
    """
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        sys.exit(
            f"the training data are not whole: {folder} lacks {', '.join(missing)} (see docs/training.md)"
        )
    generator = np.random.default_rng(SEED)
    return pd.concat(
        [_twins(folder, generator), _real(folder, generator), _demo(folder, generator)], ignore_index=True
    )


def unlabelled_tweets(folder: Path, handles: Collection[str]) -> list[str]:
    """Return further real tweets, preprocessed, on which a student learns from its teacher alone."""
    return [preprocess(text, handles) for text in pd.read_csv(folder / "vader_tweets.csv")["text"]]


def _twins(folder: Path, generator: np.random.Generator) -> pd.DataFrame:
    votes = pd.read_csv(folder / "twins_train_votes.csv")
    majority = (votes.groupby("id")[P_LABELS].mean() > 0.5).astype(int)
    texts = pd.read_csv(folder / "twins_train.csv").set_index("id")["text"]
    sentiment = pd.read_csv(folder / "twins_train_sentiment.csv").set_index("id")["sentiment"]
    table = majority.join(texts).join(sentiment)
    return _with_test_tenth(table, "test: twins", generator)


def _real(folder: Path, generator: np.random.Generator) -> pd.DataFrame:
    table = pd.read_csv(folder / "real_train.csv")
    return _with_test_tenth(table, "test: real tweets", generator)


def _demo(folder: Path, generator: np.random.Generator) -> pd.DataFrame:
    labels = pd.read_csv(folder / "demo_labels.csv", dtype={"id": "str"}).set_index("id")
    brand = pd.read_csv(folder / "demo_themes.csv", dtype={"id": "str"}).set_index("id")["brand"]
    texts = pd.read_csv(DEMO_TWEETS, dtype={"id": "str"}).set_index("id")["text"]
    table = labels.join(texts).join(brand)
    held = generator.choice(np.sort(table["brand"].unique()), 2, replace=False)
    table["part"] = np.where(table["brand"].isin(held), "test: brands never seen", "training")
    return table[["part", "text", *P_LABELS, "sentiment"]]


def _with_test_tenth(table: pd.DataFrame, name: str, generator: np.random.Generator) -> pd.DataFrame:
    is_test = generator.random(len(table)) < 0.1
    table["part"] = np.where(is_test, name, "training")
    return table[["part", "text", *P_LABELS, "sentiment"]]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder of the source data")
    print(labelled_tweets(parser.parse_args().folder).groupby("part").agg(tweets=("text", "size")))
