#!/bin/sh
# Drives a bare Beast server and the shell alternately with wrk; prints requests/s and processor time
# per request of both, the ratio of each round, and the median ratio. Processor time is the steadier
# number on a busy machine.
#   bench_http.sh BARE SHELL [ROUNDS]
#   URL=http://127.0.0.1:PORT/health PID=… bench_http.sh BARE - [ROUNDS]   measures a running server
set -eu
threads=${THREADS:-2}
rounds=${3:-5}
directory=$(mktemp -d)
trap 'kill $bare_pid ${own_pid:-} 2>/dev/null || true; rm -rf "$directory"' EXIT

port_of() {
    while ! [ -s "$1" ]; do sleep 0.05; done
    cat "$1"
}

"$1" 0 "$threads" > "$directory/bare" &
bare_pid=$!
bare_url=http://127.0.0.1:$(port_of "$directory/bare")/health
if [ "$2" = - ]; then
    shell_url=$URL
    shell_pid=$PID
else
    "$2" 0 "$threads" > "$directory/shell" &
    own_pid=$!
    shell_pid=$own_pid
    shell_url=http://127.0.0.1:$(port_of "$directory/shell")/health
fi

ticks() {
    awk '{ print $14 + $15 }' "/proc/$1/stat"
}

# Prints requests a second, then microseconds of processor time per request.
measure() {
    before=$(ticks "$1")
    wrk -t2 -c64 -d"${SECONDS_EACH:-5}s" "$2" > "$directory/wrk"
    after=$(ticks "$1")
    if grep -E 'Non-2xx|Socket errors' "$directory/wrk" >&2; then
        exit 1
    fi
    awk -v ticks=$((after - before)) -v hertz="$(getconf CLK_TCK)" '
        /requests in/ { requests = $1 }
        /Requests\/sec/ { rate = $2 }
        END { printf "%.0f %.2f\n", rate, ticks * 1000000 / hertz / requests }' "$directory/wrk"
}

round=0
while [ "$round" -lt "$rounds" ]; do
    bare=$(measure "$bare_pid" "$bare_url")
    shell=$(measure "$shell_pid" "$shell_url")
    echo "$bare $shell" | awk '{
        printf "bare %d/s (%.1f us)  shell %d/s (%.1f us)  ratio %.2f\n", $1, $2, $3, $4, $3 / $1
    }' | tee -a "$directory/rounds"
    round=$((round + 1))
done
awk '{ print $NF }' "$directory/rounds" | sort -n | awk '
    { ratio[NR] = $1 }
    END { printf "median ratio %.2f (needed: 0.75)\n", ratio[int((NR + 1) / 2)] }'
