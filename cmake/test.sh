#!/bin/sh
# sh cmake/test.sh [--quick] [STAGE...]
#
# Installs what is missing, builds and runs every test; ends at the first stage that fails.
# `--quick` stops after the release build and its tests. Stages by name run alone, e.g.
# `sh cmake/test.sh format tidy`:
#
#   release  release build; every test
#   format   clang-format
#   headers  every public header compiles by itself
#   openapi  the running server's document passes a public linter
#   clients  the published clients against the running server (npm)
#   asan     every test under AddressSanitizer and UndefinedBehaviorSanitizer; each fuzz target for a
#            short while
#   tsan     every test but the examples under ThreadSanitizer
#   tidy     clang-tidy
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
logs=build/test
jobs=$(nproc)
every="release format headers openapi clients asan tsan tidy"

# Clones at other places share the compiler cache.
export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1

# What the sanitizers and OpenMP need to be told.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
export ASAN_OPTIONS=detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS="halt_on_error=1 second_deadlock_stack=1"

sources() { # PATTERN...
    for pattern; do
        find include libmemory libruntime server examples tests -name node_modules -prune -o -name "$pattern" -print
    done
}

configure() { # PRESET [OPTION...]
    preset=$1
    shift
    cmake --preset "$preset" "$@"
}

# The word table is the same in every build; it is made once, in the release build.
word_table() {
    printf '%s' "-DLOCI_WORD_TABLE=$root/build/release/libmemory/embed/word_table.bin"
}

run_tests() { # PRESET [OPTION...]
    preset=$1
    shift
    # Sanitizers of this age need a fixed address layout where the kernel randomises much of it.
    fixed=""
    [ "$preset" = release ] || ! setarch -R true 2>/dev/null || fixed="setarch -R"
    $fixed ctest --preset "$preset" --parallel "$jobs" "$@"
}

stage_release() {
    configure release
    cmake --build build/release
    run_tests release
}

stage_format() {
    sources '*.hpp' '*.cpp' | xargs clang-format --dry-run --Werror
}

stage_headers() {
    (cd include && find loci -name '*.hpp' | sort) | xargs -P "$jobs" -I '{}' sh -c '
        printf "#include <%s>\n#include <%s>\n" "$1" "$1" |
            clang++ -std=c++20 -fsyntax-only -Wall -Wextra -Wpedantic -Werror -Iinclude -x c++ - ||
            { echo "headers: $1 does not compile by itself"; exit 255; }' - '{}'
}

# Runs the words given with LOCI_URL and LOCI_KEY of a server on an empty directory.
with_server() {
    data=$(mktemp -d)
    build/release/server/loci serve --listen 127.0.0.1:0 --data "$data/loci" &
    server=$!
    trap 'kill "$server" 2>/dev/null && wait "$server"; rm -rf "$data"' EXIT
    until [ -s "$data/loci/server.json" ]; do
        kill -0 "$server"
        sleep 0.1
    done
    LOCI_URL=$(sed -n 's/.*"url" *: *"\([^"]*\)".*/\1/p' "$data/loci/server.json")
    LOCI_KEY=$(cat "$data/loci/owner.key")
    export LOCI_URL LOCI_KEY
    curl -sS --fail --retry 20 --retry-connrefused --retry-delay 1 -o /dev/null "$LOCI_URL/ready"
    "$@"
}

node_packages() {
    lock=tests/clients/node_modules/.package-lock.json
    [ "$lock" -nt tests/clients/package-lock.json ] ||
        (cd tests/clients && npm ci --ignore-scripts --no-audit --no-fund)
}

lint_document() {
    curl -sS --fail -o build/test/openapi.json "$LOCI_URL/openapi.json"
    (cd tests/clients && REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true \
        npx --no-install redocly lint "$root/build/test/openapi.json")
}

stage_openapi() {
    node_packages
    with_server lint_document
}

stage_clients() {
    node_packages
    LOCI_BINARY=$root/build/release/server/loci
    export LOCI_BINARY
    with_server npm --prefix tests/clients run test --if-present
}

stage_asan() {
    configure asan "$(word_table)"
    cmake --build build/asan
    run_tests asan
}

stage_tsan() {
    configure tsan "$(word_table)"
    cmake --build build/tsan
    run_tests tsan --exclude-regex '^examples: '
}

# A file is checked again when it, a header of ours that it includes, or .clang-tidy has changed.
tidy_one() { # FILE
    object=$(sed -n "s|.* -o \([^ ]*\.o\) -c $root/$1\".*|\1|p" build/asan/compile_commands.json | head -n 1)
    [ -n "$object" ] || return 0
    key=$({
        cat .clang-tidy "$1"
        ninja -C build/asan -t deps "$object" | sed -n "s|^ *\($root/.*\)|\1|p; s|^ *\(\.\./.*\)|build/asan/\1|p" |
            xargs cat
    } | sha256sum | cut -c1-32)
    [ -e "$logs/tidy-clean/$key" ] && return 0
    clang-tidy --quiet -p build/asan "$1" 2>&1 || return 255
    : >"$logs/tidy-clean/$key"
}

stage_tidy() {
    mkdir -p "$logs/tidy-clean"
    sources '*.cpp' | xargs -P "$jobs" -I '{}' sh "$0" --tidy '{}'
}

summary=""
passed=0
failed=0

report() {
    printf '\n%-10s %8s  %s\n' stage seconds result
    printf '%b' "$summary"
    printf '\n%s passed, %s failed\n' "$passed" "$failed"
}

run_stage() { # NAME
    log=$logs/$1.log
    printf '%-10s ' "$1"
    begun=$(date +%s)
    result=ok
    sh "$0" --stage "$1" >"$log" 2>&1 || result=FAILED
    seconds=$(($(date +%s) - begun))
    printf '%6s s  %s\n' "$seconds" "$result"
    summary="$summary$(printf '%-10s %8s  %s' "$1" "$seconds" "$result")\\n"
    totals=$(sed -n 's/^[0-9]*% tests passed, \([0-9]*\) tests failed out of \([0-9]*\)$/\1 \2/p' "$log" | tail -n 1)
    if [ -n "$totals" ]; then
        failed=$((failed + ${totals% *}))
        passed=$((passed + ${totals#* } - ${totals% *}))
    fi
    [ "$result" = ok ] || {
        printf '\n--- the end of %s\n' "$log"
        tail -n 60 "$log"
        report
        exit 1
    }
}

case "${1:-}" in
    --stage) "stage_$2"; exit ;;
    --tidy) tidy_one "$2"; exit ;;
    --quick) stages=release ;;
    -h | --help) sed -n '2,/^set -eu/s/^# \{0,1\}//p' "$0"; exit ;;
    "") stages=$every ;;
    *) stages=$* ;;
esac
for stage in $stages; do
    case " $every " in *" $stage "*) ;; *) echo "test: no stage '$stage'; there are: $every" >&2; exit 2 ;; esac
done

sh cmake/deps.sh test
mkdir -p "$logs"
for stage in $stages; do
    run_stage "$stage"
done
report
