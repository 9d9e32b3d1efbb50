# The two commands of a newcomer are `make run` and `make test`; everything else is for developers.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test check lint type soak results bench lock clean

PYTHON ?= python3
BIN := .venv/bin
CONFIG ?= circle_packing/26

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/\1|\2/' | awk -F'|' '{printf "  make %-9s %s\n", $$1, $$2}'

run: .venv/run.stamp ## set up once, then evolve circle packings offline (CONFIG=... for another pack or config)
	@$(BIN)/evo run $(CONFIG)

test: .venv/dev.stamp ## set up once, then run the tests, lint, types and layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check -q .
	@$(BIN)/basedpyright
	@$(BIN)/lint-imports
	@$(BIN)/pytest -n auto --dist worksteal -m "not soak" --durations=5

check: .venv/dev.stamp ## every shipped config, pipeline and problem, without starting a run
	@$(BIN)/evo check configs/*.yaml pipelines/*.yaml problems/*/

lint: .venv/dev.stamp ## mend style where it can be mended, name the rest
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@$(BIN)/lint-imports

type: .venv/dev.stamp ## strict types
	@$(BIN)/basedpyright

soak: .venv/dev.stamp ## the long forms of the tests, and the others on examples drawn anew
	@HYPOTHESIS_PROFILE=drawn $(BIN)/pytest -n auto -m "soak or not soak" --timeout 3600

results: .venv/dev.stamp ## the figures of docs/results
	@$(BIN)/python benchmarks/search.py --write
	@$(BIN)/python benchmarks/circles.py --write
	@$(BIN)/python benchmarks/geometry.py --write
	@$(BIN)/python benchmarks/morphogenesis.py --write
	@$(BIN)/python benchmarks/sorting.py --write

bench: .venv/dev.stamp ## what things cost
	@for each in benchmarks/sandbox.py benchmarks/loop.py; do echo "$$each"; $(BIN)/python $$each; done

lock: .venv/dev.stamp ## pin every dependency anew, with hashes
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -o requirements.lock --group build pyproject.toml
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -o requirements-dev.lock --group build --group dev pyproject.toml

clean: ## remove everything that can be made again, runs excepted
	@rm -rf .venv build dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage
	@find . -name __pycache__ -type d -not -path './runs/*' -prune -exec rm -rf {} +

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "evo needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Name another: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "$(PYTHON) -m venv cannot work: ensurepip is missing. Install it (Debian, Ubuntu: apt-get install python3-venv) and try again."; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/run.stamp: .venv/bin/python requirements.lock pyproject.toml
	@echo "Setting up .venv (once) ..."; start=$$SECONDS; \
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock; \
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .; \
	touch $@; echo "Setting up .venv (once) ... $$((SECONDS - start)) s"

.venv/dev.stamp: .venv/run.stamp requirements-dev.lock
	@echo "Setting up the developer's tools (once) ..."; start=$$SECONDS; \
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock; \
	touch $@; echo "Setting up the developer's tools (once) ... $$((SECONDS - start)) s"
