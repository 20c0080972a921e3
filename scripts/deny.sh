#!/usr/bin/env bash
# Checks licences, sources, bans and, when their database can be reached, known faults of every crate (deny.toml).
#
# Usage: scripts/deny.sh CARGO_DENY
#
# ADVISORIES=required makes an unreachable database an error; a pipeline that has access to it sets that.
set -euo pipefail

main() {
  local deny=$1
  "$deny" --config deny.toml check licenses bans sources
  if timeout 120 "$deny" --config deny.toml fetch db >/dev/null 2>&1; then
    "$deny" --config deny.toml check --disable-fetch advisories
  elif [[ "${ADVISORIES:-}" == required ]]; then
    echo "deny: the database of advisories cannot be reached, and ADVISORIES=required." >&2
    exit 1
  else
    echo "deny: NOT CHECKED: known faults. The database of advisories (github.com/rustsec/advisory-db) cannot be reached from here." >&2
  fi
}

main "$@"
