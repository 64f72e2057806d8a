// The vector index beside FAISS, one thread each, CPU time:
//
//     bench_index [--keep DIRECTORY] [N ...]
//
// N vectors of 384 dimensions (default: 10000 100000). What is built is kept in DIRECTORY and
// loaded by later runs, also when it is half-built.
//
// Exact scan beside IndexFlatIP up to 100 000 vectors; graph beside IndexHNSWFlat (same M and
// efConstruction, its efSearch raised until its recall reaches ours) at 100 000, which takes FAISS
// minutes to build; filters with their allowed set given; memory; growth when 10 000 are among the
// N. Recall@10 is against float products. Graphs are built with all cores.

#include "data.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <faiss/IndexFlat.h>
#include <faiss/IndexHNSW.h>
#include <filesystem>
#include <fmt/format.h>
#include <functional>
#include <index/bitmap.hpp>
#include <index/segment_file.hpp>
#include <memory>
#include <omp.h>
#include <string>
#include <thread>

namespace {

using namespace loci;
using namespace loci::bench;

constexpr std::size_t question_count = 200;
constexpr std::size_t wanted = 10;
constexpr std::size_t topics = 2000;
constexpr std::size_t graph_baseline = 100'000;
constexpr int links = 16;
constexpr int construction = 80;

double cpu_seconds() {
    std::timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double wall_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

struct Measured {
    double p50_ms = 0;
    double recall = 0;
};

using Search = std::function<std::vector<std::uint32_t>(std::span<float const>)>;

Measured measure(Truth const& truth, Search const& search) {
    std::vector<double> times;
    double recall = 0;
    for (int round = 0; round < 2; ++round) { // the first warms up
        times.clear();
        recall = 0;
        for (std::size_t i = 0; i < truth.questions(); ++i) {
            auto const start = cpu_seconds();
            auto const found = search(truth.question(i));
            times.push_back((cpu_seconds() - start) * 1e3);
            recall += truth.recall(i, found);
        }
    }
    std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2),
                     times.end());
    return {times[times.size() / 2], recall / static_cast<double>(truth.questions())};
}

Search of(memory::VectorIndex const& vectors, index::Bitmap const& allowed) {
    return [&](std::span<float const> question) {
        std::vector<std::uint32_t> found;
        for (auto const& hit : vectors.search(question, allowed.words(), wanted)) {
            found.push_back(hit.position);
        }
        return found;
    };
}

Search of(faiss::Index const& vectors) {
    return [&](std::span<float const> question) {
        std::vector<float> scores(wanted);
        std::vector<faiss::Index::idx_t> labels(wanted);
        vectors.search(1, question.data(), wanted, scores.data(), labels.data());
        return std::vector<std::uint32_t>{labels.begin(), labels.end()};
    };
}

void row(std::string const& what, double ours, std::string const& beside, double theirs,
         double target, std::string const& note = {}) {
    fmt::print("  {:<34} {:>9.3f}   {:<24} {:>9.3f}   {:>5.2f} x  (target <= {:.2f})  {}\n", what,
               ours, beside, theirs, ours / theirs, target, note);
}

struct Filter {
    std::string name;
    index::Bitmap allowed;
    Truth truth;
};

std::vector<Filter> filters(std::size_t count, std::vector<float> const& questions) {
    std::vector<Filter> all;
    std::mt19937_64 random{5};
    for (auto const& [name, one_in] :
         {std::pair{"all", 1U}, {"30 %", 3U}, {"10 %", 10U}, {"1 %", 100U}, {"0.1 %", 1000U}}) {
        index::Bitmap allowed{count};
        for (std::uint32_t position = 0; position < count; ++position) {
            if (random() % one_in == 0) {
                allowed.set(position);
            }
        }
        all.push_back({name, std::move(allowed), Truth{questions}});
    }
    return all;
}

std::vector<float> make_questions(Generator const& generator) {
    std::mt19937_64 random{4};
    std::vector<float> questions(question_count * dimension);
    for (std::size_t i = 0; i < question_count; ++i) {
        generator.next(std::span{questions}.subspan(i * dimension, dimension), random);
    }
    return questions;
}

