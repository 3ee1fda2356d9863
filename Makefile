# The two commands of the README, and what they are made of. Everything happens in .venv; nothing else on the machine is changed
# except, as root, missing system packages (see infra/setup.sh).
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

# What takes long is shown, so that it can be kept short. Four processes share the machine: each computes with one thread, as the
# workers of a job do. A process that crashes ends the run: pytest-xdist would replace it, and then break.
PYTEST := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest --durations 15 --durations-min 5

.PHONY: demo test check setup bench clean

demo: setup
	@$(BIN)/qalqan demo $(ARGS)

test: setup check

check:
	@echo "== ruff" && $(BIN)/ruff check . && $(BIN)/ruff format --check .
	@echo "== import-linter" && $(BIN)/lint-imports --no-cache
	@echo "== pytest: the rooms and the command line; beside them mypy, the whole job, and the jobs that are killed"
	@mkdir -p tests/output; \
	$(PYTEST) tests/e2e -m "not kills" >tests/output/e2e.log 2>&1 & e2e=$$!; \
	{ $(BIN)/mypy; types=$$?; $(PYTEST) tests/e2e -m kills && exit $$types; } >tests/output/kills.log 2>&1 & kills=$$!; \
	$(PYTEST) -n 2 --dist loadfile --max-worker-restart 0 --ignore tests/e2e; failed=$$?; \
	wait $$kills || failed=1; wait $$e2e || failed=1; \
	echo "== mypy, and pytest: the jobs that are killed"; cat tests/output/kills.log; \
	echo "== pytest: the whole job, from pages to the console"; cat tests/output/e2e.log; \
	exit $$failed

bench: setup
	@$(BIN)/qalqan bench $(ARGS)

setup:
	@PYTHON="$(PYTHON)" bash infra/setup.sh

clean:
	rm -rf $(VENV) demo-data bench-data tests/output build *.egg-info
