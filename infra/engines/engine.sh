# What the engine scripts share; sourced, never run. The caller sets `name`.
# shellcheck shell=bash

# Ends the script as skipped, which a caller tells from failed by the exit code.
skip() {
    echo "skipped: $name ($1)"
    exit 77
}

# Skips unless the command $1 is installed.
need() {
    command -v "$1" >/dev/null 2>&1 || skip "$1 is not installed"
}

# Gives the port number $1 back, or ends the script where it is none or is taken.
port_from() {
    if ! [[ "$1" =~ ^[0-9]{1,5}$ ]] || [ "$1" -lt 1 ] || [ "$1" -gt 65535 ]; then
        echo "not a port: $1" >&2
        exit 2
    fi
    # Another server on this port would be taken for the engine.
    if answers "$1"; then
        echo "port $1 is taken" >&2
        exit 1
    fi
    echo "$1"
}

# Whether something accepts connections on the loopback port $1.
answers() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# Waits for the server (process $1, port $2, log $3) to accept connections, prints the remaining arguments one a line, and runs
# until the server ends or this script is told to stop.
serve() {
    local process=$1 port=$2 log=$3 stopped=""
    shift 3
    # shellcheck disable=SC2064
    trap "stopped=yes; kill $process 2>/dev/null || true" TERM INT
    trap "kill $process 2>/dev/null || true" EXIT

    local tries=0
    until answers "$port"; do
        if ! kill -0 "$process" 2>/dev/null || [ "$tries" -ge 300 ] || [ -n "$stopped" ]; then
            [ -n "$stopped" ] && exit 0
            echo "$name did not start, see $log" >&2
            exit 1
        fi
        tries=$((tries + 1))
        sleep 0.1
    done
    printf '%s\n' "$@"

    local code=0
    wait "$process" || code=$?
    # A signal ends the first wait at once; the second is for the server itself.
    wait "$process" 2>/dev/null || true
    [ -n "$stopped" ] && exit 0
    echo "$name ended by itself ($code), see $log" >&2
    exit 1
}
