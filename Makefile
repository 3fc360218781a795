# make demo · make test · make lint · make bench · make specialist: each makes the virtual environment first if it is missing.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

# What the default specialist is trained on (docs/training.md), and the larger model that teaches it; empty: none.
DATA ?= training-data
TEACHER ?=

.PHONY: demo test lint bench specialist
.DEFAULT_GOAL := demo

demo: $(INSTALLED)
	$(BIN)/mmx demo

test: $(INSTALLED)
	$(BIN)/pytest

lint: $(INSTALLED)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

bench: $(INSTALLED)
	$(BIN)/python benchmarks/speed.py

specialist: $(INSTALLED)
	$(BIN)/python benchmarks/train_default.py $(DATA) $(if $(TEACHER),--teacher-base $(TEACHER))

$(INSTALLED): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; choose one: make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --disable-pip-version-check --editable '.[dev]'
	@touch $@
