#!/usr/bin/env bash
# Runs the release binaries behind Lambda's Runtime API, by cargo-lambda's emulator, with the local stack for DynamoDB and S3, and has the
# five contracts played to them over HTTP: emulator.sh [release|dev]
#
# Each package is built alone, as `sam build` builds it: ten minutes and more on two processors, so this is for the night.
# Exit status: 0 all passed; 77 the emulator cannot be had, with a line `skipped: ...`; anything else is a finding.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
profile=${1:-release}
work=$root/target/rehearsal
built=${CARGO_TARGET_DIR:-$root/target}
started=()
declare -A functions

skip() {
    echo "skipped: the release binaries behind the Runtime API ($1)"
    exit 77
}

stop() {
    if ((${#started[@]})); then
        kill "${started[@]}" 2>/dev/null || true
        wait "${started[@]}" 2>/dev/null || true
    fi
}
trap stop EXIT

# until_ready SECONDS COMMAND... : waits for a command to succeed.
until_ready() {
    local left=$1
    shift
    until "$@" >/dev/null 2>&1; do
        ((left-- > 0)) || return 1
        sleep 1
    done
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# shellcheck source=infra/rehearsal/cargo-lambda.sh
source "$here/cargo-lambda.sh"
install_cargo_lambda
cd "$root"

echo "==> the functions, $profile"
packages=(babel bytex cscart sellcodes woosa)
if [[ $profile == release ]]; then
    folder=$built/release
    for package in "${packages[@]}"; do
        cargo build --locked --release --package "latchkey-$package" --bins
    done
else
    # For trying this script itself: with the features that everything is built with already.
    folder=$built/debug
    cargo build --locked --workspace --bins
fi

echo "==> the local stack"
cargo build --workspace --bin latchkey-local
stack=$(free_port)
"$built/debug/latchkey-local" --ephemeral --port "$stack" >"$work/stack.log" 2>&1 &
started+=("$!")
until_ready 120 grep -q "The demo vendor's API key" "$work/stack.log" || { cat "$work/stack.log"; exit 1; }

echo "==> the emulator"
emulator=$(free_port)
"$lambda/bin/cargo-lambda" lambda watch --only-lambda-apis --invoke-address 127.0.0.1 --invoke-port "$emulator" >"$work/emulator.log" 2>&1 &
started+=("$!")
# A request would wait for a function: only whether somebody listens is asked.
until_ready 30 bash -c "exec 3<>/dev/tcp/127.0.0.1/$emulator" || { cat "$work/emulator.log"; exit 1; }

# What a function finds in Lambda, and the names and secrets of tests/src/world.rs.
for package in "${packages[@]}"; do
    for main in functions/"$package"/src/bin/*.rs; do
        name=$(basename "$main" .rs)
        # The file is called by what comes behind the package's name, where that is more than the package.
        [[ $name == "$package" ]] || name=$package-$name
        env -i \
            AWS_LAMBDA_RUNTIME_API="http://127.0.0.1:$emulator/.rt/$name" AWS_LAMBDA_FUNCTION_NAME="$name" AWS_LAMBDA_FUNCTION_VERSION=1 \
            AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128 AWS_LAMBDA_LOG_GROUP_NAME=log AWS_LAMBDA_LOG_STREAM_NAME=log \
            AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local-secret \
            AWS_ENDPOINT_URL_DYNAMODB="http://127.0.0.1:$stack" AWS_ENDPOINT_URL_S3="http://127.0.0.1:$stack" \
            AWS_ENDPOINT_URL_SQS="http://127.0.0.1:$stack" LATCHKEY_PUSH_QUEUE="http://127.0.0.1:$stack/latchkey-pushes" \
            LATCHKEY_WEBHOOK_QUEUE="http://127.0.0.1:$stack/latchkey-webhooks" LATCHKEY_S3_PATH_STYLE=true \
            LATCHKEY_TABLE=latchkey LATCHKEY_BUCKET=latchkey-packages LATCHKEY_PUBLIC_URL=https://licenses.example.com \
            LATCHKEY_METRICS=Latchkey/rehearsal \
            LATCHKEY_TOKEN_SECRET=the-secret-of-the-tests-tokens-0123456789 \
            LATCHKEY_CREDENTIAL_SECRET=the-secret-of-the-tests-credentials-0123456789 \
            LATCHKEY_BEARER_SECRET=the-secret-of-the-tests-bearers-0123456789 \
            LATCHKEY_SEALING_SECRET=the-secret-of-the-tests-sealing-0123456789 \
            "$folder/$name" >"$work/$name.log" 2>&1 &
        started+=("$!")
        functions[$!]=$name
    done
done
sleep 3
for pid in "${!functions[@]}"; do
    kill -0 "$pid" 2>/dev/null || { echo "FINDING: ${functions[$pid]} did not start"; cat "$work/${functions[$pid]}.log"; exit 1; }
done

echo "==> the contracts"
LATCHKEY_TEST_FUNCTIONS=http://127.0.0.1:$emulator LATCHKEY_TEST_TABLE=latchkey LATCHKEY_TEST_BUCKET=latchkey-packages \
    LATCHKEY_TEST_DYNAMODB_ENDPOINT=http://127.0.0.1:$stack LATCHKEY_TEST_S3_ENDPOINT=http://127.0.0.1:$stack \
    cargo test --workspace --test it -- --test-threads 1 over_http::

echo "==> their log holds requests and metrics, and nothing else is said of them"
for package in "${packages[@]}"; do
    for log in "$work/$package"*.log; do
        grep -q '"CloudWatchMetrics"' "$log" || { echo "FINDING: $log has no metrics"; cat "$log"; exit 1; }
        if grep -q -e 'OVER-HTTP-' -e '@' "$log"; then
            echo "FINDING: $log has a key or an address"
            exit 1
        fi
    done
done
echo "the functions do what the contracts say, as $profile builds"
