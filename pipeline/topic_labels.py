"""Says what topics are about: keywords by class-based TF-IDF and closeness in meaning, and a label to read.

c-TF-IDF: Grootendorst, "BERTopic: Neural topic modeling with a class-based TF-IDF procedure" (arXiv 2203.05794),
section 3.3. Closeness in meaning, as BERTopic's KeyBERTInspired: the cosine of a phrase's embedding to the mean of the
topic's tweets. Variety: maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.embed import embed
from pipeline.topic_phrases import Phrases, singular

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

KEYWORDS = 8
# Phrases by c-TF-IDF that are then compared in meaning.
_CANDIDATES = 30
# Tweets that a topic is described from, the most central ones: enough to know its words.
_MOST_TWEETS = 500
# A phrase of several words says more than its words: "billing address".
_LONGER = 1.25
# From this cosine on, two phrases say the same.
_SAME = 0.7
_VARIETY = 0.3
# What few tweets say counts less: half of it where so many say it.
_FEW = 2
# A phrase counts little beside one that so many times as many tweets say.
_RARE = 4
# Share of its mentions that a word must be written with capitals to be shown so, and the fewest of them.
_CAPITALS = 0.6
_FEWEST_CAPITALS = 2
_BETWEEN = " · "
# The label of a topic whose tweets have no words: emoji, links, names.
WORDLESS = "no words in common"


@dataclass(frozen=True)
class Description:
    """What a topic is about.

    Attributes
    ----------
    label
        One or two phrases, such as "billing address · checkout".
    keywords
        Up to `KEYWORDS` words and phrases, the most telling first.
    """

    label: str
    keywords: list[str]


@dataclass(frozen=True)
class _Candidate:
    phrase: str
    score: float
    tweets: int
    embedding: np.ndarray


def describe(
    texts: Sequence[str],
    topic_ids: np.ndarray,
    embeddings: np.ndarray,
    ignore_words: Iterable[str],
    unions: Sequence[Sequence[int]] = (),
) -> list[Description]:
    """Describe topics, and groups of them.

    Parameters
    ----------
    texts
        n tweets.
    topic_ids
        (n,) int; -1 for tweets of no topic, else 0 to k - 1, each with at least one tweet.
    embeddings
        (n, d) float, rows of length 1, made by `pipeline.embed.embed`.
    ignore_words
        Brand names and handles, which name no topic.
    unions
        Groups of topics; one that shares no topic with another gets another label.

    Returns
    -------
    list of Description
        k descriptions, by topic, and one for each of the unions.
    """
    from sklearn.feature_extraction.text import CountVectorizer

    topics = int(topic_ids.max(initial=-1)) + 1
    if topics == 0:
        return []
    groups = [*((topic,) for topic in range(topics)), *map(tuple, unions)]
    sums = np.stack([embeddings[topic_ids == topic].sum(axis=0) for topic in range(topics)])
    centres = np.stack([_direction(sums[list(group)]) for group in groups])
    rows = np.concatenate(
        [_central(np.flatnonzero(topic_ids == k), embeddings, centres[k]) for k in range(topics)]
    )
    phrases = Phrases(ignore_words, texts)
    cut = [list(phrases.of(texts[row])) for row in rows]
    if not any(cut):
        return [Description(WORDLESS, []) for _ in groups]
    # What only one of many tweets says names no topic, and would fill the memory.
    vectorizer = CountVectorizer(analyzer=list, min_df=1 if len(rows) <= _MOST_TWEETS else 2)
    counts = vectorizer.fit_transform(cut)
    names = vectorizer.get_feature_names_out()
    candidates = _candidates(counts, topic_ids[rows], names, groups, centres)
    capitals = _spelling(phrases, texts)
    described: list[Description] = []
    for group, found in zip(groups, candidates, strict=True):
        # A union stands in place of its topics, never beside them.
        beside = {
            other.label
            for members, other in zip(groups, described, strict=False)
            if not {*members} & {*group}
        }
        described.append(_description(found, capitals, beside))
    return described


def _direction(vectors: np.ndarray) -> np.ndarray:
    total: np.ndarray = vectors.sum(axis=0)
    return total / np.linalg.norm(total)


def _central(rows: np.ndarray, embeddings: np.ndarray, centre: np.ndarray) -> np.ndarray:
    return rows[np.argsort(-(embeddings[rows] @ centre), kind="stable")[:_MOST_TWEETS]]


def _candidates(
    counts: csr_matrix,
    topic_ids: np.ndarray,
    names: np.ndarray,
    groups: Sequence[tuple[int, ...]],
    centres: np.ndarray,
) -> list[list[_Candidate]]:
    """Return the candidate phrases of each group of topics, best first; first come the topics themselves."""
    from bertopic.vectorizers import ClassTfidfTransformer
    from scipy.sparse import csr_matrix

    n, topics = len(topic_ids), int(topic_ids.max()) + 1
    members = csr_matrix((np.ones(n), (topic_ids, np.arange(n))), shape=(topics, n))
    places = [(i, topic) for i, group in enumerate(groups) for topic in group]
    together = csr_matrix((np.ones(len(places)), tuple(zip(*places, strict=True))), (len(groups), topics))
    of_topics = csr_matrix(members @ counts)
    weights = csr_matrix(together @ of_topics)
    if len(names) > 1:  # a single phrase needs no weighing, and BERTopic's transformer fails on it
        weights = ClassTfidfTransformer().fit(of_topics).transform(weights).tocsr()
    tweets = csr_matrix(together @ members @ (counts > 0))
    chosen = [_strongest(weights[i], tweets[i]) for i in range(len(groups))]
    wanted = sorted({int(column) for columns in chosen for column in columns})
    embedded = dict(zip(wanted, embed([str(names[column]) for column in wanted]), strict=True))
    found = []
    for i, columns in enumerate(chosen):
        strongest = float(weights[i].max()) or 1.0
        candidates = []
        for column in columns:
            phrase = str(names[column])
            meaning = max(float(embedded[column] @ centres[i]), 0.0)
            score = np.sqrt(weights[i, column] / strongest) * meaning * (_LONGER if " " in phrase else 1.0)
            candidates.append(_Candidate(phrase, float(score), int(tweets[i, column]), embedded[column]))
        found.append(sorted(candidates, key=lambda candidate: (-candidate.score, candidate.phrase)))
    return found


def _strongest(weights: csr_matrix, tweets: csr_matrix) -> list[int]:
    """Return the columns of a topic's strongest phrases, before all others those that several of its tweets say."""
    several = np.asarray(tweets[:, weights.indices].todense()).ravel() > 1
    order = np.lexsort((weights.indices, -weights.data, ~several))[:_CANDIDATES]
    return [int(column) for column in weights.indices[order]]


