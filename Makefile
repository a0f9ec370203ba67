# Semafor: `make run` and `make test` on a machine with nothing but make and Python >= 3.11.
#
#   make run   [PORT=8080] [DATA=var] [HOST=127.0.0.1]   build what is missing, then a demo desk
#   make test                                            everything but the long suites, a real browser too
#   make test-slow                                       crashes and load
#   make faults                                          the faults alone, in their short form
#   make faults-long                                     as the environment says (tests/faults/profile.py); adds up
#   make bench                                           how fast it is: measures all of docs/performance.md anew
#   make check                                           style, types and architecture only
#   make clean                                           remove all that was built; `var` stays
#
# PYTHON=... chooses the interpreter. What the last step printed is kept in .venv/setup.log.

SHELL := /bin/bash
.NOTPARALLEL:
.DEFAULT_GOAL := run
.PHONY: run test test-slow faults faults-long test-again test-slow-again bench check check-python check-front-ends front-ends system-packages clean

HOST ?= 127.0.0.1
PORT ?= 8080
DATA ?= var
VENV := .venv
BIN  := $(VENV)/bin
LOG  := $(VENV)/setup.log
NODE  = $$($(BIN)/python hatch_build.py --node)
CHROMIUM := $(or $(SEMAFOR_TEST_CHROMIUM),/usr/bin/chromium)

# Three workers of pytest read what the first of them has compiled, and so do all servers that the tests start.
unexport PYTHONDONTWRITEBYTECODE

# The first interpreter that is new enough and can make virtual environments.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$p -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)

# $(call step,what happens,command,the remedy when it fails): one line while it runs, its output in the log.
define step
printf '  %-38s' "$(1) ..."; started=$$SECONDS; \
if ( $(2) ) >$(LOG) 2>&1; then printf 'done (%s s)\n' $$((SECONDS - started)); \
else printf 'failed\n\n%s\n\n' '$(3) The details are in $(LOG).' >&2; exit 1; fi
endef

# $(call check,what is checked,command): silent when it passes, its whole output when it does not.
define check
printf '  %-38s' "$(1) ..."; started=$$SECONDS; \
if ( $(2) ) >$(VENV)/$@.log 2>&1; then printf 'passed (%s s)\n' $$((SECONDS - started)); \
else printf 'failed\n\n'; cat $(VENV)/$@.log; exit 1; fi
endef

NETWORK := Python packages could not be installed: check the network, or the index and proxy that pip is configured with, and run make again.

run: $(VENV)/.package front-ends
	@exec $(BIN)/semafor demo --host $(HOST) --port $(PORT) --data $(DATA)

$(VENV)/.python:
	@test -n "$(PYTHON)" || { \
	  echo "Semafor needs Python 3.11 or newer with the venv module: install it (on Debian and Ubuntu: apt install python3 python3-venv) or say make PYTHON=/path/to/python3." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "$(PYTHON) is missing or older than Python 3.11: install a newer one or say make PYTHON=/path/to/python3." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make virtual environments: install its venv module (on Debian and Ubuntu: apt install python3-venv)." >&2; exit 1; }
	@mkdir -p $(VENV)
	@$(call step,Making a virtual environment,$(PYTHON) -m venv $(VENV),The virtual environment could not be made: check that this folder is writable and the disk is not full.)
	@touch $@

# hatchling and node, as pyproject.toml's [build-system] names them.
$(VENV)/.builders: $(VENV)/.python pyproject.toml
	@$(BIN)/python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['build-system']['requires'], sep='\n')" >$(VENV)/builders.txt
	@$(call step,Fetching hatchling and node,$(BIN)/pip install --retries 2 -r $(VENV)/builders.txt,$(NETWORK))
	@touch $@

$(VENV)/.package: $(VENV)/.builders pyproject.toml hatch_build.py | front-ends
	@$(call step,Installing Semafor,$(BIN)/pip install --retries 2 --no-build-isolation -e .,$(NETWORK))
	@touch $@

# Always asked, at once answered when nothing has changed: hatch_build.py compares a hash of the sources.
front-ends: $(VENV)/.builders
	@$(BIN)/python hatch_build.py

# The front ends stand in .package's way only once, else every `make` would install anew.
# A real identity provider for the tests of the sign-in, with packages of its own; `make run` needs none of them.
$(VENV)/.provider: $(VENV)/.builders tests/harness/provider/package-lock.json
	@$(call step,Installing an identity provider,node=$(NODE) && $$node $${node%/bin/node}/lib/node_modules/npm/bin/npm-cli.js --prefix tests/harness/provider ci --ignore-scripts --no-audit --no-fund --fetch-retries=2,The npm registry cannot be reached: check the network or the registry and proxy that npm is configured with and run make again.)
	@touch $@

