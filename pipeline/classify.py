"""Classifies tweets: chunks of texts to Ps and sentiment, and whole files to files with the answers added."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.brands import Catalogue
from pipeline.errors import InputError
from pipeline.language import detect
from pipeline.p_sentiment_clauses import by_p_columns
from pipeline.progress import Reporter
from pipeline.store import P_LABELS
from pipeline.table_writers import check_output, table_writer
from specialist.preprocess import preprocess
from specialist.vader import vader

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from pipeline.readers.reader import Reject
    from specialist.predict import Specialist

ENGLISH = ("en", "und")


def classify_texts(texts: list[str], specialist: Specialist, advance: Any = None) -> pd.DataFrame:
    """Classify preprocessed tweets and score their sentiment.

    Parameters
    ----------
    texts
        n preprocessed tweets.
    specialist
        A specialist for the four Ps; its sentiment head is used where it has one.
    advance
        Called with the number of tweets just done.

    Returns
    -------
    pandas.DataFrame
        n rows in the order of `texts`: `product, place, price, promotion` (bool), `p_product` … `p_promotion`
        (in [0, 1]), `compound` (in [-1, 1]), `vader`, `sentiment` and, where the specialist gives them,
        `p_negative, p_neutral, p_positive`. `sentiment` is VADER's where the specialist has no sentiment head.

    Raises
    ------
    InputError
        If the specialist is for another codebook.
    """
    answers = specialist.predict(texts, progress=advance)
    missing = [p for p in P_LABELS if p not in answers]
    if missing:
        raise InputError(f"the specialist {specialist.name} does not answer {', '.join(missing)}")
    lexicon = vader(texts)
    order = [*P_LABELS, *(f"p_{p}" for p in P_LABELS)]
    frame = answers[order].assign(compound=lexicon["compound"], vader=lexicon["vader"])
    if "sentiment" in answers:
        heads = ["p_negative", "p_neutral", "p_positive"]
        return frame.assign(sentiment=answers["sentiment"], **{head: answers[head] for head in heads})
    return frame.assign(sentiment=lexicon["vader"])


@dataclass
class ClassifySummary:
    """What `classify_file` did, for the user to read."""

    output: Path
    rows: int = 0
    empty: int = 0
    cut: int = 0
    languages: Counter[str] = field(default_factory=Counter)
    rejects: Counter[str] = field(default_factory=Counter)
    first_rejects: dict[str, Reject] = field(default_factory=dict)
    renamed: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    english_only: bool = False

    def count_reject(self, reject: Reject) -> None:
        """Count a row that was not taken, and keep the first of each reason to show."""
        self.rejects[reject.reason] += 1
        self.first_rejects.setdefault(reject.reason, reject)

    def lines(self) -> list[str]:
        """Return the summary, a sentence a line."""
        lines = [f"Rows written to {self.output}: {self.rows:,}"]
        if self.empty:
            lines.append(f"  without text, so without answers: {self.empty:,}")
        if self.cut:
            lines.append(f"  longer than any tweet, so only their beginning was read: {self.cut:,}")
        others = {code: count for code, count in self.languages.most_common() if code not in ENGLISH}
        if others:
            left_out = "left without answers" if self.english_only else "answers not to be relied on"
            lines.append(
                f"  seemingly not English ({', '.join(others)}), {left_out}: {sum(others.values()):,}"
            )
        if self.renamed:
            lines.append(f"  the input has columns {', '.join(self.renamed)}; the answers are in predicted_…")
        lines += [f"  {note}" for note in self.notes]
        for reason, count in self.rejects.most_common():
            first = self.first_rejects[reason]
            lines.append(f"  not taken, {reason}: {count:,} (line {first.line}: {first.excerpt})")
        return lines


def classify_file(
    source: Path,
    output: Path,
    *,
    specialist: str,
    brands: Path | None,
    text_column: str | None,
    delimiter: str | None,
    english_only: bool,
    by_p: bool = False,
    reporter: Reporter,
) -> ClassifySummary:
    """Classify a file of tweets into another file, row by row, in bounded memory.

    All columns of the input stay, in their order; the answers follow them (see `classify_texts`), and `lang`
    where the input has no such column. With `by_p` there are `sentiment_product` … as well, what the tweet says of
    each P that it is about. The Ps are 0 or 1. An answer whose name the input already uses is
    called `predicted_<name>`. The output appears as a whole when all is done.

    Raises
    ------
    InputError
        If the input cannot be read, has no text column, or the output cannot be written as its name says.
    """
    from pipeline.ingest import LONGEST_TEXT, ColumnNames, find_columns, read_rows, strings
    from specialist.predict import Specialist

    check_output(output)
    summary = ClassifySummary(output, english_only=english_only)
    rows = read_rows(source, delimiter=delimiter, on_reject=summary.count_reject)
    try:
        column = find_columns(rows.columns, ColumnNames(text=text_column)).text
    except InputError as error:
        raise InputError(f"{source}: {error}") from error
    catalogue = Catalogue.load(brands)
    model = Specialist.load(specialist)
    with reporter.stage("Classify", None) as advance, table_writer(output) as write:
        for table in rows:
            frame = table.select(rows.columns).to_pandas(types_mapper=_arrow_types)
            written = [text or "" for text in strings(table.column(column))]
            summary.cut += sum(len(text) > LONGEST_TEXT for text in written)
            texts = [preprocess(text[:LONGEST_TEXT], catalogue.handles) for text in written]
            answers = _answers(texts, model, summary, advance, by_p=by_p)
            write(_beside(frame, answers, summary))
            summary.rows += len(frame)
    summary.notes = rows.notes
    return summary


def _arrow_types(arrow_type: pa.DataType) -> Any:
    """Keep every column as Arrow has it, so that nothing is rounded or turned into another type."""
    import pandas as pd

    return pd.ArrowDtype(arrow_type)


def _answers(
    texts: list[str], model: Specialist, summary: ClassifySummary, advance: Any, *, by_p: bool
) -> pd.DataFrame:
    import pandas as pd

    languages = detect(texts)
    summary.languages.update(languages)
    summary.empty += sum(not text for text in texts)
    asked = [
        position
        for position, text in enumerate(texts)
        if text and (languages[position] in ENGLISH or not summary.english_only)
    ]
    asked_texts = [texts[position] for position in asked]
    answers = classify_texts(asked_texts, model, advance)
    if by_p:
        answers = answers.join(by_p_columns(asked_texts, answers, model))
    # Types that stay the same where a chunk has no answer at all.
    types = dict.fromkeys(P_LABELS, "Int8") | {"vader": "str", "sentiment": "str"}
    answers = answers.astype(types).set_axis(asked, axis=0)
    return answers.reindex(range(len(texts))).assign(lang=pd.array(languages, dtype="str"))


def _beside(frame: pd.DataFrame, answers: pd.DataFrame, summary: ClassifySummary) -> pd.DataFrame:
    import pandas as pd

    if "lang" in frame.columns:
        answers = answers.drop(columns="lang")
    names = {name: _free(name, frame.columns) for name in answers.columns}
    summary.renamed = [name for name, free in names.items() if free != name]
    answers = answers.rename(columns=names)
    return pd.concat([frame.reset_index(drop=True), answers], axis=1)


def _free(name: str, taken: Collection[str]) -> str:
    while name in taken:
        name = f"predicted_{name}"
    return name
