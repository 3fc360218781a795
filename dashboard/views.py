"""The views that the pages query beside the store's own tables, as SQL.

All are read from the tables `posts` and `daily` (docs/store.md). A tweet that the specialist has not judged (another
language, say) is in none of them.

- `judged`: a row a tweet.
- `told`: what `Selection.where("tweet")` chooses a row a tweet from: a row for each brand that a tweet mentions.
- `mentioned`: a row a mention.
- `about`: a row a mention and P `p` that it is about, with its sentiment towards that P, or as a whole where the store
  has none by P.
- `daily_mentioned`, `daily_about`: the same two added up by day, for what is only counted or averaged. A row stands for
  so many `mentions`; `score` and `score_squares` are sums over them of sentiment from -1 to 1; `created_at` is the
  beginning of the day.

In the schema `vader` the views' sentiment is VADER's, which has a score (`compound`) in place of probabilities: as in a
store whose specialist gives no sentiment of its own.

Those for everybody are in the catalogue `memory`; who may see some brands only has a catalogue of their own
(`dashboard.limited`), whose views are the same over fewer rows.
"""

from __future__ import annotations

from dashboard.selection import VADER, Source
from pipeline.store import P_LABELS, SENTIMENTS

EVERYBODY = "memory"  # the catalogue of views over the whole store
TABLES = "store.main"  # the store's own tables

_BY_P = ", ".join(f"{p}_{name}" for p in P_LABELS for name in ("sentiment", *SENTIMENTS))
JUDGED = (
    "* EXCLUDE (of_brand, of_industry, is_first, is_first_in_industry)"  # the columns of `judged` in `told`
)


def views(catalogue: str, tables: str) -> str:
    """Return the SQL that makes all views in a catalogue.

    Parameters
    ----------
    tables
        The catalogue and schema with the tables `posts`, `daily` and `brands` that the views are read from.
    """
    main, vader = f"{catalogue}.main", f"{catalogue}.vader"
    return "".join(
        [
            _posts(main, tables),
            f"CREATE SCHEMA {vader};\n",
            *(_by_vader(main, vader, view) for view in ("told", "judged", "mentioned", "about")),
            _daily(main, tables, "sentiment", "score", by_p=True),
            _daily(vader, tables, "vader", "compound", by_p=False),
        ]
    )


def search_path(catalogue: str, source: Source) -> str:
    """Return where a cursor looks tables and views up: nowhere but in its catalogue, unless that is everybody's."""
    places = [f"{catalogue}.vader"] if source == VADER else []
    places.append(f"{catalogue}.main")
    if catalogue == EVERYBODY:
        places.append(TABLES)
    return ",".join(places)


def _posts(main: str, tables: str) -> str:
    about = " UNION ALL ".join(
        f"""SELECT '{p}' AS p, * REPLACE (
                coalesce({p}_sentiment, sentiment) AS sentiment, coalesce({p}_negative, p_negative) AS p_negative,
                coalesce({p}_neutral, p_neutral) AS p_neutral, coalesce({p}_positive, p_positive) AS p_positive)
            FROM {main}.mentions_in_full WHERE {p}"""
        for p in P_LABELS
    )
    return f"""
CREATE VIEW {main}.told AS
    SELECT brand_id AS of_brand, industry AS of_industry, * EXCLUDE (brand_id, industry, {_BY_P}) FROM {tables}.posts;
CREATE VIEW {main}.judged AS SELECT {JUDGED} FROM {main}.told WHERE is_first;
CREATE VIEW {main}.mentions_in_full AS
    SELECT brand_id, b.name AS brand, b.industry, p.* EXCLUDE (brand_id, industry, is_first, is_first_in_industry)
    FROM {tables}.posts p JOIN {tables}.brands b USING (brand_id);
CREATE VIEW {main}.mentioned AS SELECT * EXCLUDE ({_BY_P}) FROM {main}.mentions_in_full;
CREATE VIEW {main}.about AS SELECT * EXCLUDE ({_BY_P}) FROM ({about});
"""


def _by_vader(main: str, vader: str, view: str) -> str:
    return f"""CREATE VIEW {vader}.{view} AS SELECT * REPLACE (
    vader AS sentiment, NULL::REAL AS p_negative, NULL::REAL AS p_neutral, NULL::REAL AS p_positive)
FROM {main}.{view};
"""


def _daily(schema: str, tables: str, sentiment: str, score: str, *, by_p: bool) -> str:
    def counted(sentiment: str, score: str, of_p: str = "") -> str:
        return f"""SELECT {f"'{of_p}' AS p," if of_p else ""} brand_id, b.name AS brand, b.industry,
            day::TIMESTAMP AS created_at, {", ".join(P_LABELS)}, {sentiment} AS sentiment, mentions,
            {score} AS score, {score}_squares AS score_squares
        FROM {tables}.daily JOIN {tables}.brands b USING (brand_id) {f"WHERE {of_p}" if of_p else ""}"""

    about = " UNION ALL ".join(
        counted(f"{p}_sentiment", f"{p}_score", p) if by_p else counted(sentiment, score, p) for p in P_LABELS
    )
    return f"""CREATE VIEW {schema}.daily_mentioned AS {counted(sentiment, score)};
CREATE VIEW {schema}.daily_about AS {about};
"""
