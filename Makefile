# The two commands of a newcomer are `make demo` and `make test`; each does all its own set-up.
# PYTHON=… names an interpreter, JOBS=… the number of test processes, ARGS=… goes to the program.

VENV := .venv
BIN := $(VENV)/bin
JOBS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); [ "$$n" -le 8 ] && echo "$$n" || echo 8)
ARGS ?=

# Settings of the machine that would stop pip from working in a fresh environment, or make noise.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export PIP_ROOT_USER_ACTION := ignore
export PIP_USER := 0
PIP := $(BIN)/python -m pip -qq

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate
PYTEST := $(BIN)/python -m pytest --numprocesses $(JOBS) --dist worksteal --quiet
FAST_TESTS := tests/rules tests/reports tests/house tests/services

.DEFAULT_GOAL := help
.PHONY: help run demo test check bench lint lock

help: ## Show this list
	@awk -F ' ## ' '/^[a-z]+:.* ## / { sub(/:.*/, "", $$1); printf "make %-6s %s\n", $$1, $$2 }' Makefile

run: $(VENV)/.run ## Serve the database of PHARMACY_DATABASE_URL, or of ./instance
	$(BIN)/pharmacy serve $(ARGS)

demo: $(VENV)/.run ## Make a pharmacy of invented people, print its sign-ins, serve it
	$(BIN)/pharmacy demo $(ARGS)

test: $(VENV)/.test browser lint ## Lint, type-check and run every test on both database engines
	$(PYTEST) $(ARGS)

check: $(VENV)/.test lint ## The quick part of the tests, on the embedded engine: under two minutes
	$(PYTEST) --engine embedded -m "not slow and not browser" $(wildcard $(FAST_TESTS)) $(ARGS)

bench: $(VENV)/.test ## Dispense with 1 and 8 clients beside a bare floor; print times and ratios
	$(BIN)/python -m tests.bench $(ARGS)

lint: $(VENV)/.test ## Only the linters: ruff, its formatter, mypy --strict
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --check --quiet
	$(BIN)/mypy

lock: $(VENV)/.test ## Write the lock files anew from pyproject.toml; they name no host
	$(PIP) install uv
	$(LOCK) --upgrade --extra test pyproject.toml --output-file constraints.txt
	$(LOCK) --constraint constraints.txt --generate-hashes pyproject.toml --output-file requirements.txt
	$(LOCK) --constraint constraints.txt --generate-hashes --extra test pyproject.toml \
		--output-file requirements-test.txt

# What is installed is remembered by stamps, so that a second call starts at once. Packages come by
# the hashes of the lock files; only the house itself is installed without one. The lock files are
# whole, so pip resolves nothing: older ones look at newer versions of what is asked for by an extra
# (coverage[toml]), find no hash for them, and stop.

$(VENV)/pyvenv.cfg:
	"$${PYTHON:-$$(.ci/find-python)}" -m venv $(VENV)

$(VENV)/.run: requirements.txt pyproject.toml | $(VENV)/pyvenv.cfg
	$(PIP) install --no-deps --require-hashes --requirement requirements.txt
	$(PIP) install --no-deps --editable .
	@touch $@

$(VENV)/.test: requirements-test.txt pyproject.toml | $(VENV)/pyvenv.cfg
	$(PIP) install --no-deps --require-hashes --requirement requirements-test.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.run

.PHONY: browser
browser:
	@.ci/find-browser
