"""Buttons that save a chart as a picture, made in the user's browser: PNG to look at, SVG to edit or print."""

from __future__ import annotations

import streamlit as st

HTML = '<div class="pictures"></div>'
CSS = """
.pictures { display: flex; gap: 0.5rem; }
button {
  flex: 1; cursor: pointer; font: inherit; font-size: 0.875rem; color: var(--st-text-color); background: transparent;
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius); padding: 0.375rem 0.75rem;
}
button:hover, button:focus-visible { color: var(--st-primary-color); border-color: var(--st-primary-color); }
"""
# Plotly's bar has one button for pictures, of the kind that stands in the chart's options at the click: ours set the
# kind, click it and set it back.
JS = """
export default function ({ data, parentElement }) {
  const place = parentElement.querySelector(".pictures");
  place.replaceChildren(...["png", "svg"].map((format) => {
    const button = document.createElement("button");
    button.textContent = format.toUpperCase();
    button.setAttribute("aria-label", `Save the chart as ${format.toUpperCase()}`);
    button.onclick = () => {
      const chart = document.querySelector(`.st-key-${CSS.escape(data.chart)} .js-plotly-plot`);
      const options = chart._context.toImageButtonOptions;
      const usual = options.format;
      options.format = format;
      options.filename = data.name;
      chart.querySelector('.modebar-btn[data-title^="Download plot"]').click();
      options.format = usual;
    };
    return button;
  }));
}
"""
_buttons = st.components.v2.component("chart_pictures", html=HTML, css=CSS, js=JS)


def draw(chart: str, name: str) -> None:
    """Draw the buttons for a chart that is on the page.

    Parameters
    ----------
    chart
        The chart's key.
    name
        Of the files, without the suffix.
    """
    _buttons(key=f"pictures_{chart}", data={"chart": chart, "name": name})
