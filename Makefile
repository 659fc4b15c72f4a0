# Rentrée: one recipe per need. Everything is installed inside this folder (.venv-outils holds uv, .venv the
# project), from uv.lock, once: stamp files remember what is done. POSIX sh; pip's and uv's settings of the
# user (environment, pip.conf, uv.toml) are left in force.
#
#   make demo [ARGS=…]     the demonstration             make test [ARGS=…] [JOBS=n]   the tests
#   make dev               prepare this machine          make check                    lint, types, import rules
#   make bench [ARGS=…]    measure                       make chaos SEED=n             break things on purpose
#   make fuzz TEMPS=60     spoilt files, seconds in all  make dist                     wheel and source archive
#   make clean, make distclean                           remove what was made

SHELL = /bin/sh
.DEFAULT_GOAL = aide

ARGS ?=
JOBS ?= auto
SEED ?= 1
TEMPS ?= 60
PYTHON ?=

# The machine's own certificate store (proxies of schools and firms), and no interpreter from elsewhere.
export UV_SYSTEM_CERTS ?= true
export UV_PYTHON_DOWNLOADS ?= never
export UV_PROJECT_ENVIRONMENT = $(CURDIR)/.venv
export PIP_USER = 0
export PIP_DISABLE_PIP_VERSION_CHECK ?= 1

PY = .venv/bin/python
UV = .venv-outils/bin/uv
OUTILS = .venv-outils/.pret
EXECUTION = .venv/.execution
DEVELOPPEMENT = .venv/.developpement
FUZZ = .venv/.fuzz
COMPILATION = .venv/.compilation
CLIENTS_NODE = tests/clients_node/node_modules/.pret

.PHONY: aide demo test check dev bench chaos fuzz dist clean distclean

aide:
	@sed -n 's/^#   //p' Makefile

demo: $(COMPILATION)
	@$(PY) -m rentree demo $(ARGS)

bench: $(COMPILATION)
	@$(PY) -m rentree bench $(ARGS)

chaos: $(COMPILATION)
	@$(PY) -m rentree chaos --graine $(SEED) $(ARGS)

# The readers of files from outside, under a coverage-guided fuzzer: Linux on x86-64 only.
fuzz: $(FUZZ)
	@$(PY) -m tests.fuzz --temps $(TEMPS) $(ARGS)

check: $(DEVELOPPEMENT)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports --no-logo