$(VENV)/.tests: $(VENV)/.package $(VENV)/.provider
	@$(call step,Installing the test tools,$(BIN)/pip install --retries 2 --no-build-isolation -e ".[test]",$(NETWORK))
	@touch $@

# What tests need of the machine: program=package. Where there is no apt, a person installs them.
system-packages:
	@missing=; \
	for need in $(CHROMIUM)=chromium strace=strace openssl=openssl caddy=caddy /usr/sbin/nginx=nginx-light /usr/sbin/haproxy=haproxy /usr/sbin/dovecot=dovecot-imapd; do command -v $${need%%=*} >/dev/null || missing="$$missing $${need##*=}"; done; \
	test -z "$$missing" && exit 0; \
	as_root=; test $$(id -u) = 0 || as_root='sudo -n'; \
	if ! command -v apt-get >/dev/null || ! $$as_root true 2>/dev/null; then \
	  echo "The tests need$$missing: install them as root (on Debian and Ubuntu: apt-get install$$missing fonts-dejavu-core), or run make test as root or with passwordless sudo." >&2; exit 1; fi; \
	$(call step,Installing$$missing,$$as_root apt-get update && $$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $$missing fonts-dejavu-core,The system packages could not be installed: check the network or install them by hand.)

# Everything but the long suites; the quick verdicts first. Three tests at a time on two cores: much of a test's time is
# waiting for a process or a page.
test: $(VENV)/.tests front-ends system-packages check
	@printf '  Tests\n'
	@$(BIN)/pytest -m 'not slow' -n 3 -q

# Only what failed the last time.
test-again test-slow-again:
	@$(BIN)/pytest --last-failed --last-failed-no-failures none -q

# Python and the front ends side by side, on a core each. What pytest collects is compiled meanwhile, once for all workers.
check: $(VENV)/.tests front-ends
	@( $(BIN)/pytest --collect-only -q -p no:cacheprovider; true ) >/dev/null 2>&1 & compiling=$$!; \
	$(MAKE) --no-print-directory check-front-ends >$(VENV)/check.log 2>&1 & front_ends=$$!; \
	status=0; $(MAKE) --no-print-directory check-python || status=$$?; \
	wait $$front_ends || status=$$?; cat $(VENV)/check.log; wait $$compiling; exit $$status

check-python:
	@$(call check,Style (ruff),$(BIN)/ruff check . && $(BIN)/ruff format --check --diff .)
	@$(call check,Types (mypy),$(BIN)/mypy)
	@$(call check,Architecture (import-linter),$(BIN)/lint-imports)

check-front-ends:
	@$(call check,Front ends: types (tsc),$(NODE) node_modules/typescript/bin/tsc)
	@$(call check,Front ends: style (biome),node_modules/@biomejs/cli-linux-*/biome check --error-on-warnings)
	@$(call check,Front ends: tests (node),$(NODE) --test "widget/test/**/*.test.ts" "agent_panel/test/**/*.test.ts")

# Second engines, every screen, crashes and load: `.ci/run` runs them after `make test`. What is judged under load has the
# machine to itself.
test-slow: $(VENV)/.tests front-ends system-packages
	@status=0; \
	$(BIN)/pytest -m slow --ignore=tests/faults -n 3 --dist loadfile -q || status=$$?; \
	$(MAKE) --no-print-directory faults || status=$$?; \
	exit $$status

# Servers, Redis and the database are killed, frozen and cut off under load; the judge is proved by bugs of its own.
# Much of it waits for graces and pauses, so three courses run beside each other; what is judged by its speed runs alone.
faults: $(VENV)/.tests system-packages
	@status=0; \
	$(BIN)/pytest -m 'slow and not alone' -n 3 -q tests/faults || status=$$?; \
	$(BIN)/pytest -m 'slow and alone' -q tests/faults || status=$$?; \
	exit $$status

# Hours; what it counted is added to tests/faults/results, and docs/reliability.md is made anew of all of them.
faults-long: $(VENV)/.tests system-packages
	@status=0; \
	SEMAFOR_TEST_STORM=long SEMAFOR_TEST_RESULTS=tests/faults/results $(BIN)/pytest -m slow -q tests/faults || status=$$?; \
	$(BIN)/python -m tests.faults.table; \
	exit $$status

# One part after the other, on a machine that does nothing else: about a quarter of an hour.
bench: $(VENV)/.tests front-ends system-packages
	@for part in messages visitors waiting engine records reports panel; do \
	  printf '\n%s\n' "$$part"; $(BIN)/python -m tests.bench.$$part || exit 1; \
	  $(BIN)/python -m tests.bench.table || exit 1; done

clean:
	rm -rf $(VENV) node_modules tests/harness/provider/node_modules server/assets dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache test-results
