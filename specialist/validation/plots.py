"""Plots of a validation as one HTML page that needs no network: reliability, and alpha beside other methods."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING

from specialist.metrics import Interval
from specialist.validation.calibration import Calibration
from specialist.validation.report import CodebookFigures, Report

if TYPE_CHECKING:
    import plotly.graph_objects as go

_BLUE, _GREY = "#0072B2", "#767676"
_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Validation of {specialist}</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; color: #222; background: #fff; margin: 1.5rem auto; max-width: 1280px;
  padding: 0 1rem; }}
.panels {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(280px, 1fr)); gap: 1rem; }}
.panels > div, .wide {{ min-width: 0; }}
</style>
</head>
<body>
<h1>Validation of {specialist}</h1>
<p>{texts:,} labelled texts. Bars are 95 % intervals.</p>
{sections}
</body>
</html>
"""
_SECTION = """\
<h2>{title}</h2>
<h3>Krippendorff's alpha with the labels</h3>
<p>Over 0.8 is reliable, from 0.67 acceptable (dotted lines).</p>
<div class="wide">{alphas}</div>
<h3>Reliability</h3>
<p>For cases with about the same probability: the share in which it came true. On the diagonal, probabilities can be
taken at their word; above it, things are so more often than said, below it less often. Larger points stand for more
cases.</p>
<div class="panels">{panels}</div>
"""


def plots_page(report: Report) -> str:
    """Return the page; Plotly's script is in it, which makes it about 5 MB."""
    from plotly.offline import get_plotlyjs

    sections = "\n".join(_section(figures) for figures in report.codebooks)
    return _PAGE.format(
        specialist=html.escape(report.specialist),
        texts=report.texts,
        sections=f"<script>{get_plotlyjs()}</script>\n{sections}",
    )


def _section(figures: CodebookFigures) -> str:
    panels = [_reliability("overall", figures.calibration)]
    panels += [_reliability(label.label, label.calibration) for label in figures.labels]
    return _SECTION.format(
        title=html.escape(figures.title),
        alphas=_embedded(_alphas(figures)),
        panels="".join(f"<div>{_embedded(panel)}</div>" for panel in panels),
    )


def _embedded(drawn: go.Figure) -> str:
    config = {"displaylogo": False, "responsive": True, "modeBarButtons": [["toImage"]]}
    text: str = drawn.to_html(full_html=False, include_plotlyjs=False, config=config)
    return text


def _alphas(figures: CodebookFigures) -> go.Figure:
    """Draw the specialist's alphas, overall and by label, and those of other methods overall."""
    import plotly.graph_objects as go

    rows = [("specialist", figures.alpha, _BLUE)]
    rows += [(f"specialist, {label.label}", label.alpha, _BLUE) for label in figures.labels]
    rows += [(baseline.name, baseline.alpha, _GREY) for baseline in figures.baselines]
    rows += [(f"labeler {labeler.labeler}", labeler.alpha, _GREY) for labeler in figures.labelers]
    known: list[tuple[str, Interval, str]] = [row for row in rows if not math.isnan(row[1].value)]
    drawn = go.Figure(
        go.Scatter(
            x=[alpha.value for _, alpha, _ in known],
            y=[html.escape(name) for name, _, _ in known],
            mode="markers",
            marker={"size": 9, "color": [color for _, _, color in known]},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [alpha.high - alpha.value for _, alpha, _ in known],
                "arrayminus": [alpha.value - alpha.low for _, alpha, _ in known],
                "color": _GREY,
            },
            hovertemplate="%{y}: %{x:.3f}<extra></extra>",
        )
    )
    for bound in (0.67, 0.8):
        drawn.add_vline(x=bound, line={"dash": "dot", "color": _GREY, "width": 1})
    drawn.update_layout(
        template="plotly_white",
        height=90 + 28 * len(known),
        margin={"l": 8, "r": 8, "t": 8, "b": 40},
        xaxis={"title": "alpha", "range": [min([0, *(row[1].low for row in known)]) - 0.05, 1.02]},
        yaxis={"autorange": "reversed", "automargin": True},
    )
    return drawn


def _reliability(name: str, measured: Calibration) -> go.Figure:
    import plotly.graph_objects as go

    bins = measured.bins
    most = max(one.cases for one in bins)
    drawn = go.Figure(
        go.Scatter(
            x=[one.mean_probability for one in bins],
            y=[one.share for one in bins],
            mode="lines+markers",
            # The area of a point is its number of cases.
            marker={"size": [5 + 13 * math.sqrt(one.cases / most) for one in bins], "color": _BLUE},
            line={"color": _BLUE, "width": 1},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [one.share_high - one.share for one in bins],
                "arrayminus": [one.share - one.share_low for one in bins],
                "color": _GREY,
            },
            customdata=[one.cases for one in bins],
            hovertemplate="said %{x:.2f}, true %{y:.2f}<br>%{customdata:,} cases<extra></extra>",
        )
    )
    drawn.add_shape(type="line", x0=0, y0=0, x1=1, y1=1, line={"dash": "dot", "color": _GREY}, layer="below")
    drawn.update_layout(
        template="plotly_white",
        title={"text": f"{html.escape(name)}: ECE {measured.ece:.3f}", "font": {"size": 15}},
        height=320,
        margin={"l": 8, "r": 8, "t": 40, "b": 40},
        xaxis={"title": "probability", "range": [-0.03, 1.03], "automargin": True},
        yaxis={"title": "share true", "range": [-0.03, 1.03], "automargin": True},
    )
    return drawn
