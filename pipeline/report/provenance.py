"""Where a report's numbers come from: the store's tweets, and the specialist that read them, with how good it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from pipeline.store import read_meta

# Files that are named; a store may be made of hundreds.
_MOST_SOURCES = 3


@dataclass(frozen=True)
class Quality:
    """How far a specialist agrees with labels on tweets it was not trained on (Krippendorff's alpha).

    Attributes
    ----------
    tested_on
        On which tweets.
    answers
        For each question its alpha with the 95 % interval and the method's grade, in words.
    """

    tested_on: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Provenance:
    """What a report's numbers were made of.

    Attributes
    ----------
    tweets, judged, brands
        Of the whole store: tweets, those the specialist read, and brands mentioned.
    first, last, published
        Days of the store's oldest and newest tweet, and when it was last built; None where not known.
    sources, more_sources
        Names of the files that the brand's tweets came from, and how many more there are.
    note
        What the store's maker says of its contents, such as "fictional brands"; may be empty.
    specialists
        Names of those that read the brand's tweets.
    by_vader
        Whether the sentiment of any of them is VADER's, since the specialist gives none.
    namers
        Language models that topics of the store were named by, which some of its tweets were sent to for that.
    quality
        Of the specialist, where it is the one that this program brings along; else nothing is known of it here.
    """

    tweets: int
    judged: int
    brands: int
    first: date | None
    last: date | None
    published: date | None
    sources: tuple[str, ...]
    more_sources: int
    note: str
    specialists: tuple[str, ...]
    by_vader: bool
    namers: tuple[str, ...]
    quality: tuple[Quality, ...]


def find_provenance(connection: duckdb.DuckDBPyConnection, brand_id: str) -> Provenance:
    """Return what the numbers on a brand were made of."""
    tweets, judged, brands, first, last = connection.execute(
        """SELECT (SELECT count(*) FROM tweets), (SELECT count(*) FROM classifications),
                  (SELECT count(DISTINCT brand_id) FROM mentions),
                  min(created_at)::DATE, max(created_at)::DATE FROM tweets"""
    ).fetchall()[0]
    sources = _of_brand(connection, brand_id, "source", "tweets")
    specialists = _of_brand(connection, brand_id, "specialist", "classifications")
    (vader,) = connection.execute(
        """SELECT count(*) FROM sentiments JOIN mentions USING (tweet_id)
           WHERE brand_id = ? AND p_negative IS NULL""",
        [brand_id],
    ).fetchall()[0]
    namers = connection.execute(
        """SELECT named_by FROM topics WHERE named_by IS NOT NULL
           UNION SELECT named_by FROM topic_hierarchy WHERE named_by IS NOT NULL ORDER BY named_by"""
    ).fetchall()
    published = read_meta(connection, "published_at")
    return Provenance(
        tweets=tweets,
        judged=judged,
        brands=brands,
        first=first,
        last=last,
        published=None if published is None else date.fromisoformat(published[:10]),
        sources=sources[:_MOST_SOURCES],
        more_sources=max(len(sources) - _MOST_SOURCES, 0),
        note=read_meta(connection, "note") or "",
        specialists=specialists,
        by_vader=bool(vader),
        namers=tuple(name for (name,) in namers),
        quality=_quality(specialists),
    )


def _of_brand(
    connection: duckdb.DuckDBPyConnection, brand_id: str, column: str, table: str
) -> tuple[str, ...]:
    rows = connection.execute(
        f"""SELECT {column} FROM {table} JOIN mentions USING (tweet_id) WHERE brand_id = ?
            GROUP BY {column} ORDER BY count(*) DESC, {column}""",
        [brand_id],
    ).fetchall()
    return tuple(str(value) for (value,) in rows)


def _quality(specialists: tuple[str, ...]) -> tuple[Quality, ...]:
    from specialist.folder import DEFAULT, Description
    from specialist.held_out import held_out
    from specialist.metrics import grade
    from specialist.predict import full_name

    if specialists != (full_name("default"),):
        return ()
    titles = {"mmx": "the four Ps", "sentiment": "sentiment"}
    return tuple(
        Quality(
            name,
            tuple(
                f"{titles[figures['codebook']]} {figures['alpha']['value']:.2f} "
                f"({figures['alpha']['low']:.2f} to {figures['alpha']['high']:.2f}, "
                f"{grade(figures['alpha']['value'])})"
                for figures in content
            ),
        )
        for name, content in held_out(Description.load(DEFAULT).metrics).items()
    )
