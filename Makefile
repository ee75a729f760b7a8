# Two commands matter: `make demo` and `make test`. Both set up what they need; a second run is instant.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check -qq
RUN    := $(VENV)/run.stamp
DEV    := $(VENV)/dev.stamp
JOBS   ?= 2
# What every run does once more with the stations' books on a PostgreSQL server; `make postgresql` does all of it.
ON_SERVER := $(addprefix tests/,acts/test_main_job.py acts/test_together.py acts/test_witness.py steering/test_board.py \
  steering/test_cited.py steering/test_order.py steering/test_twice.py faults/test_recorded.py faults/test_publish.py \
  faults/test_twins.py faults/test_restore.py)

.DELETE_ON_ERROR:
.PHONY: help demo test postgresql check setup soak mutants bench words lock clean

help:
	@echo "make demo    the story, in demo-out/ (first run: about a minute of set-up)"
	@echo "make test    set up, check, run every test"
	@echo "make check   ruff, mypy, import-linter"
	@echo "make soak    the long campaigns     make bench   the measurements"
	@echo "make postgresql  acts, registers, steering and faults with the books on a server of the run's own"
	@echo "make mutants small wrong changes of what decides trust: which does no test notice? (ARGS: some modules)"
	@echo "make words   compile the word lists make lock    renew requirements/*.txt"

demo: $(RUN)
	@$(BIN)/antin demo --out demo-out $(ARGS)

test: $(DEV) check
	@$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m "not soak" $(ARGS)
	@test -n "$(ARGS)" || $(BIN)/python -m pytest -n $(JOBS) --engine postgresql -m "not soak" $(ON_SERVER)

postgresql: $(DEV)
	@$(BIN)/python -m pytest -n $(JOBS) --dist worksteal --engine postgresql -m "not soak" tests/acts tests/steering tests/faults tests/trust tests/test_batch.py $(ARGS)

check: $(DEV)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo > $(VENV)/imports.log 2>&1 || { cat $(VENV)/imports.log; exit 1; }
	@echo "check: ruff, mypy and import-linter are content"

setup: $(DEV)

soak: $(DEV)
	@$(BIN)/python -m pytest -m soak $(ARGS)

mutants: $(DEV)
	@$(BIN)/python scripts/mutants.py $(ARGS)

bench: $(DEV)
	@if [ -f bench/run.py ]; then $(BIN)/python bench/run.py $(ARGS); else echo "bench: nothing to measure yet"; fi

words: $(DEV)
	@$(BIN)/python scripts/words.py && echo "words: compiled"

# Needs pip-tools on the path; it is no part of the set-up.
lock:
	@cd requirements && for name in run postgresql dev; do \
	  pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header --no-emit-index-url \
	    --no-emit-trusted-host --no-emit-find-links --output-file $$name.txt $$name.in || exit 1; \
	  sed -i '/considered to be unsafe/d' $$name.txt; done

clean:
	@rm -rf $(VENV) demo-out build dist src/antin.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .mutants

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Ấn Tín cần Python 3.11 trở lên / needs Python 3.11 or newer: make PYTHON=python3.11 …"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Thiếu môi trường ảo; hãy chạy / no virtual environments; run:"; echo "  apt-get install python3-venv"; exit 1; }
	@echo "setup: making $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

$(RUN): requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "setup: installing what a station needs, each file checked against its hash …"
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): $(RUN) requirements/dev.txt
	@echo "setup: installing what the tests need …"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@
