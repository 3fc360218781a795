"""Live."""

import streamlit as st

st.title("Live", anchor=False)
