#!/usr/bin/env bash
# Runs moto's server, DynamoDB and S3 on one port, until it is told to stop: moto.sh [PORT]
#
# Prints `LATCHKEY_TEST_DYNAMODB_ENDPOINT=…` and `LATCHKEY_TEST_S3_ENDPOINT=…` once it answers. Exits 77 with one line
# `skipped: …` where this machine cannot run it.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=infra/engines/engine.sh
source "$here/engine.sh"

name="moto"
version="5.2.5"
port=$(port_from "${1:-5000}")
home=$(cd "$here/../.." && pwd)/target/engines/moto

# The version is written down only after a complete installation, which then needs no network any more.
if [ "$(cat "$home/version" 2>/dev/null || true)" != "$version" ]; then
    need python3
    rm -rf "$home"
    mkdir -p "$home"
    python3 -m venv "$home/venv" >"$home/pip.log" 2>&1 || skip "no virtual environment can be made, see $home/pip.log"
    "$home/venv/bin/python" -m pip install --quiet --disable-pip-version-check "moto[server]==$version" >>"$home/pip.log" 2>&1 \
        || skip "pip cannot fetch it, see $home/pip.log"
    echo "$version" >"$home/version"
fi

"$home/venv/bin/moto_server" -H 127.0.0.1 -p "$port" >"$home/server.log" 2>&1 &
serve "$!" "$port" "$home/server.log" "LATCHKEY_TEST_DYNAMODB_ENDPOINT=http://127.0.0.1:$port" \
    "LATCHKEY_TEST_S3_ENDPOINT=http://127.0.0.1:$port"