std::size_t bytes_of(faiss::IndexHNSW const& graph, std::size_t count) {
    return count * dimension * sizeof(float) + graph.hnsw.levels.size() * sizeof(int) +
           graph.hnsw.offsets.size() * sizeof(std::size_t) +
           graph.hnsw.neighbors.size() * sizeof(int);
}

void beside_faiss_graph(std::vector<float> const& vectors, std::size_t count,
                        memory::VectorIndex const& ours, Filter const& everything,
                        Measured const& graph, double build_seconds) {
    faiss::IndexHNSWFlat theirs{static_cast<int>(dimension), links, faiss::METRIC_INNER_PRODUCT};
    theirs.hnsw.efConstruction = construction;
    omp_set_num_threads(static_cast<int>(std::thread::hardware_concurrency()));
    auto const started = wall_seconds();
    theirs.add(static_cast<faiss::Index::idx_t>(count), vectors.data());
    auto const their_build = wall_seconds() - started;
    omp_set_num_threads(1);
    Measured measured;
    for (theirs.hnsw.efSearch = 16; theirs.hnsw.efSearch <= 1024; theirs.hnsw.efSearch *= 2) {
        measured = measure(everything.truth, of(theirs));
        fmt::print("    IndexHNSWFlat, efSearch {:>4}: {:.3f} ms, recall@10 {:.4f}\n",
                   theirs.hnsw.efSearch, measured.p50_ms, measured.recall);
        if (measured.recall >= std::max(0.95, graph.recall - 0.001)) {
            break;
        }
    }
    row("search, ms", graph.p50_ms, "IndexHNSWFlat", measured.p50_ms, 0.5,
        fmt::format("recall@10 {:.4f} beside {:.4f}", graph.recall, measured.recall));
    row("bytes a vector", static_cast<double>(ours.memory_bytes()) / static_cast<double>(count),
        "IndexHNSWFlat", static_cast<double>(bytes_of(theirs, count)) / static_cast<double>(count),
        0.6);
    row("build, s", build_seconds, "IndexHNSWFlat", their_build, 1.0);
}

/// What is sealed, in a file or not yet.
class Kept {
public:
    Kept(std::filesystem::path const& directory, std::size_t count)
        : path_(directory.empty()
                    ? directory
                    : index::segment_path(directory, identity_.model, static_cast<long>(count)))
        , count_(count) {}

    bool load(index::SegmentedIndex& vectors) const {
        return !path_.empty() &&
               index::load_segment(
                   path_, identity_, vectors,
                   {.find =
                        [&](std::int64_t key) {
                            return std::optional{
                                index::SegmentRows::Place{static_cast<std::uint32_t>(key), 0}};
                        },
                    .has_code = [](std::int64_t, std::span<index::Half const>) { return true; }});
    }

    void save(index::SegmentedIndex const& vectors) const {
        if (!path_.empty() &&
            !index::save_segment(path_, identity_, vectors, count_, [](std::uint32_t position) {
                return index::SegmentRow{position, 0};
            })) {
            fmt::print("  cannot be kept\n");
        }
    }

private:
    index::SegmentIdentity identity_{
        .database = {}, .model = "bench", .owner = 0, .dimension = dimension};
    std::filesystem::path path_;
    std::size_t count_;
};

/// Seals what is not kept, and returns the seconds that it took.
double seal(index::SegmentedIndex& vectors, Kept const& kept) {
    auto const started = wall_seconds();
    constexpr int steps_between_saves = 4;
    for (int step = 1; vectors.wants_seal(); ++step) {
        vectors.seal({}, std::thread::hardware_concurrency());
        if (step % steps_between_saves == 0) {
            kept.save(vectors);
        }
    }
    auto const elapsed = wall_seconds() - started;
    fmt::print("  sealed in {:.1f} s\n", elapsed);
    kept.save(vectors);
    return elapsed;
}

struct Work {
    std::vector<Filter> cases;
    std::vector<float> vectors; ///< as many as FAISS is compared with
};

