# Short commands for people and for continuous integration. `make` alone lists them.

SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory --no-builtin-rules

# Continuous integration builds exactly what Cargo.lock says; a developer may be changing it.
CARGO_FLAGS := $(if $(CI),--locked)
NPM_CI := npm ci --no-audit --no-fund --loglevel=error

# A folder's npm packages are up to date when npm's own record is newer than the files that ask for them.
NPM_DONE := node_modules/.package-lock.json
LINT := target/lint
ENGINES := $(basename $(notdir $(wildcard engines/schemas/*.graphql)))
GRAPHIQL := web/dist/graphiql/index.html
ADMIN := web/dist/admin/index.html
LINKS := web/party-links/dist/custom-elements.json

##@ Everyday

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^##@/ { print substr($$0, 5) } /^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: export PARTY_DATABASE_URL ?= sqlite:data/party.sqlite
run: tools web ## build what is needed and start the server with demo data (ARGS="…" are passed on)
	@mkdir -p data
	@echo "==> cargo build"
	@cargo build $(CARGO_FLAGS) --bin party
	@exec cargo run $(CARGO_FLAGS) --quiet --bin party -- $(ARGS)

.PHONY: graph
graph: tools tests/gateway/$(NPM_DONE) ## start the hub, the three engines and a gateway over them with demo data
	@echo "==> cargo build"
	@cargo build $(CARGO_FLAGS) --package party --package engines --bins
	@cd tests/gateway && exec node serve.js

.PHONY: test
test: deps web fmt clippy cargo-test composition http sarif lint-engines deploy-lint deny gateway ui ## install what is missing and run every check and test
	@echo "==> all checks passed"

##@ Parts

.PHONY: tools
tools: ## check that the tools of a build are there
	@scripts/deps.sh build

.PHONY: deps
deps: ## the same for the tests: also rustfmt, clippy and PostgreSQL's server
	@scripts/deps.sh test

.PHONY: web
web: $(GRAPHIQL) $(ADMIN) ## build the pages that the server serves

.PHONY: links
links: $(LINKS) ## build the links widget as a package of its own, for `npm pack` in web/party-links

.PHONY: fmt
fmt: ## check the format of the Rust code
	@echo "==> cargo fmt"
	@cargo fmt --all --check

.PHONY: clippy
clippy: ## lint the Rust code
	@echo "==> cargo clippy"
	@cargo clippy $(CARGO_FLAGS) --workspace --all-targets -- -D warnings

.PHONY: cargo-test
cargo-test: ## run the Rust tests
	@echo "==> cargo test"
	@cargo test $(CARGO_FLAGS) --workspace

.PHONY: composition
composition: tests/composition/$(NPM_DONE) ## compose schema.graphql with the engines in three composers
	@echo "==> composition"
	@cd tests/composition && npm test --silent

.PHONY: gateway
gateway: tests/gateway/$(NPM_DONE) ## query the hub and the engines through two gateways
	@echo "==> gateway"
	@cargo build $(CARGO_FLAGS) --package party --package engines --bins
	@cd tests/gateway && npm test --silent

.PHONY: ui
ui: web links tests/ui/$(NPM_DONE) ## tell the stories of the admin pages to a browser, on both databases
	@scripts/deps.sh ui
	@echo "==> ui"
	@cargo build $(CARGO_FLAGS) --quiet --bin party
	@cd tests/ui && npm test --silent

.PHONY: bench
bench: web ## measure the release build against PostgreSQL alone and a bare handler (ARGS="--help" lists what may be asked)
	@scripts/deps.sh bench
	@echo "==> cargo build --release"
	@cargo build $(CARGO_FLAGS) --release --package party --package benches --bins
	@exec target/release/party-bench $(ARGS)

.PHONY: dirty
dirty: export TEST_IMPORT_CUSTOMERS ?= 50000
dirty: ## import more than 100,000 dirty rows, twice, verify, and take them back
	@echo "==> dirty: $(TEST_IMPORT_CUSTOMERS) customers and what belongs to them"
	@cargo test $(CARGO_FLAGS) --release --test it -- --nocapture import::dirty

.PHONY: deploy-lint
deploy-lint: $(LINT)/done ## check the Dockerfile, the compose file and the Kubernetes manifest
	@echo "==> deploy"
	@$(LINT)/bin/hadolint deploy/Dockerfile
	@$(LINT)/bin/python scripts/check-compose.py deploy/compose.yaml
	@$(LINT)/bin/kubernetes-validate --quiet --strict deploy/kubernetes.yaml

.PHONY: deny
deny: $(LINT)/done ## check licences, sources and known faults of the crates
	@echo "==> cargo deny"
	@scripts/deny.sh $(LINT)/bin/cargo-deny

.PHONY: soak
soak: export SOAK_SECONDS ?= 600
soak: deps ## load both databases with 32 connections for ten minutes (SOAK_SECONDS=600)
	@echo "==> soak: $(SOAK_SECONDS) s"
	@cargo test $(CARGO_FLAGS) --release --test it -- --nocapture soak::

.PHONY: http
http: tests/http/$(NPM_DONE) ## audit the running server: GraphQL over HTTP, WebSockets, event streams
	@echo "==> http"
	@cargo build $(CARGO_FLAGS) --quiet --bin party
	@cd tests/http && npm test --silent

.PHONY: sarif
sarif: tests/sarif/$(NPM_DONE) ## check reports of `party lint` against the schema of SARIF
	@echo "==> sarif"
	@cargo build $(CARGO_FLAGS) --quiet --bin party
	@cd tests/sarif && npm test --silent

.PHONY: bounds
bounds: ## set the bounds of instructions per request anew, which the tests compare with
	@cargo test $(CARGO_FLAGS) --quiet --workspace --no-run
	@target/debug/party-bench --instructions benches/instructions.json --set

.PHONY: lint-engines
lint-engines: ## check that the reference engines copy no identity: their schemas, and their tables after migration
	@echo "==> lint engines"
	@cargo build $(CARGO_FLAGS) --quiet --package party --package engines --bins
	@folder=$$(mktemp -d); trap 'rm -r "$$folder"' EXIT; \
	target/debug/engines migrate all --database "sqlite:$$folder"; \
	target/debug/party lint $(foreach engine,$(ENGINES),--schema engines/schemas/$(engine).graphql --database "sqlite:$$folder/$(engine).sqlite")

.PHONY: schema
schema: ## write schema.graphql and those of the engines from the code
	@cargo run $(CARGO_FLAGS) --quiet --bin party -- schema > schema.graphql.new || { rm schema.graphql.new; exit 1; }
	@mv schema.graphql.new schema.graphql
	@for engine in crm auction website; do \
		cargo run $(CARGO_FLAGS) --quiet --package engines -- schema $$engine > schema.graphql.new || { rm schema.graphql.new; exit 1; }; \
		mv schema.graphql.new engines/schemas/$$engine.graphql; \
	done

.PHONY: clean
clean: ## remove everything that was built; the data of `make run` stays
	@rm -rf web/dist web/node_modules tests/composition/node_modules tests/gateway/node_modules tests/http/node_modules tests/sarif/node_modules tests/ui/node_modules web/admin/gen web/party-links/gen web/party-links/dist schema.graphql.new
	@cargo clean --quiet

$(LINT)/done: scripts/requirements.txt
	@echo "==> lint tools: pip install"
	@python3 -m venv $(LINT)
	@$(LINT)/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

$(GRAPHIQL): web/$(NPM_DONE) web/vite.config.js $(wildcard web/graphiql/*)
	@echo "==> web: build"
	@cd web && npm run build --silent -- --logLevel warn
	@touch $@

$(ADMIN): web/$(NPM_DONE) web/vite.admin.config.js web/codegen.json web/tsconfig.json schema.graphql $(shell find web/admin web/party-links -type f -not -path '*/gen/*' -not -path '*/dist/*')
	@echo "==> web: build of the admin pages"
	@cd web && npm run admin --silent
	@touch $@

$(LINKS): web/$(NPM_DONE) web/vite.links.config.js web/custom-elements-manifest.config.mjs web/codegen.json web/tsconfig.json schema.graphql $(shell find web/party-links -type f -not -path '*/gen/*' -not -path '*/dist/*')
	@echo "==> web: build of the links widget"
	@cd web && npm run links --silent
	@touch $@

%/$(NPM_DONE): %/package.json %/package-lock.json %/.npmrc
	@echo "==> $*: npm ci"
	@cd $* && $(NPM_CI)
	@touch $@
