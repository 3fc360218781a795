"""About."""

import streamlit as st

st.title("About", anchor=False)