/// Generates vectors, and adds them to `ours` unless it holds them.
Work generate(std::size_t count, index::SegmentedIndex& ours) {
    Generator const generator{topics, 1.0};
    Work work{.cases = filters(count, make_questions(generator)), .vectors = {}};
    auto const is_loaded = ours.size() > 0;
    std::mt19937_64 random{3};
    std::vector<float> vector(dimension);
    for (std::uint32_t position = 0; position < count; ++position) {
        generator.next(vector, random);
        if (!is_loaded) {
            ours.add(position, vector);
        }
        for (auto& [name, allowed, truth] : work.cases) {
            if (allowed.test(position)) {
                truth.meet(position, vector);
            }
        }
        if (count <= graph_baseline) {
            work.vectors.insert(work.vectors.end(), vector.begin(), vector.end());
        }
    }
    return work;
}

void beside_faiss_flat(Work const& work, std::size_t count, Measured const& exact) {
    faiss::IndexFlatIP flat{static_cast<faiss::Index::idx_t>(dimension)};
    flat.add(static_cast<faiss::Index::idx_t>(count), work.vectors.data());
    auto const theirs = measure(work.cases.front().truth, of(flat));
    row("exact scan, ms", exact.p50_ms, "IndexFlatIP", theirs.p50_ms, 0.2);
}

/// Returns the p50 of a search without filter.
double run(std::size_t count, std::filesystem::path const& directory) {
    fmt::print("{} vectors of {} dimensions\n", count, dimension);
    Kept const kept{directory, count};
    auto ours = std::make_unique<index::SegmentedIndex>(dimension);
    auto const started = wall_seconds();
    auto const cpu_started = cpu_seconds();
    if (kept.load(*ours)) {
        fmt::print("  loaded in {:.2f} s, of which the processor worked {:.2f} s\n",
                   wall_seconds() - started, cpu_seconds() - cpu_started);
    } else {
        ours = std::make_unique<index::SegmentedIndex>(dimension);
    }
    auto const work = generate(count, *ours);
    auto const& everything = work.cases.front();
    if (!ours->graph()) {
        auto const exact = measure(everything.truth, of(*ours, everything.allowed));
        fmt::print("  exact scan: {:.3f} ms, recall@10 {:.4f}\n", exact.p50_ms, exact.recall);
        if (count <= graph_baseline) {
            beside_faiss_flat(work, count, exact);
        }
    }
    auto const build = seal(*ours, kept);
    Measured graph;
    for (auto const& one : work.cases) {
        auto const measured = measure(one.truth, of(*ours, one.allowed));
        graph = &one == &everything ? measured : graph;
        fmt::print("  allowed {:>6}: {:>7.3f} ms, recall@10 {:.4f}{}\n", one.name, measured.p50_ms,
                   measured.recall,
                   one.name == "1 %" && count == graph_baseline ? "  (target <= 0.5 ms, >= 0.95)"
                                                                : "");
    }
    fmt::print("  {:.0f} bytes a vector\n",
               static_cast<double>(ours->memory_bytes()) / static_cast<double>(count));
    if (count == graph_baseline && std::getenv("LOCI_BENCH_QUICK") == nullptr) {
        beside_faiss_graph(work.vectors, count, *ours, everything, graph, build);
    }
    return graph.p50_ms;
}

} // namespace

int main(int argument_count, char** arguments) {
    omp_set_num_threads(1);
    std::vector<std::size_t> counts;
    std::filesystem::path directory;
    for (int i = 1; i < argument_count; ++i) {
        if (arguments[i] == std::string_view{"--keep"} && i + 1 < argument_count) {
            directory = arguments[++i];
            std::filesystem::create_directories(directory);
        } else {
            counts.push_back(std::strtoul(arguments[i], nullptr, 10));
        }
    }
    if (counts.empty()) {
        counts = {10'000, graph_baseline};
    }
    double smallest = 0;
    for (auto const count : counts) {
        auto const p50 = run(count, directory);
        smallest = smallest == 0 ? p50 : smallest;
        fmt::print(
            "  p50 {:.3f} ms, {:.2f} x that of the first size (target at 1 M beside 10 k: <= 3)\n",
            p50, p50 / smallest);
    }
    return 0;
}
