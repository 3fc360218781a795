"""The dashboard's frame: navigation at the top, filters at the left, and the page.

Start it with `mmx dashboard --db FILE`, or `streamlit run dashboard/app.py -- --db FILE`.
"""

import streamlit as st

from dashboard import frame

st.set_page_config(page_title="Marketing mix", page_icon=":material/donut_small:", layout="wide")
page = st.navigation(
    [
        st.Page(f"app_pages/{name}.py", title=title, icon=icon, default=name == "overview")
        for name, (title, icon) in frame.PAGES.items()
    ],
    position="top",
)
frame.sidebar()
page.run()
