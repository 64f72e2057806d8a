// How fast memories come in, beside bare SQLite writing the same bytes.
//
//     bench_ingest [--directory DIRECTORY] [--onto ROWS] [--rows ROWS] [PART...]
//
// DIRECTORY lies on the disk to measure (default: the current one). Parts:
//   given   batches of 100 whose vectors are given (384 dimensions), by 1, 2 and 4 callers at once
//   text    batches of 100 that the embedded default embeds (256 dimensions), likewise
//   single  one durable write, words and vector included, beside a bare one-row transaction
//   paced   recall while text comes in at 2 000 memories a second, beside recall in peace
//   growth  text recall at 10 000 memories and at ROWS (of --onto)
// Without a part: all but growth. All rows belong to one owner and one space.

#include "bare_store.hpp"
#include "library_store.hpp"
#include "texts.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <fmt/format.h>
#include <loci/memory/embedder.hpp>
#include <set>
#include <sstream>
#include <string_view>
#include <thread>

namespace {

using namespace loci;
using bench::BareRow;
using bench::BareStore;
using bench::GivenVectors;
using bench::LibraryStore;
using bench::Texts;
using Clock = std::chrono::steady_clock;

constexpr std::size_t batch = 100;

struct Arguments {
    std::filesystem::path directory = std::filesystem::current_path();
    std::size_t onto = 100'000;
    std::size_t rows = 50'000;
    std::set<std::string> parts;
};

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

double percentile(std::vector<double> values, double share) {
    std::ranges::sort(values);
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

template <class Act>
std::vector<double> times_of(std::size_t count, Act act) {
    std::vector<double> times;
    for (std::size_t i = 0; i < count; ++i) {
        auto const start = Clock::now();
        act();
        times.push_back(seconds_since(start) * 1000);
    }
    return times;
}

/// A folder of its own below the one given, removed at the end.
class Scratch {
public:
    Scratch(Arguments const& arguments, std::string const& name)
        : path_(arguments.directory / ("bench_ingest_" + name)) {
        std::filesystem::remove_all(path_);
        std::filesystem::create_directories(path_);
    }

    Scratch(Scratch const&) = delete;
    Scratch& operator=(Scratch const&) = delete;

    ~Scratch() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    std::filesystem::path const& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

std::vector<std::string> some_texts(Texts& texts, std::size_t count) {
    std::vector<std::string> some;
    for (std::size_t i = 0; i < count; ++i) {
        some.push_back(texts.memory());
    }
    return some;
}

BareRow bare_row(std::string text, GivenVectors const& vectors) {
    BareRow row;
    std::istringstream words{text};
    std::set<std::string> distinct;
    for (std::string word; words >> word;) {
        if (word.ends_with('k') || word.ends_with("k.")) {
            word = word.substr(0, word.find('.'));
            row.stems += word + '\n';
            if (distinct.insert(word).second) {
                row.tokens += "1_" + word + ' ';
            }
        }
    }
    row.vector = &vectors.vector_of(text);
    row.content = std::move(text);
    return row;
}

std::vector<BareRow> bare_rows(std::vector<std::string> const& texts, GivenVectors const& vectors) {
    std::vector<BareRow> rows;
    for (auto const& text : texts) {
        rows.push_back(bare_row(text, vectors));
    }
    return rows;
}

void fill(LibraryStore& store, Texts& texts, std::size_t rows) {
    for (std::size_t written = 0; written < rows; written += batch) {
        store.write(some_texts(texts, batch));
    }
}

/// Wall time and processor time of all threads.
struct Spent {
    double wall = 0;
    double processor = 0;

    template <class Act>
    void add(Act act) {
        auto const processor_start = std::clock();
        auto const start = Clock::now();
        act();
        wall += seconds_since(start);
        processor += static_cast<double>(std::clock() - processor_start) / CLOCKS_PER_SEC;
    }
};

/// `callers` threads, each of which takes the next batch when its last one is durable.
void write_batches(LibraryStore& store, std::span<std::string const> texts, std::size_t callers) {
    std::atomic<std::size_t> next = 0;
    auto const work = [&] {
        for (auto begin = next.fetch_add(batch); begin < texts.size();
             begin = next.fetch_add(batch)) {
            store.write(texts.subspan(begin, std::min(batch, texts.size() - begin)));
        }
    };
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < callers; ++i) {
        others.emplace_back(work);
    }
    work();
}

struct Ingest {
    char const* name;
    memory::Embedder& embedder;
    std::size_t callers;
    char const* target;
};

/// The two take turns, so that noise meets both; the making of texts is left out.
void compare_rates(Arguments const& arguments, Ingest const& ingest) {
    constexpr std::size_t turn = 10 * batch;
    Scratch const scratch{arguments, ingest.name};
    GivenVectors const vectors{ingest.embedder.dimension()};
    LibraryStore library{scratch.path() / "library", ingest.embedder};
    BareStore bare{scratch.path() / "bare.db"};
    Texts texts{1};
    library.recall(texts.question(), memory::RecallMode::keyword); // so that rows are kept at hand
    Spent with_library;
    Spent with_bare;
    for (std::size_t written = 0; written < arguments.onto + arguments.rows; written += turn) {
        if (written == arguments.onto) {
            with_library = {};
            with_bare = {};
        }
        auto const some = some_texts(texts, turn);
        auto const rows = bare_rows(some, vectors);
        with_library.add([&] { write_batches(library, some, ingest.callers); });
        with_bare.add([&] {
            for (std::size_t begin = 0; begin < rows.size(); begin += batch) {
                bare.write(std::span{rows}.subspan(begin, batch));
            }
        });
    }
    auto const rate = [&](double seconds) { return static_cast<double>(arguments.rows) / seconds; };
    fmt::print("{}, {} at a time: {} memories onto {}, batches of {}: {:.0f}/s, bare SQLite "
               "{:.0f}/s, ratio {:.2f} ({}); by processor time {:.2f}\n",
               ingest.name, ingest.callers, arguments.rows, arguments.onto, batch,
               rate(with_library.wall), rate(with_bare.wall), with_bare.wall / with_library.wall,
               ingest.target, with_bare.processor / with_library.processor);
}

void measure_single(Arguments const& arguments) {
    constexpr std::size_t rounds = 10;
    constexpr std::size_t writes = 100;
    auto const embedder = memory::word_table_embedder();
    GivenVectors const vectors{embedder->dimension()};
    Scratch const scratch{arguments, "single"};
    Texts texts{2};
    LibraryStore store{scratch.path() / "library", *embedder};
    BareStore bare{scratch.path() / "bare.db"};
    store.recall(texts.question(), memory::RecallMode::keyword);
    fill(store, texts, 10'000);
    std::vector<double> library_times;
    std::vector<double> bare_times;
    for (std::size_t round = 0; round < rounds; ++round) {
        auto const some = some_texts(texts, writes);
        auto const rows = bare_rows(some, vectors);
        std::size_t next = 0;
        std::ranges::copy(times_of(writes, [&] { store.write(some[next++]); }),
                          std::back_inserter(library_times));
        next = 0;
        std::ranges::copy(times_of(writes, [&] { bare.write_row(rows[next++]); }),
                          std::back_inserter(bare_times));
    }
    auto const library = percentile(library_times, 0.5);
    auto const one_row = percentile(bare_times, 0.5);
    fmt::print("single: durable write p50 {:.3f} ms (p99 {:.3f}), bare row {:.3f} ms (p99 {:.3f}), "
               "ratio {:.2f} (at most 2)\n",
               library, percentile(library_times, 0.99), one_row, percentile(bare_times, 0.99),
               library / one_row);
}

void measure_paced(Arguments const& arguments) {
    constexpr std::size_t questions = 1000;
    constexpr auto pause = std::chrono::milliseconds{50};
    auto const embedder = memory::word_table_embedder();
    Scratch const scratch{arguments, "paced"};
    LibraryStore store{scratch.path(), *embedder};
    Texts texts{3};
    fill(store, texts, arguments.onto);
    auto const ask = [&] { store.recall(texts.question(), memory::RecallMode::hybrid); };
    ask();
    auto const idle = times_of(questions, ask);
    std::atomic<bool> stopped = false;
    std::atomic<std::size_t> late = 0;
    std::jthread const writer{[&] {
        Texts others{4};
        for (auto due = Clock::now(); !stopped; due += pause) {
            late += Clock::now() > due + pause ? 1 : 0;
            std::this_thread::sleep_until(due);
            fill(store, others, batch);
        }
    }};
    auto const busy = times_of(questions, ask);
    stopped = true;
    auto const idle_tail = percentile(idle, 0.99);
    auto const busy_tail = percentile(busy, 0.99);
    fmt::print(
        "paced: recall p50/p99 {:.2f}/{:.2f} ms, under 2 000 memories a second {:.2f}/{:.2f} "
        "ms ({} batches late), ratio of p99 {:.2f} (at most 3)\n",
        percentile(idle, 0.5), idle_tail, percentile(busy, 0.5), busy_tail, late.load(),
        busy_tail / idle_tail);
}

void measure_growth(Arguments const& arguments) {
    constexpr std::size_t small = 10'000;
    constexpr std::size_t questions = 300;
    auto const embedder = memory::word_table_embedder();
    Scratch const scratch{arguments, "growth"};
    Texts texts{5};
    LibraryStore store{scratch.path(), *embedder};
    std::size_t rows = 0;
    std::vector<double> medians;
    for (auto const size : {small, arguments.onto}) {
        fill(store, texts, size - rows);
        rows = size;
        for (auto const mode : {memory::RecallMode::keyword, memory::RecallMode::hybrid}) {
            auto const ask = [&] { store.recall(texts.question(), mode); };
            ask();
            auto const times = times_of(questions, ask);
            medians.push_back(percentile(times, 0.5));
            fmt::print("growth: {} memories, {}: p50 {:.2f} ms, p99 {:.2f} ms\n", size,
                       mode == memory::RecallMode::keyword ? "words" : "words and meaning",
                       medians.back(), percentile(times, 0.99));
        }
    }
    fmt::print("growth: ratio of p50, words {:.1f}, words and meaning {:.1f} (at most 10)\n",
               medians[2] / medians[0], medians[3] / medians[1]);
}

Arguments parse(std::vector<std::string> const& words) {
    Arguments arguments;
    for (std::size_t i = 0; i < words.size(); ++i) {
        auto const has_value = i + 1 < words.size();
        if (words[i] == "--directory" && has_value) {
            arguments.directory = words[++i];
        } else if (words[i] == "--onto" && has_value) {
            arguments.onto = std::stoul(words[++i]);
        } else if (words[i] == "--rows" && has_value) {
            arguments.rows = std::stoul(words[++i]);
        } else {
            arguments.parts.insert(words[i]);
        }
    }
    if (arguments.parts.empty()) {
        arguments.parts = {"given", "text", "single", "paced"};
    }
    return arguments;
}

} // namespace

int main(int argument_count, char** words) {
    auto const arguments = parse({words + 1, words + argument_count});
    if (arguments.parts.contains("given")) {
        GivenVectors vectors{384};
        for (auto const callers : {1U, 2U, 4U}) {
            compare_rates(arguments, {"given", vectors, callers, "at least 0.5"});
        }
    }
    if (arguments.parts.contains("text")) {
        auto const embedder = memory::word_table_embedder();
        for (auto const callers : {1U, 2U, 4U}) {
            compare_rates(arguments, {"text", *embedder, callers, "reported"});
        }
    }
    if (arguments.parts.contains("single")) {
        measure_single(arguments);
    }
    if (arguments.parts.contains("paced")) {
        measure_paced(arguments);
    }
    if (arguments.parts.contains("growth")) {
        measure_growth(arguments);
    }
    return EXIT_SUCCESS;
}
