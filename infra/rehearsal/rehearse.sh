#!/usr/bin/env bash
# Deploys template.yaml to a stand-in for AWS (moto's server), compares what was made with what the template says, and runs that part of the
# suite that the stand-in can take, each test on a table and a bucket that CloudFormation made of the template: rehearse.sh [TEST-FILTER...]
#
# Exit status: 0 all passed; 77 the stand-in cannot be had, with a line `skipped: ...`; anything else is a finding.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$root/target/rehearsal
log=$work/moto.log
standin=

skip() {
    echo "skipped: the rehearsal ($1)"
    exit 77
}

stop() {
    if [[ -n $standin ]]; then
        # The whole group: the script has a server under it.
        kill -- "-$standin" 2>/dev/null || true
        wait "$standin" 2>/dev/null || true
    fi
}
trap stop EXIT

# shellcheck source=infra/checks/tools.sh
source "$root/infra/checks/tools.sh"
install_tools
cd "$root"
mkdir -p "$work"
# No account and no region of the caller's has anything to do with it.
unset AWS_PROFILE AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
export AWS_DEFAULT_REGION=us-east-1 AWS_EC2_METADATA_DISABLED=true

echo "==> what SAM makes of template.yaml"
"$venv/bin/python" infra/checks/transform.py template.yaml >"$work/transformed.json"

# The kernel's choice of a free port.
port=$("$venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
: >"$log"
set -m
infra/engines/moto.sh "$port" >"$log" 2>&1 &
standin=$!
set +m
waited=0
until grep -q "^LATCHKEY_TEST_S3_ENDPOINT=" "$log"; do
    if ! kill -0 "$standin" 2>/dev/null; then
        status=0
        wait "$standin" || status=$?
        standin=
        cat "$log"
        exit $((status == 0 ? 1 : status))
    fi
    if ((waited++ >= 300)); then
        cat "$log"
        echo "the stand-in was not ready after five minutes"
        exit 1
    fi
    sleep 1
done
endpoint=http://127.0.0.1:$port

echo "==> CreateStack"
target/engines/moto/venv/bin/python infra/rehearsal/deploy.py "$endpoint" "$work/transformed.json" "$work/kept.json"

echo "==> a secret is rotated"
PATH=$root/target/engines/moto/venv/bin:$PATH target/engines/moto/venv/bin/python infra/rehearsal/rotate.py "$endpoint" "$root/infra/rotate.sh"

# A contract whole, all five over HTTP, what stands on each index, and what is told by each queue. The rest runs in other engines; here it is
# the definition of the stores that is tried. Management's tests alone would take one process of Python a quarter of an hour.
filters=("${@:-}")
if (($# == 0)); then
    filters=(woosa:: over_http:: over_queue:: licenses:: search:: --skip bytex:: --skip cscart:: --skip babel:: --skip mail::licenses::)
fi
echo "==> the suite on stacks of the template: ${filters[*]}"
LATCHKEY_TEST_DYNAMODB_ENDPOINT=$endpoint LATCHKEY_TEST_S3_ENDPOINT=$endpoint LATCHKEY_TEST_TEMPLATE=$work/kept.json \
    cargo test --workspace --test it -- --test-threads 2 --skip concurrency --skip at_once "${filters[@]}"
echo "the rehearsal passed"
