# Wings. `make help` lists the commands; those that need it set up .venv first.
PYTHON ?= python3
PROFILE ?= learn
BIN := .venv/bin
RUST := $(shell find rust_ext -path rust_ext/target -prune -o \( -name '*.rs' -o -name '*.toml' -o -name '*.lock' -o -name '*.pyi' \) -print 2>/dev/null)

# A company's own certificates count for uv as they do for pip.
export UV_SYSTEM_CERTS := 1

.PHONY: help run test lab lock clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-6s %s\n", $$1, $$2}' Makefile

run: .venv/.ready ## run every notebook and write results/report.html (quick: make run PROFILE=smoke)
	@$(BIN)/wings run --profile $(PROFILE)

test: .venv/.ready ## lint, types, imports, Rust, unit tests, notebooks, browser
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/pytest -rs tests/rust
	$(BIN)/pytest -rs tests --ignore tests/rust --ignore tests/browser
	$(BIN)/pytest --nbval --nbval-current-env --nbval-cell-timeout 120 notebooks
	WINGS_STORE=results/test/wings.sqlite $(BIN)/wings run --profile smoke -p workers 1 -p seed 7
	$(BIN)/pytest -rs tests/browser

lab: .venv/.ready ## open the workbook in JupyterLab
	$(BIN)/jupyter lab notebooks/00_start_here.ipynb

lock: .venv/.ready ## make requirements.txt again from pyproject.toml
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --group test --no-header --no-annotate pyproject.toml -o requirements.txt

clean: ## remove the environment and the Rust build (results stay)
	rm -rf .venv rust_ext/target

.venv/.ready: requirements.txt pyproject.toml $(RUST)
	@$(PYTHON) -c 'import sys; v = sys.version.split()[0]; sys.exit(sys.version_info < (3, 11) and f"Wings needs Python 3.11 or newer, python3 is {v}. Name another: make PYTHON=python3.12 ...")'
	@echo "set-up: packages into .venv (900 MB), then the Rust extension"
	@$(PYTHON) -m venv .venv && $(BIN)/python -m pip install -q --disable-pip-version-check uv
	@$(BIN)/uv pip install -q --python $(BIN)/python -r requirements.txt && $(BIN)/uv pip install -q --python $(BIN)/python --no-deps -e .
	@$(BIN)/wings build
	@touch $@
