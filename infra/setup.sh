#!/usr/bin/env bash
# Sets up everything that `make demo` and `make test` need: system programs, .venv, pinned Python packages.
# Says what it does, is silent about what is already there, and changes nothing outside .venv except, as root, missing
# system packages. Without root it prints the command to run and stops.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

# Runs a command without its chatter; when it fails, shows all of it.
quietly() {
    local log; log=$(mktemp)
    if "$@" >"$log" 2>&1; then rm -f "$log"; return 0; fi
    cat "$log" >&2; rm -f "$log"; return 1
}

# --- Python -----------------------------------------------------------------------------------------------------------
is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
python=""
for name in "${PYTHON:-python3}" python3.11 python3.12 python3.13 python3; do
    if command -v "$name" >/dev/null && is_new_enough "$name"; then python=$(command -v "$name"); break; fi
done

# --- System programs --------------------------------------------------------------------------------------------------
packages=()
need() { packages+=("$@"); }

[ -n "$python" ] || need python3 python3-venv python3-dev
if [ -n "$python" ]; then
    "$python" -c 'import ensurepip, venv' 2>/dev/null || need python3-venv
    header=$("$python" -c 'import sysconfig; print(sysconfig.get_path("include") + "/Python.h")')
    [ -f "$header" ] || need python3-dev   # two dependencies have no wheel and are compiled
fi
command -v cc >/dev/null && command -v c++ >/dev/null || need build-essential
command -v espeak-ng >/dev/null || need espeak-ng

has_library() { ldconfig -p 2>/dev/null | grep -q "$1" || /sbin/ldconfig -p 2>/dev/null | grep -q "$1"; }
has_library 'libGL\.so\.1' || need libgl1            # opencv-python, required by insightface
has_library 'libglib-2\.0\.so\.0' || need libglib2.0-0
has_library 'libxcb\.so\.1' || need libxcb1

chromium=""
for name in "${QALQAN_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    if [ -n "$name" ] && command -v "$name" >/dev/null; then chromium=$(command -v "$name"); break; fi
done

install_packages() {
    [ "$#" -gt 0 ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        fail "these system packages are missing: $*. Run: sudo apt-get update && sudo apt-get install -y $*   then start again"
    fi
    command -v apt-get >/dev/null || fail "these system packages are missing and there is no apt-get to install them: $*"
    say "installing system packages: $*"
    apt-get update -qq >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null \
        || fail "apt-get could not install: $*"
}
install_packages ${packages[@]+"${packages[@]}"}
if ! has_library 'libchromaprint\.so\.1'; then
    # Not without which nothing works: only copies of films with sound are not recognised, and are analysed one by one.
    if [ "$(id -u)" -ne 0 ] || ! (install_packages libchromaprint1); then
        say "libchromaprint1 is missing: re-encoded copies of films with sound will not be recognised. To mend that: sudo apt-get update && sudo apt-get install -y libchromaprint1"
    fi
fi

if ! ls /usr/share/tesseract-ocr/*/tessdata/Latin.traineddata /usr/share/tesseract-ocr/*/tessdata/Cyrillic.traineddata >/dev/null 2>&1; then
    # The same: without them what is written in pictures is not read, and the findings say so.
    if [ "$(id -u)" -ne 0 ] || ! (install_packages tesseract-ocr-script-latn tesseract-ocr-script-cyrl); then
        say "Tesseract's languages are missing: what is written in pictures will not be read. To mend that: sudo apt-get update && sudo apt-get install -y tesseract-ocr-script-latn tesseract-ocr-script-cyrl"
    fi
fi

if ! command -v bwrap >/dev/null; then
    # The same: without it media is parsed in a child that is confined by the kernel's own means alone, and each creative says so.
    if [ "$(id -u)" -ne 0 ] || ! (install_packages bubblewrap); then
        say "bubblewrap is missing: media will be parsed without it, under Landlock, seccomp and limits as far as the kernel has them. To mend that: sudo apt-get update && sudo apt-get install -y bubblewrap"
    fi
fi

if [ -z "$python" ]; then
    python=$(command -v python3)
    is_new_enough "$python" || fail "Python 3.11 or newer is needed; $python is $("$python" --version). Install one and start again with PYTHON=/path/to/python3.11"
fi

# --- Python packages --------------------------------------------------------------------------------------------------
stamp=.venv/.qalqan-setup
wanted=$(cat setup.py infra/constraints.txt infra/setup.sh | sha256sum | cut -d' ' -f1)
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ] || ! [ -x .venv/bin/qalqan ] || ! .venv/bin/python -c '' 2>/dev/null; then
    if ! .venv/bin/python -c '' 2>/dev/null; then
        say "making .venv with $("$python" --version)"
        rm -rf .venv
        "$python" -m venv .venv
    fi
    say "installing the pinned Python packages (a few minutes the first time)"
    # The exact torch release also names the CPU build, where the configured index offers one.
    # pdqhash is compiled here, and needs NumPy's headers and Cython before pip looks at anything else.
    quietly .venv/bin/python -m pip install -c infra/constraints.txt pip setuptools wheel numpy cython \
        || fail "pip could not install its own tools; the message above says why (no network?)"
    # "compat" puts the repository on the path: with the other modes a folder named watchlist/ in the working directory would hide ours.
    quietly .venv/bin/python -m pip install -c infra/constraints.txt --no-build-isolation \
        --config-settings editable_mode=compat -e '.[demo,dev]' \
        || fail "pip could not install the packages; the message above says why. Mend it and run the same command again"
    # Not without which nothing works: points on lids and lips. Its package pins libraries that exclude ours (numpy<2, jax), and of
    # it one file is read and nothing imported: so it is installed alone, at the version whose file the pack's manifest names.
    quietly .venv/bin/python -m pip install --no-deps mediapipe==0.10.21 \
        || say "mediapipe 0.10.21 is missing: eyes and lips will be measured without points, and the findings say so. To mend that: .venv/bin/pip install --no-deps mediapipe==0.10.21"
    echo "$wanted" > "$stamp"
fi

# --- A Chromium for Playwright: one that is there, else Playwright's own, else the distribution's --------------------------
if [ -z "$chromium" ]; then
    own=$(.venv/bin/python -c 'from playwright.sync_api import sync_playwright as p
with p() as driver: print(driver.chromium.executable_path)' 2>/dev/null || true)
    if [ -z "$own" ] || [ ! -x "$own" ]; then
        say "no Chromium found; asking Playwright for one"
        if ! timeout 300 .venv/bin/playwright install chromium >/dev/null 2>&1; then
            say "Playwright could not fetch one; taking the distribution's package"
            install_packages chromium
        elif [ "$(id -u)" -eq 0 ]; then
            .venv/bin/playwright install-deps chromium >/dev/null 2>&1 || say "playwright install-deps failed; if Chromium does not start, install its libraries by hand"
        fi
    fi
fi
