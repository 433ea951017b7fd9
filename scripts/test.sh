#!/usr/bin/env bash
# Every check and every test, and at the end one line: N passed, N failed.
#
#   scripts/test.sh          all: checks, unit tests once, tests/it on SQLite and again on PostgreSQL
#   scripts/test.sh checks   only what needs no test run: layout, lints, documentation, licences
#
# tests/it finds its database in TEST_DATABASE_URL; without it each test makes an SQLite file of its own. The two runs
# must count the same tests, and a skipped test is a failure: what was not run was not held.
# A step that fails does not stop the others, so that one run tells all that is wrong.
set -euo pipefail
cd "$(dirname "$0")/.."

log=$(mktemp)
trap 'rm -f "$log"' EXIT
export CARGO_TERM_COLOR=never
# A hanging test must not eat the whole of a CI run. At a terminal one presses Ctrl-C.
limit=()
[ "${CI-}" != true ] || limit=(timeout --kill-after=30s 40m)

say() { printf '\n==> %s\n' "$*"; }
wrong=()
object() { wrong+=("$*"); printf '==> NIET IN ORDE: %s\n' "$*"; }

# Runs a command with its output shown and in $log, in a process group of its own, so that a signal to this script
# ends all of it. The answer is the command's. The output goes through a file: a pipe would stay open, and this script
# would wait, for as long as anything lives that the command left behind.
run() {
    local job show status=0 signal=''
    : >"$log"
    set -m
    "$@" >"$log" 2>&1 </dev/null &
    job=$!
    set +m
    tail -n +1 -f -s 0.1 --pid="$job" "$log" &
    show=$!
    trap 'signal=INT; kill -INT -- "-$job" 2>/dev/null || true' INT
    trap 'signal=TERM; kill -TERM -- "-$job" 2>/dev/null || true' TERM HUP
    wait "$job" || status=$?
    while kill -0 "$job" 2>/dev/null; do
        status=0
        wait "$job" || status=$?
    done
    while kill -0 "$show" 2>/dev/null; do wait "$show" || true; done
    trap - INT TERM HUP
    [ -z "$signal" ] || { printf '==> afgebroken\n'; exit 130; }
    return "$status"
}

# check NAME COMMAND..: a step that counts no tests.
check() {
    local name=$1 since=$SECONDS
    shift
    say "$name"
    if run "$@"; then printf '    in orde, %s s\n' $((SECONDS - since)); else object "$name"; fi
}

# The numbers of the runners' closing lines in $log, added up: passed, failed, skipped. Read are those of cargo test
# and of Node's test runner.
counts() {
    awk '
        /^test result: / {
            for (i = 2; i <= NF; i++) {
                if ($i ~ /^passed/) passed += $(i - 1)
                if ($i ~ /^failed/) failed += $(i - 1)
                if ($i ~ /^ignored/ || $i ~ /^filtered/) skipped += $(i - 1)
            }
        }
        /^(#|ℹ) (pass|fail|cancelled|skipped|todo) [0-9]+$/ {
            if ($2 == "pass") passed += $3
            if ($2 == "fail" || $2 == "cancelled") failed += $3
            if ($2 == "skipped" || $2 == "todo") skipped += $3
        }
        END { print passed + 0, failed + 0, skipped + 0 }
    ' "$log"
}

passed=0
failed=0
# suite NAME COMMAND..: a run that counts tests; afterwards ran_passed holds how many passed.
suite() {
    local name=$1 since=$SECONDS status=0 ran_failed ran_skipped
    shift
    say "$name"
    run "${limit[@]}" "${marking[@]}" "$@" || status=$?
    read -r ran_passed ran_failed ran_skipped < <(counts)
    # A runner that broke off printed no closing line: that is a failure too.
    [ "$status" -eq 0 ] || [ "$ran_failed" -gt 0 ] || ran_failed=1
    passed=$((passed + ran_passed))
    failed=$((failed + ran_failed))
    printf '    %s: %s geslaagd, %s gefaald, %s overgeslagen, %s s\n' \
        "$name" "$ran_passed" "$ran_failed" "$ran_skipped" $((SECONDS - since))
    [ "$status$ran_failed" = 00 ] || object "$name"
    [ "$ran_skipped" -eq 0 ] || object "$name: $ran_skipped overgeslagen"
    nothing_left "$name"
}

