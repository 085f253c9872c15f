# `make` lists what there is. Everything runs in .venv/, which `make setup` makes and keeps fresh.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
LOCKS := requirements/base.txt requirements/dev.txt
STAMP := $(VENV)/.installed
CATALOGUES := $(wildcard locale/*/LC_MESSAGES/*.po)
READY := $(VENV)/.translated
# The PostgreSQL wheel warns on machines without a session directory; it needs none.
QUIET := -W "ignore:XDG_RUNTIME_DIR"
ZONES := portal relay review

.DEFAULT_GOAL := help

help: ## list these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

setup: $(READY) ## make the environment in .venv/, nothing else

$(STAMP): $(LOCKS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version). Name another with PYTHON=…" >&2; exit 1; }
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv $(VENV)
	@echo "Installing the locked packages (about a minute the first time)"
	@$(PY) -m pip install -qq --disable-pip-version-check --require-hashes $(addprefix -r ,$(LOCKS))
	@touch $@

$(READY): $(STAMP) $(CATALOGUES)
	@$(PY) scripts/compile_translations.py
	@touch $@

demo: $(READY) ## start the three zones with a synthetic city, file one return, serve; Ctrl-C ends it
	@$(PY) $(QUIET) -m demo.run

demo-reset: ## forget the demo's data; the next `make demo` starts over
	@test ! -x $(PY) || $(PY) $(QUIET) -m demo.reset

test: $(READY) ## everything a clean checkout needs, then all tests
	@PY=$(PY) scripts/test

check: $(READY) ## format, lint, types, import contracts, migrations, translations, generated docs
	@PY=$(PY) scripts/check

fix: $(STAMP) ## mend what the formatter and the linter can mend
	@$(PY) -m ruff check --fix . ; $(PY) -m ruff format .

photographs: $(READY) ## every page of the portal in Chromium: .local/photographs (40 minutes); LOOKS="en-narrow-dark" PAGES="receipt" takes some
	@$(PY) $(QUIET) -m pytest tests/portal/photographs.py -p no:cacheprovider

bench: $(STAMP) ## measure ratios against peers; JSON under bench/results/
	@for run in tax signing revocation exchange way review portal byhand imports assessment notices retention transfers; do echo "== $$run"; $(PY) -m bench.$$run.run || exit 1; done

chaos: $(READY) ## every fault under a stream of filings (32 minutes; five faults as root with faketime); ZONES=netns: the firewall, as root
	@if [ "$(ZONES)" = netns ]; then $(PY) $(QUIET) -m chaos.walls; \
	  else $(PY) $(QUIET) -m chaos.run --json bench/results/chaos.json; fi

requirements: $(STAMP) ## which promises of the privacy impact assessment are kept, by which test
	@$(PY) scripts/requirements.py

audit: $(STAMP) ## what is known against the locked packages (asks a database of advisories)
	@$(PY) -m scripts.audit

lock: ## resolve the requirements anew (needs uv)
	@for set in base dev; do uv pip compile --quiet --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  requirements/$$set.in -o requirements/$$set.txt || exit 1; done

stop-engines: ## stop the PostgreSQL that tests started
	@test ! -x $(PY) || $(PY) -m tests.stop_engines

.PHONY: help setup demo demo-reset test check fix photographs bench chaos requirements audit lock stop-engines
