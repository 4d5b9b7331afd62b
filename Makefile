# What a person needs is `make demo` (Python only) and `make test` (Python and Node). `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The first interpreter that is new enough; `make PYTHON=…` to choose another.
PYTHON ?= $(shell for p in python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check

# main: Brownie and the web3 it pins. client: no Brownie, the newest web3. demo: what a member installs.
MAIN := .venv/installed
CLIENT := .venv-client/installed
DEMO := .venv-demo/installed
NPM := node_modules/.package-lock.json

export SOLCX_BINARY_PATH := $(CURDIR)/scripts/toolchain/solc

# More words for pytest: `make test PYTEST="-x -k treasury"`.
PYTEST ?=

.PHONY: help demo install test lint build bench clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

demo: $(DEMO) ## found two zones and let them govern, pay and trade, on an EVM inside the process
	@.venv-demo/bin/zonedao demo

install: $(MAIN) $(CLIENT) $(NPM) ## everything that development needs

# A process a core. Each takes a stretch of the tests as they are ordered, by the chain they run on, and helps out at the end.
PARALLEL := -n auto --dist worksteal

# What depends on web3, for the second environment.
CLIENT_TESTS := tests/unit tests/chain tests/client tests/e2e/test_demo.py tests/e2e/test_first_hour.py

# Doubles are compiled once, before several processes want them. The whole suite comes last: its summary closes the output.
test: install ## run everything, and the client also with the newest web3
	@.venv/bin/python -c "from scripts.toolchain import testing; testing.build()"
	@.venv-client/bin/python -m pytest $(PARALLEL) -m "not once" $(CLIENT_TESTS) $(PYTEST)
	@.venv/bin/python -m pytest $(PARALLEL) $(PYTEST)

lint: $(MAIN) ## ruff, and mypy strict on the package
	@.venv/bin/ruff check .
	@.venv/bin/mypy

build: $(MAIN) $(NPM) ## compile the contracts and write zonedao/artifacts/
	@.venv/bin/python scripts/export_artifacts.py --testing

bench: install ## gas, ballots, the index and start-up, with peers measured in the same run
	@.venv/bin/python -m benchmarks.gas
	@.venv/bin/python -m benchmarks.ballots
	@.venv/bin/python -m benchmarks.index
	@.venv/bin/python -m benchmarks.listing
	@.venv/bin/python -m benchmarks.startup

clean: ## remove everything that make made
	rm -rf .venv .venv-client .venv-demo node_modules build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find zonedao scripts tests benchmarks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

# Installed again only when pyproject.toml changes: the package itself is editable.
$(MAIN): EXTRAS := contracts,dev,embedded,ledger,quick
$(CLIENT): EXTRAS := dev,embedded,ledger
$(DEMO): EXTRAS := embedded

$(MAIN) $(CLIENT) $(DEMO): pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install it, or say make PYTHON=…" >&2; exit 1; }
	@echo "installing zonedao[$(EXTRAS)] into $(@D)"
	@$(PYTHON) -m venv $(@D)
	@$(@D)/bin/python $(PIP_INSTALL) --editable '.[$(EXTRAS)]'
	@touch $@

$(NPM): package.json package-lock.json .npmrc
	@command -v npm >/dev/null || { echo "npm is needed: install Node 20" >&2; exit 1; }
	@echo "installing the compiler, OpenZeppelin and the local nodes into node_modules"
	@npm ci --silent
	@touch $@
