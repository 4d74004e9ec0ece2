# Every command sets up what it needs by itself. `make demo` and `make test` are all a newcomer needs.
PYTHON ?= python3
VENV   ?= .venv
PY     := $(VENV)/bin/python
NPM    := npm --prefix js --no-fund --no-audit --loglevel=error
BUILT  := reka_notebook/static/studio.js
READY  := $(VENV)/.ready
READ   := $(VENV)/.read
BENCH  := $(VENV)/.ready-bench
DOCS   := $(VENV)/.ready-docs
EXPORTS := .venv-exports

# Where Python is told to keep no compiled modules, each of the hundreds of processes of a run compiles them anew.
export PYTHONDONTWRITEBYTECODE :=

# The threads of numpy's matrices wait for each other by spinning, on cores that other tests could use.
test-unit test-kernel test-browser soak: export OPENBLAS_NUM_THREADS := 1

.DEFAULT_GOAL := setup
.PHONY: setup demo test test-unit test-kernel test-browser test-js test-exports soak screens matrix check protocol read-tests format notebooks docs pictures \
	bench build clean

setup: $(READY) $(BUILT)  ## Python environment and built front end

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.11"; exit 1; }
	@command -v npm >/dev/null || { echo "Node.js 20.19 or newer is needed (npm was not found)"; exit 1; }
	@node -e 'const [major, minor] = process.versions.node.split("."); process.exit(Number(major < 20 || (major == 20 && minor < 19)))' \
		|| { echo "Node.js 20.19 or newer is needed, and this is $$(node --version)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --upgrade pip
	SKIP_JUPYTER_BUILDER=1 $(PY) -m pip install --quiet --editable '.[test]'
	@touch $@

$(BENCH): $(READY)
	SKIP_JUPYTER_BUILDER=1 $(PY) -m pip install --quiet --editable '.[bench]'
	@touch $@

$(DOCS): $(READY)
	SKIP_JUPYTER_BUILDER=1 $(PY) -m pip install --quiet --editable '.[docs]'
	@touch $@

js/node_modules/.ready: js/package-lock.json
	$(NPM) ci
	@touch $@

$(BUILT): js/node_modules/.ready js/build.mjs js/tsconfig.json $(shell find js/src -type f)
	$(NPM) run --silent build
	@touch $@

demo: setup  ## one video on the command line, then the quickstart in JupyterLab; no key, no network
	@$(PY) scripts/demo.py

# Most tests wait more than they work, so all four parts run at once, with few processes each: what a process reads and
# starts before its first test is seconds of work. Each part is named by its folders: to read all of the tests takes
# longer. Those of a browser stay together by file, and share a page. Real servers, kernels and browsers may be late on
# a busy machine: what fails twice is wrong (with a browser three times), and what failed once is listed at the end.
test: setup  ## all tests: front end, Python, kernel, browser
	@$(MAKE) --no-print-directory read-tests
	@for needed in chromium ffmpeg postgresql; do scripts/$$needed >/dev/null || true; done # apt-get does one at a time
	@scripts/in_memory $(MAKE) --no-print-directory --jobs 4 test-browser test-js test-unit test-kernel

# pytest rewrites every test module when it is read first. Without this, each of a run's processes would, at once.
read-tests: $(READ)

$(READ): $(READY) $(BUILT) $(shell find reka_notebook tests -name '*.py')
	@$(PY) -m compileall -qq reka_notebook
	@$(PY) -m pytest --collect-only -qq tests >/dev/null 2>&1 || true
	@touch $@

test-js: setup
	@$(NPM) test --silent

test-unit: setup  ## the tests that need neither a kernel nor a browser
	$(PY) -m pytest -n 6 --dist worksteal --reruns 1 -rsfER tests/unit tests/faults

test-kernel: setup
	$(PY) -m pytest -n 2 --dist worksteal --reruns 1 -rsfER tests/kernel

test-browser: setup
	@scripts/chromium >/dev/null
	$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder --reruns 2 -rsfER tests/browser

# In an environment of their own, as these packages bring a hundred others.
$(EXPORTS)/.ready: pyproject.toml
	$(PYTHON) -m venv $(EXPORTS)
	SKIP_JUPYTER_BUILDER=1 $(EXPORTS)/bin/python -m pip install --quiet --editable '.[test-exports]'
	@touch $@

test-exports: $(EXPORTS)/.ready  ## takes handed to the real Hugging Face datasets, MLflow, W&B and C2PA, offline
	$(EXPORTS)/bin/python -m pytest -W default tests/exports

check: setup  ## types, lint and format, for both languages
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(NPM) run --silent check
	$(PY) scripts/protocol.py --check

protocol: setup  ## the front end's types of the messages, from the structs of the kernel
	$(PY) scripts/protocol.py

format: setup
	$(PY) -m ruff check --fix --quiet .
	$(PY) -m ruff format .
	$(NPM) run --silent format

soak: setup  ## the long suites whole: every fault, every kill, every case of what is drawn from, hours
	$(PY) -m pytest --soak --real-kernels --timeout 0 tests/faults tests/kernel/test_kill.py \
		tests/kernel/test_nested_loop.py tests/browser/test_leaks.py
	$(PY) -m pytest --soak --real-kernels -m draw tests/unit tests/browser
	$(PY) -m pytest --soak --gateway --timeout 0 tests/unit/library/store tests/faults/test_team.py
	$(PY) -m pytest --gateway tests/faults/test_store.py

screens: setup  ## a picture of every screen in every theme and width, in .artefacts/screens/
	$(PY) -m pytest --soak tests/browser/test_screens.py tests/browser/test_session.py

matrix: setup  ## the kernel's tests with each ipykernel on each Python; the table goes into docs/hosts.md
	@$(PY) scripts/matrix.py

docs: $(DOCS)  ## the documentation as a site in .site/
	@NO_MKDOCS_2_WARNING=1 $(PY) -m mkdocs build
	@echo "It is in .site/index.html"

pictures: setup  ## the documentation's pictures, taken in JupyterLab against a sandbox
	@$(PY) scripts/pictures.py
	@$(PY) scripts/polling_picture.py

notebooks: setup  ## run the notebooks against a sandbox, and write what their cells leave into them
	@$(PY) scripts/notebooks.py

bench: setup $(BENCH)  ## what loading costs, and how quick the studio is
	$(PY) -m benchmarks

build: setup  ## sdist and wheel in dist/
	rm -rf dist
	$(PY) -m build --installer pip

clean:
	rm -rf $(VENV) $(EXPORTS) js/node_modules dist .demo .artefacts .matrix .site reka_notebook/static/*.js reka_notebook/static/*.css
