# shellcheck shell=bash
# Sourced: a private PostgreSQL and a private Redis for this checkout, on unix sockets and nothing else.
#
#   services_start NAME   brings them up (or finds them up) and exports DATABASE_URL and REDIS_URL; for the demo
#                         MIGRATION_DATABASE_URL too, because the application there is not the owner of its tables
#   services_stop         the last command that uses them stops them; all others leave them alone
#
# NAME keeps the demo and the tests apart: each has its own cluster. Where DATABASE_URL or REDIS_URL is set already,
# that one wins and nothing of its kind is started.

SERVICES_USER=postgres # who runs the servers when we are root: PostgreSQL refuses root
SERVICES_NEED_DATABASE=
SERVICES_NEED_REDIS=
SERVICES= # the directory, known after services_start

# as_server COMMAND...: runs it as the servers' user, from a directory that exists for everyone, without our locks.
as_server() {
    if ((EUID == 0)); then
        (cd / && exec setpriv --reuid "$SERVICES_USER" --regid "$SERVICES_USER" --init-groups -- "$@") 8>&- 9>&-
    else
        (cd / && exec "$@") 8>&- 9>&-
    fi
}

# services_directory NAME: under var/, unless the servers can't live there: a path that their user can't reach (root's
# home), that is too long for a socket (107 bytes), or that would need quoting in URLs and configuration.
services_directory() {
    local inside=$VAR/$1 outside
    mkdir -p "$inside"
    if ((${#inside} < 80)) && [[ $inside != *[!A-Za-z0-9/._-]* ]] && as_server test -x "$inside" 2>/dev/null; then
        printf '%s\n' "$inside"
        return
    fi
    outside=/var/tmp/talentfund-$EUID-$(printf '%s' "$ROOT" | sha256sum | cut -c1-12)
    mkdir -p -m 0755 "$outside"
    # Anybody may write in /var/tmp: trust the directory only when it is ours.
    [[ -O $outside && ! -L $outside ]] || fail "$outside belongs to somebody else"
    mkdir -p "$outside/$1"
    printf '%s\n' "$outside/$1"
}

# postgres_programs [VERSION]: the newest PostgreSQL of 15 or later, or the version that made an existing cluster.
postgres_programs() {
    local directory version found=
    while read -r directory; do
        [[ -x $directory/initdb && -x $directory/pg_isready ]] || continue
        version=$("$directory/initdb" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
        if [[ -n ${1:-} ]]; then
            if [[ $version == "$1" ]]; then found=$directory; fi
        elif ((version >= 15)); then
            found=$directory
        fi
    done < <(printf '%s\n' "$(dirname "$(readlink -f "$(command -v initdb)")")" /usr/pgsql-*/bin \
        /usr/lib/postgresql/*/bin | sort -V)
    [[ -n $found ]] && printf '%s\n' "$found"
}

redis_program() { command -v redis-server || command -v valkey-server; }

# postgres_configuration: what we want otherwise than initdb found right for this machine (shared memory, for one).
postgres_configuration() {
    cat <<CONFIGURATION
listen_addresses = ''
unix_socket_directories = '$SERVICES/run'
unix_socket_permissions = 0700
max_connections = 200
max_wal_size = 1GB
log_timezone = 'Europe/Amsterdam'
timezone = 'UTC'
lc_messages = 'C.UTF-8'
CONFIGURATION
    # Tests may lose everything in a power cut, and are faster for it.
    if [[ ${SERVICES##*/} == test ]]; then
        printf '%s = off\n' fsync full_page_writes synchronous_commit
    fi
}

postgres_ready() { "$1/pg_isready" --quiet --host "$SERVICES/run"; }

postgres_create() {
    local programs=$1 data=$2
    as_server rm -rf "$data.new"
    # Made aside, database and all, and then renamed: what was interrupted leaves nothing that looks like a cluster.
    as_server env LC_ALL=C.UTF-8 "$programs/initdb" --pgdata "$data.new" --username talentfund --auth trust \
        --locale C.UTF-8 --encoding UTF8 --no-sync >"$SERVICES/initdb.log" 2>&1 ||
        fail "initdb failed, see $SERVICES/initdb.log"
    as_server "$programs/postgres" --single -D "$data.new" postgres <<<'CREATE DATABASE talentfund' \
        >>"$SERVICES/initdb.log" 2>&1 || fail "no database made, see $SERVICES/initdb.log"
    as_server mv "$data.new" "$data"
}

# postgres_forget_stale DATA: after kill -9 the pid file may name a process that is somebody else's by now.
postgres_forget_stale() {
    local pid
    pid=$(as_server head -n 1 "$1/postmaster.pid" 2>/dev/null) || return 0
    [[ $(as_server readlink "/proc/$pid/cwd" 2>/dev/null) == "$1" ]] || as_server rm -f "$1/postmaster.pid"
}

postgres_start() {
    local data=$SERVICES/data/postgres version programs try
    version=$(as_server cat "$data/PG_VERSION" 2>/dev/null || true)
    programs=$(postgres_programs "$version") ||
        fail "no PostgreSQL ${version:-15 or newer} found; run script/setup"
    SERVICES_POSTGRES=$programs
    postgres_ready "$programs" && return
    [[ -n $version ]] || postgres_create "$programs" "$data"
    # The file that PostgreSQL reads last, written anew at every start: a moved checkout has other sockets.
    postgres_configuration | as_server tee "$data/postgresql.auto.conf" >/dev/null
    for try in 1 2 3 4 5; do
        postgres_forget_stale "$data"
        # Orphans of a killed server hold its memory for a moment; they leave by themselves.
        if as_server "$programs/pg_ctl" start --pgdata "$data" --log "$SERVICES/data/postgres.log" --wait --silent \
            </dev/null >/dev/null 2>&1; then
            break
        fi
        ((try < 5)) || fail "PostgreSQL does not start, see $SERVICES/data/postgres.log"
        sleep "0.$try"
    done
}

redis_answers() { [[ $(redis-cli -s "$SERVICES/run/redis" ping 2>/dev/null) == PONG ]]; }

# Redis keeps nothing on disk: the outbox in PostgreSQL is what may not be lost.
redis_start() {
    local program try
    redis_answers && return
    program=$(redis_program) || fail "no Redis found; run script/setup"
    as_server "$program" --port 0 --unixsocket "$SERVICES/run/redis" --unixsocketperm 700 --daemonize yes \
        --dir "$SERVICES/data" --pidfile "$SERVICES/run/redis.pid" --logfile "$SERVICES/data/redis.log" \
        --save '' --appendonly no </dev/null >/dev/null
    for try in {1..50}; do
        redis_answers && return
        sleep 0.1
    done
    fail "Redis does not answer after $try tries, see $SERVICES/data/redis.log"
}

services_start() {
    [[ -n ${DATABASE_URL:-} ]] || SERVICES_NEED_DATABASE=1
    [[ -n ${REDIS_URL:-} ]] || SERVICES_NEED_REDIS=1
    [[ -n $SERVICES_NEED_DATABASE$SERVICES_NEED_REDIS ]] || return 0
    SERVICES=$(services_directory "$1")
    # 9 is the gate: one at a time starts or stops. 8 is held, shared, by everyone who uses the servers.
    exec 9>>"$SERVICES/gate.lock" 8>>"$SERVICES/users.lock"
    flock 9
    local part
    for part in data run; do
        if [[ ! -d $SERVICES/$part ]]; then
            mkdir -m 0700 "$SERVICES/$part"
            if ((EUID == 0)); then chown "$SERVICES_USER:" "$SERVICES/$part"; fi
        fi
    done
    if [[ $SERVICES_NEED_DATABASE ]]; then
        postgres_start
        # A socket's directory as host, as libpq writes it in a URL.
        export DATABASE_URL="postgres://talentfund@${SERVICES//\//%2F}%2Frun/talentfund"
        # Tests make databases of their own, so they run as the owner; everything else as the application.
        if [[ $1 != test ]]; then
            export MIGRATION_DATABASE_URL=$DATABASE_URL
            DATABASE_URL=${DATABASE_URL/talentfund@/talentfund_app@}
        fi
    fi
    if [[ $SERVICES_NEED_REDIS ]]; then
        redis_start
        export REDIS_URL="redis+socket://$SERVICES/run/redis"
    fi
    flock --shared 8
    flock --unlock 9
}

# services_stop: whoever gets the users' lock for itself alone was the last one, and turns off the light.
services_stop() {
    [[ -n $SERVICES ]] || return 0
    flock 9
    if flock --nonblock 8; then
        if [[ $SERVICES_NEED_REDIS ]]; then
            redis-cli -s "$SERVICES/run/redis" shutdown nosave >/dev/null 2>&1 || true
        fi
        if [[ $SERVICES_NEED_DATABASE && -n ${SERVICES_POSTGRES:-} ]]; then
            as_server "$SERVICES_POSTGRES/pg_ctl" stop --pgdata "$SERVICES/data/postgres" --mode fast --wait --silent \
                >/dev/null 2>&1 || true
        fi
    fi
    exec 8>&- 9>&-
    SERVICES=
}
