# Everything a contributor types. The environment is .venv; make builds it when it is missing.
PYTHON ?= python3
PY := .venv/bin/python
STAMP := .venv/.ready

.PHONY: setup demo run test check fix bench bench-generator bench-agent bench-reliability

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info[:2] >= (3, 11) else "Roughcut needs Python 3.11 or newer")'
	test -x $(PY) || $(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --upgrade pip
	.venv/bin/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $(STAMP)

demo: setup
	.venv/bin/roughcut demo

run: setup
	.venv/bin/roughcut ui

# three at a time keep two cores busy while a browser is waited for
test: setup
	OMP_WAIT_POLICY=passive $(PY) -m pytest -n 3 --dist loadfile --no-loadscope-reorder

check: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	.venv/bin/mypy

fix: setup
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

bench: setup
	$(PY) -m benchmarks

# WEIGHTS=folder and ARGS="--scenes clouds fire --count 48 --sheets out" as needed
bench-generator: setup
	$(PY) -m benchmarks.generator $(if $(WEIGHTS),--weights $(WEIGHTS)) $(ARGS)

# ARGS="--all", "--held-out" or "--only questions"; a real model with ROUGHCUT_BRAIN=openai:MODEL
bench-agent: setup
	$(PY) -m benchmarks.goals $(ARGS)

# the scorecard of what is promised; ARGS="R12 R18" for some of it
bench-reliability: setup
	$(PY) -m benchmarks.reliability $(ARGS)
