#!/usr/bin/env bash
# Checks template.yaml as far as that is possible without AWS: cfn-lint on it, `sam validate --lint`, and cfn-lint on what
# SAM makes of it. Takes another template as an argument. The tools live in target/checks, installed at the first run.
#
# Exit status: 0 all passed; 77 the tools cannot be had, with a line `skipped: ...`; anything else is a finding.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
template=$(realpath "${1:-$root/template.yaml}")
work=$root/target/checks
venv=$work/venv

skip() {
    echo "skipped: template checks ($1)"
    exit 77
}

# Leaves the tools in $venv. A copy of the pins tells whether the venv is the one they describe, and is written last.
install() {
    local pins installed=$venv/pins
    pins=$(cat "$here/requirements.txt" "$here/constraints.txt")
    if [[ -f $installed && $(<"$installed") == "$pins" ]]; then
        return
    fi
    command -v python3 >/dev/null || skip "python3 is not installed"
    rm -rf "$venv"
    mkdir -p "$work"
    python3 -m venv "$venv" >"$work/install.log" 2>&1 || skip "python3 -m venv failed, see target/checks/install.log"
    echo "installing the tools into target/checks/venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
        --requirement "$here/requirements.txt" >"$work/install.log" 2>&1 ||
        skip "pip could not install infra/checks/requirements.txt with $("$venv/bin/python" --version): $(tail -n 1 "$work/install.log")"
    printf '%s\n' "$pins" >"$installed"
}

install
cd "$root"

# No account and no region of the caller's may decide what is found, and nothing is reported to anybody.
unset AWS_PROFILE AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
export AWS_DEFAULT_REGION=us-east-1 AWS_EC2_METADATA_DISABLED=true SAM_CLI_TELEMETRY=0

echo "cfn-lint $template"
"$venv/bin/cfn-lint" -- "$template"

echo "sam validate --lint --template $template"
"$venv/bin/sam" validate --lint --template "$template"

echo "cfn-lint on the transformed template"
"$venv/bin/python" "$here/transform.py" "$template" >"$work/transformed.json"
"$venv/bin/cfn-lint" -- "$work/transformed.json"

echo "the template checks passed"
