"""Checks a labeler's answer against the codebook: only what can be trusted becomes a vote."""

from __future__ import annotations

import json
import re
from typing import Any

from specialist.codebook import Codebook
from specialist.labeling.failures import Remedy, RequestError

Vote = dict[str, int | str]
"""The columns of one tweet's vote: 0 or 1 for each label, or the label of a single codebook."""

_THOUGHT = re.compile(r"^\s*<think>.*?</think>", re.DOTALL)
_FENCE = re.compile(r"^\s*```(?:json)?\s*\n(.*)\n\s*```\s*$", re.DOTALL)


def read_answers(content: str, codebook: Codebook, count: int) -> list[Vote | str]:
    """Read the votes from the text of an answer.

    Parameters
    ----------
    count
        How many tweets were asked about.

    Returns
    -------
    list
        For each tweet, in order, its vote, or a phrase that says what is wrong with this entry alone.

    Raises
    ------
    RequestError
        If the answer as a whole cannot be trusted: no JSON of the asked form, or entries that are too many, too
        few, or not for the tweets that were asked about.
    """
    return [_vote(entry, codebook) for entry in read_entries(content, count)]


def read_entries(content: str, count: int) -> list[dict[str, Any]]:
    """Return the entries of an answer, in the order asked; what is in each besides its number is not checked.

    Raises
    ------
    RequestError
        As for `read_answers`.
    """
    entries = _entries(content)
    if len(entries) != count:
        raise _useless(f"{len(entries)} answers for {count} tweets")
    by_number = {entry.get("n"): entry for entry in entries if type(entry.get("n")) is int}
    asked = range(1, count + 1)
    if by_number.keys() != set(asked):
        raise _useless("answers for other tweets than those asked about")
    return [by_number[number] for number in asked]


def _entries(content: str) -> list[dict[str, Any]]:
    text = _THOUGHT.sub("", content)
    fenced = _FENCE.match(text)
    text = fenced[1] if fenced else text
    if not text.strip():
        raise _useless("an empty answer")
    try:
        answer = json.loads(text, object_pairs_hook=_unambiguous)
    except (ValueError, RecursionError) as error:
        raise _useless("an answer that is not valid JSON") from error
    entries = answer.get("answers") if isinstance(answer, dict) else None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise _useless("an answer of another form than asked for")
    return entries


def _unambiguous(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object, refusing one that names a field twice, since nothing tells which value is meant."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a field is named twice")
    return found


def _vote(entry: dict[str, Any], codebook: Codebook) -> Vote | str:
    given = {name: value for name, value in entry.items() if name != "n"}
    unknown = given.keys() - set(codebook.columns)
    if unknown:
        return f"the label {_shown(min(unknown))}, which the codebook does not have"
    missing = set(codebook.columns) - given.keys()
    if missing:
        return f"no answer for {min(missing)}"
    if codebook.kind == "single":
        label = given[codebook.id]
        return {codebook.id: label} if label in codebook.label_ids else _not_allowed(label, codebook.id)
    for label, value in given.items():
        if type(value) not in (int, bool) or value not in (0, 1):
            return _not_allowed(value, label)
    return {label: int(given[label]) for label in codebook.label_ids}


def _not_allowed(value: object, column: str) -> str:
    return f"{_shown(value)} for {column}, which the codebook does not have"


def _shown(value: object) -> str:
    """Quote what a model wrote, so that it can do no harm on a terminal."""
    return ascii(value)[:40]


def _useless(reason: str) -> RequestError:
    return RequestError(reason, Remedy.ASK_AGAIN)
