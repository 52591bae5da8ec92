# Two commands to know: make demo, make test. Each does all its own set-up, once.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCK   := -c tests/constraints.txt

.PHONY: demo test coverage lint format bench docs soak nightly lock clean

demo: $(VENV)/.user
	@$(BIN)/sharekit posts
	@$(BIN)/sharekit render --all --quiet > $(VENV)/.cards
	@echo "Drew $$(wc -l < $(VENV)/.cards) cards into cards/"
	@$(BIN)/sharekit schedule news journal notes --all --to outbox --to outbox:x --to outbox:mastodon --to outbox:bluesky --at now > $(VENV)/.queued
	@$(BIN)/sharekit publish --due > $(VENV)/.sent
	@echo "Every message with its card, as each channel would get it: outbox/index.html"

test: $(VENV)/.dev
	@tests/setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest --ignore tests/preview --ignore tests/nightly
	$(BIN)/python -m pytest tests/preview

# The same tests, and what they never came to; twice the computing.
coverage: $(VENV)/.dev
	@tests/setup
	$(BIN)/python -m pytest --ignore tests/preview --ignore tests/nightly --cov --cov-report=
	$(BIN)/python -m pytest tests/preview --cov --cov-append --cov-report=term

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.dev
	$(BIN)/python benchmarks/startup.py
	@$(BIN)/python benchmarks/readers.py
	@$(BIN)/python benchmarks/typeset.py
	@$(BIN)/python benchmarks/changed.py
	@$(BIN)/python benchmarks/deliveries.py
	@$(BIN)/python benchmarks/preview.py
	@$(BIN)/python benchmarks/render.py

docs: $(VENV)/.dev
	$(BIN)/python docs/build.py

soak: $(VENV)/.dev
	$(BIN)/python tests/queue/soak.py

# A real WordPress, installed from the distribution's packages, read through its API; and cards
# drawn into S3 and over SFTP; and what Hypothesis has not drawn before.
nightly: $(VENV)/.dev
	@tests/nightly/setup
	$(BIN)/python -m pytest tests/nightly
	$(BIN)/python -m pytest --ignore tests/nightly -m hypothesis --hypothesis-profile explore

# The versions that development and the demo use; users get the lower bounds of pyproject.toml.
lock: $(VENV)/.dev
	$(BIN)/python -m pip freeze --exclude-editable | LC_ALL=C sort -f > tests/constraints.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "sharekit needs Python 3.11 or newer; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	@echo "Making $(VENV) (once)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.user: $(VENV)/bin/python pyproject.toml tests/constraints.txt
	@echo "Installing sharekit and what it needs into $(VENV) (once)"
	@$(PIP) $(LOCK) -e .
	@$(BIN)/python -m compileall -q sharekit
	@touch $@

$(VENV)/.dev: $(VENV)/bin/python pyproject.toml tests/constraints.txt
	@echo "Installing sharekit for development into $(VENV) (once)"
	@$(PIP) $(LOCK) -e '.[dev]'
	@$(BIN)/python -m compileall -q sharekit
	@touch $@ $(VENV)/.user
