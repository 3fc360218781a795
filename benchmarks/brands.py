"""What each rule of brand matching is worth: precision and recall on ambiguous names with it left out, and speed.

    python benchmarks/brands.py

Prints two tables and writes them to benchmarks/results/brands.md. The sentences, labelled by hand, are those of
tests/pipeline/ambiguous_brands.csv; both parts are used here, since a single rule decides no more than a few of them.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline import brand_grammar
from pipeline.brand_evidence import Ambiguity, Reading
from pipeline.brands import Catalogue
from pipeline.demo import TWEETS
from specialist.preprocess import preprocess

SENTENCES = Path(__file__).parents[1] / "tests" / "pipeline" / "ambiguous_brands.csv"
RESULT = Path(__file__).parent / "results" / "brands.md"
ROUNDS = 5
# Each rule with its method and the answer that puts it out of use.
RULES = (
    ("a capital letter", "_capital_means_brand", False),
    ("capitals told from title case and shouting", "_capitals_tell", True),
    ("words before it that make it a common noun or a verb", "_is_common_noun_or_verb", False),
    ("words of its industry or of any", "_speaks", False),
    ("doing what companies do, being spoken to", "_acts", False),
    ("where one goes, what one pays", "_obtained", False),
    ("possessive", "_owns", False),
)


def main() -> None:
    """Measure, print and write the tables."""
    catalogue = Catalogue.load()
    brands = list(catalogue.brands.values())
    with SENTENCES.open(encoding="utf-8", newline="") as file:
        sentences = [(row["text"], row["brand"], row["meant"] == "1") for row in csv.DictReader(file)]
    any_word = Catalogue(replace(brand, names=dict.fromkeys(brand.names, Ambiguity.NONE)) for brand in brands)
    rows = [
        ("all rules", *_quality(catalogue, sentences)),
        ("none: each whole word counts", *_quality(any_word, sentences)),
        ("without phrases that mean no brand", *_quality(_without_exclusions(catalogue), sentences)),
    ]
    for title, method, answer in RULES:
        with _replaced(Reading, method, lambda *_, answer=answer: answer):
            rows.append((f"without {title}", *_quality(catalogue, sentences)))
    for name in (name for name in vars(brand_grammar) if name.isupper()):
        with _replaced(brand_grammar, name, frozenset()):
            rows.append((f"without the words of {name}", *_quality(catalogue, sentences)))
    lines = [f"{len(sentences)} sentences.", "", "| rules | precision | recall |", "|---|---|---|"]
    lines += [f"| {title} | {precision:.3f} | {recall:.3f} |" for title, precision, recall in rows]
    lines += ["", *_speeds(catalogue)]
    text = "\n".join(lines)
    print(text)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(
        f"# Brand matching\n\nMade by `python benchmarks/brands.py`.\n\n{text}\n", encoding="utf-8"
    )


def _without_exclusions(catalogue: Catalogue) -> Catalogue:
    return Catalogue(replace(brand, excluded=()) for brand in catalogue.brands.values())


@contextmanager
def _replaced(owner: object, name: str, value: frozenset[str] | Callable[..., Any]) -> Iterator[None]:
    kept = getattr(owner, name)
    setattr(owner, name, value)
    yield
    setattr(owner, name, kept)


def _quality(catalogue: Catalogue, sentences: list[tuple[str, str, bool]]) -> tuple[float, float]:
    judged = [(meant, brand in catalogue.match(text)) for text, brand, meant in sentences]
    right = sum(meant and found for meant, found in judged)
    return right / sum(found for _, found in judged), right / sum(meant for meant, _ in judged)


def _speeds(catalogue: Catalogue) -> Iterator[str]:
    with TWEETS.open(encoding="utf-8", newline="") as file:
        tweets = [preprocess(row["text"], catalogue.handles) for row in csv.DictReader(file)]
    demo = Catalogue(list(catalogue.brands.values())[:24])
    yield f"Speed on the demo's {len(tweets):,} tweets, one process, best of {ROUNDS}:"
    yield ""
    yield "| brands | tweets/s |"
    yield "|---|---|"
    for known in (demo, catalogue):
        fastest = min(_seconds(known, tweets) for _ in range(ROUNDS))
        yield f"| {len(known.brands):,} | {len(tweets) / fastest:,.0f} |"


def _seconds(catalogue: Catalogue, tweets: list[str]) -> float:
    started = time.process_time()
    for tweet in tweets:
        catalogue.match(tweet)
    return time.process_time() - started


if __name__ == "__main__":
    main()
