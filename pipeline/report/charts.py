"""The report's charts as inline SVG: bars and intervals, to be read on a screen, on paper and without colours.

Widths are in percent of the room there is and heights in pixels, so that letters keep their size on a telephone
and on paper. Negative is hatched, so that it is told apart in grey too; the pattern is `patterns()`, once a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import floor, log10

from markupsafe import Markup

from pipeline import wording
from pipeline.counts import Counts, Steps
from pipeline.store import SENTIMENTS
from specialist.codebook import Codebook

COLORS = {label.id: label.color for name in ("mmx", "sentiment") for label in Codebook.load(name).labels}
TITLES = {label.id: label.title for name in ("mmx", "sentiment") for label in Codebook.load(name).labels}
_NEUTRAL = "#C9D0D7"  # paler than the pages' grey, to be told from the others in print
_FILLS = {"negative": "url(#negative)", "neutral": _NEUTRAL, "positive": COLORS["positive"]}
_RIVALS = "#5F6B7A"
# Of the width of a chart over time, what is left of the bars.
_LEFT = 7.0
_HEIGHT, _BELOW, _ABOVE = 170, 24, 14


@dataclass(frozen=True)
class Interval:
    """A share with its 95 % interval, all from 0 to 1, and of whom it is."""

    name: str
    share: float
    low: float
    high: float
    text: str


def patterns() -> Markup:
    """Return the hatching that the charts' negative parts are filled with; put it in front of them."""
    return Markup(
        '<svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false"><defs>'
        '<pattern id="negative" width="6" height="6" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect width="6" height="6" fill="{color}"/>'
        '<rect width="1.6" height="6" fill="#FFFFFF" fill-opacity="0.75"/></pattern></defs></svg>'
    ).format(color=COLORS["negative"])


def key(sentiment: str) -> Markup:
    """Return the small square that stands for a sentiment in a legend."""
    return Markup('<svg class="key" width="12" height="12" aria-hidden="true">{}</svg>').format(
        _rect(0, 12, _FILLS[sentiment], width="12")
    )


def over_time(steps: Steps, course: Sequence[tuple[date, Counts]], name: str) -> Markup:
    """Return bars of mentions in each step, by sentiment: negative below, positive above.

    Parameters
    ----------
    name
        Names the chart's parts in the page.
    """
    most = max((counts.mentions for _, counts in course), default=0)
    ticks = _ticks(most)
    scale = (_HEIGHT - _ABOVE - _BELOW) / ticks[-1]
    base = _HEIGHT - _BELOW
    room = (100 - _LEFT) / len(course)
    parts = [_grid(tick, base - tick * scale) for tick in ticks]
    for i, (start, counts) in enumerate(course):
        if counts.mentions:
            bars = _stack(_LEFT + (i + 0.1) * room, room * 0.8, base, scale, counts)
            told = Markup("<title>{}</title>").format(f"{_step(steps, start)}: {_told(counts)}")
            parts.append(Markup("<g>{}{}</g>").format(told, bars))
    labelled = _labelled(len(course))
    parts += [_date_label(_LEFT + (i + 0.5) * room, steps, course[i][0]) for i in labelled]
    peak, most_counts = max(course, key=lambda step: step[1].mentions)
    about = f"Mentions per {steps.word} from {wording.period(steps.since, steps.until)}, by sentiment"
    told_peak = f"Most in the {_step(steps, peak)}: {_told(most_counts)}." if most else "There are none."
    return _figure(name, about, told_peak, _HEIGHT, Markup("").join(parts), "over_time")


def sentiment_bar(counts: Counts, name: str, *, height: int = 14) -> Markup:
    """Return one bar with the shares of negative, neutral and positive mentions."""
    parts, left = [], 0.0
    for sentiment in SENTIMENTS:
        width = counts.share(sentiment) * 100
        if width:
            parts.append(_rect(0, height, _FILLS[sentiment], x=f"{left:.2f}%", width=f"{width:.2f}%"))
        left += width
    return _figure(name, "Sentiment", f"{_told(counts)}.", height, Markup("").join(parts), "bar")


