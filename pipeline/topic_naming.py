"""Lets a language model name the topics of a store; off unless the user asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, count, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from pipeline.errors import InputError
from pipeline.progress import Reporter
from pipeline.store import building, connect, transaction
from specialist.labeling.labelers import Labeler, read_labelers

if TYPE_CHECKING:
    import pandas as pd

    from specialist.labeling.naming import Group, Names

# Central tweets of a topic that the model is shown.
TWEETS = 8


def read_namer(path: Path) -> Labeler:
    """Return the one model that a labelers' file describes.

    Raises
    ------
    InputError, SpecialistError
        If the file names several, or is not as docs/labeling.md says.
    """
    labelers = read_labelers(path)
    if len(labelers) > 1:
        raise InputError(
            f"{path} has {len(labelers)} labelers; topics are named by one: leave one in the file"
        )
    return labelers[0]


def name_store(db: Path, labeler: Labeler, reporter: Reporter) -> None:
    """Have the topics and merged topics of a store named that this model has not named yet, and publish the store.

    Raises
    ------
    InputError
        If there is no store, or another run holds it.
    """
    with connect(db) as connection:
        asked = _unnamed(connection, labeler.name)
        taken = _given_before(connection, labeler.name)
    if not asked:
        return
    from specialist.labeling.naming import Group

    groups = [Group(one.keywords, one.tweets[:TWEETS]) for one in asked]
    found = _named(groups, labeler, reporter)
    with building(db) as connection, transaction(connection):
        for one, given in zip(asked, found.names, strict=True):
            if given is not None:
                name = _own_name(given, one.keywords, taken)
                taken.add(name)
                # Unless a run has made the topic anew in the meantime.
                connection.execute(
                    f"UPDATE {one.table} SET label = ?, named_by = ? WHERE {one.key} = ? AND label = ?",
                    [name, labeler.name, one.number, one.label],
                )


@dataclass(frozen=True)
class _Asked:
    """A row of `topics` or `topic_hierarchy` that is to be named, and what the name is made from."""

    table: str
    key: str
    number: int
    label: str
    keywords: list[str]
    tweets: list[str]


def _unnamed(connection: duckdb.DuckDBPyConnection, namer: str) -> list[_Asked]:
    """Return the topics and merged topics that this model has not named."""
    central = _central(connection)
    found = [
        _Asked("topics", "topic_id", number, label, keywords, central[number])
        for number, label, keywords in connection.execute(
            "SELECT topic_id, label, keywords FROM topics WHERE named_by IS DISTINCT FROM ? ORDER BY topic_id",
            [namer],
        ).fetchall()
    ]
    for step, kept, joined, label, keywords, named_by in connection.execute(
        "SELECT step, kept_id, joined_id, label, keywords, named_by FROM topic_hierarchy ORDER BY step"
    ).fetchall():
        # Tweets of both halves in turn: the model sees all that is now one.
        pairs = zip_longest(central[kept], central[joined])
        central[kept] = [text for text in chain.from_iterable(pairs) if text is not None]
        if named_by != namer:
            found.append(_Asked("topic_hierarchy", "step", step, label, keywords, central[kept]))
    return found


def name_listed(
    connection: duckdb.DuckDBPyConnection, found: pd.DataFrame, labeler: Labeler, reporter: Reporter
) -> pd.DataFrame:
    """Return a list of topics, from `pipeline.topic_lists.list_topics`, with a model's labels where it gave one."""
    from specialist.labeling.naming import Group

    if found.empty:
        return found
    first = [list(ids)[:TWEETS] for ids in found.tweet_ids]
    texts = dict(
        connection.execute(
            "SELECT tweet_id, text FROM tweets WHERE list_contains(?, tweet_id)",
            [[tweet_id for ids in first for tweet_id in ids]],
        ).fetchall()
    )
    groups = [
        Group(list(keywords), [texts[tweet_id] for tweet_id in ids])
        for keywords, ids in zip(found.keywords, first, strict=True)
    ]
    labels: list[str] = []
    given = _named(groups, labeler, reporter).names
    for name, label, keywords in zip(given, found.label, found.keywords, strict=True):
        labels.append(label if name is None else _own_name(name, keywords, {*labels}))
    return found.assign(label=labels)


def _own_name(given: str, keywords: Sequence[str], taken: set[str]) -> str:
    """Return a name that is not taken, if need be with a keyword or a number: nobody could tell two alike apart."""
    names = chain(
        [given],
        (f"{given} · {keyword}" for keyword in keywords),
        (f"{given} {number}" for number in count(2)),
    )
    return next(name for name in names if name not in taken)


def _given_before(connection: duckdb.DuckDBPyConnection, namer: str) -> set[str]:
    """Return the names in the store that this model gave."""
    rows = connection.execute(
        """SELECT label FROM topics WHERE named_by = $namer
        UNION SELECT label FROM topic_hierarchy WHERE named_by = $namer""",
        {"namer": namer},
    ).fetchall()
    return {str(label) for (label,) in rows}


def _central(connection: duckdb.DuckDBPyConnection) -> dict[int, list[str]]:
    rows = connection.execute(
        """SELECT topic_id, list(text ORDER BY probability DESC, tweet_id)[:?] FROM tweet_topics
        JOIN tweets USING (tweet_id) WHERE topic_id >= 0 GROUP BY topic_id""",
        [TWEETS],
    ).fetchall()
    return {int(topic): list(texts) for topic, texts in rows}


def _named(groups: list[Group], labeler: Labeler, reporter: Reporter) -> Names:
    from specialist.labeling.naming import name_groups

    with reporter.stage("Name topics", len(groups)) as advance:
        found = name_groups(groups, labeler, advance)
    missing = found.names.count(None)
    reporter.note(
        f"{labeler.name}: {len(groups) - missing} of {len(groups)} topics named, {found.tokens_in:,} tokens in, "
        f"{found.tokens_out:,} out, ${found.cost:,.4f}"
    )
    if missing:
        why = f": {found.stopped}" if found.stopped else ""
        reporter.note(f"{missing} keep the label that their words give{why}")
    return found
