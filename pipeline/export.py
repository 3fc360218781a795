"""Tables out: a selection of a store's classified tweets, and the formats that results are written in."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from pipeline.errors import InputError
from pipeline.store import P_LABELS, SENTIMENTS

if TYPE_CHECKING:
    import pandas as pd

FORMATS = (".csv", ".xlsx", ".parquet", ".jsonl")
EXCEL_ROWS = 1_048_575  # what a sheet holds below its header
EXCEL_CHARACTERS = 32_767  # what a cell holds
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# How a spreadsheet recognises a formula; some also take the wide characters of East Asia.
SAFE = r"regexp_replace({}, '^([=+\-@\t\r\n＝＋－＠])', '''\1')"

TWEETS = """
SELECT t.tweet_id, t.created_at, b.brands, t.text, t.lang, t.likes, t.reposts,
       c.product::INT AS product, c.place::INT AS place, c.price::INT AS price, c.promotion::INT AS promotion,
       c.p_product, c.p_place, c.p_price, c.p_promotion,
       s.compound, s.vader, s.sentiment, s.p_negative, s.p_neutral, s.p_positive,
       tt.topic_id, tp.label AS topic
FROM tweets t
LEFT JOIN (
    SELECT m.tweet_id, string_agg(b.name, '; ' ORDER BY b.name) AS brands
    FROM mentions m JOIN brands b USING (brand_id) GROUP BY m.tweet_id
) b USING (tweet_id)
LEFT JOIN classifications c USING (tweet_id)
LEFT JOIN sentiments s USING (tweet_id)
LEFT JOIN tweet_topics tt USING (tweet_id)
LEFT JOIN topics tp USING (topic_id)
"""


@dataclass(frozen=True)
class Filters:
    """Which tweets to take; an empty field takes all.

    Attributes
    ----------
    brands
        Brand names, handles or ids as the user wrote them.
    ps
        Any of `P_LABELS`; a tweet is taken if it is about at least one.
    since, until
        First and last day (UTC), both included.
    sentiments
        Any of `SENTIMENTS`.
    """

    brands: Sequence[str] = ()
    ps: Sequence[str] = ()
    since: date | None = None
    until: date | None = None
    sentiments: Sequence[str] = ()


def find_brand(connection: duckdb.DuckDBPyConnection, wanted: str) -> str:
    """Return the brand_id of a brand given by name, handle or id, whatever its case.

    Raises
    ------
    InputError
        If the store has no mention of such a brand; the message names the nearest ones.
    """
    found = connection.execute(
        """SELECT brand_id FROM brands
        WHERE lower($1) IN (lower(name), lower(brand_id), lower(handle), '@' || lower(ltrim(handle, '@')))""",
        [wanted.strip()],
    ).fetchall()
    if found:
        return str(found[0][0])
    near = connection.execute(
        "SELECT name FROM brands ORDER BY jaro_winkler_similarity(lower(name), lower(?)) DESC, name LIMIT 3",
        [wanted],
    ).fetchall()
    hint = f"; nearest: {', '.join(name for (name,) in near)}" if near else ""
    raise InputError(f'no tweet in this store mentions a brand "{wanted}"{hint}')


def select_tweets(connection: duckdb.DuckDBPyConnection, filters: Filters) -> duckdb.DuckDBPyRelation:
    """Return the filtered tweets with all that is known of each, newest first, one row a tweet."""
    conditions: list[str] = ["TRUE"]
    values: list[Any] = []
    if filters.brands:
        ids = [find_brand(connection, brand) for brand in filters.brands]
        conditions.append("t.tweet_id IN (SELECT tweet_id FROM mentions WHERE list_contains(?, brand_id))")
        values.append(ids)
    if filters.ps:
        conditions.append("(" + " OR ".join(f"c.{check_choice(p, P_LABELS, 'P')}" for p in filters.ps) + ")")
    if filters.since:
        conditions.append("t.created_at >= ?")
        values.append(filters.since)
    if filters.until:
        conditions.append("t.created_at < ?::DATE + INTERVAL 1 DAY")
        values.append(filters.until)
    if filters.sentiments:
        chosen = [check_choice(sentiment, SENTIMENTS, "sentiment") for sentiment in filters.sentiments]
        conditions.append("list_contains(?, s.sentiment)")
        values.append(chosen)
    query = f"{TWEETS} WHERE {' AND '.join(conditions)} ORDER BY t.created_at DESC NULLS LAST, t.tweet_id"
    return connection.sql(query, params=values)


def check_choice(value: str, choices: Sequence[str], what: str) -> str:
    """Return the value in lower case if it is one of the choices, else raise InputError."""
    lower = value.strip().lower()
    if lower not in choices:
        raise InputError(f'"{value}" is not a {what}; choose from {", ".join(choices)}')
    return lower


def check_format(output: Path) -> str:
    """Return the suffix of an output file, or raise InputError where nothing writes such a file."""
    suffix = output.suffix.lower()
    if suffix not in FORMATS:
        raise InputError(f"cannot write {output.name}: the name must end in {', '.join(FORMATS)}")
    if not output.parent.is_dir():
        raise InputError(f"the folder {output.parent} does not exist")
    return suffix


def write_relation(
    relation: duckdb.DuckDBPyRelation,
    output: Path,
    *,
    raw_texts: bool = False,
    byte_order_mark: bool = False,
) -> int:
    """Write a relation's rows in the format that the file's suffix names; return how many.

    Parameters
    ----------
    raw_texts
        Leave texts in a CSV file as they are; else those that a spreadsheet would take for a formula get an apostrophe
        in front (OWASP, "CSV Injection"). The other formats say of a text that it is one.
    byte_order_mark
        Begin a CSV file with the mark by which Excel knows UTF-8.

    Raises
    ------
    InputError
        If the suffix is of no format, or a sheet of Excel cannot hold so many rows.
    """
    suffix = check_format(output)
    if suffix == ".csv":
        texts = relation if raw_texts else _each_text(relation, SAFE)
        texts.write_csv(str(output), header=True)
        if byte_order_mark:
            _mark(output)
    elif suffix == ".parquet":
        relation.write_parquet(str(output))
    elif suffix == ".jsonl":
        relation.query(
            "selection",
            f"COPY (FROM selection) TO '{str(output).replace(chr(39), chr(39) * 2)}' (FORMAT json)",
        )
    else:
        write_excel(_each_text(relation, f"left({{}}, {EXCEL_CHARACTERS})").df(), output)
    return len(relation)


def _mark(output: Path) -> None:
    """Put the byte order mark before a file's content."""
    unmarked = output.rename(output.with_name(f"{output.name}.unmarked"))
    with unmarked.open("rb") as source, output.open("wb") as target:
        target.write(BYTE_ORDER_MARK)
        shutil.copyfileobj(source, target)
    unmarked.unlink()


def _each_text(relation: duckdb.DuckDBPyRelation, expression: str) -> duckdb.DuckDBPyRelation:
    """Return a relation with an SQL expression, {} standing for the column, applied to its text columns."""
    columns = [
        f"{expression.format(quoted)} AS {quoted}" if str(kind) == "VARCHAR" else quoted
        for quoted, kind in zip(map(_quoted, relation.columns), relation.types, strict=True)
    ]
    return relation.project(", ".join(columns))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def write_excel(frame: pd.DataFrame, output: Path) -> None:
    """Write a table as an Excel sheet; text is text there, never a formula or a link.

    Raises
    ------
    InputError
        If it has more rows than a sheet can hold (1,048,575 below the header).
    """
    import pandas as pd

    if len(frame) > EXCEL_ROWS:
        raise InputError(
            f"{len(frame):,} rows are more than an Excel sheet holds; write .csv or .parquet instead"
        )
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with pd.ExcelWriter(output, engine="xlsxwriter", engine_kwargs={"options": options}) as writer:
        frame.to_excel(writer, index=False, sheet_name="tweets", freeze_panes=(1, 0))
