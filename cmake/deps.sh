#!/bin/sh
# sh cmake/deps.sh [run|test]
#
# Installs the Debian packages that Loci needs: `run` (the default) builds and runs it, `test` adds
# what the tests need. Touches nothing when all of them are there.
set -eu

run="g++ cmake ninja-build make pkg-config mold ccache
    libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev
    libsqlite3-dev libfaiss-dev libopenblas-dev
    libicu-dev libstemmer-dev libssl-dev libsodium-dev libcurl4-openssl-dev
    libfmt-dev libspdlog-dev libcli11-dev libtomlplusplus-dev libeigen3-dev wordnet-base
    curl ca-certificates"
test="catch2 wrk
    clang clang-format clang-tidy libclang-rt-dev libomp-dev llvm"

fail() {
    printf 'deps: %s\n' "$1" >&2
    exit 1
}

case "${1:-run}" in
    run) wanted="$run" ;;
    test)
        wanted="$run $test"
        # Node of another source is as good, and conflicts with Debian's.
        command -v node >/dev/null && command -v npm >/dev/null || wanted="$wanted nodejs npm"
        ;;
    *) fail "unknown group '$1'; it is 'run' or 'test'" ;;
esac

system=$(. /etc/os-release 2>/dev/null && printf '%s' "${PRETTY_NAME:-}") || true
command -v dpkg-query >/dev/null && command -v apt-get >/dev/null ||
    fail "packages are installed with apt on Debian 12; this is ${system:-another system}"

missing=""
for package in $wanted; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || status=""
    [ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
        fail "these packages are missing, and there is no sudo to install them; as root, run
  apt-get install --no-install-recommends$missing"
    as_root=sudo
fi

apt() {
    $as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C \
        apt-get -q -o DPkg::Lock::Timeout=300 "$@" >&2
}

printf 'deps: installing%s\n' "$missing" >&2
apt update || fail "apt-get update failed; are the package sources and the network in order?"
# shellcheck disable=SC2086 # a list of words
apt install -y --no-install-recommends $missing ||
    fail "apt-get install failed; the names are those of Debian 12 (bookworm), this is ${system:-unknown}"
