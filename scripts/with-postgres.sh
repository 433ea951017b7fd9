#!/usr/bin/env bash
# Runs a command beside a throw-away PostgreSQL, and takes the database away again however the command ends.
#
#   scripts/with-postgres.sh COMMAND [ARGUMENT...]
#
# The command finds in its environment:
#   TEST_DATABASE_URL      postgres://.. for the owner of an empty database (UTF8, collation C); it may create databases
#   TEST_POSTGRES_CONTROL  a program that takes one word: stop, start, restart or kill (as a power cut would)
#
# A test that stops the server does so on a cluster of its own: it starts this script itself, with a command that
# waits for the end of its standard input.
set -euo pipefail

die() { printf 'with-postgres: %s\n' "$*" >&2; exit 1; }

[ $# -gt 0 ] || die "welk commando? Gebruik: scripts/with-postgres.sh COMMANDO [ARGUMENT...]"

bin=$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1) || true
[ -n "$bin" ] || die "PostgreSQL ontbreekt. Voer eerst uit: scripts/setup.sh test"
bin=${bin%/initdb}

# initdb refuses root, and a server that is attacked by tests should own nothing but its own folder.
as_owner=()
if [ "$(id -u)" -eq 0 ]; then
    owner=postgres
    as_owner=(setpriv "--reuid=$(id -u $owner)" "--regid=$(id -g $owner)" --clear-groups --)
fi

# A socket's path may hold about a hundred bytes, so the folder stands in /tmp, whatever TMPDIR says.
dir=$(mktemp -d /tmp/meldroute-pg.XXXXXX)
chmod 0711 "$dir"
mkdir -m 0755 "$dir/socket"
[ "$(id -u)" -ne 0 ] || chown -R "$owner:" "$dir"

# Whoever takes the database away must outlive whatever befalls this script, kill -9 of its process group included:
# a process in a session of its own, that waits for the closing of a pipe which only this script holds open.
# shellcheck disable=SC2016 # the keeper's own variables
keeper='
    dir=$1 bin=$2; shift 2
    trap "" INT TERM HUP
    while read -r _; do :; done
    if command=$(cat "$dir/command" 2>/dev/null); then
        kill -TERM -- "-$command" 2>/dev/null || true
        for _ in $(seq 50); do kill -0 -- "-$command" 2>/dev/null || break; sleep 0.1; done
        kill -KILL -- "-$command" 2>/dev/null || true
    fi
    cd / && if [ -s "$dir/data/postmaster.pid" ]; then
        "$@" "$bin/pg_ctl" -D "$dir/data" -m fast -t 20 stop || "$@" "$bin/pg_ctl" -D "$dir/data" -m immediate -t 20 stop
    fi >/dev/null 2>&1
    rm -rf "$dir"
'
exec {lifeline}> >(exec setsid bash -c "$keeper" keeper "$dir" "$bin" "${as_owner[@]}" >/dev/null 2>&1)
keeper_pid=$!

# shellcheck disable=SC2317 # called by the trap
finish() {
    rm -f "$dir/command"
    exec {lifeline}>&-
    while kill -0 "$keeper_pid" 2>/dev/null; do sleep 0.05; done
}
trap finish EXIT

password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
control=$dir/control
{
    printf '#!/usr/bin/env bash\nset -euo pipefail\ncd /\n'
    printf 'pg_ctl() { %s -D %q "$@"; }\n' "$(printf '%q ' "${as_owner[@]}" "$bin/pg_ctl")" "$dir/data"
    printf 'log=%q\n' "$dir/server.log"
    # The server must not keep a caller's pipe open: it outlives the caller.
    cat <<'CONTROL'
case ${1-} in
    start) pg_ctl -s -w -t 60 -l "$log" start ;;
    stop) pg_ctl -s -m fast -w stop ;;
    restart) pg_ctl -s -m fast -w -t 60 -l "$log" restart ;;
    kill) pg_ctl -s -m immediate -w stop ;;
    *) echo "start, stop, restart of kill?" >&2; exit 2 ;;
esac </dev/null >/dev/null 2>>"$log.control"
CONTROL
} >"$control"
chmod 0755 "$control"
touch "$dir/server.log" "$dir/server.log.control"
printf '%s\n' "$password" >"$dir/password"
chmod 0600 "$dir/password"
[ "$(id -u)" -ne 0 ] || chown "$owner:" "$dir/password" "$dir/server.log" "$dir/server.log.control"

# initdb and the server run from a folder that any user may enter, and without the pipe that this script holds.
report() { cat "$dir/initdb.log" "$dir/server.log" "$dir/server.log.control" >&2 2>/dev/null || true; die "$1"; }
(
    cd / && "${as_owner[@]}" "$bin/initdb" -D "$dir/data" -U owner --pwfile="$dir/password" -A scram-sha-256 \
        -E UTF8 --locale=C --no-sync --no-instructions
) {lifeline}>&- >"$dir/initdb.log" 2>&1 || report "initdb is mislukt"
rm -f "$dir/password"

# Every promise about durability is on, as in production; there is no port, only the socket.
cat >>"$dir/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$dir/socket'
max_connections = 200
fsync = on
synchronous_commit = on
full_page_writes = on
timezone = 'UTC'
lc_messages = 'C'
CONF
"$control" start {lifeline}>&- || report "PostgreSQL start niet"

sql() { PGPASSWORD=$password PGHOST=$dir/socket psql -X -q -v ON_ERROR_STOP=1 -U owner -d postgres -c "$1"; }
# The service's own role owns its database and is no superuser, as in production.
{
    sql "CREATE ROLE meldroute LOGIN CREATEDB PASSWORD '$password'"
    sql "CREATE DATABASE meldroute OWNER meldroute"
} {lifeline}>&- || report "de database is niet aangemaakt"

export TEST_DATABASE_URL="postgres://meldroute:$password@/meldroute?host=$dir/socket"
export TEST_POSTGRES_CONTROL=$control

# The command gets a process group of its own, so that a signal to this script ends all that the command started.
set -m
"$@" {lifeline}>&- <&0 &
command=$!
set +m
printf '%s\n' "$command" >"$dir/command"
stopped=0
trap 'stopped=130; kill -INT -- "-$command" 2>/dev/null || true' INT
trap 'stopped=143; kill -TERM -- "-$command" 2>/dev/null || true' TERM HUP
status=0
wait "$command" || status=$?
# A trap ends the first wait early; the command then still has its own end to make.
while kill -0 "$command" 2>/dev/null; do
    status=0
    wait "$command" || status=$?
done
[ "$stopped" -eq 0 ] || status=$stopped
exit "$status"
