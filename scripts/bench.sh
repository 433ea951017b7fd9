#!/usr/bin/env bash
# Prints each figure beside its limit, on SQLite and on a throw-away PostgreSQL, built as for production.
#
# The benchmark finds PostgreSQL in TEST_DATABASE_URL. Quiet figures need a quiet machine: close what else runs.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh test
printf '==> Bouwen, profiel release (de eerste keer enkele minuten)\n'
cargo bench --locked --bench limits --no-run
printf '==> Meten op %s, %s kernen, belasting nu %s\n' "$(uname -sr)" "$(nproc)" "$(cut -d' ' -f1 /proc/loadavg)"
exec scripts/with-postgres.sh cargo bench --quiet --locked --bench limits
