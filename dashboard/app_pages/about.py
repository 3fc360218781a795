"""About: what the four Ps mean, how the specialist was made, how good and fast it is, its limits and licences."""

from importlib.metadata import version

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import charts, formatting, model_facts, palette
from dashboard.efficiency import efficiency
from dashboard.model_facts import ACCEPTABLE, RELIABLE, Agreement, Facts
from specialist.codebook import Codebook
from specialist.errors import SpecialistError
from specialist.folder import DEFAULT

METHOD = "https://doi.org/10.2139/ssrn.4542949"


def definitions(codebook: Codebook) -> None:
    """Draw a card for each label: what it means, and an example."""
    marks = palette.PS | palette.SENTIMENTS
    for column, label in zip(st.columns(len(codebook.labels)), codebook.labels, strict=True):
        with column, st.container(border=True, height="stretch"):
            st.markdown(f"**{marks[label.id].colored}**")
            st.markdown(formatting.plain(label.definition))
            st.caption(f"“{formatting.plain(label.example)}”")


def how_made(facts: Facts) -> None:
    """Draw what the specialist learned from, and the technical details."""
    training = facts.description.training
    st.subheader("How the specialist was made", anchor=False)
    st.markdown(
        f"It started as **{formatting.plain(facts.description.base_model.rsplit('/', 1)[-1])}**, a small open "
        f"language model, and was taught with **{formatting.plural(training['texts'], 'tweet')}** that large "
        "language models had labelled. It runs on an ordinary laptop, without a network or a graphics card."
    )
    if "Data" in facts.sections:
        st.markdown(facts.sections["Data"])
    with st.expander("Technical details"):
        single = {key: value for key, value in training.items() if not isinstance(value, list | dict)}
        checks = {key: value for key, value in facts.description.metrics.items() if isinstance(value, float)}
        st.table(
            pd.DataFrame(
                [
                    ("base model", formatting.plain(facts.description.base_model)),
                    *((key, formatting.plain(str(value))) for key, value in single.items()),
                    *((key, f"{value * 100:.1f} %") for key, value in checks.items()),
                    ("version of this program", formatting.plain(version("synthetic-specialist"))),
                ],
                columns=["What", "Value"],
            ),
            hide_index=True,
            hide_header=True,
            border="horizontal",
        )


def how_good(facts: Facts) -> None:
    """Draw the agreement with held-out labels, for one set of test tweets at a time."""
    st.subheader("How good it is", anchor=False)
    if not facts.tested:
        st.write("It has not been measured on tweets that it had not seen.")
        return
    names = list(facts.tested)
    chosen = st.segmented_control(
        "Measured on tweets it was not trained on:",
        names,
        default=names[0],
        required=True,
        key="tested_on",
        format_func=lambda name: name[:1].upper() + name[1:],
    )
    name = chosen or names[0]
    found = facts.tested[name]
    if name in facts.cross_validated:
        st.markdown(
            "*Cross-validated*: each of these tweets was answered by a specialist trained in just the same way, but "
            "without any tweet of that brand or source."
        )
    for agreements in found.values():
        st.markdown(sentence(agreements))
    st.caption(
        "Agreement is Krippendorff's alpha: 1 is perfect, 0 is what guessing would reach. "
        f"Reliable: over {RELIABLE}. Acceptable: from {ACCEPTABLE}. Insufficient: below, "
        "as it is before rounding. With few tweets the "
        "95 % interval is wide: the true figure is somewhere inside it."
    )
    rows = [row for agreements in found.values() for row in agreements]
    left, right = st.columns([4, 3])
    with left:
        table(rows)
        for agreements in found.values():
            if (trust := calibration(agreements)) is not None:
                st.caption(trust)
    with right:
        charts.show(
            intervals(rows),
            "agreement",
            "Agreement with the labels, with its 95 % interval",
            f"Right of {RELIABLE} is reliable, from {ACCEPTABLE} acceptable; a long line means few tweets.",
        )


def sentence(agreements: list[Agreement]) -> str:
    """Say in plain words how well a question is answered."""
    whole = next(row for row in agreements if row.kind == "all")
    text = (
        f"**{whole.title}: {whole.grade}.** Asked about {formatting.plural(whole.texts, 'tweet')}, the specialist "
        f"agrees with the labels at {_figure(whole.alpha)} ({_range(whole)})."
    )
    vader = next((row for row in agreements if row.kind == "VADER"), None)
    if vader is not None:
        text += (
            f" VADER, the word list that many tools use, agrees at {_figure(vader.alpha)} ({_range(vader)}): "
            f"{vader.grade}."
        )
    return text


