"""Judges tweets while the user waits: pasted or from a file, by the same steps as a run of the pipeline."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboard.store import Store
from pipeline.brand_evidence import Ambiguity
from pipeline.brand_list import Brand
from pipeline.brands import Catalogue
from pipeline.classify import ENGLISH, classify_texts
from pipeline.ingest import LONGEST_TEXT
from pipeline.language import detect
from pipeline.p_sentiment_clauses import BY_P, by_p_columns
from pipeline.store import P_LABELS, SENTIMENTS
from specialist.preprocess import preprocess

if TYPE_CHECKING:
    from specialist.predict import Specialist

LIMIT = 10_000  # tweets at a time
CHUNK = 512  # tweets judged together
NO_TEXT, TOO_LONG, LANGUAGE = "no text", "too long", "language"  # why a tweet is not judged
ANSWERS = [
    *P_LABELS,
    *(f"p_{p}" for p in P_LABELS),
    "compound",
    "vader",
    "sentiment",
    *(f"p_{sentiment}" for sentiment in SENTIMENTS),
    *BY_P,
]


@dataclass(frozen=True)
class Given:
    """The tweets that are to be judged.

    Attributes
    ----------
    rows
        At most `LIMIT` of them: a column with the texts, and the file's other columns.
    text_column
        Its name.
    more
        Whether there are further ones.
    """

    rows: pd.DataFrame
    text_column: str
    more: bool


@dataclass(frozen=True)
class Results:
    """What the specialist answered.

    Attributes
    ----------
    rows
        What was asked about: a column with the texts, and the file's other columns.
    text_column
        Its name.
    answers
        One row for each of `rows`: `brands` (list of names), `lang` (code), `left_out` (why it was not judged:
        `NO_TEXT`, `TOO_LONG`, `LANGUAGE`, or "" where it was), `read` (its text as the specialist read it), and
        `ANSWERS`, missing where it was not.
    seconds
        How long it took, the loading of the specialist not counted.
    specialist
        Its name.
    thresholds
        From which probability on it gives each P.
    asked
        How many tweets were to be judged: more than there are `rows` while it goes on, or where it was stopped.
    """

    rows: pd.DataFrame
    text_column: str
    answers: pd.DataFrame
    seconds: float
    specialist: str
    thresholds: dict[str, float]
    asked: int

    @cached_property
    def texts(self) -> list[str]:
        """The tweets as they were given."""
        return [str(text) for text in self.rows[self.text_column].fillna("")]

    @cached_property
    def judged(self) -> pd.DataFrame:
        """The answers of the tweets that were judged."""
        return self.answers[self.answers.left_out == ""]

    @cached_property
    def records(self) -> list[dict[str, Any]]:
        """The answers, a dictionary for each tweet."""
        return [{str(name): value for name, value in row.items()} for row in self.answers.to_dict("records")]

    def table(self) -> pd.DataFrame:
        """Return the rows with their answers, as `mmx classify` names and writes them, and the brands."""
        answers = self.answers.drop(columns=["left_out", "read"]).assign(
            brands=self.answers.brands.map("; ".join)
        )
        taken = {name: f"predicted_{name}" for name in answers.columns if name in self.rows.columns}
        return pd.concat([self.rows.reset_index(drop=True), answers.rename(columns=taken)], axis=1)


def pasted(text: str) -> Given:
    """Return the tweets of a text that has one a line; empty lines are none."""
    tweets = [line.strip() for line in text.splitlines() if line.strip()]
    return Given(pd.DataFrame({"text": tweets[:LIMIT]}), "text", len(tweets) > LIMIT)


def judge(
    rows: pd.DataFrame,
    text_column: str,
    specialist: Specialist,
    catalogue: Catalogue,
) -> Results:
    """Judge the tweets in a column.

    Those in another language, without text, or longer than a run takes are not judged.

    Parameters
    ----------
    rows
        n rows.
    """
    started = time.perf_counter()
    texts = [str(text) for text in rows[text_column].fillna("")]
    parts = [
        _judge(texts[start : start + CHUNK], specialist, catalogue) for start in range(0, len(texts), CHUNK)
    ]
    answers = pd.concat(parts, ignore_index=True)
    seconds = time.perf_counter() - started
    thresholds = dict(zip(P_LABELS, specialist.description.thresholds["mmx"], strict=True))
    return Results(rows, text_column, answers, seconds, specialist.name, thresholds, len(rows))


def _judge(given: list[str], specialist: Specialist, catalogue: Catalogue) -> pd.DataFrame:
    is_long = [len(text) > LONGEST_TEXT for text in given]
    texts = [
        "" if too_long else preprocess(text, catalogue.handles)
        for text, too_long in zip(given, is_long, strict=True)
    ]
    languages = detect(texts)
    left_out = [
        TOO_LONG if too_long else NO_TEXT if not text else "" if language in ENGLISH else LANGUAGE
        for text, too_long, language in zip(texts, is_long, languages, strict=True)
    ]
    asked = [position for position, reason in enumerate(left_out) if not reason]
    asked_texts = [texts[position] for position in asked]
    answers = classify_texts(asked_texts, specialist)
    answers = answers.join(by_p_columns(asked_texts, answers, specialist))
    answers = answers.set_axis(asked, axis=0).astype(dict.fromkeys(P_LABELS, "Int8"))
    answers = answers.reindex(index=range(len(texts)), columns=ANSWERS)
    brands = [[catalogue.brands[brand].name for brand in catalogue.match(text)] for text in texts]
    known = {"brands": brands, "lang": languages, "left_out": left_out, "read": texts}
    return pd.DataFrame(known).join(answers)


# One for all users: it is a good hundred MB in memory.
@st.cache_resource(max_entries=1, show_spinner="Loading the specialist: this takes a few seconds, once …")
def specialist() -> Specialist:
    """Return the default specialist.

    Raises
    ------
    SpecialistError
        If it is not whole.
    """
    from specialist.predict import Specialist

    loaded = Specialist.load("default")
    _judge(["What is loaded at first use is loaded now."], loaded, _catalogue(()))
    return loaded


def judges(store: Store) -> list[str]:
    """Return the names of the specialists that judged the store's tweets."""
    return store.frame("SELECT DISTINCT specialist FROM classifications ORDER BY specialist")[
        "specialist"
    ].tolist()


def catalogue(store: Store | None) -> Catalogue:
    """Return the package's catalogue of brands, and with it the store's other brands.

    Of these the store knows name and handle, not the aliases that the user may have given.
    """
    if store is None:
        return _catalogue(())
    brands = store.frame("SELECT brand_id, name, industry, handle FROM brands ORDER BY brand_id")
    own = brands.astype(object).where(brands.notna(), None).itertuples(index=False, name=None)
    return _catalogue(tuple(own))


@st.cache_resource(max_entries=4, show_spinner="Loading the brands …")
def _catalogue(in_store: tuple[tuple[str, str, str, str | None], ...]) -> Catalogue:
    package = Catalogue.load()
    own = [
        Brand(
            brand_id,
            name,
            industry,
            handle,
            names={name: Ambiguity.NONE},
            accounts=(handle,) if handle else (),
        )
        for brand_id, name, industry, handle in in_store
        if brand_id not in package.brands
    ]
    return Catalogue([*own, *package.brands.values()]) if own else package