def _description(candidates: list[_Candidate], capitals: dict[str, str], taken: set[str]) -> Description:
    kept = _whole_phrases(candidates)
    keywords: list[_Candidate] = []
    while kept and len(keywords) < KEYWORDS:
        best = max(kept, key=lambda candidate: _marginal(candidate, keywords))
        keywords.append(best)
        kept = [candidate for candidate in kept if candidate is not best]
    if not keywords:
        return Description(WORDLESS, [])
    written = {
        keyword.phrase: " ".join(capitals.get(word, word) for word in keyword.phrase.split())
        for keyword in keywords
    }
    labels = [_BETWEEN.join(written[keyword.phrase] for keyword in label) for label in _labels(keywords)]
    return Description(
        next((label for label in labels if label not in taken), labels[0]), list(written.values())
    )


def _labels(keywords: list[_Candidate]) -> Iterator[list[_Candidate]]:
    """Yield possible labels, best first: the best keyword, beside the next best ones that add something to it.

    A keyword adds something if it says something else, and not only a few tweets say it.
    """
    first = keywords[0]
    for keyword in keywords[1:]:
        if _adds(keyword, first) and keyword.tweets * _RARE >= first.tweets:
            yield [first, keyword]
    yield [first]


def _whole_phrases(candidates: list[_Candidate]) -> list[_Candidate]:
    """Drop what is often said as part of a longer phrase, longer phrases rarely said whole, and plurals."""

    def parts_of(longer: _Candidate, shorter: _Candidate) -> bool:
        return longer is not shorter and f" {shorter.phrase} " in f" {longer.phrase} "

    dropped = set()
    for longer in candidates:
        for shorter in candidates:
            if parts_of(longer, shorter):
                dropped.add(shorter.phrase if longer.tweets * _RARE >= shorter.tweets else longer.phrase)
    kept: dict[str, _Candidate] = {}
    for candidate in candidates:
        if candidate.phrase not in dropped:
            kept.setdefault(" ".join(map(singular, candidate.phrase.split())), candidate)
    return list(kept.values())


def _marginal(candidate: _Candidate, chosen: list[_Candidate]) -> float:
    if not chosen:
        return candidate.score
    likeness = max(float(candidate.embedding @ other.embedding) for other in chosen)
    return (1 - _VARIETY) * candidate.score - _VARIETY * likeness * candidate.score


def _adds(keyword: _Candidate, first: _Candidate) -> bool:
    """Return whether a second phrase in a label says something else than the first."""
    stems, others = ({word[:5] for word in phrase.split()} for phrase in (keyword.phrase, first.phrase))
    return not stems & others and float(keyword.embedding @ first.embedding) < _SAME


def _spelling(phrases: Phrases, texts: Sequence[str]) -> dict[str, str]:
    """Return the usual spelling of words that are nearly always written with capitals: "NHS", "iPhone"."""
    spellings: dict[str, Counter[str]] = {}
    for spelling, count in phrases.spellings(texts).items():
        spellings.setdefault(spelling.lower(), Counter())[spelling] = count
    usual = {}
    for word, counts in spellings.items():
        spelling, count = min(counts.most_common(), key=lambda pair: (-pair[1], pair[0]))
        if spelling != word and count >= max(_FEWEST_CAPITALS, _CAPITALS * counts.total()):
            usual[word] = spelling
    return usual
