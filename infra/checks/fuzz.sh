#!/usr/bin/env bash
# Sends the local stack thousands of requests that its own OpenAPI document allows, and some that it does not, and looks for answers
# that it does not allow: a fault of ours, another shape, another type. The tool lives in target/checks, installed at the first run.
# An argument is the number of examples for each operation.
#
# Exit status: 0 all passed; 77 the tool cannot be had, with a line `skipped: ...`; anything else is a finding.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
examples=${1:-15}
work=$root/target/checks
venv=$work/fuzz-venv
log=$work/fuzz-stack.log
# No operation's answers may depend on who asked before: the same requests every time.
seed=1
stack=

skip() {
    echo "skipped: requests that the OpenAPI document allows ($1)"
    exit 77
}

stop() {
    if [[ -n $stack ]]; then
        kill "$stack" 2>/dev/null || true
        wait "$stack" 2>/dev/null || true
    fi
}
trap stop EXIT

install() {
    local installed=$venv/pins
    if [[ -f $installed && $(<"$installed") == "$(<"$here/fuzz-requirements.txt")" ]]; then
        return
    fi
    command -v python3 >/dev/null || skip "python3 is not installed"
    rm -rf "$venv"
    mkdir -p "$work"
    python3 -m venv "$venv" >"$work/install.log" 2>&1 || skip "python3 -m venv failed, see target/checks/install.log"
    echo "installing the tool into target/checks/fuzz-venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
        --requirement "$here/fuzz-requirements.txt" >"$work/install.log" 2>&1 ||
        skip "pip could not install infra/checks/fuzz-requirements.txt with $("$venv/bin/python" --version): $(tail -n 1 "$work/install.log")"
    cp "$here/fuzz-requirements.txt" "$installed"
}

# What the stack printed after a name, up to the next blank.
said() {
    sed -n "s/.*$1 *\([^ ]*\).*/\1/p" "$log" | head -n 1
}

install
cd "$root"
# --workspace: with the features that everything is built with already.
cargo build --workspace --bin latchkey-local
"${CARGO_TARGET_DIR:-target}/debug/latchkey-local" --ephemeral --port 0 >"$log" 2>&1 &
stack=$!
waited=0
until grep -q "The demo vendor's API key" "$log"; do
    if ! kill -0 "$stack" 2>/dev/null || ((waited++ >= 120)); then
        cat "$log"
        echo "the stack did not start"
        exit 1
    fi
    sleep 1
done
url=$(said "Latchkey is at")
key=$(said "The demo vendor's API key:")
user=$(said "user")

# fuzz NAME PATHS ARGUMENT... : the operations below some paths, with a credential.
fuzz() {
    local name=$1 paths=$2
    shift 2
    echo "==> $name"
    (cd "$work" && "$venv/bin/schemathesis" run "$url/openapi.json" --include-path-regex "$paths" --seed "$seed" \
        --max-examples "$examples" --phases examples,coverage,fuzzing --workers 2 --request-timeout 30 \
        --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
        --no-color "$@")
}

fuzz "CS-Cart" '^/(api/4\.0|index\.php)' --auth "$user:$key"
fuzz "BYTEX" '^/API/' --header "authorization: $key"
fuzz "Woosa and Sellcodes" '^/(wp-json|v2|push-file)'
fuzz "Babel" '^/v1/(?!api-keys)' --header "x-api-key: $key"
# Whoever deletes the key that it asks with is answered 401 and soon 429 by everything else, which finds nothing.
"$venv/bin/python" - "$url/v1/roles" "$key" <<'END'
import sys, urllib.request
request = urllib.request.Request(sys.argv[1], headers={"x-api-key": sys.argv[2]})
assert urllib.request.urlopen(request).status == 200, "the key that was asked with does not count any more"
END
fuzz "Babel: API keys, the one that is asked with among them" '^/v1/api-keys' --header "x-api-key: $key"
