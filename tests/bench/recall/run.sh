#!/bin/sh
# Measures recall on labelled conversations: run.sh DATA_FOLDER [BUILD_FOLDER]
# DATA_FOLDER holds turns.jsonl and questions.jsonl. Starts a server of its own on an empty directory and a free port.
set -eu
data=${1:?usage: run.sh DATA_FOLDER [BUILD_FOLDER]}
build=${2:-build/release}
scratch=$(mktemp -d)
"$build/server/loci" serve --data "$scratch" --listen 127.0.0.1:0 >"$scratch/log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null || true; rm -rf "$scratch"' EXIT INT TERM
tries=0
until [ -s "$scratch/server.json" ]; do
    tries=$((tries + 1))
    [ $tries -lt 300 ] || { cat "$scratch/log" >&2; exit 1; }
    sleep 0.1
done
url=$(sed -n 's/.*"url" *: *"\([^"]*\)".*/\1/p' "$scratch/server.json")
"$build/tests/bench/bench_recall" "$data" "$url" "$scratch/owner.key"
