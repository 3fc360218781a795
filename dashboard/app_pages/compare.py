"""Compare."""

from dashboard import frame

shown = frame.view()
frame.heading("Compare", shown)
