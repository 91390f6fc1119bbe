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

# install FILE...: what the files name is in .venv afterwards; nothing is asked of the network when it already is.
install() {
    mkdir -p var 2>/dev/null || refuse "cannot write in $(pwd)."
    setup_log=var/setup.log
    sum=$(cat "$@" | cksum | tr ' ' '-')
    stamp=".venv/.installed-$sum"
    if [ -f "$stamp" ] && .venv/bin/python -c '' 2>/dev/null; then
        return 0
    fi
    has_space 700
    make_venv
    for file in "$@"; do last=$file; done
    .venv/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9 >"$setup_log" 2>&1 || true
    if ! .venv/bin/python -m uv pip install --quiet --python .venv/bin/python -r "$last" >>"$setup_log" 2>&1; then
        .venv/bin/python -m pip install --quiet --disable-pip-version-check -r "$last" >>"$setup_log" 2>&1 ||
            refuse "what $last names could not be installed (is there network?); the reason stands in $setup_log"
    fi
    : >"$stamp"
}
