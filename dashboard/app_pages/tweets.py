"""Tweets."""

from dashboard import frame

shown = frame.view()
frame.heading("Tweets", shown)
