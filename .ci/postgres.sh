#!/usr/bin/env bash
# A private PostgreSQL for tests: its own free port and data folder, never an installed server's.
#
#   source .ci/postgres.sh start   starts it and exports JINQIAO_TEST_PG_URL
#   .ci/postgres.sh start          starts it and prints the export line, for eval "$(...)"
#   .ci/postgres.sh stop           stops it and removes its data
#   .ci/postgres.sh run COMMAND    starts it, runs the command with the address set, stops it if it was not running
#
# Speed matters more than durability here, so fsync is off; what is tested is behaviour, not the disk.

jq_pg_home="${JINQIAO_TEST_PG_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/jinqiao-postgres}"

jq_pg_bin() {
    local found
    found=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
    if [ -z "$found" ] && command -v initdb >/dev/null; then
        found=$(dirname "$(command -v initdb)")
    fi
    if [ ! -x "$found/initdb" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q postgresql; } >&2 || return 1
        found=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
    fi
    [ -x "$found/initdb" ] || { echo "PostgreSQL is not installed (apt-get install postgresql)" >&2; return 1; }
    echo "$found"
}

# PostgreSQL refuses to run as root; there it runs as the system user that owns the package, or as nobody.
jq_pg_user() {
    if [ "$(id -u)" != 0 ]; then id -un; elif id postgres >/dev/null 2>&1; then echo postgres; else echo nobody; fi
}

jq_pg_as() {
    local user
    user=$(jq_pg_user)
    if [ "$(id -u)" != 0 ]; then
        "$@"
    else
        setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups env HOME=/tmp "$@"
    fi
}

jq_pg_place() {
    # Another user must be able to reach the folder; below root's home it cannot.
    if [ "$(id -u)" = 0 ] && [ -z "${JINQIAO_TEST_PG_HOME:-}" ]; then
        jq_pg_home=/var/cache/jinqiao-postgres
    fi
}

jq_pg_free_port() {
    local port
    for _ in $(seq 50); do
        port=$((20000 + RANDOM % 20000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return 0; }
    done
    return 1
}

jq_pg_url() {
    echo "postgres://jinqiao@127.0.0.1:$(cat "$jq_pg_home/port")/jinqiao?sslmode=disable"
}

jq_pg_running() {
    [ -f "$jq_pg_home/data/postmaster.pid" ] && jq_pg_as "$1/pg_ctl" -D "$jq_pg_home/data" status >/dev/null 2>&1
}

jq_pg_clear() {
    rm -rf "${jq_pg_home:?}/data"
    rm -f "$jq_pg_home/port" "$jq_pg_home/initdb.log" "$jq_pg_home/start.log"
}

jq_pg_start() {
    local bin port
    jq_pg_place
    bin=$(jq_pg_bin) || return 1
    if ! jq_pg_running "$bin"; then
        jq_pg_clear
        mkdir -p "$jq_pg_home"
        [ "$(id -u)" != 0 ] || chown "$(jq_pg_user)" "$jq_pg_home"
        jq_pg_as "$bin/initdb" -D "$jq_pg_home/data" -U jinqiao --auth=trust --encoding=UTF8 --locale=C \
            >"$jq_pg_home/initdb.log" 2>&1 || { cat "$jq_pg_home/initdb.log" >&2; return 1; }
        port=$(jq_pg_free_port) || { echo "no free port found" >&2; return 1; }
        echo "$port" >"$jq_pg_home/port"
        jq_pg_as "$bin/pg_ctl" -D "$jq_pg_home/data" -l "$jq_pg_home/data/server.log" -w -t 60 start \
            -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=500 \
                -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=128MB" \
            >"$jq_pg_home/start.log" 2>&1 </dev/null \
            || { cat "$jq_pg_home/start.log" "$jq_pg_home/data/server.log" >&2; return 1; }
        jq_pg_as "$bin/createdb" -h 127.0.0.1 -p "$port" -U jinqiao jinqiao || return 1
        jq_pg_begun=1
    fi
    JINQIAO_TEST_PG_URL=$(jq_pg_url)
    export JINQIAO_TEST_PG_URL
}

jq_pg_stop() {
    local bin
    jq_pg_place
    bin=$(jq_pg_bin) || return 1
    if jq_pg_running "$bin"; then
        jq_pg_as "$bin/pg_ctl" -D "$jq_pg_home/data" -w -m immediate stop >/dev/null
    fi
    jq_pg_clear
    rmdir "$jq_pg_home" 2>/dev/null
    unset JINQIAO_TEST_PG_URL
}

jq_pg_main() {
    local result
    case "${1:-start}" in
        start) jq_pg_start && echo "export JINQIAO_TEST_PG_URL='$JINQIAO_TEST_PG_URL'" ;;
        stop) jq_pg_stop ;;
        run)
            shift
            jq_pg_start || return 1
            "$@"
            result=$?
            [ -z "${jq_pg_begun:-}" ] || jq_pg_stop
            return "$result"
            ;;
        *) echo "usage: $0 start | stop | run COMMAND..." >&2; return 2 ;;
    esac
}

jq_pg_main "$@"
