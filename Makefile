# One virtual environment, made once; every target works on a fresh clone.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
# The browser that the tests of the page drive: Debian's, unless another is named.
CHROMIUM := $(or $(INTERLIGNE_CHROMIUM),/usr/bin/chromium)

.PHONY: demo test check format model-smoke serve clean

$(VENV)/.ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@

# Exit code 3 is a translation with warnings, which the young bundled model deserves.
demo: $(VENV)/.ready  ## translate the seed article, offline, with the bundled model
	HF_HUB_OFFLINE=1 $(BIN)/interligne translate seeds/article.txt --format markdown || test $$? = 3

$(CHROMIUM):
	@if [ "$$(id -u)" = 0 ]; then sudo=; else sudo="sudo -n"; fi; \
	$$sudo apt-get update --quiet=2 && \
	$$sudo apt-get install --yes --quiet=2 --no-install-recommends chromium; \
	test -x $@ || { echo "Install chromium, or name one: INTERLIGNE_CHROMIUM=path" >&2; exit 1; }

test: $(VENV)/.ready $(CHROMIUM) check  ## lint, types and the whole suite
	$(BIN)/python -m pytest

check: $(VENV)/.ready  ## formatting, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/.ready  ## rewrite files the way check wants them
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

model-smoke: $(VENV)/.ready  ## make a toy model end to end, in about a minute
	$(BIN)/python -m scripts.smoke seeds dist/toy

serve: $(VENV)/.ready  ## the HTTP service on http://127.0.0.1:8000
	$(BIN)/interligne serve

clean:
	rm -rf $(VENV) dist .pytest_cache .mypy_cache .ruff_cache
