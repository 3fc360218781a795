"""The tweets in what the X API answers: v2 responses with data, includes and meta; v1.1 tweets and searches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.readers.columns import has_text_column

Record = dict[str, Any]

_LISTS = ("data", "statuses")
_METRICS = ("public_metrics", "organic_metrics")
_LONG_TEXTS = ("note_tweet", "extended_tweet")
# A tweet without these is a row of a table as it is.
_NESTED = frozenset({"author_id", "user", *_METRICS, *_LONG_TEXTS})
_ONLY_ABOUT = frozenset({"meta", "errors", "includes", "title", "detail", "status", "type"})


def tweets_in(value: Any) -> list[Record] | None:
    """Return the tweets in one JSON value: a tweet, or an API's response.

    In each the author's name is `author_username`, metrics are columns of their own (`like_count`,
    `retweet_count` …), and a long post's `text` is the whole of it.

    Returns
    -------
    list of dict, or None
        None where the value holds no tweet and is no empty response either.
    """
    if not isinstance(value, dict):
        return None
    for key in _LISTS:
        content = value.get(key)
        if isinstance(content, dict | list) and not has_text_column(value):
            names = _usernames(value.get("includes"))
            found = content if isinstance(content, list) else [content]
            return [_flat(tweet, names) for tweet in found if isinstance(tweet, dict)]
    if value.keys() <= _ONLY_ABOUT:
        return [] if "meta" in value and "errors" not in value else None
    return [_flat(value, {})]


def _usernames(includes: Any) -> Mapping[str, str]:
    users = includes.get("users") if isinstance(includes, dict) else None
    return dict(_id_and_name(users)) if isinstance(users, list) else {}


def _id_and_name(users: list[Any]) -> Iterator[tuple[str, str]]:
    for user in users:
        if isinstance(user, dict) and isinstance(user.get("username"), str):
            yield str(user.get("id")), user["username"]


def _flat(tweet: Record, usernames: Mapping[str, str]) -> Record:
    if tweet.keys().isdisjoint(_NESTED):
        return tweet
    flat = dict(tweet)
    author = usernames.get(str(tweet.get("author_id")))
    user = tweet.get("user")
    if author is None and isinstance(user, dict):
        author = user.get("username") or user.get("screen_name")
    if isinstance(author, str):
        flat.setdefault("author_username", author)
    for key in _METRICS:
        metrics = flat.get(key)
        if isinstance(metrics, dict):
            del flat[key]
            flat = flat | {name: count for name, count in metrics.items() if name not in flat}
    for key in _LONG_TEXTS:
        long = tweet.get(key)
        whole = (long.get("full_text") or long.get("text")) if isinstance(long, dict) else None
        if isinstance(whole, str):
            flat["text"] = whole
    return flat
