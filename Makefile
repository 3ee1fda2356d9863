# The two commands of the README, and what they are made of. Everything happens in .venv; nothing else on the machine is changed
# except, as root, missing system packages (see infra/setup.sh).
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

# In one process after the other, so that both processors have as much to do as the end-to-end tests take
BESIDE := ( $(BIN)/python -m pytest tests/e2e -m kills; kills=$$?; $(BIN)/python -m pytest tests/qalqan; exit $$((kills | $$?)) )

.PHONY: demo test check setup bench clean

demo: setup
	@$(BIN)/qalqan demo $(ARGS)

test: setup check

check:
	@echo "== ruff" && $(BIN)/ruff check . && $(BIN)/ruff format --check .
	@echo "== mypy" && $(BIN)/mypy
	@echo "== import-linter" && $(BIN)/lint-imports --no-cache
	@echo "== pytest: the rooms" && $(BIN)/python -m pytest -n 2 --dist loadfile --ignore tests/e2e --ignore tests/qalqan
	@echo "== pytest: end to end, and beside it the jobs that are killed and the command line"
	@mkdir -p tests/output; $(BESIDE) >tests/output/beside.log 2>&1 & beside=$$!; \
	$(BIN)/python -m pytest tests/e2e -m "not kills"; others=$$?; \
	wait $$beside; besides=$$?; cat tests/output/beside.log; exit $$((others | besides))

bench: setup
	@$(BIN)/qalqan bench $(ARGS)

setup:
	@PYTHON="$(PYTHON)" bash infra/setup.sh

clean:
	rm -rf $(VENV) demo-data bench-data tests/output build *.egg-info
