#!/bin/sh
# sh tests/bench/run.sh [DATA_FOLDER]
#
# Builds and runs the benchmarks, each beside its baseline in the same run: durable writes, the vector index, growth, many
# tenants, `/health` and, with labelled conversations in DATA_FOLDER (turns.jsonl, questions.jsonl), recall. Wants an idle
# machine.
set -eu
data=${1:+$(cd "$1" && pwd)}
cd "$(dirname "$0")/../.."
sh cmake/deps.sh test
cmake --preset release -DLOCI_BENCHMARKS=ON >/dev/null
cmake --build build/release

echo "== Durable single writes, 32 threads: shared commits beside one transaction each"
scratch=$(mktemp -d "$PWD/build/bench.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
build/release/tests/bench/bench_writes "$scratch"
echo "== Vector index, 10 k, 100 k and 1 M, beside FAISS"
OPENBLAS_NUM_THREADS=1 build/release/tests/bench/bench_index 10000 100000 1000000
echo "== Growth: recall by text among 10 k, 100 k and 1 M memories, beside 100 alone"
build/release/tests/bench/bench_growth "$scratch/growth"
rm -rf "$scratch/growth"
echo "== 10 000 small tenants: not in memory beside in memory"
build/release/tests/bench/bench_tenants "$scratch/tenants"
rm -rf "$scratch/tenants"
echo "== /health: loci serve beside a bare Beast server"
sh tests/bench/http/run.sh
if [ -n "$data" ]; then
    echo "== Recall through the API, beside SQLite FTS5"
    sh tests/bench/recall/run.sh "$data"
    echo "== Recall: what each weight is worth"
    build/release/tests/bench/bench_ablation "$data"
fi
