"""Topics as the reader wants them: as found or merged into fewer, with or without the tweets that are in none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from dashboard.store import Store

OUTLIERS = -1  # topic_id of tweets in no topic


@dataclass(frozen=True)
class Grouping:
    """Which topics are shown as one, and whether tweets in none count in the nearest.

    Attributes
    ----------
    joined
        Each topic that is shown under another's number, and that number.
    assigned
        Whether a tweet in no topic counts in the one nearest in meaning.
    """

    joined: tuple[tuple[int, int], ...] = ()
    assigned: bool = False

    def group(self, topic_id: int) -> int:
        """Return the number that a topic is shown under."""
        return self._shown.get(topic_id, topic_id)

    def members(self, topic_id: int) -> list[int]:
        """Return the topics that are shown under a number."""
        return [topic_id, *(topic for topic, group in self.joined if group == topic_id)]

    @cached_property
    def _shown(self) -> dict[int, int]:
        return dict(self.joined)

    def view(self, name: str) -> str:
        """Return SQL for a FROM clause: a view of the store, whose topic_id is the group's."""
        if self.assigned:
            name = f"(SELECT v.* REPLACE (nearest_topic_id AS topic_id) FROM {name} v)"
        if self.joined:
            pairs = ", ".join(f"({topic}, {group})" for topic, group in self.joined)
            name = f"""(SELECT v.* REPLACE (coalesce(g.shown, v.topic_id) AS topic_id) FROM {name} v
                        LEFT JOIN (VALUES {pairs}) g(member, shown) ON g.member = v.topic_id)"""
        return name

    def within(self, topic_id: int) -> str:
        """Return the SQL condition that a row of the store's views is in a group."""
        if topic_id == OUTLIERS:
            return "false" if self.assigned else f"topic_id = {OUTLIERS}"
        column = "nearest_topic_id" if self.assigned else "topic_id"
        members = ", ".join(str(int(topic)) for topic in self.members(topic_id))
        return f"{column} IN ({members})"


AS_FOUND = Grouping()


def count(store: Store) -> int:
    """Count the store's topics."""
    return int(store.frame("SELECT count(*) AS n FROM topics")["n"].iloc[0])


def grouping(store: Store, groups: int | None, assigned: bool) -> Grouping:
    """Return the grouping with so many groups, the most alike topics merged.

    Parameters
    ----------
    groups
        From 1 to the number of topics; None or more: topics as they were found.
    """
    steps = _steps(store, groups)
    shown: dict[int, int] = {}
    for kept, joined in zip(steps.kept_id, steps.joined_id, strict=True):
        shown |= {topic: kept for topic, group in shown.items() if group == joined}
        shown[joined] = kept
    return Grouping(tuple(sorted((int(topic), int(group)) for topic, group in shown.items())), assigned)


def named(store: Store, grouping: Grouping) -> pd.DataFrame:
    """Return all groups: label, keywords (list), size (tweets in the whole store), embedding (array), by topic_id."""
    topics = store.frame(
        "SELECT topic_id, label, keywords, size, embedding FROM topics ORDER BY topic_id"
    ).set_index("topic_id")
    if not grouping.joined:
        return topics
    steps = _steps(store, len(topics) - len(grouping.joined))
    # The last step that a group took part in names it.
    names = dict(zip(steps.kept_id, zip(steps.label, steps.keywords, strict=True), strict=True))
    found = []
    for group in (topic for topic in topics.index if grouping.group(topic) == topic):
        members = topics.loc[grouping.members(group)]
        label, keywords = names.get(group, (topics.label[group], topics.keywords[group]))
        sizes = members["size"].to_numpy()
        embedding = sizes @ np.stack(members.embedding.tolist()) / sizes.sum()
        found.append((group, label, keywords, int(sizes.sum()), embedding))
    return pd.DataFrame(found, columns=["topic_id", *topics.columns]).set_index("topic_id")


def in_order(store: Store) -> list[int]:
    """Return all topics so that like ones stand beside each other, as they merge."""
    order = {
        int(topic): [int(topic)] for topic in store.frame("SELECT topic_id FROM topics ORDER BY 1").topic_id
    }
    steps = _steps(store, 1)
    for kept, joined in zip(steps.kept_id, steps.joined_id, strict=True):
        order[int(kept)] += order.pop(int(joined))
    return [topic for group in order.values() for topic in group]


def _steps(store: Store, groups: int | None) -> pd.DataFrame:
    """Return the first steps of the hierarchy, down to so many groups."""
    most = 0 if groups is None else max(count(store) - max(groups, 1), 0)
    return store.frame(
        "SELECT kept_id, joined_id, label, keywords FROM topic_hierarchy WHERE step <= ? ORDER BY step",
        [most],
    )
