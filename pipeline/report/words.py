"""What a report says in sentences: changes, comparisons and findings, with what may be chance said to be so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline import wording
from pipeline.chance import means_differ, shares_differ
from pipeline.changes import (
    MAY_BE_CHANCE,
    Change,
    interval,
    mentions_change,
    negative_change,
    net_change,
    voice_change,
)
from pipeline.counts import Counts
from pipeline.report.charts import TITLES, Interval
from pipeline.report.figures import OVERALL, Figures, OneP, Period
from pipeline.report.findings import Finding
from pipeline.store import P_LABELS
from specialist.intervals import wilson

TOO_FEW = "too few"
_ARROWS = {"up": "▲", "down": "▼", "off": ""}


@dataclass(frozen=True)
class Card:
    """A headline number: `pale` where it is of few mentions, `notes` what is to be said of it."""

    title: str
    value: str
    pale: bool
    change: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """Net sentiment of a brand's mentions about a P (or all), against the same of its industry's other brands.

    `better` and `worse` only where the difference is more than chance explains.
    """

    text: str
    count: str
    pale: bool
    better: bool = False
    worse: bool = False


def period(shown: Period) -> str:
    """Return a report's period: 3 Aug – 31 Oct 2026."""
    if shown.first is None:
        return wording.period(shown.since, shown.until)
    return wording.period(shown.first, shown.last)


def cards(figures: Figures) -> list[Card]:
    """Return the headline numbers, each with its change on the period before."""
    now, before, days = figures.now, figures.before, figures.period.days
    voices = now.mentions, figures.voices
    voices_before = (
        None if before is None or figures.voices_before is None else (before.mentions, figures.voices_before)
    )
    few = _few(now.mentions)
    known = now.mentions >= wording.TOO_SMALL
    net_range = f"{wording.net_range(now.net_interval)} likely" if few and known else ""
    net = wording.net_sentiment(now.net) if known else TOO_FEW
    return [
        _card("Mentions", wording.number(now.mentions), False, mentions_change(now, before, days), ""),
        _card(
            f"Share of voice in {figures.industry}",
            _share(*voices),
            _few(voices[1]),
            voice_change(voices, voices_before, days),
            interval(*voices),
        ),
        _card("Net sentiment", net, few, net_change(now, before, days), net_range),
        _card(
            "Negative",
            _share(now.negative, now.mentions),
            few,
            negative_change(now, before, days),
            interval(now.negative, now.mentions),
        ),
    ]


def change_of(p: OneP, days: int | None) -> str:
    """Return how often a P was spoken of against the period before; nothing where that is not known."""
    return _changed(mentions_change(p.now, p.before, days))


def p_rows(figures: Figures, p: OneP) -> list[Interval]:
    """Return the shares of negative mentions about a P: the brand's and its competitors', where there are enough."""
    named = ((wording.clipped(figures.brand, 24), p.now), ("Competitors", p.rivals))
    return [_interval(name, counts) for name, counts in named if counts.mentions >= wording.TOO_SMALL]


def p_verdict(p: OneP) -> str:
    """Return how a P stands against competitors."""
    if p.now.mentions < wording.TOO_SMALL:
        return f"Too few mentions to speak of shares: under {wording.TOO_SMALL}."
    few = f"Few mentions: under {wording.SMALL}. " if _few(p.now.mentions) else ""
    if p.rivals.mentions < wording.TOO_SMALL:
        return f"{few}Too few mentions of competitors to compare with."
    if not shares_differ(p.now.negative, p.now.mentions, p.rivals.negative, p.rivals.mentions):
        return f"{few}The difference from competitors {MAY_BE_CHANCE}."
    worse = p.now.share("negative") > p.rivals.share("negative")
    return f"{few}{'More' if worse else 'Less'} negative than competitors."


