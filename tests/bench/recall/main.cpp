// Evidence recall of a running server on labelled conversations, beside SQLite FTS5 alone.
//
//     bench_recall DATA_FOLDER URL KEY_FILE
//
// DATA_FOLDER holds turns.jsonl and questions.jsonl; `run.sh` beside this file starts a server on
// an empty directory.

#include "dataset.hpp"
#include "metrics.hpp"
#include "systems.hpp"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>

namespace {

using namespace loci;

Result<std::map<std::string, bench::Metrics>>
evaluate(bench::RankingSystem& system, std::vector<bench::Conversation> const& conversations) {
    constexpr std::size_t deepest = 20;
    for (auto const& conversation : conversations) {
        if (auto const stored = system.store(conversation); !stored) {
            return stored.error();
        }
    }
    bench::Scoreboard scoreboard;
    for (auto const& conversation : conversations) {
        for (auto const& question : conversation.questions) {
            auto const ranked = system.rank(conversation, question, deepest);
            if (!ranked) {
                return ranked.error();
            }
            scoreboard.add(question.category, question.evidence, *ranked);
        }
    }
    return scoreboard.means();
}

Result<store::Done> run(std::filesystem::path const& folder, std::string const& url,
                        std::string const& key_file) {
    auto const conversations = bench::load_dataset(folder);
    if (!conversations) {
        return conversations.error();
    }
    std::string key;
    std::getline(std::ifstream{key_file}, key);

    auto const scratch =
        std::filesystem::temp_directory_path() /
        fmt::format("bench_recall_{}", std::chrono::steady_clock::now().time_since_epoch().count());
    auto baseline = bench::fts5_system(scratch);
    if (!baseline) {
        return baseline.error();
    }
    auto const before = evaluate(**baseline, *conversations);
    baseline->reset();
    std::filesystem::remove_all(scratch);
    if (!before) {
        return before.error();
    }
    fmt::print("{}\n", bench::render("SQLite FTS5 alone", *before));

    auto const run_name =
        fmt::format("run{}", std::chrono::system_clock::now().time_since_epoch().count());
    auto const started = std::chrono::steady_clock::now();
    auto const measured = evaluate(*bench::server_system(url, key, run_name), *conversations);
    if (!measured) {
        return measured.error();
    }
    std::chrono::duration<double> const elapsed = std::chrono::steady_clock::now() - started;
    fmt::print("{}\n", bench::render("loci, POST /v1/memory/query", *measured));
    fmt::print("stored and asked in {:.1f} s\n", elapsed.count());
    return store::Done{};
}

} // namespace

int main(int argument_count, char** arguments) {
    if (argument_count != 4) {
        fmt::print(stderr, "usage: bench_recall DATA_FOLDER URL KEY_FILE\n");
        return 2;
    }
    auto const result = run(arguments[1], arguments[2], arguments[3]);
    if (!result) {
        fmt::print(stderr, "bench_recall: {}\n", result.error().message);
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
