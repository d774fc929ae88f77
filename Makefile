# One word per habit. Needs python3 (3.11.2 or newer) and make, nothing else.

VENV := .venv
BIN := $(VENV)/bin
LOCK := --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-annotate --no-header

# Many containers say that bytecode is not to be kept; then each process compiles 1,400 files anew, and starts in 3 s instead of 1.4.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: serve test tested check bench bench-scale years lock words styles clean

serve: $(VENV)/serving ## the site on http://127.0.0.1:8000, with a demonstration on an empty database
	@$(BIN)/coursesite serve

test: $(VENV)/testing ## everything: checks, SQLite and PostgreSQL, journeys in a browser
	@$(BIN)/python tests/find_browser.py
	@$(MAKE) --no-print-directory --jobs 2 check tested

# Three at a time where there are two cores, as browsers and servers are waited for.
tested: $(VENV)/testing
	@$(BIN)/python -m pytest --engine both -n 3 --dist worksteal --durations 12

check: $(VENV)/testing ## format, lint, types, imports, templates
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@told=$$($(BIN)/lint-imports --no-cache) || { echo "$$told"; exit 1; }; echo "$$told" | tail -n 1
	@$(BIN)/djlint --lint --quiet coursesite/templates

bench: $(VENV)/testing ## the production server under load, one row per page
	@$(BIN)/python -m tests.bench

years: $(VENV)/testing ## ten years of a service of 500 people, after which every invariant must hold
	@COURSESITE_SIMULATED_PEOPLE=500 $(BIN)/python -m pytest tests/doctor/test_ten_years.py

bench-scale: $(VENV)/testing ## a million people: pages, the night, an assignment to all; `engine=postgresql people=200000 keep=FOLDER`
	@$(BIN)/python -m tests.bench.scale $(engine) $(people) $(if $(keep),--keep $(keep))

lock: $(VENV)/testing ## make both lock files again from pyproject.toml
	@$(BIN)/uv pip compile -q $(LOCK) pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile -q $(LOCK) --extra test -c requirements.lock pyproject.toml -o requirements-test.lock

words: $(VENV)/testing ## the sentences for translators; `make words language=de` begins a language
	@$(BIN)/python -m tests.words $(language)

styles: ## static/site.css from static/src; needs Node, and only to change the look
	@npm install --ignore-scripts --no-audit --no-fund --loglevel=error
	@npm run --silent styles

clean: ## forget the environment; the database under var/ stays
	@rm -rf $(VENV)

# The environment. A candidate is run, not only looked for: a name on the PATH may be an empty promise.
$(VENV)/made:
	@for python in python3 python3.13 python3.12 python3.11; do \
	  if $$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11, 2))' 2>/dev/null; then \
	    $$python -m venv $(VENV) && touch $@ && exit 0; \
	  fi; \
	done; \
	echo 'No usable Python was found: install Python 3.11.2 or newer with its venv module (on Debian: apt-get install python3 python3-venv).' >&2; \
	rm -rf $(VENV); exit 1

$(VENV)/serving: requirements.lock pyproject.toml | $(VENV)/made
	@echo 'Installing what the site needs ...'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# The lock of the tests holds that of the site. Bytecode of what is used is made when it is first used.
$(VENV)/testing: requirements-test.lock pyproject.toml | $(VENV)/made
	@echo 'Installing what the site and its tests need ...'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements-test.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(VENV)/serving $@
