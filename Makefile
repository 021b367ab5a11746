# `make demo` and `make test` are all that a bare machine with Python >= 3.11 needs.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
ARGS   ?=

.PHONY: demo test check bench torture fuzz docs format clean

demo: $(VENV)/.installed          ## the whole job, offline, on seeds/; ARGS=--once ends after one round
	$(BIN)/aggregator demo $(ARGS)

test: $(VENV)/.installed-dev      ## every test; ARGS="-k feeds" for some
	$(BIN)/python -m pytest -n 5 $(ARGS)

check: $(VENV)/.installed-dev     ## style, types, and the one direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The whole of it writes docs/measured and the pages made of it, a part (ARGS) only with BENCH_WRITE=1. Peers that are missing are left out:
# lemon24/reader comes with the development's packages, newsboat is the system's (apt-get install newsboat).
bench: export BENCH_WRITE ?= $(if $(ARGS),,1)
bench: $(VENV)/.installed-dev     ## costs against peers and their floors, as a table, as build/bench.json, and as docs/performance.md with its plot
	$(BIN)/python -m pytest $(if $(filter tests/%,$(ARGS)),,tests/bench) -m bench -s -p no:randomly $(ARGS); status=$$?; \
		$(BIN)/python docs/capacity.py && $(BIN)/python docs/performance.py && exit $$status

torture: $(VENV)/.installed-dev   ## a thousand kills, each system call broken, a hundred stops under load, ten thousand polls
	$(BIN)/python -m pytest -m torture -s $(ARGS)

simulate: $(VENV)/.installed-dev  ## a virtual day of 1,000,000 sources; ARGS="--sources 100000" for fewer, ARGS=--write for docs/capacity.md
	$(BIN)/python -m tests.simulation $(ARGS)

fuzz: $(VENV)/.installed-dev      ## reads 20,000 broken documents of each kind, spoils every recorded one in every way, asks the web page all sorts of things
	FUZZ=20000 WHOLE=1 $(BIN)/python -m pytest -n 2 tests/property tests/golden/test_translated_lists.py \
		tests/unit/web/test_described.py tests/unit/publishers/test_validity.py $(ARGS)

docs: $(VENV)/.installed-dev      ## what is generated: docs/commands.md, docs/configuration.md, config/schema.json, and pages of what was measured
	$(BIN)/python docs/generate.py
	$(BIN)/python docs/capacity.py
	$(BIN)/python docs/performance.py

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) build dist demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable .
	$(BIN)/python -m compileall -q aggregator
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --editable '.[all]' --group dev
	touch $@
