// What grows with the number of memories: recall by text, and the time until a directory answers.
//
//     bench_growth DIRECTORY [SIZE ...]
//
// DIRECTORY keeps what was written between runs: filling a million memories takes minutes. Beside
// the owner of SIZE memories (default: 10000 100000 1000000), each directory has one of 100, which
// also has a directory of its own as the baseline. A vocabulary of 60 000 stems by Zipf's law, 12
// stems a memory, 5 a question.

#include "generated_text.hpp"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <loci/loci.hpp>
#include <stdexcept>
#include <thread>

namespace {

using namespace loci;
using Clock = std::chrono::steady_clock;

constexpr std::size_t vocabulary = 60'000;
constexpr std::size_t dimension = 256;
constexpr std::size_t words_of_memory = 12;
constexpr std::size_t words_of_question = 5;
constexpr std::size_t batch = 500;
constexpr std::size_t small_size = 100;
constexpr int questions = 200;

double milliseconds_since(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>{Clock::now() - start}.count();
}

struct Bench {
    bench::GeneratedText text{vocabulary};
    bench::GeneratedVectors vectors{dimension};

    Loci open(std::filesystem::path const& directory) {
        return loci::open({.directory = directory, .embedder = &vectors}).value();
    }

    void write(Loci& loci, std::string const& user, std::size_t size) {
        std::mt19937 random{static_cast<unsigned>(size)};
        for (std::size_t done = 0; done < size; done += batch) {
            std::vector<memory::NewMemory> items;
            for (auto i = done; i < std::min(done + batch, size); ++i) {
                items.push_back({.content = text.sentence(random, words_of_memory)});
            }
            auto const written =
                loci.memory().write_many({.user = user}, std::move(items), {}, {}).value();
            if (!written.stored_any) {
                throw std::runtime_error{"a batch was not written"};
            }
        }
    }

    void fill(std::filesystem::path const& directory, std::size_t size) {
        auto const mark = directory / "filled";
        if (std::filesystem::exists(mark)) {
            return;
        }
        std::filesystem::remove_all(directory);
        auto const start = Clock::now();
        {
            auto loci = open(directory);
            write(loci, "small", small_size);
            write(loci, "large", size);
            fmt::print("  filled {} in {:.1f} s\n", size, milliseconds_since(start) / 1000);
            wait_for_graph(loci);
        }
        std::ofstream{mark};
        fmt::print("  with its graph in {:.1f} s\n", milliseconds_since(start) / 1000);
    }

    void wait_for_graph(Loci& loci) {
        std::mt19937 random{9};
        ask(loci, "large", random); // loads what is to be sealed
        while (loci.memory().index_statistics().unsealed > 0) {
            std::this_thread::sleep_for(std::chrono::milliseconds{100});
        }
    }

    double ask(Loci& loci, std::string const& user, std::mt19937& random) {
        auto const question = text.sentence(random, words_of_question);
        auto const start = Clock::now();
        auto const found = loci.memory().recall({.user = user}, {.query = question});
        auto const elapsed = milliseconds_since(start);
        if (!found) {
            throw std::runtime_error{"recall failed: " + found.error().message};
        }
        return elapsed;
    }

    std::vector<double> ask_many(Loci& loci, std::string const& user) {
        std::mt19937 random{7};
        std::vector<double> times;
        for (int i = 0; i < questions; ++i) {
            times.push_back(ask(loci, user, random));
        }
        return times;
    }
};

struct Figures {
    double open = 0; // until the first answer
    double large = 0;
    double large_p99 = 0;
    double small = 0;
    double open_without_index = 0;
    double large_without_index = 0;
    std::size_t held = 0; // bytes, with all indexes
};

void print(std::size_t size, Figures const& one) {
    fmt::print("{:>9}: open to first answer {:.0f} ms, recall p50 {:.2f} p99 {:.2f} ms, beside it "
               "100 memories p50 {:.2f} ms\n           without index files: first answer {:.0f} "
               "ms, then p50 {:.2f} ms; indexes {} MiB\n",
               size, one.open, one.large, one.large_p99, one.small, one.open_without_index,
               one.large_without_index, one.held >> 20);
}

Figures measure(Bench& bench, std::filesystem::path const& directory) {
    Figures figures;
    auto const first_answer = [&](auto then) {
        std::mt19937 random{3};
        auto const start = Clock::now();
        auto loci = bench.open(directory);
        bench.ask(loci, "large", random);
        auto const elapsed = milliseconds_since(start);
        then(loci);
        return elapsed;
    };
    figures.open = first_answer([&](Loci& loci) {
        bench.ask_many(loci, "large");
        auto const large = bench.ask_many(loci, "large");
        figures.large = bench::quantile(large, 0.5);
        figures.large_p99 = bench::quantile(large, 0.99);
        figures.small = bench::quantile(bench.ask_many(loci, "small"), 0.5);
        figures.held = loci.memory().index_statistics().bytes;
    });
    std::filesystem::remove_all(directory / "index");
    figures.open_without_index = first_answer([&](Loci& loci) {
        figures.large_without_index = bench::quantile(bench.ask_many(loci, "large"), 0.5);
    });
    return figures;
}

double measure_alone(Bench& bench, std::filesystem::path const& directory) {
    bench.fill(directory, 0);
    auto loci = bench.open(directory);
    bench.ask_many(loci, "small");
    return bench::quantile(bench.ask_many(loci, "small"), 0.5);
}

int run(std::filesystem::path const& root, std::vector<std::size_t> const& sizes) {
    Bench bench;
    auto const alone = measure_alone(bench, root / "alone");
    fmt::print("      100: alone in its directory, recall p50 {:.2f} ms\n", alone);
    std::vector<Figures> all;
    for (auto const size : sizes) {
        auto const directory = root / fmt::format("size-{}", size);
        bench.fill(directory, size);
        all.push_back(measure(bench, directory));
        print(size, all.back());
    }
    fmt::print("recall p50, {} : {} memories: {:.2f}\n", sizes.back(), sizes.front(),
               all.back().large / all.front().large);
    fmt::print("100 memories beside {} : alone: {:.2f}\n", sizes.back(), all.back().small / alone);
    return EXIT_SUCCESS;
}

} // namespace

int main(int argument_count, char** arguments) {
    if (argument_count < 2) {
        fmt::print(stderr, "usage: bench_growth DIRECTORY [SIZE ...]\n");
        return EXIT_FAILURE;
    }
    std::vector<std::size_t> sizes;
    for (int i = 2; i < argument_count; ++i) {
        sizes.push_back(std::stoul(arguments[i]));
    }
    if (sizes.empty()) {
        sizes = {10'000, 100'000, 1'000'000};
    }
    try {
        return run(arguments[1], sizes);
    } catch (std::exception const& error) {
        fmt::print(stderr, "bench_growth: {}\n", error.what());
        return EXIT_FAILURE;
    }
}
