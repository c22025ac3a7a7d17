# cargo-lambda in $lambda/bin: sourced by what uses it, with $root and skip() at hand.

lambda=$root/target/rehearsal/cargo-lambda

install_cargo_lambda() {
    local pins=$root/infra/rehearsal/requirements.txt installed=$lambda/pins log=$root/target/rehearsal/install.log
    if [[ -f $installed && $(<"$installed") == "$(<"$pins")" ]]; then
        return
    fi
    command -v python3 >/dev/null || skip "python3 is not installed"
    rm -rf "$lambda"
    mkdir -p "$root/target/rehearsal"
    python3 -m venv "$lambda" >"$log" 2>&1 || skip "python3 -m venv failed, see target/rehearsal/install.log"
    echo "installing cargo-lambda into target/rehearsal/cargo-lambda"
    "$lambda/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --requirement "$pins" >"$log" 2>&1 ||
        skip "pip could not install infra/rehearsal/requirements.txt: $(tail -n 1 "$log")"
    cp "$pins" "$installed"
}
