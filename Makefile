# What there is to do here. Each target sets up what it needs by itself; `make run` and `make test` are enough.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
ENV := . scripts/env.sh;

.PHONY: help setup run dev check test unit e2e bench dist release screenshots clean

help: ## Show this list
	@grep -hE '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

setup: ## Bring this machine to where Nova builds (idempotent; seconds when done)
	@scripts/setup.sh build

release: setup
	@$(ENV) scripts/build.sh

run: release ## Build and serve on http://127.0.0.1:8083
	@$(ENV) exec "$$(scripts/binary.sh release)" serve

dev: setup ## Serve, rebuild and reload on every change
	@$(ENV) exec cargo leptos watch --split

check: ## Formatting, lints for both sides, dependency rules, budgets
	@scripts/setup.sh build check
	@$(ENV) scripts/check.sh

test: ## Everything: units, stories on SQLite and PostgreSQL, pages in Chromium
	@scripts/setup.sh build test
	@$(ENV) scripts/test.sh

unit: ## Only cargo's tests, on both databases
	@scripts/setup.sh test
	@$(ENV) scripts/postgres.sh cargo test

e2e: release ## Only the pages in Chromium
	@scripts/setup.sh test
	@$(ENV) scripts/e2e.sh

bench: release ## Measure, print a table, write bench/results/
	@scripts/setup.sh test
	@$(ENV) scripts/bench.sh

dist: release ## One self-contained binary: dist/nova
	@$(ENV) mkdir -p dist; cp "$$(scripts/binary.sh release)" dist/nova; strip dist/nova; ls -l dist/nova

screenshots: release ## Make the pictures of the documentation from the running app
	@scripts/setup.sh test
	@$(ENV) NOVA_SHOTS=docs/images scripts/e2e.sh --grep @picture

clean: ## Remove what was built here; tools stay in the cache
	rm -rf target dist public/vendor public/fonts frontend/js/node_modules end2end/node_modules crates/*/tests/*/node_modules
