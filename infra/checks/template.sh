#!/usr/bin/env bash
# Checks template.yaml as far as that is possible without AWS: cfn-lint on it, on the templates that it nests and on the one of the role that deploys it, `sam validate --lint`, and
# cfn-lint on what SAM makes of it. Takes another template as an argument. The tools live in target/checks, installed at the first run.
#
# Exit status: 0 all passed; 77 the tools cannot be had, with a line `skipped: ...`; anything else is a finding.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
template=$(realpath "${1:-$root/template.yaml}")
work=$root/target/checks

skip() {
    echo "skipped: template checks ($1)"
    exit 77
}

# shellcheck source=infra/checks/tools.sh
source "$here/tools.sh"
install_tools
cd "$root"

# No account and no region of the caller's may decide what is found, and nothing is reported to anybody.
unset AWS_PROFILE AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
export AWS_DEFAULT_REGION=us-east-1 AWS_EC2_METADATA_DISABLED=true SAM_CLI_TELEMETRY=0

echo "cfn-lint $template and what goes with it"
"$venv/bin/cfn-lint" -- "$template" "$root"/infra/{alarms,backups,dashboard,deploy-role,front}.yaml

echo "sam validate --lint --template $template"
"$venv/bin/sam" validate --lint --template "$template"

echo "cfn-lint on the transformed template"
"$venv/bin/python" "$here/transform.py" "$template" >"$work/transformed.json"
"$venv/bin/cfn-lint" -- "$work/transformed.json"

echo "the template checks passed"
