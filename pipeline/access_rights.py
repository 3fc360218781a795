"""The file of access rights: which brands somebody may see in the dashboard, by e-mail address or domain.

It lies beside the store. docs/settings.md describes it for who writes one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import InputError

SUFFIX = ".access.toml"
_KEYS = {"who", "everything", "brands", "industries"}


class NoAccessError(InputError):
    """Whoever looks may not see the store; the message says why, to them."""


@dataclass(frozen=True)
class Access:
    """What somebody may see of a store.

    Attributes
    ----------
    everything
        All brands, tweets about none, and how they were loaded; also to add tweets.
    brands, industries
        Else only these brands (names or ids, as in the file) and those of these industries.
    """

    everything: bool = False
    brands: frozenset[str] = frozenset()
    industries: frozenset[str] = frozenset()

    def __or__(self, other: Access) -> Access:
        return Access(
            self.everything or other.everything,
            self.brands | other.brands,
            self.industries | other.industries,
        )

    def covers(self, brand_id: str, name: str, industry: str) -> bool:
        """Return whether a brand may be seen."""
        return self.everything or bool({brand_id, name} & self.brands) or industry in self.industries


EVERYTHING = Access(everything=True)


def beside(store: Path) -> Path:
    """Return the file of access rights of a store, which need not exist."""
    return store.with_name(store.name + SUFFIX)


def of(address: str, rules: Mapping[str, Access]) -> Access:
    """Return what an e-mail address may see.

    Parameters
    ----------
    rules
        As `read` returns them: the address's own and its domain's count together.

    Raises
    ------
    NoAccessError
        If no rule is about the address.
    """
    if not address:
        raise NoAccessError("your account has no e-mail address that its provider has verified")
    plain = _folded(address)
    name, _, domain = plain.partition("@")
    found = [rules[who] for who in (plain, f"@{domain}") if name and who in rules]
    if not found:
        raise NoAccessError(f"the account {address} has no access to these tweets")
    return found[0] | found[-1]


def read(file: Path) -> dict[str, Access] | None:
    """Return what each address and @domain in a file of access rights may see; None where there is no such file.

    Raises
    ------
    InputError
        If it cannot be read or holds anything that is not a rule.
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise InputError(f"the file of access rights {file.name} cannot be read: {error}") from error
    rules: dict[str, Access] = {}
    entries = content.pop("access", [])
    if content or not isinstance(entries, list):
        raise InputError(f"{file.name} may only hold entries [[access]]")
    for number, entry in enumerate(entries, start=1):
        try:
            people, access = _rule(entry)
        except ValueError as error:
            raise InputError(f"entry {number} of {file.name}: {error}") from error
        for who in people:
            rules[who] = rules.get(who, Access()) | access
    return rules


def _rule(entry: Any) -> tuple[list[str], Access]:
    if not isinstance(entry, dict):
        raise ValueError("write it as [[access]]")
    if unknown := sorted(set(entry) - _KEYS):
        raise ValueError(f"{unknown[0]} is not known; known are {', '.join(sorted(_KEYS))}")
    who, brands, industries = (_texts(entry, key) for key in ("who", "brands", "industries"))
    for person in who:
        if person.count("@") != 1 or person.endswith("@") or person != person.strip():
            raise ValueError(
                f"{person!r} is neither an address, such as ann@example.com, nor a domain, @example.com"
            )
    everything = entry.get("everything", False)
    if not isinstance(everything, bool):
        raise ValueError("everything is true or false")
    if not who or not (everything or brands or industries):
        raise ValueError("it needs who, and one of everything, brands and industries")
    return [_folded(person) for person in who], Access(everything, frozenset(brands), frozenset(industries))


def _texts(entry: Mapping[str, Any], key: str) -> list[str]:
    given = entry.get(key, [])
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise ValueError(f'{key} must be a list of texts, such as {key} = ["…"]')
    return given


def _folded(address: str) -> str:
    # Some letters beyond ASCII have an ASCII letter as their small letter: another domain would pass for a known one.
    return address.lower() if address.isascii() else address
