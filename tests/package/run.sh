#!/bin/sh
# sh tests/package/run.sh BUILD
#
# Installs the build into an empty prefix, moves the prefix (it must not matter where it lies), and
# builds the example `remember` against it outside the tree: through find_package, and through
# pkg-config with and without --static. Each must remember across restarts.
set -eu

build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

remembers() { # PROGRAM
    rm -rf "$work/data"
    "$1" "$work/data" >/dev/null
    "$1" "$work/data" >"$work/output"
    grep -q 'Started 2 times, 2 notes' "$work/output" || {
        cat "$work/output" >&2
        echo "package: $1 does not remember" >&2
        exit 1
    }
}

cmake --install "$build" --prefix "$work/first" >"$work/install.log"
mv "$work/first" "$work/prefix"
for file in bin/loci share/doc/loci/LICENSE share/doc/loci/WORDNET-LICENSE include/loci/loci.hpp; do
    test -e "$work/prefix/$file" || { echo "package: $file is not installed" >&2; exit 1; }
done
"$work/prefix/bin/loci" version >/dev/null

mkdir "$work/consumer"
cp "$here/CMakeLists.txt" "$here/../../examples/remember.cpp" "$work/consumer"
cmake -S "$work/consumer" -B "$work/consumer/build" -G Ninja "-DCMAKE_PREFIX_PATH=$work/prefix" >"$work/cmake.log" ||
    { cat "$work/cmake.log" >&2; exit 1; }
cmake --build "$work/consumer/build"
remembers "$work/consumer/build/remember"
echo "package: find_package works"

PKG_CONFIG_PATH="$(dirname "$(find "$work/prefix" -name loci.pc)")"
export PKG_CONFIG_PATH
for static in "" --static; do
    # shellcheck disable=SC2046,SC2086 # lists of words
    ${CXX:-c++} -std=c++20 -o "$work/remember" "$work/consumer/remember.cpp" \
        $(pkg-config --cflags --libs $static loci)
    remembers "$work/remember"
    echo "package: pkg-config ${static:-without --static} works"
done
