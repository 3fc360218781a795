"""The Streamlit app for marketing managers."""
