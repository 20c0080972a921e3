#!/usr/bin/env bash
# Checks the tools that the Makefile needs and installs what is missing, where it may.
#
# Usage: scripts/deps.sh build|test|bench|ui
#   build  what `make run` needs: Rust, a C compiler and Node
#   test   the same, plus rustfmt, clippy, PostgreSQL's server binaries, sqlite3, valgrind and Python for linters
#   ui     what the stories of the admin pages need: PostgreSQL's server binaries, sqlite3 and Chromium
#   bench  what `make bench` needs: a build and PostgreSQL's server binaries
#
# Debian packages are installed only by root and only where apt-get exists; anybody else is told their names.
set -euo pipefail

readonly NODE_MINIMUM=20.19
readonly POSTGRES_MINIMUM=15

main() {
  case "${1:-}" in
    build) build_tools ;;
    test) build_tools && lint_tools && postgres && has_sqlite && has_valgrind ;;
    ui) postgres && has_sqlite && has_chromium ;;
    bench) build_tools && postgres ;;
    *) fail "usage: scripts/deps.sh build|test|bench|ui" ;;
  esac
}

build_tools() {
  has cargo || fail "cargo is not on the PATH. Install Rust with rustup, then open a new shell."
  has cc || install_packages "a C compiler (it links Rust programs and builds SQLite)" gcc libc6-dev
  has node || fail "node is not on the PATH. Install Node.js $NODE_MINIMUM or newer."
  has npm || fail "npm is not on the PATH. It comes with Node.js $NODE_MINIMUM or newer."
  local found
  found=$(node --version)
  at_least "${found#v}" "$NODE_MINIMUM" || fail "Node.js $found is too old. Install $NODE_MINIMUM or newer."
}

lint_tools() {
  cargo fmt --version >/dev/null 2>&1 || rust_component rustfmt
  cargo clippy --version >/dev/null 2>&1 || rust_component clippy
  has_python || install_packages "Python with venv" python3-venv
}

# Python's own packages install the linters that `make deploy-lint` and `make deny` run.
has_python() {
  python3 -c 'import ensurepip, venv' >/dev/null 2>&1
}

has_sqlite() {
  has sqlite3 || install_packages "sqlite3 (the tests copy a database as docs/operating.md says)" sqlite3
}

has_chromium() {
  has chromium || [[ -x "${CHROMIUM:-}" ]] || install_packages "Chromium (a browser that uses the admin pages; CHROMIUM may name another one)" chromium
}

rust_component() {
  has rustup || fail "cargo has no $1. Install the Rust component $1."
  say "installing the Rust component $1"
  rustup component add "$1" </dev/null || fail "rustup could not add $1. Run: rustup component add $1"
}

# The tests start private servers of their own, and kill one, so only the binaries are needed, never a running cluster.
postgres() {
  [[ -n "$(postgres_binaries)" ]] || install_packages "PostgreSQL's server binaries" postgresql
  local binaries version
  binaries=$(postgres_binaries)
  [[ -n "$binaries" ]] || fail "PostgreSQL is installed, but initdb is neither on the PATH nor in /usr/lib/postgresql/*/bin."
  version=$("$binaries/postgres" --version | grep -oE '[0-9]+(\.[0-9]+)?' | head -n 1)
  at_least "$version" "$POSTGRES_MINIMUM" ||
    fail "PostgreSQL $version in $binaries is too old. Install $POSTGRES_MINIMUM or newer."
  if [[ $EUID -eq 0 ]] && ! id postgres >/dev/null 2>&1; then
    fail "PostgreSQL refuses to run as root and there is no user postgres. Run: useradd --system postgres"
  fi
  say "PostgreSQL: $version in $binaries"
}

# A test counts the instructions of requests; where valgrind does not exist, that test does not either.
has_valgrind() {
  [[ "$(uname -s)" == Linux ]] || return 0
  has callgrind_control || install_packages "valgrind (it counts the instructions of requests)" valgrind
}

# Prints the folder of the newest server, or nothing. Debian keeps the binaries off the PATH.
postgres_binaries() {
  local folder
  for folder in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort --reverse --version-sort); do
    if [[ -x "$folder/initdb" && -x "$folder/postgres" ]]; then
      echo "$folder"
      return
    fi
  done
  if has initdb && has postgres; then
    dirname "$(command -v initdb)"
  fi
}

# install_packages WHAT PACKAGE…
install_packages() {
  local what=$1
  shift
  local advice="$what: not found. As root: apt-get install $*."
  has apt-get && [[ $EUID -eq 0 ]] || fail "$advice"
  say "installing $* with apt-get"
  apt update || fail "apt-get update failed. $advice"
  if [[ "$*" == postgresql ]]; then
    without_cluster apt install --no-upgrade "$@" || fail "apt-get install failed. $advice"
  else
    apt install --no-upgrade "$@" || fail "apt-get install failed. $advice"
  fi
}

# Runs a command while Debian's setting "create a cluster for a new server" is off, then puts the setting back.
without_cluster() {
  local settings=/etc/postgresql-common/createcluster.conf result=0
  apt install --no-upgrade postgresql-common || return
  cp --preserve "$settings" "$settings.before-party"
  pg_conftool "$settings" set create_main_cluster off
  "$@" || result=$?
  mv "$settings.before-party" "$settings"
  return "$result"
}

# Runs apt-get without questions; what it prints is shown only when it fails.
apt() {
  local output
  output=$(DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 \
    --no-install-recommends --yes "$@" </dev/null 2>&1) || { printf '%s\n' "$output" >&2 && return 1; }
}

# at_least FOUND MINIMUM: compares dotted versions.
at_least() {
  [[ "$(printf '%s\n' "$2" "$1" | sort --version-sort | head -n 1)" == "$2" ]]
}

has() {
  command -v "$1" >/dev/null 2>&1
}

say() {
  echo "deps: $*"
}

fail() {
  echo "deps: $*" >&2
  exit 1
}

main "$@"
