// Durable single writes by 32 threads: commits shared by the writer, beside the same writes with
// one transaction each.
//
//     bench_writes [DIRECTORY]
//
// DIRECTORY lies on the disk to measure (default: the current one). The two take turns, three
// rounds; every write is a whole memory (rows, words, vector), acknowledged when it is on disk.

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <loci/memory/memory.hpp>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace loci;

constexpr int threads = 32;
constexpr int writes_per_thread = 64;
constexpr int rounds = 3;

/// Plain invented sentences, so that analysis and embedding have real work.
std::string sentence(std::mt19937& random) {
    constexpr std::array words{"garden",  "river",  "winter",  "machine", "letter",  "market",
                               "station", "bridge", "kitchen", "teacher", "harbour", "forest",
                               "journey", "engine", "window",  "painter", "captain", "village",
                               "morning", "signal", "recipe",  "museum",  "compass", "blanket"};
    std::string text;
    for (int index = 0; index < 12; ++index) {
        text += fmt::format("{}{}", index == 0 ? "" : " ", words[random() % words.size()]);
    }
    return text;
}

/// Writes a second, or a negative number when a write failed.
double measure(std::filesystem::path const& directory, std::size_t group_closures) {
    std::filesystem::remove_all(directory);
    auto const embedder = memory::word_table_embedder();
    auto database = store::Database::open({.directory = directory,
                                           .components = {memory::Memory::component()},
                                           .group_closures = group_closures},
                                          system_environment())
                        .value();
    auto memories = memory::Memory::open(database, *embedder).value();
    std::atomic<int> failures = 0;
    auto const started = std::chrono::steady_clock::now();
    {
        std::vector<std::jthread> writers;
        for (int thread = 0; thread < threads; ++thread) {
            writers.emplace_back([&, thread] {
                std::mt19937 random{static_cast<unsigned>(thread)};
                for (int index = 0; index < writes_per_thread; ++index) {
                    if (!memories.write(Caller{}, {.content = sentence(random)})) {
                        ++failures;
                    }
                }
            });
        }
    }
    std::chrono::duration<double> const elapsed = std::chrono::steady_clock::now() - started;
    auto const commits = database.statistics().commits;
    fmt::print("  group of at most {:>2}: {:>8.0f} writes/s, {} commits\n", group_closures,
               threads * writes_per_thread / elapsed.count(), commits);
    return failures == 0 ? threads * writes_per_thread / elapsed.count() : -1;
}

} // namespace

int main(int argument_count, char** arguments) {
    std::filesystem::path const root =
        argument_count > 1 ? arguments[1] : std::filesystem::current_path();
    auto const directory = root / "bench_writes_data";
    std::vector<double> ratios;
    for (int round = 0; round < rounds; ++round) {
        fmt::print("round {}\n", round + 1);
        auto const single = measure(directory, 1);
        auto const grouped = measure(directory, 64);
        if (single < 0 || grouped < 0) {
            fmt::print(stderr, "bench_writes: a write failed\n");
            return EXIT_FAILURE;
        }
        ratios.push_back(grouped / single);
    }
    std::filesystem::remove_all(directory);
    std::ranges::sort(ratios);
    fmt::print("shared commits / one transaction each: median {:.2f} (min {:.2f}, max {:.2f})\n",
               ratios[ratios.size() / 2], ratios.front(), ratios.back());
    return EXIT_SUCCESS;
}