# What the tests borrow from the machine: a Chromium (RENTREE_CHROMIUM, else its own), PHP with php-cas, OpenSSH's
# sftp, xmlsec1 (for pysaml2). Debian's packages where we may install them; the browser apart, so that nothing else
# can keep it away. What is not there is reported as not run; no browser fails where CI is set. The order is that of
# tests/conftest.py, and what pytest makes of the tests is kept for the next time: twelve seconds for each process.
test: $(DEVELOPPEMENT) $(CLIENTS_NODE)
	@chercher() { \
	  for c in "$${RENTREE_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable \
	    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" /Applications/Chromium.app/Contents/MacOS/Chromium; do \
	    if [ -n "$$c" ] && command -v "$$c" >/dev/null 2>&1; then command -v "$$c"; return; fi; \
	  done; \
	}; \
	navigateur() { [ -n "$$(chercher)" ] || printf ' chromium fonts-dejavu-core'; }; \
	clients() { \
	  php -r 'exit(extension_loaded("dom") && stream_resolve_include_path("CAS.php") ? 0 : 1);' >/dev/null 2>&1 \
	    || printf ' php-cli php-cgi php-xml php-cas'; \
	  command -v sftp >/dev/null 2>&1 || printf ' openssh-client'; \
	  command -v xmlsec1 >/dev/null 2>&1 || printf ' xmlsec1'; \
	}; \
	manque=$$(navigateur; clients); \
	if [ -n "$$manque" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 \
	  && grep -q '^ID=debian' /etc/os-release 2>/dev/null; then \
	  echo "Installation de paquets Debian, pour les tests :$$manque…"; \
	  export DEBIAN_FRONTEND=noninteractive; \
	  apt-get update -qq >.venv/paquets.log 2>&1; \
	  for paquets in "$$(navigateur)" "$$(clients)"; do \
	    [ -z "$$paquets" ] || apt-get install -y -qq --no-install-recommends $$paquets >>.venv/paquets.log 2>&1 \
	      || { echo "L'installation de$$paquets a échoué :"; tail -5 .venv/paquets.log; }; \
	  done; \
	  manque=$$(navigateur; clients); \
	fi; \
	if [ -n "$$manque" ]; then \
	  echo "Des tests ne seront pas faits : il manque$$manque (Debian : apt-get install$$manque)."; \
	  echo "Un Chromium qui est ailleurs : donnez son chemin par RENTREE_CHROMIUM."; \
	fi; \
	chromium=$$(chercher); \
	if [ -n "$$chromium" ]; then RENTREE_CHROMIUM=$$chromium; export RENTREE_CHROMIUM; else unset RENTREE_CHROMIUM; fi; \
	unset PYTHONDONTWRITEBYTECODE; \
	exec $(PY) -m pytest -n $(JOBS) --dist loadscope --no-loadscope-reorder $(ARGS)

dev: $(DEVELOPPEMENT)
	@if [ -d .git ] && command -v git >/dev/null 2>&1; then .venv/bin/pre-commit install --install-hooks >/dev/null; fi
	@echo "Prêt. « make demo » montre, « make test » vérifie, « make check » relit ; CONTRIBUTING.md dit le reste."

dist: $(DEVELOPPEMENT)
	@rm -rf dist
	$(UV) build --quiet --out-dir dist
	$(UV) build --quiet --out-dir dist clients/python
	@ls -l dist

clean:
	@rm -rf dist out captures .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache $(COMPILATION)
	@find . -path ./.venv -prune -o -path ./.venv-outils -prune -o -path ./.git -prune -o -name __pycache__ -type d -exec rm -rf {} +

distclean: clean
	@rm -rf .venv .venv-outils tests/clients_node/node_modules

$(OUTILS):
	@bon=; sans=; \
	for p in $(PYTHON) python3 python3.13 python3.12 python3.14 python3.11; do \
	  if "$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' >/dev/null 2>&1; then \
	    if "$$p" -c 'import venv, ensurepip' >/dev/null 2>&1; then bon=$$p; break; fi; \
	    sans=$${sans:-$$p}; \
	  fi; \
	done; \
	if [ -z "$$bon" ]; then \
	  if [ -n "$$sans" ]; then \
	    v=$$("$$sans" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	    echo "Python $$v est là, mais sans venv ni ensurepip. Sous Debian : apt-get install python$$v-venv" >&2; \
	  else \
	    echo "Il faut Python 3.11, 3.12, 3.13 ou 3.14. Sous Debian : apt-get install python3 python3-venv" >&2; \
	    echo "S'il est ailleurs : make PYTHON=/chemin/de/python3 …" >&2; \
	  fi; \
	  exit 1; \
	fi; \
	echo "Préparation des outils (.venv-outils)…"; \
	rm -rf .venv-outils && "$$bon" -m venv .venv-outils \
	  && .venv-outils/bin/python -m pip install --quiet 'uv>=0.13,<1' && touch $@

# uv wants the index of the lock file; where only a mirror known to pip answers, pip installs the same files
# (same hashes) instead.
$(EXECUTION): uv.lock pyproject.toml $(OUTILS)
	@echo "Installation de Rentrée (.venv)…"
	@$(call installer,--no-dev) && touch $@

$(DEVELOPPEMENT): uv.lock pyproject.toml $(OUTILS)
	@echo "Installation de Rentrée et de ses outils de développement (.venv)…"
	@$(call installer,) && touch $(EXECUTION) $@

# Compiled once, here: a machine that forbids Python to write (PYTHONDONTWRITEBYTECODE) would compile at each start.
# A file that does not compile is told, and is the business of whoever runs it.
COMPILER = { $(PY) -m compileall -q -j 0 rentree services shared || :; }

$(COMPILATION): $(EXECUTION) $(shell find rentree services shared -name '*.py')
	@$(COMPILER) && touch $@

# Clients of Node.js (node and npm are of the environment); without them their tests are reported as not run. The
# machine's own certificates, as for uv; a registry out of reach is given up soon.
$(CLIENTS_NODE): tests/clients_node/package-lock.json | $(DEVELOPPEMENT)
	@echo "Installation des clients Node.js des tests (tests/clients_node)…"
	@PATH="$(CURDIR)/.venv/bin:$$PATH"; export PATH; \
	NODE_OPTIONS="--use-system-ca $${NODE_OPTIONS:-}"; export NODE_OPTIONS; \
	{ (cd tests/clients_node && npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=2 \
	  --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000 --fetch-timeout=60000) >.venv/npm.log 2>&1 && touch $@; } \
	  || { echo "npm n'a pas pu installer :"; tail -5 .venv/npm.log; }

$(FUZZ): uv.lock pyproject.toml $(OUTILS)
	@echo "Installation de quoi éprouver les lecteurs (.venv)…"
	@$(call installer,--group fuzz) && touch $(EXECUTION) $(DEVELOPPEMENT) $@

define installer
if ! $(UV) sync --quiet --locked --inexact --compile-bytecode --python .venv-outils/bin/python $(1); then \
  echo "uv n'a pas pu installer ; essai par pip, avec vos réglages."; \
  [ -x $(PY) ] || $(UV) venv --quiet --python .venv-outils/bin/python .venv; \
  $(UV) export --quiet --frozen --no-emit-project $(1) --output-file .venv/exigences.txt >/dev/null \
  && .venv-outils/bin/python -m pip --python $(PY) install --quiet --require-hashes -r .venv/exigences.txt \
  && .venv-outils/bin/python -m pip --python $(PY) install --quiet --no-deps --editable .; \
fi && $(COMPILER)
endef
