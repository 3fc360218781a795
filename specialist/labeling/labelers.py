"""The labelers: which models label, where they are reached and what they cost, from one TOML file."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from specialist.errors import SpecialistError

# What the program itself decides in a request; `n` or `stream` would break the bound on its cost.
_RESERVED = frozenset(
    {
        "model",
        "messages",
        "response_format",
        "max_tokens",
        "max_completion_tokens",
        "temperature",
        "n",
        "stream",
    }
)
_SECRET_NAME = re.compile(r"key|^token$|secret|authorization|password", re.IGNORECASE)
# Requests have fields such as prompt_cache_key, which are no secrets.
_SECRET_FIELD = re.compile(
    r"^(api|access|auth|secret)[-_]?(key|token)$|^x-api-key$|secret$|authorization$|password$", re.IGNORECASE
)
# Keys of some providers hold only letters, digits and underscores; none is all in capitals.
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
_KINDS: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "str | None": (str,),
    "int": (int,),
    "float": (int, float),
    "float | None": (int, float),
    "Mapping[str, Any]": (dict,),
}
_NAMED = {str: "text", int: "a whole number", float: "a number", dict: "a table"}


@dataclass(frozen=True)
class Labeler:
    """One model that labels tweets.

    Attributes
    ----------
    name
        What the votes call it.
    base_url
        The endpoint's address up to and without `/chat/completions`.
    model
        The model's name at the endpoint.
    price_in, price_out
        Dollars for a million tokens read and written; 0 for a model on your own machine.
    api_key_env
        The environment variable that holds the key; None where the endpoint needs none.
    temperature
        None: the model's own.
    batch
        Tweets a request.
    concurrency
        Requests at the same time.
    timeout
        Seconds that a request may take.
    thinking_tokens
        Tokens that a reasoning model may spend in a request before it answers.
    extra
        Further fields of a request, such as `reasoning_effort`.
    """

    name: str
    base_url: str
    model: str
    price_in: float
    price_out: float
    api_key_env: str | None = None
    temperature: float | None = None
    batch: int = 20
    concurrency: int = 4
    timeout: float = 120.0
    thinking_tokens: int = 0
    extra: Mapping[str, Any] = field(default_factory=dict)

    def cost(self, tokens_in: int, tokens_out: int) -> float:
        """Return the dollars for this many tokens read and written."""
        return (tokens_in * self.price_in + tokens_out * self.price_out) / 1_000_000

    def key(self) -> str | None:
        """Return the key from the environment, or None where the endpoint needs none.

        Raises
        ------
        SpecialistError
            If the variable is not set or holds what cannot be a key; the message never shows its value.
        """
        if self.api_key_env is None:
            return None
        value = os.environ.get(self.api_key_env, "").strip()
        if not value:
            raise SpecialistError(f"the labeler {self.name} needs its key in the variable {self.api_key_env}")
        if not (value.isascii() and value.isprintable() and " " not in value):
            raise SpecialistError(f"what the variable {self.api_key_env} holds cannot be a key")
        return value


def read_labelers(path: Path) -> list[Labeler]:
    """Read the labelers from a TOML file with one `[[labelers]]` table for each.

    Raises
    ------
    SpecialistError
        If the file cannot be read, names no labeler, or a field is missing, unknown or impossible.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SpecialistError(f"the labelers' file {path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SpecialistError(f"the labelers' file {path} is not valid TOML: {error}") from error
    tables = content.get("labelers")
    if not isinstance(tables, list) or not tables or set(content) != {"labelers"}:
        raise SpecialistError(f"{path} must hold one [[labelers]] table for each labeler, and nothing else")
    labelers = [_labeler(table, f"labeler {number} in {path}") for number, table in enumerate(tables, 1)]
    names = [labeler.name for labeler in labelers]
    if len(set(names)) < len(names):
        raise SpecialistError(f"two labelers in {path} have the same name")
    return labelers


def _labeler(table: object, where: str) -> Labeler:
    if not isinstance(table, dict):
        raise SpecialistError(f"{where} is not a table")
    known = {item.name: item for item in fields(Labeler)}
    for name in table:
        if name not in known and _SECRET_NAME.search(name):
            raise SpecialistError(
                f"{where} has a field {name}; keys do not belong in files: put the key into the environment and"
                " the variable's name into api_key_env"
            )
        if name not in known:
            raise SpecialistError(f"{where} has a field {name}; there are {', '.join(known)}")
    for name, item in known.items():
        needed = item.default is MISSING and item.default_factory is MISSING
        if needed and name not in table:
            raise SpecialistError(f"{where} lacks the field {name}")
        kinds = _KINDS[str(item.type)]
        if name in table and (not isinstance(table[name], kinds) or isinstance(table[name], bool)):
            raise SpecialistError(f"{where}: {name} must be {_NAMED[kinds[-1]]}")
    labeler = Labeler(**table)
    _check(labeler, where)
    return labeler


def _check(labeler: Labeler, where: str) -> None:
    address = urlsplit(labeler.base_url)
    rules = {
        "name must not be empty": bool(labeler.name.strip()),
        "model must not be empty": bool(labeler.model.strip()),
        "base_url must begin with http:// or https://": address.scheme in ("http", "https")
        and bool(address.hostname),
        "base_url must hold no user, password or query": not (
            address.username or address.password or address.query
        ),
        "api_key_env must be the name of an environment variable, in capitals, not the key itself": (
            labeler.api_key_env is None or _VARIABLE.fullmatch(labeler.api_key_env) is not None
        ),
        "price_in and price_out are dollars for a million tokens, 0 or more": 0 <= labeler.price_in < 1e6
        and 0 <= labeler.price_out < 1e6,
        "temperature must be from 0 to 2": labeler.temperature is None or 0 <= labeler.temperature <= 2,
        "batch must be from 1 to 200": 1 <= labeler.batch <= 200,
        "concurrency must be from 1 to 256": 1 <= labeler.concurrency <= 256,
        "timeout must be more than 0 seconds": 0 < labeler.timeout < float("inf"),
        "thinking_tokens must be 0 or more": labeler.thinking_tokens >= 0,
        f"extra must not set {', '.join(sorted(_RESERVED))}": not _RESERVED & set(labeler.extra),
        "extra must hold no key; put it into the environment and the variable's name into api_key_env": (
            not _names_a_secret(labeler.extra)
        ),
    }
    for rule, holds in rules.items():
        if not holds:
            raise SpecialistError(f"{where}: {rule}")


def _names_a_secret(value: object) -> bool:
    """Tell whether a field at any depth is named as one that holds a key."""
    if isinstance(value, dict):
        return any(_SECRET_FIELD.search(name) or _names_a_secret(inner) for name, inner in value.items())
    return isinstance(value, list) and any(_names_a_secret(inner) for inner in value)