def calibration(agreements: list[Agreement]) -> str | None:
    """Say in plain words how far probabilities can be taken at their word; None where that was not measured."""
    whole = next(row for row in agreements if row.kind == "all")
    if pd.isna(whole.error):
        return None
    text = (
        f"{whole.title}: the probabilities that the specialist states are off by {_points(whole.error)} on average, "
        "against how often they came true"
    )
    if whole.error <= whole.chance:
        return f"{text}; perfect ones could be off as far by chance (ECE {whole.error:.3f})."
    return f"{text}; perfect ones would be off by up to {_points(whole.chance)} by chance (ECE {whole.error:.3f})."


def table(rows: list[Agreement]) -> None:
    """Draw the agreements as a table, with how far probabilities are off where that was measured."""
    columns = {
        "What": [
            f"**{row.title}**" if row.kind == "all" else f"{row.icon} {row.title}".strip() for row in rows
        ],
        "Tweets": [formatting.number(row.texts) for row in rows],
        "Agreement": [f"{_figure(row.alpha)} ({_range(row)})" for row in rows],
        "Grade": [row.grade for row in rows],
    }
    if not all(pd.isna(row.error) for row in rows):
        columns["Probabilities off by"] = [_points(row.error) for row in rows]
    st.table(pd.DataFrame(columns), hide_index=True, border="horizontal")


def intervals(rows: list[Agreement]) -> go.Figure:
    """Return the agreements as dots with their intervals, the bounds of the grades marked."""
    colors = {mark.title: mark.color for mark in (palette.PS | palette.SENTIMENTS).values()}
    drawn = charts.figure(height=34 * len(rows) + 60, showlegend=False, xaxis_title="Agreement (alpha)")
    for row in rows:
        drawn.add_scatter(
            x=[row.alpha],
            y=[row.title],
            mode="markers",
            marker={
                "color": colors.get(row.title, palette.SENTIMENTS["neutral"].color),
                "size": 10,
                "symbol": "circle-open" if row.kind == "VADER" else "circle",
            },
            error_x={"array": [row.high - row.alpha], "arrayminus": [row.alpha - row.low], "thickness": 2},
            hovertemplate=f"{row.title}: {_figure(row.alpha)} ({_range(row)}), {row.grade}<extra></extra>",
        )
    for bound in (ACCEPTABLE, RELIABLE):
        drawn.add_vline(bound, line={"dash": "dot", "width": 1, "color": palette.SENTIMENTS["neutral"].color})
    drawn.update_xaxes(range=[min(0.0, *(row.low for row in rows)) - 0.05, 1])
    drawn.update_yaxes(autorange="reversed")
    return drawn


def _figure(value: float) -> str:
    return "–" if pd.isna(value) else f"{value:.2f}".replace("-", "−")


def _points(error: float) -> str:
    return "–" if pd.isna(error) else f"{error * 100:.1f}\xa0points"


def _range(row: Agreement) -> str:
    return f"{_figure(row.low)}\xa0to\xa0{_figure(row.high)}"


st.title("About", anchor=False)
st.markdown(
    "This app shows what people say about brands in tweets, sorted by the four Ps of the marketing mix. A "
    "*synthetic specialist*, a small language model that learned from large ones, reads every tweet **on this "
    "machine: nothing is sent anywhere**."
)

ps = Codebook.load("mmx")
st.subheader("What the four Ps mean", anchor=False)
definitions(ps)
st.caption(f"A tweet may be about several of them, or none. {formatting.plain(ps.none)}")
st.subheader("What sentiment means", anchor=False)
definitions(Codebook.load("sentiment"))

st.subheader("What the figures mean", anchor=False)
st.markdown(
    "- **Mention**: a tweet that names a brand. A tweet about two brands is a mention of each.\n"
    "- **Share of voice**: a brand's part of all mentions in its industry.\n"
    "- **Net sentiment**: the share of positive mentions minus the share of negative ones, from −100 to +100.\n"
    "- **Pain point**: a topic that is more negative for a brand than its other tweets and its competitors', "
    "by more than chance explains.\n"
    f"- **Few mentions**: under {formatting.SMALL} a share is shown pale, with the range it may lie in; under "
    f"{formatting.TOO_SMALL} it is not shown."
)

try:
    known = model_facts.facts(DEFAULT)
except SpecialistError as error:
    st.error(f"The specialist cannot be read: {formatting.plain(str(error))}", icon=":material/error:")
    st.stop()
how_good(known)
efficiency()
how_made(known)
for heading in ("Limits", "Licences"):
    if heading in known.sections:
        st.subheader(heading, anchor=False)
        st.markdown(known.sections[heading])
st.subheader("The method", anchor=False)
st.markdown(
    "D. M. Ringel, “Creating Synthetic Experts with Generative Artificial Intelligence” (2023), "
    f"[SSRN 4542949]({METHOD}). Sentiment is compared with VADER (Hutto & Gilbert, 2014); topics are found with "
    "BERTopic (Grootendorst, 2022)."
)
