# The one front door for every chore; CI uses the same.
#
# Needs Python 3.11 or newer, a C compiler and the Rust toolchain; everything else is set up in
# .venv, once. What nothing has changed is not made again.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
PYTEST := $(BIN)/python -m pytest
# One more than there are cores: some tests wait for others' time.
PARALLEL := --numprocesses $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)') --dist worksteal

# Stamps: what has been set up. They live in the environment that they speak of.
MADE := $(VENV)/.made
BUILT := $(VENV)/.built
TOOLS := $(VENV)/.tools
PEERS := $(VENV)/.peers

# Apache Beam pins what the rest does not: an environment beside the other, and the same core.
BEAM := .venv-beam

CORE := src/log_gardener/_core.abi3.so
CRATES := Cargo.toml Cargo.lock $(wildcard crates/*/Cargo.toml) $(shell find crates -path '*/src/*' -name '*.rs')

# What is fuzzed, with what, and for how long.
TARGETS := $(basename $(notdir $(wildcard fuzz/fuzz_targets/*.rs)))
FUZZER := target/tools/bin/cargo-fuzz
SECONDS ?= 60

# How many seeds filing is tried with by `make chaos`; `make test` takes a hundred.
SEEDS ?= 1000

# PyO3 builds against this Python, and maturin installs into it, whatever else is active.
export VIRTUAL_ENV := $(CURDIR)/$(VENV)
export PYO3_PYTHON := $(CURDIR)/$(BIN)/python
unexport CONDA_PREFIX
unexport PYTHONHOME
# Commands are started by the hundred: each would compile every module again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test test-beam check lint crates docs site screenshots bench bench-beam chaos fuzz instructions build format clean again

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(BUILT) ## Tend the sample logs: prints the summary, writes worklogs/
	$(BIN)/log-gardener tend examples/shop.json.gz --state :memory: --output worklogs/

test: $(BUILT) $(TOOLS) ## Run every test: the core's in Rust, then all in Python
	cargo test --quiet --package gardener-core
	$(PYTEST) $(PARALLEL) --quiet

test-beam: $(BEAM)/.tools ## Run the tests of the extra beam, in an environment of its own
	$(BEAM)/bin/python -m pytest $(PARALLEL) --quiet tests/beam

check: lint ## Check format, lint, types, imports, stubs and docs
	$(PYTEST) $(PARALLEL) --quiet tests/docs tests/shape

lint: $(BUILT) $(TOOLS) ## The part of check that make test has not
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict src tests examples benchmarks docs deploy
	$(BIN)/lint-imports
	cargo fmt --all --check
	cargo clippy --quiet --workspace --all-targets -- --deny warnings
	$(BIN)/python -m mypy.stubtest log_gardener._core

crates: $(MADE) ## Compile what lint and test need of the crates
	cargo clippy --quiet --workspace --all-targets -- --deny warnings
	cargo test --quiet --no-run --package gardener-core

docs: $(BUILT) $(TOOLS) ## Check that the documentation tells the truth
	$(PYTEST) tests/docs

site: $(BUILT) $(TOOLS) ## Build the documentation as a site into target/site
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

screenshots: $(BUILT) $(TOOLS) ## Take the pictures of the documentation; needs chromium
	$(BIN)/python -m docs.site.screenshots

bench: $(BUILT) $(PEERS) $(BEAM)/.tools ## Measure accuracy and speed beside others, into docs/; LONG=1 for ten million
	$(BIN)/python -m benchmarks.accuracy --write docs/accuracy.md
	$(BIN)/python -m benchmarks.growth --write docs/accuracy.md
	$(BIN)/python -m benchmarks.speed --write docs/performance.md
	$(BIN)/python -m benchmarks.volume --write docs/performance.md $(if $(LONG),--long)
	$(BIN)/python -m benchmarks.memory --write docs/performance.md
	$(BIN)/python -m benchmarks.unwrapping --write docs/performance.md
	$(BIN)/python -m benchmarks.bucket --write docs/performance.md
	$(BIN)/python -m benchmarks.columns --write docs/performance.md
	$(BIN)/python -m benchmarks.subscription --write docs/performance.md
	$(BIN)/python -m benchmarks.redaction --write docs/performance.md --accuracy docs/accuracy.md
	$(BIN)/python -m benchmarks.pictures
	$(BIN)/python -m benchmarks.pages --write docs/performance.md
	$(BIN)/python -m benchmarks.choices --write docs/performance.md
	$(BIN)/python -m benchmarks.scale --beam $(BEAM)/bin/python --write docs/scale.md

bench-beam: $(BEAM)/.tools ## Measure Apache Beam beside the local engine, into docs/
	$(BEAM)/bin/python -m benchmarks.many --write docs/performance.md

chaos: $(BUILT) $(TOOLS) ## File tickets under seeded faults, kills and people, SEEDS=1000
	LOG_GARDENER_SEEDS=$(SEEDS) $(PYTEST) $(PARALLEL) --quiet tests/tickets/test_chaos.py

fuzz: ## Look for bytes that break the core, SECONDS=60 a target; needs nightly Rust
	@rustup run nightly rustc --version >/dev/null 2>&1 || { \
	  echo "Fuzzing needs nightly Rust: rustup toolchain install nightly --profile minimal" >&2; exit 1; }
	@test -x $(FUZZER) || cargo install --quiet --locked --root target/tools cargo-fuzz
	@for target in $(TARGETS); do \
	  mkdir -p target/fuzz/corpus/$$target && echo "Fuzzing $$target for $(SECONDS) seconds" && \
	  RUST_BACKTRACE=0 rustup run nightly $(FUZZER) run --target-dir target/fuzz $$target \
	    target/fuzz/corpus/$$target fuzz/seeds/$$target -- \
	    -max_total_time=$(SECONDS) -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=0 || exit 1; \
	done

instructions: $(MADE) ## Count the core's instructions; fails if they are a fifth more than recorded
	$(BIN)/python -m benchmarks.instructions

build: $(BUILT) ## Build a wheel into target/wheels
	$(BIN)/maturin build --release

format: $(TOOLS) ## Format everything and mend what the linters can
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .
	cargo fmt --all

clean: ## Remove everything that can be made again; worklogs stay
	rm -rf $(VENV) $(BEAM) target $(CORE) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests examples benchmarks deploy -name __pycache__ -prune -exec rm -rf {} +

$(MADE):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Log Gardener needs Python 3.11 or newer, but $(PYTHON) is" \
	    "$$($(PYTHON) --version 2>/dev/null || echo 'not there')." >&2; \
	  echo "Name another one: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { echo "Making $(VENV)"; $(PYTHON) -m venv $(VENV); }
	@touch $@

# maturin installs the package with its dependencies, and asks nothing of the network where they are there. The
# stamp bears the time of the beginning, so that what is edited meanwhile is built by the next call.
$(BUILT): $(MADE) $(CRATES) pyproject.toml $(if $(wildcard $(CORE)),,again)
	@command -v cargo >/dev/null || { \
	  echo "Log Gardener builds its core with Rust, but there is no cargo: see https://rustup.rs" >&2; exit 1; }
	@echo "Building the native core (minutes at first, seconds after a change)"
	@$(BIN)/maturin --version >/dev/null 2>&1 || $(PIP) install 'maturin>=1.16,<2'
	@touch $@.begun
	@PIP_QUIET=1 $(BIN)/maturin develop --release --quiet
	@mv $@.begun $@

# Read from pyproject.toml by hand because no command of pip's installs extras without building the package.
list_extra = $$($(BIN)/python -c 'import tomllib; project = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
  print(*({"": project["dependencies"]} | project["optional-dependencies"])["$(1)"])')
install_extra = $(PIP) install $(call list_extra,$(1))

$(TOOLS): $(MADE) pyproject.toml
	@echo "Setting up the tools for tests and checks"
	@$(call install_extra,dev)
	@$(call install_extra,gcp)
	@$(call install_extra,github)
	@$(call install_extra,web)
	@$(call install_extra,docs)
	@touch $@

# What is built for the one is good for the other: maturin would compile it again. uv finds in seconds which releases
# go with Beam's; pip tries them one after the other for minutes.
$(BEAM)/.tools: $(BUILT) pyproject.toml
	@echo "Setting up Apache Beam"
	@test -x $(BEAM)/bin/python || $(PYTHON) -m venv $(BEAM)
	@$(BEAM)/bin/python -m pip --quiet --disable-pip-version-check install 'uv>=0.9'
	@$(BEAM)/bin/uv pip install --quiet --python $(BEAM)/bin/python \
	  $(call list_extra,) $(call list_extra,gcp) $(call list_extra,beam) $(call list_extra,dev-beam)
	@cp -R $(VENV)/lib/python3*/site-packages/log_gardener* $(BEAM)/lib/python3*/site-packages/
	@touch $@

$(PEERS): $(MADE) pyproject.toml
	@echo "Setting up the miners to measure beside"
	@$(call install_extra,bench)
	@$(call install_extra,web)
	@touch $@

again:
