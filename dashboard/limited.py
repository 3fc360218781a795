"""The store as somebody sees it who may see some brands only: views and small tables in place of all its tables.

They are in a catalogue of their own, in which a cursor for that person looks up every name (`views.search_path`): a
query that knows nothing of access gives them no other brand's row, and one of a table that is missing here fails.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from hashlib import sha256

import duckdb

from dashboard.views import TABLES, views

_making = threading.Lock()
_OF_TWEETS = f"SELECT * FROM {TABLES}.{{table}} WHERE tweet_id IN (SELECT tweet_id FROM {{here}}.mentions)"
_OF_BRANDS = f"SELECT * FROM {TABLES}.{{table}} WHERE brand_id IN ({{brands}})"
# What is usual includes competitors' share: theirs may be none of this person's business, the brand's own is.
_OF_RANKINGS = f"""SELECT * REPLACE (others_share AS baseline_share, NULL::DOUBLE AS rivals_share)
    FROM {TABLES}.{{table}} WHERE brand_id IN ({{brands}})"""
_NOTHING = f"FROM {TABLES}.{{table}} WHERE false"
# A topic is known to those of whose brands it has a tweet; an outlier may be nearest to one that is not.
_NEAREST = """CASE WHEN nearest_topic_id IN (SELECT topic_id FROM {here}.sizes) THEN nearest_topic_id ELSE -1 END
    AS nearest_topic_id"""

# What each table of the store becomes. Runs and rows not taken tell of all brands together.
TABLES_OF_SOME = {
    "brands": _OF_BRANDS,
    "mentions": _OF_BRANDS,
    "alerts": _OF_BRANDS,
    "daily": _OF_BRANDS,
    "pain_points": _OF_RANKINGS,
    "strengths": _OF_RANKINGS,
    "tweets": _OF_TWEETS,
    "classifications": _OF_TWEETS,
    "sentiments": _OF_TWEETS,
    "p_sentiments": _OF_TWEETS,
    "embeddings": _OF_TWEETS,
    "tweet_topics": f"""SELECT * REPLACE ({_NEAREST}) FROM {TABLES}.tweet_topics
        WHERE tweet_id IN (SELECT tweet_id FROM {{here}}.mentions)""",
    "topics": f"""SELECT t.* REPLACE (s.size AS size) FROM {TABLES}.topics t JOIN {{here}}.sizes s USING (topic_id)""",
    "topic_hierarchy": "FROM {here}.hierarchy",
    "posts": f"""SELECT p.* REPLACE (p.is_first OR f.tweet_id IS NOT NULL AS is_first,
               p.is_first_in_industry OR g.tweet_id IS NOT NULL AS is_first_in_industry, {_NEAREST})
        FROM {TABLES}.posts p
        LEFT JOIN {{here}}.is_first f ON f.tweet_id = p.tweet_id AND f.brand_id = p.brand_id
        LEFT JOIN {{here}}.is_first_in_industry g ON g.tweet_id = p.tweet_id AND g.brand_id = p.brand_id
        WHERE p.brand_id IN ({{brands}})""",
    "meta": f"FROM {TABLES}.meta WHERE key IN ('schema_version', 'published_at', 'note')",
    "runs": _NOTHING,
    "rejects": _NOTHING,
    "forgotten": _NOTHING,
}


def catalogue(connection: duckdb.DuckDBPyConnection, brand_ids: Sequence[str]) -> str:
    """Return the catalogue of views for who may see just these brands, made at its first use.

    Parameters
    ----------
    connection
        With the store attached as `store`.
    """
    name = f"only_{sha256(json.dumps(sorted(brand_ids)).encode()).hexdigest()[:32]}"
    with _making, connection.cursor() as cursor:
        made = cursor.execute("SELECT 1 FROM duckdb_databases() WHERE database_name = ?", [name]).fetchone()
        if made is None:
            cursor.execute(f"ATTACH ':memory:' AS {name}")
            try:
                _make(cursor, name, brand_ids)
            except BaseException:
                cursor.execute(f"DETACH {name}")
                raise
    return name


def _make(cursor: duckdb.DuckDBPyConnection, name: str, brand_ids: Sequence[str]) -> None:
    here = f"{name}.main"
    quoted = (brand_id.replace("'", "''") for brand_id in sorted(brand_ids))
    brands = ", ".join(f"'{brand_id}'" for brand_id in quoted) or "NULL"
    cursor.execute(f"{_first(here, brands, 'is_first', 'tweet_id')}")
    cursor.execute(f"{_first(here, brands, 'is_first_in_industry', 'tweet_id, industry')}")
    cursor.execute(
        f"""CREATE TABLE {here}.sizes AS
            SELECT topic_id, count(DISTINCT tweet_id)::INTEGER AS size FROM {TABLES}.posts
            WHERE brand_id IN ({brands}) AND topic_id >= 0 GROUP BY topic_id"""
    )
    _make_hierarchy(cursor, here)
    for table, sql in TABLES_OF_SOME.items():
        selected = sql.format(table=table, here=here, brands=brands)
        cursor.execute(f"CREATE VIEW {here}.{table} AS {selected}")
    cursor.execute(views(name, here))


def _first(here: str, brands: str, flag: str, unit: str) -> str:
    """Return SQL for the rows of `posts` that are a tweet's first here, but come after another brand's in the store."""
    return f"""CREATE TABLE {here}.{flag} AS
    WITH seen AS (SELECT tweet_id, industry, brand_id, {flag} FROM {TABLES}.posts WHERE brand_id IN ({brands})),
         later AS (SELECT {unit}, min(brand_id) AS brand_id FROM seen WHERE NOT {flag} GROUP BY {unit}),
         known AS (SELECT {unit} FROM seen SEMI JOIN later USING ({unit}) WHERE {flag})
    SELECT tweet_id, brand_id FROM later ANTI JOIN known USING ({unit})"""


def _make_hierarchy(cursor: duckdb.DuckDBPyConnection, here: str) -> None:
    """Make the hierarchy of just the topics that are known here: steps that join two of them, numbered from 1."""
    sizes = f"SELECT topic_id FROM {here}.sizes"
    shown = {topic: topic for (topic,) in cursor.execute(sizes).fetchall()}
    steps = f"SELECT step, kept_id, joined_id FROM {TABLES}.topic_hierarchy ORDER BY step"
    taken: list[tuple[int, int, int]] = []
    for step, kept, joined in cursor.execute(steps).fetchall():
        into, other = shown.get(kept), shown.pop(joined, None)
        if other is None:
            continue
        shown[kept] = other if into is None else into
        if into is not None:
            taken.append((step, into, other))
    columns = [list(column) for column in zip(*taken, strict=True)] or [[], [], []]
    cursor.execute(
        f"""CREATE TABLE {here}.hierarchy AS
            SELECT h.* REPLACE (row_number() OVER (ORDER BY step) AS step, t.into AS kept_id, t.other AS joined_id)
            FROM {TABLES}.topic_hierarchy h JOIN
                 (SELECT unnest(?::INTEGER[]) AS step, unnest(?::INTEGER[]) AS into, unnest(?::INTEGER[]) AS other) t
                 USING (step)""",
        columns,
    )