# Whatever a run starts carries this mark in its environment, so that what outlives the run can be found and ended.
mark="MELDROUTE_TEST_RUN=$$-$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')"
marked() { grep -lzx "$mark" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3 || true; }
nothing_left() {
    local pids
    for _ in $(seq 50); do
        pids=$(marked)
        [ -n "$pids" ] || return 0
        sleep 0.1
    done
    for pid in $pids; do
        printf '    draait nog: %s %s\n' "$pid" "$(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null)"
        kill -KILL "$pid" 2>/dev/null || true
    done
    object "$1: liet processen achter"
}
marking=(env "$mark")

# Folders with npm packages, and whether one has a script of a name.
npm_folders() { find . \( -name node_modules -o -name target -o -name .git \) -prune -o -name package-lock.json -printf '%h\n'; }
has_script() { node -e 'process.exit(process.argv[2] in (require(process.argv[1]).scripts ?? {}) ? 0 : 1)' "$PWD/$1/package.json" "$2"; }

# What a build makes and git keeps must be what the build makes now.
rebuilt() {
    local made=$1/dist before after
    before=$(find "$made" -type f -exec sha256sum {} + | sort)
    npm --prefix "$1" run --silent build || return 1
    after=$(find "$made" -type f -exec sha256sum {} + | sort)
    [ "$before" != "$after" ] || return 0
    printf '%s was niet wat de bron maakt. Het is nu vernieuwd: bekijk het verschil en leg het vast.\n' "$made"
    diff <(echo "$before") <(echo "$after")
}

check "opmaak (cargo fmt)" cargo fmt --check
check "licenties" scripts/check-licences.py
check "lints (cargo clippy)" cargo clippy --locked --all-targets -- -D warnings
check "documentatie (cargo doc)" env RUSTDOCFLAGS="-D warnings" cargo doc --locked --lib --no-deps --document-private-items
if [ "${1-}" != checks ]; then
    for folder in $(npm_folders); do
        if has_script "$folder" build; then
            check "stijl en lettertypen (${folder#./})" rebuilt "$folder"
        fi
    done

    # Built first and alone, so that the runs below show nothing but tests.
    check "bouwen" cargo test --locked --no-run

    others=()
    for file in tests/*.rs tests/*/main.rs; do
        [ -e "$file" ] || continue
        name=${file#tests/}
        name=${name%/main.rs}
        name=${name%.rs}
        [ "$name" = it ] || others+=(--test "$name")
    done
    suite "onderdelen (src)" cargo test --locked --lib --bins "${others[@]}"
    suite "voorbeelden in de documentatie" cargo test --locked --doc
    for folder in $(npm_folders); do
        if has_script "$folder" test; then
            suite "pagina's (${folder#./})" npm --prefix "$folder" run --silent test
        fi
    done
    suite "tests/it op SQLite" env -u TEST_DATABASE_URL cargo test --locked --test it
    on_sqlite=$ran_passed
    suite "tests/it op PostgreSQL" scripts/with-postgres.sh cargo test --locked --test it
    on_postgres=$ran_passed

    say "geslaagd op SQLite: $on_sqlite, op PostgreSQL: $on_postgres"
    [ "$on_sqlite" -eq "$on_postgres" ] || object "SQLite en PostgreSQL telden niet evenveel tests"
    [ "$on_sqlite" -gt 0 ] || object "tests/it telde geen test"
fi

printf '\n'
for reason in "${wrong[@]}"; do printf 'NIET IN ORDE: %s\n' "$reason"; done
[ "${1-}" = checks ] || printf '%s passed, %s failed\n' "$passed" "$failed"
[ ${#wrong[@]} -eq 0 ]
