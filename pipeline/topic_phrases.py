"""Finds the words and short phrases of tweets that can name a topic: no brands, handles, fillers or placeholders."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from specialist.preprocess import EMAIL, URL

LONGEST = 3  # words of a phrase

_HANDLE = re.compile(r"[@＠]\w+")
_PLACEHOLDER = re.compile(rf"\b(?:{URL}|{EMAIL}|RT)\b")
# One word with its inner apostrophes and hyphens, or whatever ends a phrase.
_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[^\w\s#]")


@dataclass(frozen=True)
class Words:
    """Words that are not as good as others for naming a topic.

    Attributes
    ----------
    stop
        Never at the edge of a phrase: function words and fillers.
    weak
        Never alone: words that only say something beside another, such as "week".
    joining
        Those of `stop` that may stand between two words of a phrase: "out of stock".
    """

    stop: frozenset[str]
    weak: frozenset[str]
    joining: frozenset[str]


class Phrases:
    """Cuts texts into candidate phrases.

    Parameters
    ----------
    ignore_words
        Brand names and handles, with or without "@". Also left out are the single words of longer names that
        stand for the brand in these texts: "Bramble" of "Bramble Coffee", but not "coffee".
    texts
        The texts that this is learned from.
    """

    def __init__(self, ignore_words: Iterable[str], texts: Sequence[str]) -> None:
        names = {name.lstrip("@").strip() for name in ignore_words} - {""}
        self._brand = _any_of(names)
        parts = {part.lower() for name in names for part in _TOKEN.findall(name) if len(part) > 1}
        self._ignored = frozenset(self._naming(parts, texts))

    def of(self, text: str) -> Iterator[str]:
        """Yield the text's phrases of up to `LONGEST` words, lower case, as often as they occur."""
        words = _words()
        for run in self._runs(text):
            edge = [word not in words.stop and len(word) > 1 for word in run]
            for start in range(len(run)):
                if not edge[start]:
                    continue
                for last in range(start, min(start + LONGEST, len(run))):
                    phrase = run[start : last + 1]
                    if edge[last] and not words.weak.issuperset(phrase):
                        yield " ".join(phrase)
                    if run[last] in words.stop and run[last] not in words.joining:
                        break

    def spellings(self, texts: Iterable[str]) -> Counter[str]:
        """Count how the words of texts are written, capitals included."""
        return Counter(word for text in texts for word in _TOKEN.findall(self._strip(text)))

    def _naming(self, parts: set[str], texts: Sequence[str]) -> Iterator[str]:
        """Yield the parts of names that stand for a brand themselves.

        A word that people use in its own sense stands beside some brand's full name like any other word; one
        that is short for the brand stands where no brand is named otherwise, or has a capital letter.
        """
        if self._brand is None:
            return
        alone, beside, capitals = Counter[str](), Counter[str](), Counter[str]()
        naming = 0
        for text in texts:
            named = self._brand.search(text) is not None
            naming += named
            words = set(_TOKEN.findall(self._strip(text)))
            found = {word.lower() for word in words} & parts
            (beside if named else alone).update(found)
            capitals.update({word.lower() for word in words if not word.islower()} & found)
        usual = naming > len(texts) / 2
        for part in parts:
            total = alone[part] + beside[part]
            if total and (capitals[part] * 2 >= total or (usual and alone[part] > beside[part])):
                yield part

    def _strip(self, text: str) -> str:
        text = _PLACEHOLDER.sub(" . ", text)
        if self._brand is not None:
            text = self._brand.sub(" . ", text)
        return _HANDLE.sub(" . ", text)

    def _runs(self, text: str) -> Iterator[list[str]]:
        """Yield the stretches of words between punctuation, numbers, brands and placeholders."""
        run: list[str] = []
        for token in _TOKEN.findall(self._strip(text)):
            word = token.lower().replace("’", "'").removesuffix("'s")
            if word[0].isalpha() and word not in self._ignored:
                run.append(word)
            elif run:
                yield run
                run = []
        if run:
            yield run


def singular(word: str) -> str:
    """Return the word without its plural "s", to tell two forms of one word."""
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _any_of(names: Iterable[str]) -> re.Pattern[str] | None:
    """Return a pattern of all names as people write them: "&" or "and" or nothing, with or without spaces."""
    forms = []
    for name in sorted(names, key=lambda name: (-len(name), name)):
        parts = [re.escape(part) for part in re.findall(r"[^\W_]+(?:['’][^\W_]+)*|[&+]|_", name)]
        if parts:
            joined = r"[\s._-]*".join(
                r"(?:&|\+|and|n)?" if part in (r"\&", "&", r"\+") else part for part in parts
            )
            forms.append(joined)
    if not forms:
        return None
    one_of = "|".join(forms)
    # Also hashtags made of a name, such as #BoycottBramble.
    return re.compile(
        rf"(?<![^\W_])[@#＠]?(?:{one_of})(?:['’]s)?(?![^\W_])|[#＃]\w*(?:{one_of})\w*", re.IGNORECASE
    )


@cache
def _words() -> Words:
    text = (files("pipeline") / "data" / "topic_words.csv").read_text(encoding="utf-8")
    rows = [line.split(",") for line in text.splitlines()[1:]]
    stop, weak, joining = (
        frozenset(word for kind, words in rows if kind == wanted for word in words.split())
        for wanted in ("stop", "weak", "joining")
    )
    return Words(stop | joining, weak, joining)
