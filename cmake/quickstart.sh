#!/bin/sh
# sh cmake/quickstart.sh [--check] [--port N] [--data DIR]
#
# Installs what is missing, builds Loci, starts a server with an embedded database on
# 127.0.0.1:8787, loads a small sample on the first run, and shows one recall. The server stays in
# the foreground; Ctrl-C ends it.
#
#   --check     the same, then stops the server and exits: 0 when all of it worked
#   --port N    another port than 8787
#   --data DIR  another data directory than ./loci-data
set -eu

fail() {
    printf 'quickstart: %s\n' "$1" >&2
    exit 1
}

root=$(cd "$(dirname "$0")/.." && pwd)
port=8787
data=$root/loci-data
check=""
while [ $# -gt 0 ]; do
    case "$1" in
        --check) check=yes ;;
        --port) port=${2:?quickstart: --port needs a number} && shift ;;
        --data) data=${2:?quickstart: --data needs a directory} && shift ;;
        -h | --help) sed -n '2,/^set -eu/s/^# \{0,1\}//p' "$0" && exit ;;
        *) fail "unknown argument '$1'; see --help" ;;
    esac
    shift
done
case "$port" in
    '' | *[!0-9]*) fail "--port needs a number, not '$port'" ;;
esac
case "$data" in
    /*) ;;
    *) data=$PWD/$data ;;
esac
cd "$root"
unset LOCI_URL LOCI_KEY LOCI_KEY_FILE LOCI_CONFIG # they would lead the commands below elsewhere

sh cmake/deps.sh run

url=http://127.0.0.1:$port
# 7: nobody listens there.
listens=0
curl -s -o /dev/null --max-time 2 "$url/health" || listens=$?
[ "$listens" -eq 7 ] || fail "port $port is in use; stop what listens there, or name another: --port N"

echo "Building (build/release) ..."
build() {
    [ -e build/release/build.ninja ] ||
        cmake --preset release -DLOCI_TESTS=OFF -DLOCI_EXAMPLES=OFF || return
    cmake --build build/release --target loci
}
mkdir -p build
build >build/quickstart.log 2>&1 || {
    tail -n 40 build/quickstart.log >&2
    fail "the build failed; all of its output is in build/quickstart.log"
}
loci=$root/build/release/server/loci

first=""
[ -n "$(ls -A "$data" 2>/dev/null)" ] || first=yes
"$loci" serve --listen "127.0.0.1:$port" --data "$data" &
server=$!
stop() {
    trap '' INT TERM
    kill "$server" 2>/dev/null || true
    code=0
    wait "$server" || code=$?
    return "$code"
}
trap 'code=0; stop || code=$?; exit "$code"' INT TERM
trap 'stop || true' EXIT

waited=0
until curl -s --fail -o /dev/null --max-time 2 "$url/ready"; do
    kill -0 "$server" 2>/dev/null || fail "the server did not start; its message is above.
  Is another one using $data? Stop it, or name another directory: --data DIR"
    waited=$((waited + 1))
    [ "$waited" -lt 300 ] || fail "the server is not ready after a minute; see above"
    sleep 0.2
done

if [ -n "$first" ]; then
    "$loci" import --data "$data" cmake/sample.jsonl
else
    echo "Using the data in $data as it is."
fi

question='where does she like to sit on a plane?'
echo
echo "\$ loci recall --explain '$question'"
answer=$("$loci" recall --data "$data" --limit 3 --explain "$question")
printf '%s\n' "$answer"
if [ -n "$check" ]; then
    [ -n "$answer" ] || fail "nothing was recalled"
    [ -z "$first" ] || case "$answer" in
        *"aisle seat"*) ;;
        *) fail "the sample's answer is not in the recall" ;;
    esac
    trap - EXIT
    stop || fail "the server did not stop cleanly"
    echo "quickstart: everything works"
    exit
fi

cat <<TEXT

Loci listens on $url; the key of the owner is in $data/owner.key.
Go on in another terminal:

  KEY=\$(cat '$data/owner.key')
  curl -s $url/v1/memory/write -H "x-api-key: \$KEY" -H 'content-type: application/json' \\
       -d '{"content": "The plumber comes on Wednesday at ten", "tags": ["home"]}'
  curl -s $url/v1/memory/query -H "x-api-key: \$KEY" -H 'content-type: application/json' \\
       -d '{"query": "when is the plumber here?", "limit": 3}'
  curl -s $url/v1/memory/context-window -H "x-api-key: \$KEY" -H 'content-type: application/json' \\
       -d '{"query": "travel plans", "tokenBudget": 120}'

All routes: $url/docs    Stop: Ctrl-C
TEXT
trap - EXIT
code=0
wait "$server" || code=$?
exit "$code"
