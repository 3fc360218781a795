"""Measures topics, pain points, strengths and alerts against planted truth: themes of tweets, and their bursts.

    python benchmarks/topics_painpoints.py STORE THEMES [--json] [--time] [--seeds 1 2 3]

STORE is a store of the demo (`mmx demo --build-only --db STORE`). THEMES is a CSV of id, brand, theme, p, polarity
("neg" for complaints, "pos" for praise), burst_start, burst_end (empty where the theme has no burst). With seeds the
topics of a copy of the store are fitted anew at each, and each figure is the mean over them, the least and the most.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import mean, median
from typing import Any

import duckdb
import pandas as pd

from pipeline import posts
from pipeline.alerts import find_alerts
from pipeline.export import find_brand
from pipeline.painpoints import rank, rank_all, rank_strengths
from pipeline.progress import Silent
from pipeline.stages import fit_topics
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
        "topics": topics.topic_id[topics.topic_id >= 0].nunique(),
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
    months = listed = alarms = with_alert = 0
    for brand, of_brand in themes.groupby("brand"):
        brand_id, days = find_brand(connection, str(brand)), _bursts(of_brand)
        for start, following in pairwise(starts):
            end = following - timedelta(days=1)
            if any(_overlap(burst, (start.isoformat(), end.isoformat())) for burst in days):
                continue
            months += 1
            alerts = find_alerts(connection, brand_id, start, end).to_dict("records")
            # The last days of a burst's alert may reach into the month after.
            with_alert += any(not any(_overlap(burst, _days(alert)) for burst in days) for alert in alerts)
            for ids in rank(connection, brand_id, start, end, TOP).tweet_ids:
                listed += 1
                told = pd.Series([theme_of.get(tweet_id, ("", "", "")) for tweet_id in ids]).value_counts()
                alarms += told.iloc[0] <= len(ids) / 2 or told.index[0][2] != "neg"
    return {
        "quiet months": months,
        "pain points listed in them": listed,
        "of these not mostly one complaint": int(alarms),
        "quiet months with an alert that no burst explains": with_alert,
    }


def measure_alerts(connection: duckdb.DuckDBPyConnection, themes: pd.DataFrame) -> dict[str, Any]:
    """Compare alerts with bursts: each alert should overlap a burst of its brand, and each burst an alert.

    An alert is driven rightly if most of the tweets in the first topic that it names are of the burst's theme.
    """
    alerts = right = driven = 0
    late: list[int] = []
    missed: list[str] = []
    for brand, of_brand in themes.groupby("brand"):
        found = find_alerts(connection, find_brand(connection, str(brand)), None, None).to_dict("records")
        bursts = _bursts(of_brand)
        alerts += len(found)
        right += sum(any(_overlap(burst, _days(alert)) for burst in bursts) for alert in found)
        for burst, theme in bursts.items():
            overlapping = [alert for alert in found if _overlap(burst, _days(alert))]
            if not overlapping:
                missed.append(f"{brand}: {theme}")
                continue
            alert = min(overlapping, key=lambda alert: alert["since"])
            late.append((date.fromisoformat(alert["since"]) - date.fromisoformat(burst[0])).days)
            of_theme = set(of_brand[of_brand.theme == theme].id)
            driven += _first_topic_is_of(connection, alert, of_theme)
    return {
        "alerts": alerts,
        "precision: alerts that overlap a burst": right / alerts,
        "recall: bursts with an alert": len(late) / (len(late) + len(missed)),
        "bursts without an alert": missed,
        "days from a burst's first to its alert's first, median": median(late),
        "alerts whose first topic is the burst's theme": driven / len(late),
    }


def measure_strengths(connection: duckdb.DuckDBPyConnection, themes: pd.DataFrame) -> dict[str, Any]:
    """Look for each brand's planted praise among its first `TOP` strengths of the whole time.

    A strength is pure as far as its tweets are of one planted theme of praise; "mixed, mostly pos" counts as praise.
    """
    purities, found, planted = [], 0, 0
    themes_of_praise = themes[themes.polarity.str.endswith("pos")]
    for brand, of_brand in themes_of_praise.groupby("brand"):
        theme_of = dict(zip(of_brand.id, of_brand.theme, strict=True))
        strengths = rank_strengths(connection, find_brand(connection, str(brand)), None, None, TOP)
        main = set()
        for ids in strengths.tweet_ids:
            told = (
                pd.Series([theme_of.get(tweet_id, "") for tweet_id in ids]).replace("", None).value_counts()
            )
            purities.append(int(told.max()) / len(ids) if len(told) else 0.0)
            if purities[-1] > 0.5:
                main.add(told.index[0])
        found += len(main)
        planted += min(TOP, of_brand.theme.nunique())
    return {
        f"strengths listed, top {TOP} of each brand": len(purities),
        "of these mostly one planted praise": sum(purity > 0.5 for purity in purities),
        "purity of strengths, mean": mean(purities),
        f"planted praise that could be in the top {TOP}": planted,
        f"of it found in the top {TOP}": found,
    }


def _bursts(of_brand: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Return the themes of a brand's bursts by their first and last day, as ISO dates."""
    bursts = of_brand.dropna(subset="burst_start").drop_duplicates("theme")
    return {
        (begin, end): theme
        for begin, end, theme in zip(bursts.burst_start, bursts.burst_end, bursts.theme, strict=True)
    }


def _days(alert: Mapping[Hashable, Any]) -> tuple[str, str]:
    return alert["since"], alert["until"]


def _overlap(one: tuple[str, str], other: tuple[str, str]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _first_topic_is_of(
    connection: duckdb.DuckDBPyConnection, alert: Mapping[Hashable, Any], of_theme: set[str]
) -> bool:
    if not alert["topics"]:
        return False
    rows = connection.execute(
        "SELECT tweet_id FROM tweet_topics WHERE topic_id = ? AND list_contains(?, tweet_id)",
        [alert["topics"][0]["topic_id"], list(alert["tweet_ids"])],
    ).fetchall()
    return sum(tweet_id in of_theme for (tweet_id,) in rows) > len(rows) / 2


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
            **measure_alerts(connection, themes),
            **measure_strengths(connection, themes),
            **(measure_times(connection) if with_times else {}),
        }


def measure_at(seeds: list[int], store: Path, themes_file: Path) -> dict[str, str]:
    """Return each figure over topics fitted at these seeds: mean (least to most)."""
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / store.name
        shutil.copy(store, copy)
        for seed in seeds:
            with duckdb.connect(str(copy)) as connection:
                fit_topics(connection, Silent(), seed)
                posts.rebuild(connection)
            figures.append(measure(copy, themes_file, with_times=False))
    return {
        name: f"{mean(values):.3g} ({min(values):.3g} to {max(values):.3g})"
        for name in figures[0]
        if not isinstance(figures[0][name], list)
        for values in [[figure[name] for figure in figures]]
    }


def main() -> None:
    """Print the figures as a table, or as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("store", type=Path)
    parser.add_argument("themes", type=Path)
    parser.add_argument("--json", action="store_true")
    further = parser.add_mutually_exclusive_group()
    further.add_argument(
        "--time", action="store_true", help="measure how long it takes, too (a minute or two)"
    )
    further.add_argument("--seeds", type=int, nargs="+", help="fit the topics anew at each of these seeds")
    arguments = parser.parse_args()
    figures = (
        measure_at(arguments.seeds, arguments.store, arguments.themes)
        if arguments.seeds
        else measure(arguments.store, arguments.themes, with_times=arguments.time)
    )
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
