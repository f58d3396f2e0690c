# Thin on purpose: each target says in one line what it does, and `make help` prints those lines.

IS_NEW_ENOUGH = -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
PYTHON ?= $(shell for p in python3.11 python3; do $$p $(IS_NEW_ENOUGH) && command -v $$p && break; done)
PORT ?= 8000
BIN = .venv/bin
RUN = .venv/.installed
TOOLS = .venv/.tools
INSTALL = $(if $(shell command -v uv),uv pip install --quiet --python $(BIN)/python,$(BIN)/python -m pip install \
	--quiet --disable-pip-version-check) --require-hashes --requirement

.DEFAULT_GOAL := help
.PHONY: help run test hostile faults scoreboard coverage check bench docs wheelhouse

help: ## what can be asked for
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: $(RUN) ## the whole product with its demo at http://127.0.0.1:8000 (another port: PORT=8001)
	@DEMO=1 $(BIN)/python manage.py run --port $(PORT)

test: $(TOOLS) ## every scene, on SQLite and then on PostgreSQL; says what was skipped and why
	@$(BIN)/python -m tests.templates & failed=0; for engine in sqlite postgresql; do \
		echo "=== scenes on $$engine ==="; rm -f var/testdb/skipped-$$engine.txt; \
		TEST_DATABASE=$$engine $(BIN)/python -m pytest -q -n 2 || failed=1; \
		wait; \
	done; \
	echo "=== skipped ==="; cat var/testdb/skipped-*.txt | grep . || echo "nothing"; \
	exit $$failed

hostile: $(TOOLS) ## only the attacks: people who must not get in, nonsense at every address
	@$(BIN)/python -m pytest -q tests/hostile
	@$(BIN)/python -m tests.hostile.scenes

faults: $(TOOLS) ## only what breaks, in its long form on PostgreSQL: processes killed, servers crashed, lines cut; figures in var/faults.json
	@rm -f var/faults.json
	@FAULTS_WHOLE=$${FAULTS_WHOLE:-1} TEST_DATABASE=postgresql $(BIN)/python -m pytest -q -n 2 tests/faults; failed=$$?; \
		cat var/faults.json 2>/dev/null; exit $$failed

scoreboard: $(TOOLS) ## every promise with the scenes that show it and their figures; about an hour
	@$(BIN)/python -m tests.scoreboard

coverage: $(TOOLS) ## which lines no scene has run; longer than make test, on the engine that TEST_DATABASE names
	@mkdir -p var/coverage && rm -f var/coverage/*
	@$(BIN)/coverage run -m pytest -q -n 2
	@$(BIN)/coverage combine --quiet && $(BIN)/coverage json --quiet -o var/coverage/lines.json && $(BIN)/coverage report

check: $(TOOLS) ## form, lints, types, migrations and Django's own checks; not the scenes
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@SQLITE_FILE=:memory: $(BIN)/python manage.py makemigrations --check --dry-run
	@$(BIN)/python manage.py check

bench: $(TOOLS) ## how long the product takes, in figures
	@$(BIN)/python -m tests.bench

wheelhouse: requirements.txt ## all packages as files in var/wheelhouse, to carry to a machine without network
	@rm -rf var/wheelhouse && mkdir -p var/wheelhouse
	@"$(PYTHON)" -m pip download --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
		--dest var/wheelhouse --requirement requirements.txt
	@cp requirements.txt var/wheelhouse/
	@cd var/wheelhouse && sha256sum * > SHA256SUMS
	@echo "var/wheelhouse: $$(ls var/wheelhouse | wc -l) files. There: python3 -m venv .venv && .venv/bin/pip install" \
		"--no-index --find-links var/wheelhouse --require-hashes --requirement requirements.txt"

docs: $(TOOLS) ## the generated parts of docs/ are written anew
	@$(BIN)/python -m tests.docs

$(RUN): requirements.txt
	@"$(PYTHON)" $(IS_NEW_ENOUGH) || { echo "Python 3.11 or newer is needed: install it as python3.11" \
		"or python3, or name it: make PYTHON=/path/to/python"; exit 1; }
	@echo "Installing what requirements.txt names into .venv …"
	@if command -v uv >/dev/null; then uv venv --quiet --allow-existing --python "$(PYTHON)" .venv; \
		else "$(PYTHON)" -m venv .venv; fi
	@$(INSTALL) requirements.txt
	@touch $@

$(TOOLS): requirements-dev.txt $(RUN)
	@echo "Installing the tools of requirements-dev.txt …"
	@$(INSTALL) requirements-dev.txt
	@touch $@
