#!/usr/bin/env bash
# Throws generated requests at the API of a demo on this machine and holds each answer against the published
# description: what it promises must be accepted, what it forbids must be refused, and no answer may be undescribed.
#
#   tests/api-fuzz/run.sh            the public part, then that of members in three roles
#   EXAMPLES=50 tests/api-fuzz/run.sh
#   MELDROUTE=path/to/meldroute      another build than target/debug/meldroute
#
# Not part of `make test`: it takes minutes, and what it generates differs each time.
set -euo pipefail
cd "$(dirname "$0")/../.."

examples=${EXAMPLES:-20}
tools=$PWD/var/api-fuzz
if ! cmp -s tests/api-fuzz/requirements.txt "$tools/installed"; then
    printf '==> Schemathesis installeren in %s\n' "$tools"
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet --disable-pip-version-check -r tests/api-fuzz/requirements.txt
    cp tests/api-fuzz/requirements.txt "$tools/installed"
fi

binary=${MELDROUTE:+$(realpath "$MELDROUTE")}
if [ -z "$binary" ]; then
    printf '==> Bouwen\n'
    cargo build --quiet --locked --bin meldroute
    binary=$PWD/target/debug/meldroute
fi

data=$(mktemp -d)
demo=
stop() {
    [ -z "$demo" ] || kill "$demo" 2>/dev/null || true
    [ -z "$demo" ] || wait "$demo" 2>/dev/null || true
    rm -rf "$data"
}
trap stop EXIT
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
printf '==> Demo starten op poort %s\n' "$port"
"$binary" demo --data "$data/demo" --port "$port" >"$data/demo.log" 2>&1 &
demo=$!
base=http://127.0.0.1:$port/api/v1
for _ in $(seq 600); do
    ! curl --silent --fail --output /dev/null "$base/openapi.json" || break
    kill -0 "$demo" 2>/dev/null || { cat "$data/demo.log"; exit 1; }
    sleep 0.2
done

# Signs in as a member of the demo and prints the token.
token_of() {
    local password
    password=$(sed -n 's/.*steeds hetzelfde wachtwoord: //p' "$data/demo.log" | head -n 1)
    python3 - "$base" "$1" "$password" <<'PY'
import json, sys, urllib.request

base, name, password = sys.argv[1:]
body = json.dumps({"naam": name, "wachtwoord": password}).encode()
request = urllib.request.Request(f"{base}/sessies", body, {"Content-Type": "application/json"})
print(json.load(urllib.request.urlopen(request))["token"])
PY
}

# use_after_free would sign us out half way. Schemathesis leaves a folder where it runs, so it runs in var/.
fuzz() {
    local name=$1
    shift
    printf '==> %s\n' "$name"
    cd "$tools"
    "$tools/bin/schemathesis" run "$base/openapi.json" --max-examples "$examples" --checks all \
        --exclude-checks use_after_free --request-timeout 30 --no-color --warnings off "$@"
}

status=0
fuzz "het openbare deel" --include-tag Melden --include-tag "Over deze API" || status=1
for role in coördinator 'privacy officer' bronhouder; do
    member=$(sed -n "s/^  \([a-z]*\) .*  $role\( .*\)\?$/\1/p" "$data/demo.log" | head -n 1)
    printf '==> aangemeld als %s, %s\n' "$member" "$role"
    token=$(token_of "$member")
    fuzz "het deel voor medewerkers, $role" --include-tag Signalen --include-tag Stappen \
        --header "Authorization: Bearer $token" || status=1
done
fuzz "aanmelden" --include-path /sessies || status=1
exit $status
