#!/usr/bin/env bash
# Builds the service and starts the demo on this machine alone.
#
# A demo is for looking at, so it is built with the development profile: that is what the tests have built already, and
# the cryptography in it is optimised all the same (Cargo.toml). PROFILE=release builds as for production.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh run
profile=${PROFILE:-dev}
printf '==> Bouwen, profiel %s (de eerste keer enkele minuten)\n' "$profile"
cargo build --locked --profile "$profile" --bin meldroute
printf '==> De demo starten met gegevens in var/demo. Stoppen: Ctrl-C. Opnieuw beginnen: verwijder var/demo\n'
exec cargo run --quiet --locked --profile "$profile" --bin meldroute -- demo --data var/demo
