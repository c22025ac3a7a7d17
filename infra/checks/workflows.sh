#!/usr/bin/env bash
# Checks the workflows in .github with actionlint, built from the Go module proxy into target/checks at the first run.
#
# Exit status: 0 all passed; 77 the tool cannot be had, with a line `skipped: ...`; anything else is a finding.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
version=v1.7.7
home=$root/target/checks/actionlint-$version

skip() {
    echo "skipped: workflow checks ($1)"
    exit 77
}

if [[ ! -x $home/actionlint ]]; then
    command -v go >/dev/null || skip "go is not installed"
    mkdir -p "$home"
    # The checksum database has the last word on what was fetched.
    GOBIN=$home go install "github.com/rhysd/actionlint/cmd/actionlint@$version" >"$home/install.log" 2>&1 ||
        skip "go could not fetch it: $(tail -n 1 "$home/install.log")"
fi

# Without shellcheck and pyflakes, which are not everywhere: what is found must not depend on the machine.
"$home/actionlint" -shellcheck= -pyflakes= "$root"/.github/workflows/*.yml
echo "the workflow checks passed"
