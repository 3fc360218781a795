"""The dashboard's frame: navigation at the top, filters at the left, and the page.

Start it with `mmx dashboard --db FILE`, or `streamlit run dashboard/app.py -- --db FILE`.
"""

from pathlib import Path

import streamlit as st

from dashboard import frame, login

# A file of our own: browsers fetch Material icons and emoji for tabs from the internet.
ICON = Path(__file__).with_name("icon.svg")

st.set_page_config(page_title="Marketing mix", page_icon=ICON, layout="wide")
pages = [
    st.Page(
        f"app_pages/{name}.py",
        title=title,
        icon=icon,
        default=name == "overview",
        # The default page is at the root; its path only has to leave "overview" free.
        url_path="home" if name == "overview" else name,
    )
    for name, (title, icon) in frame.PAGES.items()
]
# Whoever writes /overview, as other pages' addresses suggest, gets it as well.
title, icon = frame.PAGES["overview"]
pages.append(
    st.Page("app_pages/overview.py", title=title, icon=icon, url_path="overview", visibility="hidden")
)
refusal = login.refusal()
page = st.navigation(pages, position="top" if refusal is None else "hidden")
if refusal is not None:
    login.show(refusal)
    st.stop()
frame.sidebar(page.url_path or "overview")
page.run()
