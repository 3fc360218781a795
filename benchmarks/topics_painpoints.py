"""Measures topics and pain points against planted truth: themes that tweets were written for, and their bursts.

    python benchmarks/topics_painpoints.py STORE THEMES [--json] [--time]

STORE is a store of the demo (`mmx demo --build-only --db STORE`). THEMES is a CSV of id, brand, theme, p, polarity
("neg" for complaints), burst_start, burst_end (empty where the theme has no burst).
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import mean, median
from typing import Any

import duckdb
import pandas as pd

from pipeline.export import find_brand
from pipeline.painpoints import rank, rank_all
from pipeline.store import connect

TOP = 3
ZOOMED = 1000


@dataclass
class Bursts:
    """What became of the planted bursts."""

    planted: int = 0
    missed: list[str] = field(default_factory=list)
    ranks: list[int] = field(default_factory=list)
    purities: list[float] = field(default_factory=list)
    recalls: list[float] = field(default_factory=list)
    # Days from the planted to the found beginning; None where no beginning was found.
    onsets: list[int | None] = field(default_factory=list)


def measure_topics(connection: duckdb.DuckDBPyConnection, themes: pd.DataFrame) -> dict[str, Any]:
    """Compare topics with themes within each brand; tweets in no topic count as one group."""
    from sklearn.metrics import adjusted_mutual_info_score

    topics = connection.execute("SELECT tweet_id AS id, topic_id FROM tweet_topics").df()
    known = themes.merge(topics, on="id")
    agreement = {
        brand: adjusted_mutual_info_score(of_brand.theme, of_brand.topic_id)
        for brand, of_brand in known.groupby("brand")
    }
    return {
        "topics": int(topics.topic_id.max()) + 1,
        "share in no topic": float((topics.topic_id < 0).mean()),
        "adjusted mutual information within a brand, mean": mean(agreement.values()),
        "adjusted mutual information, lowest": min(agreement.values()),
    }


def measure_bursts(connection: duckdb.DuckDBPyConnection, themes: pd.DataFrame) -> Bursts:
    """Look for each planted burst among the brand's first `TOP` pain points of the burst's days.

    It is found if most of a pain point's tweets are of its theme.
    """
    found = Bursts()
    planted = themes.dropna(subset="burst_start").drop_duplicates(["brand", "theme"])
    for row in planted.to_dict("records"):
        found.planted += 1
        since, until = date.fromisoformat(row["burst_start"]), date.fromisoformat(row["burst_end"])
        of_theme = set(themes[(themes.brand == row["brand"]) & (themes.theme == row["theme"])].id)
        points = rank(connection, find_brand(connection, row["brand"]), since, until, TOP)
        shares = [len(of_theme & set(ids)) / len(ids) for ids in points.tweet_ids]
        hits = [position for position, share in enumerate(shares) if share > 0.5]
        if not hits:
            found.missed.append(f"{row['brand']}: {row['theme']}")
            continue
        point = points.iloc[hits[0]]
        found.ranks.append(hits[0] + 1)
        found.purities.append(shares[hits[0]])
        in_days = _between(connection, sorted(of_theme), since, until)
        found.recalls.append(len(of_theme & set(point.tweet_ids)) / in_days)
        begun = point.since if isinstance(point.since, str) else None
        found.onsets.append(None if begun is None else (date.fromisoformat(begun) - since).days)
    return found


def measure_quiet_months(connection: duckdb.DuckDBPyConnection, themes: pd.DataFrame) -> dict[str, Any]:
    """Count what is listed in months without a burst of the brand, and what of it is no single complaint."""
    theme_of = {row["id"]: (row["brand"], row["theme"], row["polarity"]) for row in themes.to_dict("records")}
    first, last = connection.execute(
        "SELECT min(created_at)::DATE, max(created_at)::DATE FROM tweets"
    ).fetchall()[0]
    starts = [day.date() for day in pd.date_range(first.replace(day=1), last + timedelta(days=31), freq="MS")]
    months = listed = alarms = 0
    for brand, of_brand in themes.groupby("brand"):
        bursts = of_brand.dropna(subset="burst_start").drop_duplicates("theme")
        days = [*zip(bursts.burst_start, bursts.burst_end, strict=True)]
        for start, following in pairwise(starts):
            end = following - timedelta(days=1)
            if any(begin <= end.isoformat() and start.isoformat() <= stop for begin, stop in days):
                continue
            months += 1
            for ids in rank(connection, find_brand(connection, str(brand)), start, end, TOP).tweet_ids:
                listed += 1
                told = pd.Series([theme_of.get(tweet_id, ("", "", "")) for tweet_id in ids]).value_counts()
                alarms += told.iloc[0] <= len(ids) / 2 or told.index[0][2] != "neg"
    return {
        "quiet months": months,
        "pain points listed in them": listed,
        "of these not mostly one complaint": int(alarms),
    }


def measure_times(connection: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """Time the topics of the whole store, zooming in on 1,000 tweets after a first call, and ranking."""
    from pipeline.topic_inputs import read_inputs
    from pipeline.topic_lists import brand_words
    from pipeline.topics import fit

    inputs, words = read_inputs(connection), brand_words(connection)
    brand_ids = [row[0] for row in connection.execute("SELECT brand_id FROM brands ORDER BY 1").fetchall()]

    def fitted(count: int) -> None:
        fit(
            inputs.texts[:count],
            inputs.embeddings[:count],
            ignore_words=words,
            aspects=inputs.aspects[:count],
        )

    return {
        f"seconds for the topics of all {len(inputs.texts):,} tweets": _seconds(
            lambda: fitted(len(inputs.texts))
        ),
        f"seconds to zoom in on {ZOOMED:,} tweets": _seconds(lambda: fitted(ZOOMED)),
        "seconds to rank all brands": _seconds(lambda: rank_all(connection, "negative")),
        "seconds to rank one brand, median": median(
            _seconds(lambda brand_id=brand_id: rank(connection, brand_id, None, None, 10))
            for brand_id in brand_ids
        ),
    }


def measure(store: Path, themes_file: Path, *, with_times: bool) -> dict[str, Any]:
    """Return all figures by name."""
    themes = pd.read_csv(themes_file, dtype="str").drop_duplicates("id")
    with connect(store) as connection:
        bursts = measure_bursts(connection, themes)
        known = [abs(days) for days in bursts.onsets if days is not None]
        return {
            **measure_topics(connection, themes),
            "planted bursts": bursts.planted,
            f"found in the top {TOP} of their days": bursts.planted - len(bursts.missed),
            "missed": bursts.missed,
            "rank, mean": mean(bursts.ranks),
            "purity of the listed tweets, mean": mean(bursts.purities),
            "purity, lowest": min(bursts.purities),
            "share of the burst's tweets listed, mean": mean(bursts.recalls),
            "bursts with a beginning": len(known),
            "error of the beginning in days, median": median(known),
            **measure_quiet_months(connection, themes),
            **(measure_times(connection) if with_times else {}),
        }


def main() -> None:
    """Print the figures as a table, or as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("store", type=Path)
    parser.add_argument("themes", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument(
        "--time", action="store_true", help="measure how long it takes, too (a minute or two)"
    )
    arguments = parser.parse_args()
    figures = measure(arguments.store, arguments.themes, with_times=arguments.time)
    if arguments.json:
        print(json.dumps(figures, indent=2))
        return
    width = max(map(len, figures))
    for name, figure in figures.items():
        shown = (
            f"{figure:.2f}"
            if isinstance(figure, float)
            else ", ".join(figure)
            if isinstance(figure, list)
            else figure
        )
        print(f"{name:<{width}}  {shown}")


def _between(connection: duckdb.DuckDBPyConnection, ids: list[str], since: date, until: date) -> int:
    row = connection.execute(
        "SELECT count(*) FROM tweets WHERE list_contains(?, tweet_id) AND created_at::DATE BETWEEN ? AND ?",
        [ids, since, until],
    ).fetchone()
    return int(row[0]) if row else 0


def _seconds(work: Any) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
