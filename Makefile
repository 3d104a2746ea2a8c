# Overten. `make run` is all a newcomer needs; `make help` lists the rest.
#
# Variables: PROMPT="…" what to make   ONCE=1 stop after it   PORT=8000 of the API   EMULATOR_PORT=4566 of the emulated AWS
#            MODEL_BASE_URL, MODEL_ID, MODEL_API_KEY: a model server with an OpenAI-compatible API, such as Ollama;
#            MODEL_READS_PICTURES=1 if the model sees them,
#            MODEL_CONTEXT_TOKENS if it reads and writes less than 120,000 tokens in one call (no less than 8,000)
#            MODEL_PROVIDER=anthropic, MODEL_ID, MODEL_API_KEY: Anthropic

SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
CLI := $(PYTHON) -m local.cli
# A file's tests stay in one process; the longest file comes first. Those of integration wait most of the time, so
# three processes, each with a stack of its own, share the build and the machine.
PARALLEL := tests/template tests/unit tests/golden --numprocesses auto --dist loadfile
export PORT EMULATOR_PORT OVERTEN_PYTHON OVERTEN_UV
export MODEL_PROVIDER MODEL_BASE_URL MODEL_ID MODEL_API_KEY MODEL_READS_PICTURES MODEL_CONTEXT_TOKENS
# As it was typed: a dollar sign in a prompt is a dollar sign.
ifneq ($(origin PROMPT),undefined)
override PROMPT := $(value PROMPT)
export PROMPT
endif

.PHONY: help setup run stop reset logs build test unit check format openapi lock picture gallery approve bench roundtrip operate office-image record

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '\n  make run PROMPT="Budget for a wedding of 80 guests"   ONCE=1 stops afterwards   PORT=8001 moves the API\n'

setup: ## Install everything into .venv and .local (needs any Python 3 or uv)
	@sh local/setup.sh

run: setup ## Start the stack, make a workbook from PROMPT, keep the API up
	@$(CLI) run $(if $(ONCE),--once)

stop: ## Stop the stack, keeping its data
	@[ ! -x $(PYTHON) ] || $(CLI) stop

reset: ## Stop the stack and delete its data
	@[ ! -x $(PYTHON) ] || $(CLI) reset

logs: ## Follow the logs of the stack and its functions
	@[ ! -x $(PYTHON) ] || $(CLI) logs

build: setup ## Build the functions and layers with sam
	@$(CLI) build

test: setup ## Run all tests, those against local stacks of their own included
	@$(PYTHON) -m pytest $(PARALLEL)
	@$(PYTHON) -m pytest tests/integration --numprocesses 3 --dist loadfile

unit: setup ## Run the tests that need no local stack
	@$(PYTHON) -m pytest $(PARALLEL)

check: setup ## All that CI checks: format, lint, types, template, layers, OpenAPI drift, and every test
	@.venv/bin/ruff format --check . && .venv/bin/ruff check .
	@.venv/bin/mypy shared/overten local admin gallery functions tests/unit/conftest.py
	@.local/sam/bin/cfn-lint --append-rules cfn_lint_serverless.rules -- template.yaml
	@. ./.local/tools.env && AWS_DEFAULT_REGION=us-east-1 .local/sam/bin/sam validate --lint >/dev/null
	@. ./.local/tools.env && sh local/check_layers.sh "$$UV"
	@PYTHONPATH=shared:functions $(PYTHON) -m local.openapi shared/overten/api/openapi.json --check
	@$(MAKE) --no-print-directory test

format: setup ## Format the Python sources
	@.venv/bin/ruff check --fix-only --quiet . ; .venv/bin/ruff format .

openapi: setup ## Write shared/overten/api/openapi.json anew from the routers
	@PYTHONPATH=shared:functions $(PYTHON) -m local.openapi shared/overten/api/openapi.json

lock: setup ## Bring uv.lock, local/*.lock and layers/*/requirements.txt up to date with what they are made from
	@. ./.local/tools.env && "$$UV" lock
	@. ./.local/tools.env && cd local && for name in ministack runtime sam; do \
		"$$UV" pip compile --quiet --universal --no-header --generate-hashes --python "$$PYTHON" -o $$name.lock $$name.in || exit 1; done
	@. ./.local/tools.env && for layer in $(notdir $(patsubst %/requirements.txt,%,$(wildcard layers/*/requirements.txt))); do \
		"$$UV" export --quiet --frozen --no-header --only-group $$layer -o layers/$$layer/requirements.txt || exit 1; done

picture: setup ## Draw the README's picture anew (needs LibreOffice)
	@PYTHONPATH=shared $(PYTHON) -m local.picture

gallery: setup ## Make the documents of docs/gallery anew, and their pictures (needs LibreOffice)
	@PYTHONPATH=shared $(PYTHON) -m gallery $(ARGS)

approve: setup ## Draw the golden documents' pictures anew, to be looked at and committed (needs LibreOffice)
	@PYTHONPATH=shared $(PYTHON) -m tests.golden.pictures

operate: setup ## Grants, tiers, suspensions: ARGS="--help"; the local stack's, or with --stack NAME one in AWS
	@PYTHONPATH=. $(PYTHON) -m admin.operate $(ARGS)

record: setup ## Record what a model said in RUN=run_… of the running stack, to OUT=file.json, for tests
	@PYTHONPATH=shared:functions $(PYTHON) -m local.record "$(RUN)" "$(OUT)"

bench: setup ## Run the measurements
	@PYTHONPATH=shared $(PYTHON) -m bench

roundtrip: setup ## Write docs/round-trip.md: what is kept when documents of others are edited (needs the corpus)
	@PYTHONPATH=shared $(PYTHON) -m bench.roundtrip

office-image: ## Build the converter's image (needs Docker): IMAGE=registry/name:tag ARCHITECTURE=arm64|amd64 PUSH=1
	@command -v docker >/dev/null || { echo "This needs Docker: https://docs.docker.com/engine/install/. Nothing else here does."; exit 1; }
	@docker buildx build --platform linux/$(or $(ARCHITECTURE),arm64) --file layers/office/Dockerfile --provenance=false \
		--tag $(or $(IMAGE),overten-office) $(if $(PUSH),--push,--load) .
	@echo "Built $(or $(IMAGE),overten-office). With IMAGE=<account>.dkr.ecr.<region>.amazonaws.com/overten-office:<tag> PUSH=1 it is pushed"
	@echo "(first: aws ecr get-login-password | docker login --username AWS --password-stdin <registry>); docs/deploy.md says how it is deployed."
