"""Overview."""

from dashboard import frame

shown = frame.view()
frame.heading("Overview", shown)
