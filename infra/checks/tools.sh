# The tools of the template checks, in $venv: sourced by what uses them, with $root and skip() at hand.
# A copy of the pins tells whether the venv is the one that they describe, and is written last.

venv=$root/target/checks/venv

install_tools() {
    local work=$root/target/checks checks=$root/infra/checks pins installed=$venv/pins
    pins=$(cat "$checks/requirements.txt" "$checks/constraints.txt")
    if [[ -f $installed && $(<"$installed") == "$pins" ]]; then
        return
    fi
    command -v python3 >/dev/null || skip "python3 is not installed"
    rm -rf "$venv"
    mkdir -p "$work"
    python3 -m venv "$venv" >"$work/install.log" 2>&1 || skip "python3 -m venv failed, see target/checks/install.log"
    echo "installing the tools into target/checks/venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
        --requirement "$checks/requirements.txt" >"$work/install.log" 2>&1 ||
        skip "pip could not install infra/checks/requirements.txt with $("$venv/bin/python" --version): $(tail -n 1 "$work/install.log")"
    printf '%s\n' "$pins" >"$installed"
}
