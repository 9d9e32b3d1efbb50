# The two commands of a newcomer are `make run` and `make test`; everything else is for developers.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test test-servers test-extras check lint type soak results reference pictures docs bench bench-compare lock clean

PYTHON ?= python3
BIN := .venv/bin
CONFIG ?= circle_packing/26
# One more than there are cores: a test that waits for a deadline or a server leaves its core to another.
TESTERS ?= $$(( $$(getconf _NPROCESSORS_ONLN) + 1 ))
# Where byte code is not written (PYTHONDONTWRITEBYTECODE), every process would compile evo's modules anew: half a second.
COMPILED = $(BIN)/python -m compileall -q -j 0 evo >/dev/null || true

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1|\2/' | awk -F'|' '{printf "  make %-12s %s\n", $$1, $$2}'

run: .venv/run.stamp ## set up once, then evolve circle packings offline (CONFIG=... for another pack or config)
	@$(BIN)/evo run $(CONFIG)

test: .venv/dev.stamp ## set up once, then run the tests, lint, types and layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check -q .
	@$(BIN)/basedpyright & types=$$!; $(BIN)/lint-imports; wait $$types
	@$(COMPILED)
	@$(BIN)/pytest -n $(TESTERS) --dist worksteal -m "not soak" --durations=5

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

test-servers: .venv/dev.stamp ## real servers on loopback: a LiteLLM proxy, transformers, nginx, a forward proxy
	@test -x .venv-servers/bin/python || $(PYTHON) -m venv .venv-servers
	@for each in litellm transformers; do \
		.venv-servers/bin/python -m pip install -q --disable-pip-version-check -r tests/servers/$$each.txt \
			|| echo "$$each cannot be installed here; its tests are skipped"; \
	done
	@EVO_SERVERS=.venv-servers $(BIN)/pytest tests/servers -rs --timeout 1200

# The environment has the packages of the extras alone; all others are borrowed from .venv.
test-extras: .venv/dev.stamp ## what needs packages of its own: notebooks, TensorBoard, MLflow, W&B, MCP, Ray, ioh, pip, uvx, pipx, the site
	@test -x .venv-extras/bin/python || $(BIN)/python -m venv .venv-extras
	@for each in notebooks tensorboard mlflow wandb mcp pipx ray docs ioh; do \
		.venv-extras/bin/python -m pip install -q --disable-pip-version-check -r tests/extras/$$each.txt \
			|| echo "$$each cannot be installed here; its tests are skipped"; \
	done
	@$(BIN)/python -c 'import sysconfig; print(sysconfig.get_paths()["purelib"]); print("$(CURDIR)")' \
		> "$$(.venv-extras/bin/python -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')/borrowed.pth"
	@EVO_EXTRAS=.venv-extras .venv-extras/bin/python -m pytest tests/extras -rs --timeout 1200

results: .venv/dev.stamp ## the figures of docs/results
	@$(BIN)/python -m benchmarks.laboratory --held-back --write
	@$(BIN)/python benchmarks/ceiling.py --write
	@$(BIN)/python benchmarks/circles.py --write
	@$(BIN)/python benchmarks/geometry.py --write
	@$(BIN)/python benchmarks/morphogenesis.py --write
	@$(BIN)/python benchmarks/sorting.py --write

reference: .venv/dev.stamp ## docs/reference.md: every key of every file, from the code
	@$(BIN)/python -c 'import pathlib; from evo.render.reference import write_reference; pathlib.Path("docs/reference.md").write_text(write_reference())'

pictures: .venv/dev.stamp ## the docs' pictures of the page, taken by a real Chromium
	@$(BIN)/python benchmarks/page_pictures.py

docs: .venv-docs/stamp ## the documentation as a site with a search, in build/docs
	@.venv-docs/bin/sphinx-build -q -W --keep-going -j auto -c docs/site docs build/docs
	@echo "build/docs/index.html"

bench: .venv/dev.stamp ## what things cost
	@for each in benchmarks/sandbox.py benchmarks/loop.py benchmarks/overhead.py benchmarks/main_path.py benchmarks/start.py; do echo "$$each"; $(BIN)/python $$each; done

bench-compare: .venv/dev.stamp ## whether this is slower than it was; benchmarks/compare.py --keep writes it down
	@$(BIN)/python benchmarks/compare.py

lock: .venv/dev.stamp ## pin every dependency anew, with hashes
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -o requirements.lock --group build pyproject.toml
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -o requirements-dev.lock --group build --group dev pyproject.toml
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -o requirements-docs.lock --group docs

clean: ## remove everything that can be made again, runs excepted
	@rm -rf .venv .venv-servers .venv-extras .venv-docs build dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage
	@find . -name __pycache__ -type d -not -path './runs/*' -prune -exec rm -rf {} +

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "evo needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Name another: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "$(PYTHON) -m venv cannot work: ensurepip is missing. Install it (Debian, Ubuntu: apt-get install python3-venv) and try again."; exit 1; }
	@echo "Making .venv with $$($(PYTHON) -V 2>&1) ..."
	@$(PYTHON) -m venv .venv

# A line for each package that pip finds, and one every few seconds while it unpacks, with a terminal or without one.
# Byte code is made once for all packages and on all cores, where pip goes one file after another, and not for tests.
define install
	start=$$SECONDS; found=0; every=; total=$$(grep '^[A-Za-z0-9].*==' $(1) | grep -vc "== 'win32'"); \
	if [ "$${BASH_VERSINFO[0]}" -ge 4 ]; then every="-t 5"; fi; \
	say() { printf '  %4d s  %s\n' $$((SECONDS - start)) "$$1"; }; \
	echo "Setting up .venv (once): $$total packages of $(1)"; \
	$(BIN)/python -m pip install --disable-pip-version-check --no-input --no-compile --progress-bar off --require-hashes -r $(1) | \
	while :; do \
		if IFS= read -r $$every line; then \
			case "$$line" in \
				Collecting*|Processing*) found=$$((found + 1)); name=$${line#* }; name=$${name%% *}; say "$$found of $$total  $${name##*/}";; \
				"Requirement already"*) found=$$((found + 1));; \
				Installing*) say "unpacking";; \
			esac; \
		elif [ $$? -gt 128 ]; then \
			say "$$(ls -d .venv/lib/python*/site-packages/*.dist-info | wc -l | tr -d ' ') packages are there"; \
		else break; fi; \
	done; \
	say "making byte code"; \
	$(BIN)/python -m compileall -q -j 0 -x '/tests?/' .venv/lib/python*/site-packages >/dev/null || true; \
	say "evo itself"; \
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .; \
	$(COMPILED); \
	say "done"
endef

.venv/run.stamp: .venv/bin/python requirements.lock pyproject.toml
	@$(call install,requirements.lock)
	@touch $@

# The developer's lock holds all of the other, so that a fresh `make test` installs once.
.venv/dev.stamp: .venv/bin/python requirements.lock requirements-dev.lock pyproject.toml
	@$(call install,requirements-dev.lock)
	@touch .venv/run.stamp $@

.venv-docs/stamp: requirements-docs.lock
	@test -x .venv-docs/bin/python || $(PYTHON) -m venv .venv-docs
	@echo "Setting up .venv-docs (once)"
	@.venv-docs/bin/python -m pip install -q --disable-pip-version-check --no-input --require-hashes -r requirements-docs.lock
	@touch $@
