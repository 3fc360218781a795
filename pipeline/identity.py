"""Which rows are the same tweet: ids that can be relied on, ids from the content, and duplicates."""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import blake2b

import duckdb

# 5.70301E+17: a spreadsheet kept six digits of the id, which hundreds of tweets then share.
_MANGLED = re.compile(r"[\d.,]+e\+?\d+", re.IGNORECASE)
# '570301 and ="570301": how people keep spreadsheets from doing so. 570301.0: what data frames make of ids.
_WRAPPED = re.compile(r"""^(?:'|=?")?(.*?)"?$""", re.DOTALL)

_HASH_BYTES = 8


def source_id(value: str | None) -> str | None:
    """Return a tweet's id as its file gives it, or None if it has none or one that a spreadsheet mangled."""
    unwrapped = _WRAPPED.sub(r"\1", value.strip()).strip() if value else ""
    if not unwrapped or is_mangled(unwrapped):
        return None
    return unwrapped.removesuffix(".0") if unwrapped[:-2].isdecimal() else unwrapped


def is_mangled(value: str) -> bool:
    """Tell whether an id is a number whose last digits are lost."""
    return _MANGLED.fullmatch(value) is not None


def content_id(text: str, created_at: datetime | None, author: str | None) -> str:
    """Return an id made from the content: a hash of the text, a hyphen, a hash of second and author.

    Two tweets with the same text share the part before the hyphen.
    """
    return f"{_hash(' '.join(text.split()))}-{_moment_and_author(created_at, author)}"


def is_by(author: str, content: str, created_at: datetime | None) -> bool:
    """Tell whether the tweet of a content id and moment is by an author."""
    return content.endswith(f"-{_moment_and_author(created_at, author)}")


def author_key(author: str | None) -> str | None:
    """Return a hash of an author's name, or None where there is none."""
    name = user_name(author or "")
    return _hash(name) if name else None


def user_name(author: str) -> str:
    """Return a user's name as names are compared: without "@", small letters."""
    return author.strip().lstrip("@").casefold()


def _moment_and_author(created_at: datetime | None, author: str | None) -> str:
    second = created_at.isoformat(timespec="seconds") if created_at else ""
    return _hash(f"{second} {user_name(author or '')}")


def _hash(text: str) -> str:
    return blake2b(text.encode("utf-8"), digest_size=_HASH_BYTES).hexdigest()


def resolve_ids(connection: duckdb.DuckDBPyConnection, staging: str) -> int:
    """Give each row of a staging table its `tweet_id`, and tell which rows are tweets that are known already.

    A tweet's id is the one its file gives, unless that is missing or belongs to a tweet with another text (in the
    store, or earlier in the file): then it is the content's. A row is a duplicate if the same tweet is in the
    store or earlier in the file: one with the same id and text, or, where one of the two has no id of its own,
    one with the same text, second and author.

    Parameters
    ----------
    connection
        A store, with its table `tweets`.
    staging
        A table with `source_id` and `content_id`, in the file's order; replaced by one with three columns more:
        `position` (1 … n in the file's order), `tweet_id` and `is_duplicate`.

    Returns
    -------
    int
        How many rows there are.
    """
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE resolved AS
        WITH rows_in_order AS (
            SELECT rowid AS row_id, row_number() OVER (ORDER BY rowid) AS position,
                source_id, content_id, split_part(content_id, '-', 1) AS text_id
            FROM {staging}
        ), claimed AS (
            SELECT r.*, coalesce(
                split_part(t.content_id, '-', 1),
                first_value(r.text_id) OVER (PARTITION BY r.source_id ORDER BY r.position)
            ) AS owner_text_id
            FROM rows_in_order r LEFT JOIN tweets t ON t.tweet_id = r.source_id
        ), named AS (
            SELECT row_id, position, content_id,
                source_id IS NOT NULL AND text_id = owner_text_id AS has_own_id,
                CASE WHEN has_own_id THEN source_id ELSE content_id END AS tweet_id
            FROM claimed
        )
        SELECT row_id, position, tweet_id,
            row_number() OVER same_id > 1
            OR tweet_id IN (SELECT tweet_id FROM tweets)
            OR CASE WHEN has_own_id
                THEN count(*) FILTER (NOT has_own_id) OVER same_content > 0
                    OR content_id IN (SELECT tweet_id FROM tweets)
                ELSE row_number() OVER same_content > 1
                    OR content_id IN (SELECT content_id FROM tweets)
            END AS is_duplicate
        FROM named
        WINDOW same_id AS (PARTITION BY tweet_id ORDER BY position),
            same_content AS (PARTITION BY content_id ORDER BY position)
    """)
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE resolved_staging AS
        SELECT s.*, r.position, r.tweet_id, r.is_duplicate
        FROM {staging} s JOIN resolved r ON s.rowid = r.row_id
    """)
    connection.execute(f"DROP TABLE {staging}; DROP TABLE resolved")
    connection.execute(f"ALTER TABLE resolved_staging RENAME TO {staging}")
    counted = connection.execute(f"SELECT count(*) FROM {staging}").fetchone()
    assert counted is not None
    return int(counted[0])
