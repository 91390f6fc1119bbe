# Sourced by ./run, ./test and .ci/run: a Python that is new enough, the environment in .venv, what it must hold.
# Plain POSIX shell. Everything that can be missing is said in one line.

say() { printf '%s\n' "thamsklyngen: $*" >&2; }
refuse() { say "$@"; exit 1; }

find_python() {
    for python in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            return 0
        fi
    done
    refuse "Python 3.11 or newer is needed, and there is none on this machine."
}

has_space() { # megabytes
    free=$(df -Pk . 2>/dev/null | awk 'NR == 2 { print int($4 / 1024) }')
    [ -z "$free" ] || [ "$free" -ge "$1" ] ||
        refuse "$1 MB of free disk space are needed here, and only $free MB are left."
}

make_venv() {
    if [ -x .venv/bin/python ] && .venv/bin/python -c 'import pip' 2>/dev/null; then
        return 0
    fi
    find_python
    "$python" -c 'import venv, ensurepip' 2>/dev/null ||
        refuse "Python's venv and pip are missing. On Debian and Ubuntu: apt install python3-venv python3-pip"
    say "setting up in .venv with $("$python" --version); once, about a minute"
    rm -rf .venv
    "$python" -m venv .venv >"$setup_log" 2>&1 ||
        refuse "no environment could be made in .venv; the reason stands in $setup_log"
}

# The file whose presence says that exactly these requirements are installed.
stamp() { printf '.venv/.installed-%s' "$(cat "$@" | cksum | tr ' ' '-')"; }

# install FILE: what it names is in .venv afterwards. Nothing is asked of the network when it already is.
# requirements-dev.txt contains requirements.txt.
install() {
    mkdir -p var 2>/dev/null || refuse "cannot write in $(pwd)."
    setup_log=var/setup.log
    case $1 in
        requirements.txt) mark=$(stamp requirements.txt) ;;
        *) mark=$(stamp requirements.txt "$1") ;;
    esac
    if [ -f "$mark" ] && .venv/bin/python -c '' 2>/dev/null; then
        return 0
    fi
    has_space 700
    make_venv
    rm -f .venv/.installed-*
    quietly="--quiet --disable-pip-version-check"
    .venv/bin/python -m pip install $quietly uv==0.13.9 >>"$setup_log" 2>&1 || true
    .venv/bin/python -m uv pip install --quiet --python .venv/bin/python -r "$1" >>"$setup_log" 2>&1 ||
        .venv/bin/python -m pip install $quietly -r "$1" >>"$setup_log" 2>&1 ||
        refuse "what $1 names could not be installed (is there network?); the reason stands in $setup_log"
    : >"$mark"
    : >"$(stamp requirements.txt)"
}

# A Chromium for the browser tests: the one that is there, else Debian's if we may.
find_chromium() {
    for CHROMIUM in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
        if [ -n "$CHROMIUM" ] && CHROMIUM=$(command -v "$CHROMIUM"); then
            export CHROMIUM
            return 0
        fi
    done
    return 1
}

need_chromium() {
    find_chromium && return 0
    if command -v apt-get >/dev/null && as_admin true 2>/dev/null; then
        say "installing Chromium for the browser tests"
        { as_admin apt-get update && as_admin apt-get install --yes --no-install-recommends chromium; } \
            >var/chromium.log 2>&1 || say "that failed; the reason stands in var/chromium.log"
    fi
    find_chromium || refuse "there is no Chromium for the browser tests. Install one, or leave them out: ./test fast"
}

# libical, by which the tests read our calendars: the system's, else Debian's if we may. Two names for two releases.
find_libical() {
    .venv/bin/python -c 'import sys; from ctypes.util import find_library; sys.exit(not find_library("ical"))'
}

need_libical() {
    find_libical && return 0
    if command -v apt-get >/dev/null && as_admin true 2>/dev/null; then
        say "installing libical for the tests of calendars"
        {
            as_admin apt-get update
            as_admin apt-get install --yes --no-install-recommends libical3t64 ||
                as_admin apt-get install --yes --no-install-recommends libical3
        } >var/libical.log 2>&1 || say "that failed; the reason stands in var/libical.log"
    fi
    find_libical || refuse "there is no libical for the tests of calendars. On Debian and Ubuntu: apt install libical3"
}

as_admin() {
    if [ "$(id -u)" = 0 ]; then
        DEBIAN_FRONTEND=noninteractive "$@"
    else
        sudo -n DEBIAN_FRONTEND=noninteractive "$@"
    fi
}
