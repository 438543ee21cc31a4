# Two commands do everything on a fresh Debian 12 with Swift 6.3:
#   make run     installs what is missing, builds, and starts the fleet controller (or its demo)
#   make test    installs what the tests need too, and runs all of them
# Both can be repeated; both work as root and as a user with sudo.

SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON_VENV := .venv
PRODUCT := .build/release/finops

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## Debian packages the product needs
	@scripts/setup product

setup-test: ## … and what the tests need besides
	@scripts/setup tests

build: setup ## the release binary, .build/release/finops
	swift build -c release --product finops

run: build ## start: with ./finops.yaml if there is one, else the demo fleet
	@if [ -f finops.yaml ]; then exec $(PRODUCT) controller --config finops.yaml; \
	else exec $(PRODUCT) demo; fi

test: setup setup-test ## every test, with the counts at the end
	@scripts/test

format: ## lay the sources out
	swift format -i -r -p Sources Tests Benchmarks Package.swift

lint: ## check layout and rules
	swift format lint --strict -r -p Sources Tests Benchmarks Package.swift

# The instrument counts allocations only where jemalloc is; we do not ask it to.
bench: setup ## benchmarks (own package): parser, collect to commit; 5 minutes after building
	cd Benchmarks && BENCHMARK_DISABLE_JEMALLOC=1 swift build -c release --product ExporterFleet
	cd Benchmarks && BENCHMARK_DISABLE_JEMALLOC=1 \
	  swift package --disable-sandbox benchmark --no-progress

clean:
	rm -rf .build $(PYTHON_VENV)

.PHONY: help setup setup-test build run test format lint bench clean