def comparison(figures: Figures) -> list[tuple[str, bool, list[Cell]]]:
    """Return a row for each brand: its name, whether it is the report's, and a cell overall and for each P."""
    parts = (OVERALL, *P_LABELS)
    whole = {part: sum((row.parts[part] for row in figures.rivals), Counts()) for part in parts}
    return [
        (
            wording.clipped(row.name, 40),
            row.brand_id == figures.brand_id,
            [_cell(row.parts[part], whole[part] - row.parts[part]) for part in parts],
        )
        for row in figures.rivals
    ]


def finding(found: Finding) -> str:
    """Return a pain point or strength in a sentence, with a warning where it is of few tweets."""
    few = " Few tweets: the share may be another." if found.tweets < wording.SMALL else ""
    return found.told + few


def summary(figures: Figures, pain_points: list[Finding], strengths: list[Finding]) -> list[str]:
    """Return the report in a few sentences, for whoever reads no further."""
    now, before, days = figures.now, figures.before, figures.period.days
    change = mentions_change(now, before, days)
    grown = f", {change.text} {change.note}" if change.text else ""
    said = [f"{wording.plural(now.mentions, 'mention')} in the period{grown}."]
    if now.mentions >= wording.TOO_SMALL:
        shares = f"{_share(now.negative, now.mentions)} are negative and {_share(now.positive, now.mentions)} positive"
        few = "; few mentions, so these shares may be others" if _few(now.mentions) else ""
        said.append(f"{shares}{few}.")
        said.append(_against_competitors(figures))
    if pain_points:
        said.append(f"Worst pain point: {_named(pain_points[0])}.")
    if strengths:
        said.append(f"Foremost strength: {_named(strengths[0])}.")
    return said


def _named(found: Finding) -> str:
    share = f"{wording.share(found.share)} {found.sentiment}"
    return f"{TITLES[found.p]}, {found.label} ({wording.plural(found.tweets, 'tweet')}, {share})"


def _against_competitors(figures: Figures) -> str:
    def sure(*, worse: bool) -> str:
        return _listed(
            TITLES[name]
            for name, p in figures.ps.items()
            if min(p.now.mentions, p.rivals.mentions) >= wording.TOO_SMALL
            and shares_differ(p.now.negative, p.now.mentions, p.rivals.negative, p.rivals.mentions)
            and (p.now.share("negative") > p.rivals.share("negative")) is worse
        )

    if figures.voices - figures.now.mentions < wording.TOO_SMALL:
        return "There are too few mentions of competitors to compare with."
    more, less = sure(worse=True), sure(worse=False)
    if not more and not less:
        return "In none of the four Ps is it more or less negative than competitors by more than chance explains."
    told = [f"more negative in {more}"] if more else []
    told += [f"less negative in {less}"] if less else []
    return f"Against competitors: {', '.join(told)}."


def _listed(words: Iterable[str]) -> str:
    found = list(words)
    return " and ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)


def _cell(now: Counts, others: Counts) -> Cell:
    if now.mentions < wording.TOO_SMALL:
        return Cell("–", wording.short(now.mentions), pale=True)
    pale = _few(now.mentions)
    text = wording.net_sentiment(now.net) + (f" ({wording.net_range(now.net_interval)})" if pale else "")
    sure = means_differ(now.mean, others.mean)
    better = now.net > others.net
    return Cell(text, wording.short(now.mentions), pale, sure and better, sure and not better)


def _interval(name: str, counts: Counts) -> Interval:
    low, high = wilson(counts.negative, counts.mentions)
    share = counts.share("negative")
    text = (
        f"{wording.share(share)} ({low * 100:.0f} to {high * 100:.0f}) of {wording.number(counts.mentions)}"
    )
    return Interval(name, share, low, high, text)


def _card(title: str, value: str, pale: bool, change: Change, likely: str) -> Card:
    notes = [f"Few mentions: {likely}"] if likely else []
    return Card(title, value, pale, _changed(change), tuple(notes))


def _changed(change: Change) -> str:
    if change.text is None:
        return ""
    return f"{_ARROWS[change.direction]} {change.text} {change.note}".strip()


def _few(mentions: int) -> bool:
    return mentions < wording.SMALL


def _share(count: int, total: int) -> str:
    return wording.share(count / total) if total >= wording.TOO_SMALL else TOO_FEW
