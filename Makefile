# make demo · make test · make lint · make bench · make specialist · make screenshots: each makes the virtual environment first if it is missing.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

# What the default specialist is trained on (docs/training.md), and the larger model that teaches it; empty: none.
DATA ?= training-data
TEACHER ?=

# What the check for known vulnerabilities found, and its log.
AUDIT := $(VENV)/audit.md

.PHONY: demo test lint bench specialist screenshots audit constraints
.DEFAULT_GOAL := demo

demo: $(INSTALLED)
	$(BIN)/mmx demo

test: $(INSTALLED)
	$(BIN)/pytest

lint: $(INSTALLED)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	@$(MAKE) --no-print-directory audit

# Asks a public database about the pinned versions. Without network it says so, and nothing fails.
audit: $(INSTALLED)
	@rm -f $(AUDIT); \
	$(BIN)/pip-audit --requirement constraints.txt --no-deps --disable-pip --vulnerability-service osv --timeout 5 \
		--progress-spinner off --format markdown --output $(AUDIT) 2> $(AUDIT).log; found=$$?; \
	if [ $$found = 0 ]; then echo "No known vulnerabilities in constraints.txt"; \
	elif [ -s $(AUDIT) ]; then cat $(AUDIT); exit 1; \
	else echo "Not checked for known vulnerabilities: the database did not answer ($(AUDIT).log)"; fi

# Pins what is installed now: versions only, so that torch may be any build of its version.
constraints: $(INSTALLED)
	{ echo "# Versions that this program was tested with; make constraints writes this file."; \
	  $(BIN)/pip freeze --exclude-editable | sed -e '/ @ /d' -e 's/+.*//'; } > constraints.txt.new
	mv constraints.txt.new constraints.txt

bench: $(INSTALLED)
	$(BIN)/python benchmarks/speed.py

specialist: $(INSTALLED)
	$(BIN)/python benchmarks/train_default.py $(DATA) $(if $(TEACHER),--teacher-base $(TEACHER))

screenshots: $(INSTALLED)
	$(BIN)/python docs/screenshot.py

$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; choose one: make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@
