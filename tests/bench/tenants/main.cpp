// Many small tenants in one process: memory under the budget, and the time of a question to a
// tenant whose rows are not in memory, beside one whose rows are.
//
//     bench_tenants DIRECTORY [TENANTS [BUDGET_MIB]]
//
// DIRECTORY keeps what was written between runs. Default: 10 000 tenants of 100 memories, 64 MiB.

#include "generated_text.hpp"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <loci/loci.hpp>
#include <stdexcept>

namespace {

using namespace loci;
using Clock = std::chrono::steady_clock;

constexpr std::size_t vocabulary = 60'000;
constexpr std::size_t dimension = 256;
constexpr std::size_t memories = 100;
constexpr int cold_questions = 5000;
constexpr int warm_questions = 2000;

struct Bench {
    bench::GeneratedText text{vocabulary};
    bench::GeneratedVectors vectors{dimension};
    std::size_t tenants = 10'000;

    static Caller tenant(std::size_t number) { return {.tenant = fmt::format("t{}", number)}; }

    void fill(std::filesystem::path const& directory) {
        auto const mark = directory / "filled";
        if (std::filesystem::exists(mark)) {
            return;
        }
        std::filesystem::remove_all(directory);
        auto loci = loci::open({.directory = directory, .embedder = &vectors}).value();
        std::mt19937 random{1};
        for (std::size_t number = 0; number < tenants; ++number) {
            std::vector<memory::NewMemory> items;
            for (std::size_t i = 0; i < memories; ++i) {
                items.push_back({.content = text.sentence(random, 12)});
            }
            loci.memory().write_many(tenant(number), std::move(items), {}, {}).value();
        }
        std::ofstream{mark};
    }

    /// Milliseconds.
    double ask(Loci& loci, std::size_t number, std::mt19937& random) {
        auto const question = text.sentence(random, 5);
        auto const start = Clock::now();
        if (!loci.memory().recall(tenant(number), {.query = question})) {
            throw std::runtime_error{"recall failed"};
        }
        return std::chrono::duration<double, std::milli>{Clock::now() - start}.count();
    }
};

void print(char const* name, std::vector<double> const& times) {
    fmt::print("  {}: p50 {:.2f} ms, p99 {:.2f} ms\n", name, bench::quantile(times, 0.5),
               bench::quantile(times, 0.99));
}

int run(Bench& bench, std::filesystem::path const& directory, std::size_t budget) {
    bench.fill(directory);
    auto const resident_at_start = bench::resident_bytes();
    auto loci =
        loci::open({.directory = directory, .embedder = &bench.vectors, .memory_budget = budget})
            .value();
    std::mt19937 random{2};
    std::vector<double> cold;
    std::size_t highest = 0;
    for (int i = 0; i < cold_questions; ++i) { // far apart, so that each has been let go again
        auto const number = static_cast<std::size_t>(i) * 7919 % bench.tenants;
        cold.push_back(bench.ask(loci, number, random));
        highest = std::max(highest, bench::resident_bytes());
    }
    std::vector<double> warm;
    for (int i = 0; i < warm_questions; ++i) {
        warm.push_back(bench.ask(loci, static_cast<std::size_t>(i % 10), random));
    }
    auto const index = loci.memory().index_statistics();
    fmt::print("{} tenants of {} memories, budget {} MiB\n", bench.tenants, memories, budget >> 20);
    fmt::print("  resident: {} MiB before, at most {} MiB; held for {} tenants: {} MiB, {} KiB "
               "each; loads {}, evictions {}\n",
               resident_at_start >> 20, highest >> 20, index.owners, index.bytes >> 20,
               index.bytes / std::max<std::size_t>(index.owners, 1) >> 10, index.loads,
               index.evictions);
    print("question to a tenant that is not in memory", cold);
    print("to one that is", warm);
    fmt::print("p50, not in memory : in memory: {:.2f}\n",
               bench::quantile(cold, 0.5) / bench::quantile(warm, 0.5));
    return EXIT_SUCCESS;
}

} // namespace

int main(int argument_count, char** arguments) {
    if (argument_count < 2) {
        fmt::print(stderr, "usage: bench_tenants DIRECTORY [TENANTS [BUDGET_MIB]]\n");
        return EXIT_FAILURE;
    }
    Bench bench;
    bench.tenants = argument_count > 2 ? std::stoul(arguments[2]) : bench.tenants;
    auto const budget = (argument_count > 3 ? std::stoul(arguments[3]) : 64) << 20;
    try {
        return run(bench, arguments[1], budget);
    } catch (std::exception const& error) {
        fmt::print(stderr, "bench_tenants: {}\n", error.what());
        return EXIT_FAILURE;
    }
}
