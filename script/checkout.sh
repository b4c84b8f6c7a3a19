# shellcheck shell=bash
# Sourced by the commands in this directory: where we are, whose Python we use, how we talk.

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
VAR=$ROOT/var
cd "$ROOT"
export ROOT
export PATH="$ROOT/.venv/bin:$PATH"
export DJANGO_SETTINGS_MODULE=talentfund.settings
# Nothing here may stop to ask, and nobody's own habits may change what is installed or tested.
export DEBIAN_FRONTEND=noninteractive PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONNOUSERSITE=1
unset PYTHONHOME PYTHONPATH VIRTUAL_ENV

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "${0##*/}: $*"
    exit 1
}

# require_setup: a short word instead of a missing module for who forgot script/setup.
require_setup() {
    [[ -x .venv/bin/python && -e $VAR/setup/python ]] || "$ROOT/script/setup" "$@"
}

# use_secret_key: a key of this checkout alone, made once. A municipality sets SECRET_KEY itself.
use_secret_key() {
    local file=$VAR/secret-key
    [[ -n ${SECRET_KEY:-} ]] && return
    if [[ ! -s $file ]]; then
        mkdir -p "$VAR"
        # Two commands may start at once: write aside, and let the first link win.
        (umask 077 && python3 -c 'import secrets; print(secrets.token_urlsafe(48))' >"$file.$$")
        ln "$file.$$" "$file" 2>/dev/null || true
        rm -f "$file.$$"
    fi
    SECRET_KEY=$(<"$file")
    export SECRET_KEY
}

# on_our_death: a child gets TERM when this script is killed, however that happens (kill -9 too).
on_our_death() {
    if command -v setpriv >/dev/null; then
        exec setpriv --pdeathsig TERM -- "$@"
    fi
    exec "$@"
}
