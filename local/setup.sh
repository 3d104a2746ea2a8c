#!/bin/sh
# Prepares this checkout: four virtual environments under .venv and .local, each from a lock file with hashes.
# Runs before every `make` target that needs them; when nothing changed it ends in a few milliseconds.
#
#   OVERTEN_PYTHON=/path/to/python3.13   use this interpreter
#   OVERTEN_UV=/path/to/uv               use this uv
#   OVERTEN_INSTALL_LIBREOFFICE=no       never install LibreOffice
set -eu
cd "$(dirname "$0")/.."

UV_VERSION=0.13.9
NEEDED_KB=3000000
ROOT=$(pwd)
STAMPS=.local/stamps

say() { printf '  %s\n' "$1"; }
fail() {
    printf '\nSetup stopped: %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '  %s\n' "$line" >&2; done
    exit 1
}
runs() { "$@" >/dev/null 2>&1; }

is_python_313() { runs "$1" -c 'import sys, venv; sys.exit(sys.version_info[:2] != (3, 13))'; }

find_uv() {
    for candidate in "${OVERTEN_UV:-}" uv "$HOME/.local/bin/uv" "$HOME/.cargo/bin/uv" "$ROOT/.local/tools/uv/bin/uv"; do
        [ -n "$candidate" ] || continue
        if runs "$candidate" --version; then
            UV=$(command -v "$candidate")
            say "uv: $UV"
            return
        fi
    done
    install_uv
}

install_uv() {
    for candidate in python3 python3.13 python3.12 python3.11 "$HOME"/.pyenv/versions/3*/bin/python3; do
        if runs "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 8))'; then
            base=$candidate
            break
        fi
    done
    [ -n "${base:-}" ] || fail "no Python 3.8 or newer was found, and no uv." \
        "Install either one: https://docs.astral.sh/uv/ (or: apt-get install python3 python3-venv)."
    mkdir -p .local/logs .local/tools
    say "uv: installing $UV_VERSION into .local/tools/uv with $base"
    if ! { "$base" -m venv --clear .local/tools/uv &&
        .local/tools/uv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$UV_VERSION"; } >.local/logs/uv.log 2>&1; then
        fail "uv could not be installed with $base." "Details are in .local/logs/uv.log." \
            "On Debian or Ubuntu the venv module is a package of its own: apt-get install python3-venv."
    fi
    UV=$ROOT/.local/tools/uv/bin/uv
}

find_python() {
    for candidate in "${OVERTEN_PYTHON:-}" python3.13 "$HOME"/.pyenv/versions/3.13*/bin/python3.13 \
        /usr/local/bin/python3.13 /usr/bin/python3.13 /opt/homebrew/bin/python3.13; do
        [ -n "$candidate" ] || continue
        if is_python_313 "$candidate"; then
            # A pyenv shim works only while pyenv selects 3.13, so the real file behind the name is recorded.
            PYTHON=$("$candidate" -c 'import sys; print(sys.executable)')
            say "Python 3.13: $PYTHON"
            return
        fi
    done
    if PYTHON=$("$UV" python find --quiet 3.13 2>/dev/null) && is_python_313 "$PYTHON"; then
        say "Python 3.13: $PYTHON (managed by uv)"
        return
    fi
    say "Python 3.13: not found, asking uv to download it"
    if "$UV" python install --quiet 3.13 >.local/logs/python.log 2>&1 && PYTHON=$("$UV" python find --quiet 3.13); then
        say "Python 3.13: $PYTHON (managed by uv)"
        return
    fi
    fail "no working Python 3.13, and uv could not download one (.local/logs/python.log)." \
        "Any of these will do, then run make again:" \
        "  pyenv install 3.13" "  apt-get install python3.13 python3.13-venv   (Debian 13, Ubuntu 25.04 and newer)" \
        "  brew install python@3.13" "  make run OVERTEN_PYTHON=/path/to/python3.13"
}

find_tools() {
    [ -z "${UV:-}" ] || return 0
    free_kb=$(df -Pk . | awk 'NR == 2 { print $4 }')
    [ "$free_kb" -ge "$NEEDED_KB" ] || fail "about 3 GB of free disk are needed here, $((free_kb / 1000)) MB are left."
    mkdir -p .local/logs "$STAMPS"
    find_uv
    find_python
    printf "UV='%s'\nPYTHON='%s'\n" "$UV" "$PYTHON" >.local/tools.env
}

# fresh STAMP FILE…: true when the stamp was written for exactly these files.
fresh() {
    stamp=$STAMPS/$1
    shift
    [ -f "$stamp" ] && [ "$(cat "$@" | cksum)" = "$(cat "$stamp")" ]
}
stamp() {
    stamp=$STAMPS/$1
    shift
    cat "$@" | cksum >"$stamp"
}

# environment NAME: .local/NAME from local/NAME.lock
environment() {
    if fresh "$1" "local/$1.lock" && runs ".local/$1/bin/python" --version; then return; fi
    find_tools
    say "$1: installing from local/$1.lock"
    if ! { "$UV" venv --quiet --clear --python "$PYTHON" ".local/$1" &&
        "$UV" pip sync --quiet --compile-bytecode --require-hashes --python ".local/$1/bin/python" "local/$1.lock"; } >".local/logs/$1-setup.log" 2>&1; then
        tail -n 5 ".local/logs/$1-setup.log" >&2
        fail "the packages of local/$1.lock could not be installed (.local/logs/$1-setup.log)." "Is the network up?"
    fi
    stamp "$1" "local/$1.lock"
}

project() {
    if fresh venv pyproject.toml uv.lock && runs .venv/bin/python --version; then return; fi
    find_tools
    say ".venv: installing from uv.lock"
    if ! "$UV" sync --quiet --frozen --compile-bytecode --python "$PYTHON" >.local/logs/venv-setup.log 2>&1; then
        tail -n 5 .local/logs/venv-setup.log >&2
        fail "the packages of uv.lock could not be installed (.local/logs/venv-setup.log)." "Is the network up?"
    fi
    stamp venv pyproject.toml uv.lock
}

# LibreOffice renders previews and PDF exports. The first workbook does not need it, so nothing waits for it.
libreoffice() {
    runs command -v soffice && return
    [ "${OVERTEN_INSTALL_LIBREOFFICE:-yes}" = yes ] || return 0
    [ ! -f "$STAMPS/libreoffice" ] || return 0
    as_root=
    if [ "$(id -u)" != 0 ]; then as_root='sudo -n'; fi
    # shellcheck disable=SC2086  # as_root is a command prefix of zero or two words
    if ! runs command -v apt-get || ! runs $as_root true; then
        say "LibreOffice: not found. Exports to PDF and previews need it; install it with your package manager."
        date >"$STAMPS/libreoffice"
        return
    fi
    say "LibreOffice: installing in the background (.local/logs/libreoffice.log)"
    date >"$STAMPS/libreoffice"
    nohup sh -c "$as_root apt-get update && $as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 \
        install -y --no-install-recommends libreoffice-calc libreoffice-writer libreoffice-impress libreoffice-math \
        fonts-liberation fonts-crosextra-carlito fonts-crosextra-caladea \
        || rm -f $STAMPS/libreoffice" >.local/logs/libreoffice.log 2>&1 &
}

mkdir -p .local/logs "$STAMPS"
project
environment ministack
environment runtime
environment sam
libreoffice