def intervals(rows: Sequence[Interval], color: str, name: str, what: str) -> Markup:
    """Return shares as dots on lines that are their 95 % intervals, from 0 to 100 %; the first one in colour."""
    row_height, top = 40, 4
    bottom = top + row_height * len(rows)
    parts = [
        Markup(
            '<line class="grid" x1="{x}%" x2="{x}%" y1="{top}" y2="{bottom}"/>'
            '<text class="tick" x="{x}%" y="{y}" text-anchor="{anchor}">{text}</text>'
        ).format(x=x, top=top, bottom=bottom, y=bottom + 14, anchor=anchor, text=f"{x} %")
        for x, anchor in ((0, "start"), (50, "middle"), (100, "end"))
    ]
    for i, row in enumerate(rows):
        y = top + row_height * i + 26
        drawn = color if i == 0 else _RIVALS
        parts.append(
            Markup(
                '<text x="0" y="{label}"{strong}>{name}</text>'
                '<text x="100%" y="{label}" text-anchor="end"{strong}>{text}</text>'
                '<line x1="{low}%" x2="{high}%" y1="{y}" y2="{y}" stroke="{color}" stroke-width="3" '
                'stroke-linecap="round"/>{dot}'
            ).format(
                label=y - 12,
                strong=Markup(' class="strong"') if i == 0 else "",
                name=row.name,
                text=row.text,
                low=f"{row.low * 100:.1f}",
                high=f"{row.high * 100:.1f}",
                y=y,
                color=drawn,
                dot=_dot(row.share * 100, y, drawn, filled=i == 0),
            )
        )
    told = "; ".join(f"{row.name}: {row.text}" for row in rows)
    return _figure(name, what, f"{told}.", bottom + 20, Markup("").join(parts), "intervals")


def _figure(name: str, title: str, description: str, height: int, content: Markup, kind: str) -> Markup:
    return Markup(
        '<svg class="{kind}" role="img" width="100%" height="{height}" aria-labelledby="{name}-t {name}-d">'
        '<title id="{name}-t">{title}</title><desc id="{name}-d">{description}</desc>{content}</svg>'
    ).format(kind=kind, height=height, name=name, title=title, description=description, content=content)


def _rect(y: float, height: float, fill: str, *, x: str = "0", width: str) -> Markup:
    return Markup('<rect x="{}" y="{:.1f}" width="{}" height="{:.1f}" fill="{}"/>').format(
        x, y, width, height, fill
    )


def _stack(x: float, width: float, base: float, scale: float, counts: Counts) -> Markup:
    parts, y = [], base
    for sentiment in SENTIMENTS:
        height = getattr(counts, sentiment) * scale
        y -= height
        if height:
            parts.append(_rect(y, height, _FILLS[sentiment], x=f"{x:.2f}%", width=f"{width:.2f}%"))
    return Markup("").join(parts)


def _grid(tick: int, y: float) -> Markup:
    return Markup(
        '<line class="grid" x1="{left}%" x2="100%" y1="{y:.1f}" y2="{y:.1f}"/>'
        '<text class="tick" x="{end}%" y="{text_y:.1f}" text-anchor="end">{text}</text>'
    ).format(left=_LEFT, end=_LEFT - 1, y=y, text_y=y + 4, text=wording.short(tick))


def _dot(x: float, y: float, color: str, *, filled: bool) -> Markup:
    return Markup('<circle cx="{:.1f}%" cy="{}" r="5" fill="{}" stroke="{}" stroke-width="2"/>').format(
        x, y, color if filled else "#FFFFFF", color
    )


def _date_label(x: float, steps: Steps, start: date) -> Markup:
    year = f" {start:%y}" if (steps.until - steps.since).days > 365 else ""
    return Markup('<text class="tick" x="{:.2f}%" y="{}" text-anchor="middle">{}</text>').format(
        x, _HEIGHT - 8, f"{start.day} {start:%b}{year}"
    )


def _labelled(number: int) -> list[int]:
    """Return which steps have their date written below: about five, evenly apart."""
    apart = max(1, -(-number // 5))
    return list(range(apart // 2 if number > 5 else 0, number, apart))


def _ticks(most: int) -> list[int]:
    """Return whole numbers from 0 to at least `most`, three to five of them, at a round distance."""
    rough = max(most, 2) / 4
    size = 10 ** floor(log10(rough))
    apart = max(1, next(int(step * size) for step in (1, 2, 5, 10) if step * size >= rough))
    return list(range(0, max(most, 2) + apart, apart))


def _step(steps: Steps, start: date) -> str:
    return wording.day(start) if steps.days == 1 else f"{steps.word} from {wording.day(start)}"


def _told(counts: Counts) -> str:
    each = ", ".join(f"{wording.number(getattr(counts, s))} {TITLES[s].lower()}" for s in SENTIMENTS)
    return f"{wording.plural(counts.mentions, 'mention')}, {each}"
