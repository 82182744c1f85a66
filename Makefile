# `make run` and `make test` do all the set-up they need; `make help` lists the rest.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
PORT ?= 8000
COMPILE = $(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-annotate --no-header
# Where the system keeps certificates, uv uses them as pip does: behind a company's proxy only they will do.
export UV_SYSTEM_CERTS ?= $(if $(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt),true,false)
export UV_NATIVE_TLS ?= $(UV_SYSTEM_CERTS)

.PHONY: help run test test-all test-spark lint format types contracts bench lock openapi messages screenshots clean

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(VENV)/.run ## start everything on PORT (default 8000) and the next one
	@$(BIN)/regard run --port $(PORT)

messages: $(VENV)/.dev ## bring the catalogues of translations up to date and say what is missing
	$(BIN)/python -m tools.messages

test: $(VENV)/.dev ## lint, types, import contracts, tests, browser tests
	@PYTHON=$(PYTHON) bash tests/run.sh

test-all: $(VENV)/.dev ## the same with the long runs (crash test a hundred times)
	@PYTHON=$(PYTHON) bash tests/run.sh --soak

lint: $(VENV)/.dev ## lint, types and import contracts only
	$(BIN)/ruff format --check src tests bench docs examples tools
	$(BIN)/ruff check src tests bench docs examples tools
	DATABASE_URL=postgresql:///none REGARD_SECRET_KEY=lint $(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev ## format and mend what can be mended
	$(BIN)/ruff format src tests bench docs examples tools
	$(BIN)/ruff check --fix src tests bench docs examples tools

test-spark: .venv-spark/.done ## the figures of Spark against those of DuckDB, metric by metric (needs Java 17)
	@.venv-spark/bin/python -m pytest -q -n0 -m spark tests/measure/test_spark.py

.venv-spark/.done: $(VENV)/.dev
	@echo "Installing Spark into .venv-spark ..."
	@bash tools/make_venv.sh $(PYTHON) .venv-spark
	@$(BIN)/uv pip install -q --python .venv-spark/bin/python --require-hashes -r requirements-dev.lock
	@$(BIN)/uv pip install -q --python .venv-spark/bin/python --group spark
	@$(BIN)/uv pip install -q --python .venv-spark/bin/python --no-deps -e .
	@touch $@

bench: $(VENV)/.dev ## measure, as ratios to a limit or a peer in the same run
	$(BIN)/python -m bench

openapi: $(VENV)/.dev ## write docs/openapi.json anew
	$(BIN)/python -m regard.web.openapi > docs/openapi.json

screenshots: $(VENV)/.dev ## take the pictures of README and docs anew
	$(BIN)/python -m docs.screenshots

lock: $(VENV)/.uv ## resolve the dependencies anew
	$(COMPILE) pyproject.toml --group dev -o requirements-dev.lock
	$(COMPILE) -c requirements-dev.lock pyproject.toml -o requirements.lock

clean: ## remove what was made here; the data folder stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist

$(VENV)/.uv:
	@bash tools/make_venv.sh $(PYTHON) $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.uv requirements.lock pyproject.toml
	@echo "Installing Regard into $(VENV) ..."
	@[ -e $(VENV)/.dev ] || $(BIN)/uv pip sync -q --python $(BIN)/python --require-hashes requirements.lock
	@[ ! -e $(VENV)/.dev ] || $(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.uv requirements-dev.lock pyproject.toml
	@echo "Installing Regard with what its tests need into $(VENV) ..."
	@$(BIN)/uv pip sync -q --python $(BIN)/python --require-hashes requirements-dev.lock
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps -e .
	@touch $@ $(VENV)/.run
