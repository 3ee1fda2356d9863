# The two commands of the README, and what they are made of. Everything happens in .venv; nothing else on the machine is changed
# except, as root, missing system packages (see infra/setup.sh).
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

# Where the time goes, so that it can be kept short
SLOW := --durations 15 --durations-min 5

.PHONY: demo test check setup bench clean

demo: setup
	@$(BIN)/qalqan demo $(ARGS)

test: setup check

check:
	@echo "== ruff" && $(BIN)/ruff check . && $(BIN)/ruff format --check .
	@echo "== mypy" && $(BIN)/mypy
	@echo "== import-linter" && $(BIN)/lint-imports --no-cache
	@echo "== pytest: the rooms" && $(BIN)/python -m pytest $(SLOW) -n 2 --dist loadfile --ignore tests/e2e --ignore tests/qalqan
	@echo "== pytest: end to end, and beside it the jobs that are killed and the command line, which yield to them"
	@mkdir -p tests/output; \
	nice -n 10 $(BIN)/python -m pytest $(SLOW) tests/e2e -m kills >tests/output/kills.log 2>&1 & kills=$$!; \
	nice -n 10 $(BIN)/python -m pytest $(SLOW) tests/qalqan >tests/output/command_line.log 2>&1 & line=$$!; \
	$(BIN)/python -m pytest $(SLOW) tests/e2e -m "not kills"; failed=$$?; \
	wait $$kills || failed=1; wait $$line || failed=1; \
	cat tests/output/kills.log tests/output/command_line.log; exit $$failed

bench: setup
	@$(BIN)/qalqan bench $(ARGS)

setup:
	@PYTHON="$(PYTHON)" bash infra/setup.sh

clean:
	rm -rf $(VENV) demo-data bench-data tests/output build *.egg-info
