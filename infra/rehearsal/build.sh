#!/usr/bin/env bash
# Builds what is deployed: `sam build` of template.yaml, release binaries for arm64 by cargo-lambda, into .aws-sam/build. Half an hour and
# more on two processors: build.sh [--required]
#
# Exit status: 0 built; 77 the toolchain cannot be had, with a line `skipped: ...` (with --required a failure); anything else is a finding.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
target=aarch64-unknown-linux-gnu
without=77
[[ ${1:-} == --required ]] && without=1

skip() {
    echo "skipped: sam build for arm64 ($1)"
    exit "$without"
}

# shellcheck source=infra/checks/tools.sh
source "$root/infra/checks/tools.sh"
# shellcheck source=infra/rehearsal/cargo-lambda.sh
source "$root/infra/rehearsal/cargo-lambda.sh"
cd "$root"
install_tools
install_cargo_lambda
command -v rustup >/dev/null || skip "rustup is not installed"
rustup target add "$target" >target/rehearsal/target.log 2>&1 || skip "rustup cannot fetch $target: $(tail -n 1 target/rehearsal/target.log)"

export PATH=$lambda/bin:$PATH SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=us-east-1
# One after the other: each already uses every processor, and they share one target folder.
"$venv/bin/sam" build --template template.yaml --no-cached
built=0
for bootstrap in .aws-sam/build/*/bootstrap; do
    # The ELF header's machine, AArch64.
    [[ $(od -An -tx1 -j18 -N2 "$bootstrap") == " b7 00" ]] || { echo "FINDING: $bootstrap is for another machine"; exit 1; }
    ((built++)) || true
done
declared=$(grep -c 'Type: AWS::Serverless::Function' template.yaml)
((built == declared)) || { echo "FINDING: $built of $declared functions were built"; exit 1; }
echo "$built functions were built for arm64"
