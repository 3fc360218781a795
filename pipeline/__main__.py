"""Makes `python -m pipeline` the same as `mmx`."""

from pipeline.cli import main

main()
