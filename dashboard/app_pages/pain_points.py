"""Pain points."""

from dashboard import frame

shown = frame.view()
frame.heading("Pain points", shown)
