"""Topics."""

from dashboard import frame

shown = frame.view()
frame.heading("Topics", shown)
