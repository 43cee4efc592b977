# Everything a developer does. Each target sets up what it needs: Python 3.11 or newer and the package registry suffice.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
WHEELS := $(VENV)/wheels
SAMPLES := evals/samples
OUT := build/briefs

.PHONY: brief test lint types unit eval train fuzz bench throughput cassettes lock clean

brief: $(READY)
	$(BIN)/summariser batch $(SAMPLES) --out $(OUT)
	@echo
	@echo "One of the briefs, that of minutes_monitoring_visit.txt:"
	@echo
	@cat $(OUT)/minutes_monitoring_visit.txt.*.md

test: lint types unit

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

unit: $(READY) $(WHEELS)
	$(BIN)/pytest -n auto --dist worksteal

# Scores the embedded engine on the main suite; the reports go to evals/runs.
eval: $(READY)
	$(BIN)/summariser eval

# Trains the embedded engine's models on evals/training/documents and writes its card; some two minutes.
train: $(READY)
	$(BIN)/python -m evals.training.train

# Feeds the readers many damaged files; the number is also the seed.
fuzz: $(READY)
	SUMMARISER_FUZZ=5000 $(BIN)/pytest -s tests/test_fuzz.py

# Measures reading on the PDFs of a folder, side by side with the bare library below: make bench FILES=folder/
bench: $(READY)
	$(BIN)/python -m tests.bench_reading $(FILES)

# Measures briefs beside bare calls of the SDK, against an endpoint on loopback that answers after 200 ms.
throughput: $(READY)
	$(BIN)/python -m evals.benchmarks.throughput

# Records the tests' cassettes anew from a real model, such as one on a llama.cpp server:
# make cassettes BASE_URL=http://127.0.0.1:8089/v1 MODEL=Qwen2.5-Coder-1.5B-Instruct.Q4_K_M
cassettes: $(READY)
	$(BIN)/python -m tests.record_cassettes --base-url $(BASE_URL) --model $(MODEL)

# The environment is exactly the lock file, hashes checked, and the package itself on top of it.
$(READY): requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# What a user's installation needs, fetched here so that the packaging test can install it without a network.
$(WHEELS): requirements.lock $(READY)
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock -d $@
	@touch $@

# Writes the lock files anew from pyproject.toml; run it after changing a dependency.
lock:
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet uv
	build/lock/bin/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
		--no-emit-find-links --python-version 3.11 pyproject.toml -o requirements.lock
	build/lock/bin/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
		--no-emit-find-links --python-version 3.11 --constraint requirements.lock --group dev pyproject.toml \
		-o requirements-dev.lock

clean:
	rm -rf build dist $(VENV)
