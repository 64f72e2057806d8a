#!/bin/sh
# Drives a bare Beast server and the shell alternately with wrk and prints requests/s of both and
# their ratio.  usage: bench_http.sh BARE SHELL [ROUNDS]
#   URL=http://127.0.0.1:PORT/health bench_http.sh BARE -     measures a server that already runs
set -eu
threads=${THREADS:-2}
rounds=${3:-3}
directory=$(mktemp -d)
trap 'kill $bare_pid ${shell_pid:-} 2>/dev/null || true; rm -rf "$directory"' EXIT

port_of() {
    while ! [ -s "$1" ]; do sleep 0.05; done
    cat "$1"
}

"$1" 0 "$threads" > "$directory/bare" &
bare_pid=$!
bare_url=http://127.0.0.1:$(port_of "$directory/bare")/health
if [ "$2" = - ]; then
    shell_url=$URL
else
    "$2" 0 "$threads" > "$directory/shell" &
    shell_pid=$!
    shell_url=http://127.0.0.1:$(port_of "$directory/shell")/health
fi

measure() {
    wrk -t2 -c64 -d"${SECONDS_EACH:-5}s" "$1" > "$directory/wrk"
    if grep -E 'Non-2xx|Socket errors' "$directory/wrk" >&2; then
        exit 1
    fi
    awk '/Requests\/sec/ { print $2 }' "$directory/wrk"
}

round=0
while [ "$round" -lt "$rounds" ]; do
    bare=$(measure "$bare_url")
    shell=$(measure "$shell_url")
    echo "$bare $shell" >> "$directory/rounds"
    awk -v a="$bare" -v b="$shell" 'BEGIN { printf "bare %.0f/s  shell %.0f/s  ratio %.2f\n", a, b, b / a }'
    round=$((round + 1))
done
awk '{ a += $1; b += $2 } END { printf "mean: bare %.0f/s  shell %.0f/s  ratio %.2f (needed: 0.75)\n", a / NR, b / NR, b / a }' "$directory/rounds"
