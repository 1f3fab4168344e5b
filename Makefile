# The commands of this project. Each makes its environment first, from requirements.lock alone.
PYTHON ?= python3
BIN := .venv/bin
UV := uv==0.13.9
PYINSTALLER := pyinstaller==6.22.3

.PHONY: run test check torture bench binary screenshots docs lock

run: .venv/ready
	@$(BIN)/botops

test: .venv/ready
	@$(BIN)/pytest

check: .venv/ready
	@$(BIN)/ruff check && $(BIN)/ruff format --check && $(BIN)/mypy && $(BIN)/lint-imports
	@$(BIN)/pytest -q tests/test_sizes.py tests/test_imports.py tests/test_project.py

torture: .venv/ready
	@$(BIN)/pytest -m torture --whole -s

bench: .venv/ready
	@$(BIN)/python -m bench $(PART)

binary: .venv/ready
	@$(BIN)/pip install --quiet $(PYINSTALLER) && $(BIN)/pyinstaller --noconfirm --log-level ERROR build.spec

screenshots: .venv/ready
	@$(BIN)/python -m tests.pictures

docs: .venv/ready
	@$(BIN)/python -m tests.documents

lock:
	@$(PYTHON) -m venv build/lock && build/lock/bin/pip install --quiet $(UV)
	@build/lock/bin/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-annotate --no-header --quiet -o requirements.lock

# Editable and without isolation: what builds the project comes from the lock too.
.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo >&2 \
		"BotOps needs Python 3.11 or newer. If it has another name: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo >&2 \
		"Python's venv module is missing. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@echo "Making .venv from requirements.lock …" && $(PYTHON) -m venv --clear .venv
	@$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --no-index --editable .
	@touch $@
