# make install | demo | run | test | lint | lock        Needs Python >= 3.11 with venv, and a package index.
PYTHON ?= python3
PIP = .venv/bin/python -m pip --disable-pip-version-check -qq
TESTS ?=

.PHONY: help install demo run test lint lock

help:
	@echo 'make demo     install, fill a sample company with a year of history, and start everything'
	@echo 'make run      install, and start everything'
	@echo 'make install  only build .venv, with the command .venv/bin/outreach in it'
	@echo 'make test     run the tests; what this machine cannot run is skipped and says why'
	@echo 'make lint     check style and types'
	@echo 'make lock     choose the newest allowed versions of all packages anew'
	@echo 'PYTHON=python3.13 in front of it or behind it chooses another Python.'

install: .venv/installed

demo: install
	@.venv/bin/outreach demo

run: install
	@.venv/bin/outreach up

test: .venv/tools
	.venv/bin/python -m pytest $(TESTS)

lint: .venv/tools
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'Outreach needs Python 3.11 or newer as $(PYTHON). Name another one: make PYTHON=python3.13'; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo '$(PYTHON) cannot make a virtual environment. On Debian and Ubuntu: apt install python3-venv'; exit 1; }
	@$(PYTHON) -m venv .venv

# Made last, so that an interrupted install is begun anew.
.venv/installed: requirements.lock pyproject.toml | .venv/bin/python
	@echo 'Installing what Outreach needs into .venv ...'
	@$(PIP) install --require-hashes --only-binary :all: -r requirements.lock
	@$(PIP) install --no-index --no-deps --no-build-isolation --editable .
	@touch $@

.venv/tools: requirements-dev.lock .venv/installed
	@echo 'Installing what the tests need into .venv ...'
	@$(PIP) install --require-hashes --only-binary :all: -r requirements-dev.lock
	@touch $@

# One solution for all supported Pythons and machines. setuptools builds the project itself, so it is locked too.
COMPILE = echo 'setuptools>=77' | .lock/bin/uv pip compile pyproject.toml - --universal --python-version 3.11 --upgrade \
  --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet

lock:
	@$(PYTHON) -m venv .lock
	@.lock/bin/python -m pip --disable-pip-version-check -qq install uv
	@$(COMPILE) --extra embedded --extra postgres --output-file requirements.lock
	@$(COMPILE) --extra embedded --extra postgres --extra fast --extra large --extra bench --extra sso --extra dev --constraint requirements.lock \
	  --output-file requirements-dev.lock
	@rm -r .lock
