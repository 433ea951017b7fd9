#!/usr/bin/env bash
# Installs what is missing on a Debian machine, and does nothing when all is there.
#
#   scripts/setup.sh run     what building and running needs
#   scripts/setup.sh test    that, and what the tests need: PostgreSQL's programs, Chromium, the pages' test tools
#
# SETUP=skip leaves the machine alone, for whoever brings the packages another way.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '==> %s\n' "$*"; }
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }

purpose=${1-}
case $purpose in run | test) ;; *) die "gebruik: scripts/setup.sh run of scripts/setup.sh test" ;; esac
[ "${SETUP-}" != skip ] || exit 0

command -v cargo >/dev/null || die "Rust ontbreekt (cargo staat niet in PATH). Installeer eerst Rust volgens Cargo.toml, rust-version."

# Every file that npm locked, outside what npm and cargo made themselves.
lock_files() { find . \( -name node_modules -o -name target -o -name .git \) -prune -o -name package-lock.json -print; }

installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

missing=()
need() { installed "$1" || missing+=("$1"); }
need_command() { command -v "$1" >/dev/null || missing+=("$2"); }

command -v dpkg-query >/dev/null ||
    die "dit is geen Debian. Installeer zelf wat scripts/setup.sh noemt, en draai daarna met SETUP=skip."

need gcc
need libc6-dev
need libpq-dev
need_command make make
need_command pkg-config pkg-config
if [ "$purpose" = test ]; then
    [ -n "$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null)" ] || missing+=(postgresql)
    need_command psql postgresql-client
    need_command chromium chromium
    need_command python3 python3
    need_command git git
    if [ -n "$(lock_files)" ]; then
        need_command node nodejs
        need_command npm npm
    fi
fi

if [ ${#missing[@]} -gt 0 ]; then
    say "Deze Debian-pakketten ontbreken en worden nu geïnstalleerd: ${missing[*]}"
    as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || die "geen root en geen sudo. Laat een beheerder draaien: apt-get install ${missing[*]}"
        as_root=(sudo)
        say "Daarvoor is sudo nodig."
    fi
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    quietly() { "$@" >"$log" 2>&1 </dev/null || { cat "$log" >&2; die "mislukt: $*"; }; }

    case " ${missing[*]} " in *" postgresql "*)
        # Only the programs are wanted: no cluster that starts with the machine and takes a port.
        if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
            say "PostgreSQL komt zonder automatisch gestarte databank (create_main_cluster = false)."
            "${as_root[@]}" mkdir -p /etc/postgresql-common
            echo 'create_main_cluster = false' | "${as_root[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
        fi
        ;;
    esac

    say "Pakketlijst bijwerken (kan een minuut duren)"
    quietly "${as_root[@]}" apt-get update
    say "Installeren (kan enkele minuten duren)"
    # The configuration file made above is kept: ucf and dpkg ask nothing.
    quietly "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1 \
        apt-get install -y --no-install-recommends -o Dpkg::Options::=--force-confold "${missing[@]}"
    say "Geïnstalleerd: ${missing[*]}"
fi

[ "$purpose" = test ] || exit 0

# What the pages' styles are made with and the pages are tested with; building the service needs none of it. No install script of a package ever runs.
while IFS= read -r lock; do
    folder=$(dirname "$lock")
    seal=$folder/node_modules/.installed-from
    now=$(cat "$folder/package.json" "$lock" | sha256sum)
    [ "$(cat "$seal" 2>/dev/null)" != "$now" ] || continue
    say "npm-pakketten van ${folder#./} installeren"
    (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null)
    mkdir -p "$folder/node_modules"
    printf '%s\n' "$now" >"$seal"
done < <(lock_files)
