# `make up` brings up the lab of topologies/sandbox.yaml on this machine; `make test` runs every test.
# Both build the same configuration, so nothing is compiled twice.

TOPOLOGY ?= topologies/sandbox.yaml
POLYVISOR = .build/debug/polyvisor
# What imports a room that Package.swift does not let it import is an error. The flag does not change what is compiled.
BUILD = swift build --explicit-target-dependency-import-check error

.DEFAULT_GOAL := help
.PHONY: help up down build test lint check clean

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 8

up: ## install what is missing, build, bring up TOPOLOGY and verify it (root)
	scripts/install-prerequisites build sandbox
	$(BUILD) --product polyvisor
	$(POLYVISOR) up $(TOPOLOGY)

down: ## remove everything that `make up` made for TOPOLOGY (root)
	$(POLYVISOR) down $(TOPOLOGY) --yes

build: ## install what is missing to build, and build all
	scripts/install-prerequisites build
	$(BUILD)

test: ## install what is missing, and run every test, the bring-up of a whole sandbox among them (root)
	scripts/install-prerequisites
	$(BUILD) --build-tests
	swift test --skip-build --no-parallel --skip IntegrationTests
	swift test --skip-build --filter IntegrationTests

lint: ## check the format of all Swift sources, and the page of trials
	swift format lint --strict --recursive --parallel Package.swift Sources Tests
	Trials/run --check

check: lint test ## what CI runs

clean: ## remove what `swift build` made
	swift package clean
