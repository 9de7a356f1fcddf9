# Everything here works from a fresh clone with nothing but Python 3.11+ and make: `make` lists what there is.

PYTHON ?= python3
PORT ?= 8000
PYTEST_ARGS ?=
SCALE ?= 0.1
SUBJECTS ?=
SECONDS ?= 60

DEMO := .demo
CLIENT := docs/client
STAMP := .venv/.locked
BIN := .venv/bin
SERVERS := $(BIN)/python -m config.servers

# For commands that only read the code; nothing is connected to.
SETTINGS := DEBUG=1 SECRET_KEY=never-used DATABASE_URL=postgres://nobody@127.0.0.1/none REDIS_URL=redis://127.0.0.1/0
PRODUCTION := DEBUG= SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))') \
	ALLOWED_HOSTS=answers.example.org SITE_URL=https://answers.example.org EMAIL_URL=smtp+tls://mail.example.org:587 \
	DATABASE_URL=postgres://imprimatur@db.example.org/imprimatur REDIS_URL=redis://redis.example.org:6379/0

# Tests bring these settings, also against servers that DATABASE_URL and REDIS_URL name.
test e2e faults client bench: export DEBUG = 1
test e2e faults client bench: export SECRET_KEY = for-tests-only

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test check docs e2e faults client client-types bench lock

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: $(STAMP) ## run the demo at http://127.0.0.1:8000 (PORT=… changes it); Ctrl-C ends it, the data stays
	@$(SERVERS) --data $(DEMO) -- $(BIN)/python manage.py demo --data $(DEMO) --port $(PORT)

demo-reset: $(STAMP) ## delete the demo's data; the next `make demo` starts over
	@$(SERVERS) --data $(DEMO) --delete
	@echo "The demo's data is deleted."

test: $(STAMP) ## run the tests in parallel; every branch must be covered (PYTEST_ARGS=… goes to pytest)
	@$(SERVERS) -- $(BIN)/python -m pytest -n 2 --dist=worksteal --cov --cov-report=term $(PYTEST_ARGS)

check: $(STAMP) ## lint, formats, types, templates, migrations, drawn docs, architecture, regular expressions, wording and site of the docs, settings of a production site
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(SETTINGS) $(BIN)/mypy .
	find articles config editorial reviews -path '*/templates/*.html' -exec $(BIN)/djade --check --target-version 5.2 {} +
	@$(SERVERS) -- $(BIN)/python manage.py makemigrations --check --dry-run
	$(SETTINGS) $(BIN)/python manage.py draw_lifecycle --check
	$(SETTINGS) $(BIN)/python manage.py draw_borders --check
	@$(SERVERS) -- $(BIN)/python -m pytest -q --no-cov tests/test_architecture.py tests/test_language.py tests/test_docs.py tests/test_regular_expressions.py
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
	@$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING

docs: $(STAMP) ## build the documentation as a site, in site/
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
	@echo "Read it with: $(PYTHON) -m http.server --directory site"

e2e: $(STAMP) ## run the browser journeys in headless Chromium (from PATH, else Playwright downloads it), and walks over every page and address
	@command -v chromium || command -v chromium-browser || command -v google-chrome || $(BIN)/playwright install chromium
	@$(SERVERS) -- $(BIN)/python -m pytest -n 2 --dist=worksteal --tb=native -o addopts="--strict-markers --strict-config -p no:cacheprovider" tests/e2e $(PYTEST_ARGS)

faults: $(STAMP) ## a database that is away, full or read-only, servers that hang, processes that are killed (SECONDS=… for each outage)
	@$(SERVERS) -- env OUTAGE_SECONDS=$(SECONDS) REMINDERS=2000 ARTICLES=200 KILLS=60 $(BIN)/python -m pytest -o addopts="--strict-markers --strict-config -p no:cacheprovider" tests/faults tests/e2e/test_outages.py tests/e2e/test_kills.py tests/e2e/test_chaos.py $(PYTEST_ARGS)

client: $(CLIENT)/node_modules ## check, build and try the TypeScript client (needs Node.js)
	@cd $(CLIENT) && npm run --silent types -- --check || { echo "The API changed: run make client-types." >&2; exit 1; }
	@cd $(CLIENT) && npm run --silent build
	@$(SERVERS) -- $(BIN)/python -m pytest -q --tb=native -o addopts="--strict-markers --strict-config -p no:cacheprovider" tests/e2e/client_example.py

client-types: $(CLIENT)/node_modules ## write the TypeScript client's types after a change of the API
	@cd $(CLIENT) && npm run --silent types

.PHONY: $(CLIENT)/node_modules
$(CLIENT)/node_modules: $(STAMP)
	@command -v npm >/dev/null || { echo "This needs Node.js 18 or newer with npm: from your system's packages, or from nodejs.org." >&2; exit 1; }
	@mkdir -p $(CLIENT)/build
	@$(SETTINGS) $(BIN)/python manage.py spectacular --format openapi-json --file $(CLIENT)/build/openapi.json
	@cd $(CLIENT) && npm ci --silent

bench: export KIND_OF_WORK = command
bench: $(STAMP) ## measure, in minutes; SCALE=1 at full size, SUBJECTS="reading signing" a part of it
	@$(SERVERS) -- sh -c "$(BIN)/python manage.py migrate --verbosity 0 && $(BIN)/python -m tests.benchmarks $(SUBJECTS) --scale $(SCALE)"

lock: ## remake the locked requirements from pyproject.toml (needs uv)
	uv pip compile pyproject.toml $(UV_COMPILE) -o requirements/runtime.txt
	uv pip compile pyproject.toml $(UV_COMPILE) --group dev -c requirements/runtime.txt -o requirements/dev.txt

UV_COMPILE := --quiet --universal --generate-hashes --no-strip-extras --no-header --no-emit-index-url --no-emit-find-links --python-version 3.11

$(STAMP): requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; PYTHON=… names another than $(PYTHON)." >&2; exit 1; }
	@echo "Installing what requirements/dev.txt locks into .venv …"
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@
