#!/bin/sh
# Drives `/health` of a bare Beast server and of `loci serve` in turn with wrk, 64 connections: run.sh [BUILD_FOLDER] [ROUNDS]
# Prints requests a second and processor time a request of both, the ratio of each round, and the median ratio. Processor time
# is the steadier number on a busy machine.
set -eu
build=${1:-build/release}
rounds=${2:-5}
scratch=$(mktemp -d)
bare_pid="" loci_pid=""
trap 'kill $bare_pid $loci_pid 2>/dev/null || true; wait; rm -rf "$scratch"' EXIT

"$build/tests/bench/bench_http_bare" 0 2 >"$scratch/bare" &
bare_pid=$!
"$build/server/loci" serve --data "$scratch/data" --listen 127.0.0.1:0 >"$scratch/log" 2>&1 &
loci_pid=$!
until [ -s "$scratch/bare" ] && [ -s "$scratch/data/server.json" ]; do
    kill -0 $bare_pid $loci_pid
    sleep 0.1
done
bare_url=http://127.0.0.1:$(cat "$scratch/bare")/health
loci_url=$(sed -n 's/.*"url" *: *"\([^"]*\)".*/\1/p' "$scratch/data/server.json")/health

ticks() {
    awk '{ print $14 + $15 }' "/proc/$1/stat"
}

# Prints requests a second, then microseconds of processor time per request.
measure() { # PID URL
    before=$(ticks "$1")
    wrk -t2 -c64 -d5s "$2" >"$scratch/wrk"
    after=$(ticks "$1")
    if grep -E 'Non-2xx|Socket errors' "$scratch/wrk" >&2; then
        exit 1
    fi
    awk -v ticks=$((after - before)) -v hertz="$(getconf CLK_TCK)" '
        /requests in/ { requests = $1 }
        /Requests\/sec/ { rate = $2 }
        END { printf "%.0f %.2f\n", rate, ticks * 1000000 / hertz / requests }' "$scratch/wrk"
}

round=0
while [ "$round" -lt "$rounds" ]; do
    bare=$(measure $bare_pid "$bare_url")
    loci=$(measure $loci_pid "$loci_url")
    echo "$bare $loci" | awk '{
        printf "bare %d/s (%.1f us)  loci %d/s (%.1f us)  ratio %.2f\n", $1, $2, $3, $4, $3 / $1
    }' | tee -a "$scratch/rounds"
    round=$((round + 1))
done
awk '{ print $NF }' "$scratch/rounds" | sort -n | awk '
    { ratio[NR] = $1 }
    END { printf "median ratio %.2f (wanted: at least 0.75)\n", ratio[int((NR + 1) / 2)] }'
