# Wings. `make help` lists the commands; those that need it set up .venv first.
PYTHON ?= $(shell for name in python3 python3.15 python3.14 python3.13 python3.12 python3.11; do command -v $$name && exit; done; echo python3)
PROFILE ?= learn
HOURS ?= 3
VENV := .venv
BIN := $(VENV)/bin
RUST := $(shell find rust_ext -path rust_ext/target -prune -o \( -name '*.rs' -o -name '*.toml' -o -name '*.lock' -o -name '*.pyi' \) -print 2>/dev/null)

# A company's own certificates count for uv as they do for pip.
export UV_SYSTEM_CERTS := 1

.PHONY: help run test test-all soak lab lock clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' Makefile

run: $(VENV)/.ready ## run every notebook and write results/report.html (quick: make run PROFILE=smoke)
	@$(BIN)/wings run --profile $(PROFILE)

test: $(VENV)/.ready ## lint, types, imports, Rust, unit tests, notebooks, browser
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/pytest -rs tests/rust
	$(BIN)/pytest -rs tests --ignore tests/rust --ignore tests/browser
	$(BIN)/pytest --nbval --nbval-current-env --nbval-cell-timeout 120 notebooks
	WINGS_STORE=results/test/wings.sqlite $(BIN)/wings run --profile smoke -p workers 1 -p seed 7
	$(BIN)/pytest -rs tests/browser

test-all: ## tests and notebooks under every Python 3.11 to 3.15 that is found, or PYTHONS="python3.12 /opt/bin/python3.14"
	@$(PYTHON) .ci/test_all.py $(PYTHONS)

soak: $(VENV)/.ready ## the fault trials again and again until the hours are over: make soak HOURS=3
	$(BIN)/python tests/faults/soak.py --hours $(HOURS)

lab: $(VENV)/.ready ## open the workbook in JupyterLab
	$(BIN)/jupyter lab notebooks/00_start_here.ipynb

lock: $(VENV)/.ready ## make requirements.txt again from pyproject.toml
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --group test --no-header --no-annotate pyproject.toml -o requirements.txt

clean: ## remove the environments and the Rust build (results stay)
	rm -rf $(VENV) .venvs rust_ext/target

$(VENV)/.ready: requirements.txt pyproject.toml $(RUST)
	@$(PYTHON) -c 'import sys; v = sys.version.split()[0]; sys.exit(sys.version_info < (3, 11) and f"Wings needs Python 3.11 or newer, {sys.executable} is {v}. Name another: make PYTHON=python3.12 ...")'
	@echo "set-up: packages into $(VENV) (1 GB), then the Rust extension"
	@$(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install -q --disable-pip-version-check uv
	@$(BIN)/uv pip install -q --compile-bytecode --python $(BIN)/python -r requirements.txt && $(BIN)/uv pip install -q --python $(BIN)/python --no-deps -e .
	@$(BIN)/wings build
	@touch $@
