#pragma once
#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <functional>
#include <loci/store/database.hpp>
#include <memory>
#include <string>
#include <support/faulty_engine.hpp>
#include <support/result_text.hpp>
#include <support/temporary_directory.hpp>
#include <support/test_environment.hpp>
#include <thread>
#include <utility>
#include <vector>

namespace loci::store {

inline constexpr Migration note_migrations[] = {
    {1, "CREATE TABLE note (key INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;"
        "CREATE VIRTUAL TABLE note_words USING fts5 (words, content = '', columnsize = 0)"}};

/// A directory, a clock moved by hand, and a small schema.
class StoreFixture {
public:
    Options options() const {
        return {.directory = directory.path() / "data",
                .components = {{.name = "notes", .migrations = note_migrations}}};
    }

    Database open() { return open(options()); }

    Database open(Options const& with) {
        auto opened = Database::open(with, environment.get());
        REQUIRE(opened);
        return std::move(*opened);
    }

    Database open_faulty() { return open_faulty(options()); }

    Database open_faulty(Options const& with) {
        auto opened =
            Database::open(with, environment.get(), std::make_unique<tests::FaultyEngine>(faults));
        REQUIRE(opened);
        return std::move(*opened);
    }

    std::filesystem::path file() const { return options().directory / "loci.db"; }

    tests::TemporaryDirectory directory;
    tests::TestEnvironment environment;
    std::shared_ptr<tests::Faults> faults = std::make_shared<tests::Faults>();
};

inline Outcome<Done> insert(WriteTransaction& transaction, std::int64_t key,
                            std::string const& text) {
    transaction.execute("INSERT INTO note (key, text) VALUES (?1, ?2)", key, text);
    return Done{};
}

inline Result<Done> add(Database& database, std::int64_t key, std::string const& text = "x") {
    return database.write<Done>(
        [&](WriteTransaction& transaction) { return insert(transaction, key, text); });
}

inline std::vector<std::int64_t> keys(Database& database) {
    return database
        .read<std::vector<std::int64_t>>(
            [](ReadTransaction& transaction) -> Result<std::vector<std::int64_t>> {
                std::vector<std::int64_t> found;
                auto rows = transaction.query("SELECT key FROM note ORDER BY key");
                while (rows.next()) {
                    found.push_back(rows.integer(0));
                }
                return found;
            })
        .value();
}

inline Error some_error() {
    return {.kind = ErrorKind::conflict, .reason = "SOME_REASON", .message = "as the test wants"};
}

using NoteClosure = std::function<Outcome<Done>(WriteTransaction&)>;

/// Runs the closures as one group, in order: a first closure holds the writer until all wait.
/// Returns their results.
inline std::vector<Result<Done>> run_as_group(Database& database,
                                              std::vector<NoteClosure> const& closures) {
    std::atomic<bool> holds = false;
    std::atomic<bool> go = false;
    std::thread gate{[&] {
        static_cast<void>(database.write<Done>([&](WriteTransaction&) -> Outcome<Done> {
            holds = true;
            go.wait(false);
            return Done{};
        }));
    }};
    while (!holds) {
        std::this_thread::yield();
    }
    std::vector<Result<Done>> results(closures.size(), Result<Done>{some_error()});
    std::vector<std::thread> callers;
    for (std::size_t place = 0; place < closures.size(); ++place) {
        callers.emplace_back(
            [&, place] { results[place] = database.write<Done>(closures[place]); });
        while (database.statistics().waiting != place + 1) {
            std::this_thread::yield();
        }
    }
    go = true;
    go.notify_all();
    gate.join();
    for (auto& caller : callers) {
        caller.join();
    }
    return results;
}

} // namespace loci::store
