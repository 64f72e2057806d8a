// Evidence recall of a running server on labelled conversations, beside SQLite FTS5 alone.
//
//     bench_recall DATA_FOLDER URL KEY_FILE
//
// DATA_FOLDER holds turns.jsonl and questions.jsonl; `run.sh` beside this file starts a server on
// an empty directory.

#include "evaluation.hpp"

#include <chrono>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>

namespace {

using namespace loci;

Result<store::Done> measure(std::string const& title, bench::RankingSystem& system,
                            std::vector<bench::Conversation> const& conversations,
                            std::initializer_list<bench::Group> groups) {
    auto const started = std::chrono::steady_clock::now();
    if (auto const stored = bench::store_all(system, conversations); !stored) {
        return stored.error();
    }
    auto const scoreboard = bench::ask_all(system, conversations);
    if (!scoreboard) {
        return scoreboard.error();
    }
    std::chrono::duration<double> const elapsed = std::chrono::steady_clock::now() - started;
    for (auto const group : groups) {
        fmt::print("{}\n", scoreboard->render(title, group));
    }
    fmt::print("stored and asked in {:.1f} s\n\n", elapsed.count());
    return store::Done{};
}

Result<store::Done> run(std::filesystem::path const& folder, std::string const& url,
                        std::string const& key_file) {
    using enum bench::Group;
    auto const conversations = bench::load_dataset(folder);
    if (!conversations) {
        return conversations.error();
    }
    std::string key;
    std::getline(std::ifstream{key_file}, key);

    bench::ScratchDirectory const scratch;
    auto const baseline = bench::fts5_system(scratch.path());
    if (!baseline) {
        return baseline.error();
    }
    auto done = measure("SQLite FTS5 alone", **baseline, *conversations, {category});
    auto const run = std::chrono::system_clock::now().time_since_epoch().count();
    if (done) {
        done = measure(
            "loci, POST /v1/memory/query",
            *bench::server_system(url, key, fmt::format("apart{}", run), bench::Spaces::one_each),
            *conversations, {category, conversation});
    }
    if (done) {
        done = measure("loci, all in one space",
                       *bench::server_system(url, key, fmt::format("together{}", run),
                                             bench::Spaces::one_for_all),
                       *conversations, {category});
    }
    return done;
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
