# make demo: see it. make test: check it. They bring what they need into .venv.
PYTHON ?= python3
export PYTHON
PY := .venv/bin/python
DEMO_DIR ?= build/tour

.PHONY: demo test test-real lint bench regold locks run clean app-env dev-env

demo: app-env
	@packaging/demo.sh $(DEMO_DIR)

# What draws has processes of its own; all is spread over every core, and one more worker
# takes the quarter of the time that the others wait for clocks and processes. Files come in
# their order: by number of tests, the longest of all would be begun last, when others are done.
CORES := $(shell $(PYTHON) -c 'import os; print(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())')
SPREAD := -n $(shell expr $(CORES) + 1) --dist loadfile --no-loadscope-reorder

test: dev-env
	QT_QPA_PLATFORM=offscreen $(PY) -m pytest -rs $(SPREAD) tests/ui tests/golden
	QT_QPA_PLATFORM=offscreen $(PY) -m pytest -rs $(SPREAD) --ignore=tests/ui --ignore=tests/golden

# The two rigs are started by the tests; what they need comes from apt and npm.
test-real: dev-env
	packaging/setup-rigs.sh
	QT_QPA_PLATFORM=offscreen $(PY) -m pytest -rs -m real tests

lint: dev-env
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports

bench: dev-env
	$(PY) -m tests.bench

regold: dev-env
	QT_QPA_PLATFORM=offscreen $(PY) -m pytest tests/golden --regold

run: app-env
	$(PY) -m app

locks: dev-env
	packaging/locks.sh

app-env:
	@packaging/setup.sh app

dev-env:
	@packaging/setup.sh dev

clean:
	rm -rf build dist .mypy_cache .ruff_cache .import_linter_cache .hypothesis
