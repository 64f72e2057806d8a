#include "fixture.hpp"

#include <fstream>
#include <iterator>
#include <random>
#include <sys/wait.h>
#include <unistd.h>

// Inspection, backup and scrub.

namespace loci::store {
namespace {

/// In a child: reading a file of an open database here would drop its locks.
bool some_file_holds(std::filesystem::path const& directory, std::string const& text) {
    auto const child = ::fork();
    if (child == 0) {
        for (auto const& entry : std::filesystem::recursive_directory_iterator{directory}) {
            std::ifstream stream{entry.path(), std::ios::binary};
            std::string const bytes{std::istreambuf_iterator<char>{stream}, {}};
            if (bytes.find(text) != std::string::npos) {
                ::_exit(1);
            }
        }
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WEXITSTATUS(status) != 0;
}

void run(Database& database, NoteClosure const& closure) {
    REQUIRE(database.write<Done>(closure));
}

TEST_CASE("a sound database has no problems", "[store][maintenance]") {
    StoreFixture fixture;
    auto database = fixture.open();
    run(database, [](WriteTransaction& transaction) {
        transaction.record({.tenant = "t", .user = "u", .kind = "note", .action = "write"});
        transaction.execute("INSERT INTO note_words (rowid, words) VALUES (1, 'aisle seat')");
        return insert(transaction, 1, "x");
    });
    auto const inspection = database.inspect().value();
    CHECK(inspection.problems.empty());
    CHECK(inspection.last_change == 1);
    CHECK(inspection.size_bytes >= 4096);
}

TEST_CASE("an inspection finds what does not fit together", "[store][maintenance]") {
    StoreFixture fixture;
    auto database = fixture.open();
    SECTION("a gap in the change log") {
        run(database, [](WriteTransaction& transaction) -> Outcome<Done> {
            for (int each = 0; each < 3; ++each) {
                transaction.record({.tenant = "t", .user = "u", .kind = "note", .action = "write"});
            }
            return Done{};
        });
        run(database, [](WriteTransaction& transaction) -> Outcome<Done> {
            transaction.execute("DELETE FROM change_log WHERE number = 2");
            return Done{};
        });
        CHECK(database.inspect().value().problems ==
              std::vector<std::string>{"change log: numbers are missing"});
    }
    SECTION("the store's own row is gone") {
        run(database, [](WriteTransaction& transaction) -> Outcome<Done> {
            transaction.execute("DELETE FROM store_state");
            return Done{};
        });
        CHECK(database.inspect().value().problems.size() == 1);
        CHECK(database.read<Done>([](ReadTransaction&) -> Result<Done> { return Done{}; })
                  .error()
                  .kind == ErrorKind::corrupt);
    }
}

TEST_CASE("a backup of a live database opens and is equal", "[store][maintenance]") {
    StoreFixture fixture;
    auto const target = fixture.directory.path() / "copy";
    std::filesystem::create_directory(target);
    {
        auto database = fixture.open();
        for (std::int64_t key = 1; key <= 100; ++key) {
            CHECK(add(database, key, std::string(1000, 'x')));
        }
        std::atomic<bool> ended = false;
        std::thread writer{[&] {
            for (std::int64_t key = 1000; !ended; ++key) {
                static_cast<void>(add(database, key));
            }
        }};
        CHECK(database.backup_to(target / "loci.db"));
        ended = true;
        writer.join();
        auto const again = database.backup_to(target / "loci.db");
        CHECK(again.error().kind == ErrorKind::conflict);
        CHECK(again.error().reason == "FILE_EXISTS");
        CHECK(database.backup_to(target / "absent" / "loci.db").error().kind ==
              ErrorKind::unavailable);
        CHECK(add(database, 200));
    }
    CHECK(std::distance(std::filesystem::directory_iterator{target}, {}) == 1);
    auto options = fixture.options();
    options.directory = target;
    auto copy = fixture.open(options);
    auto found = keys(copy);
    CHECK(found.size() >= 100);
    found.resize(100);
    CHECK(found.front() == 1);
    CHECK(found.back() == 100);
    CHECK(copy.inspect().value().problems.empty());
    CHECK(add(copy, 5000));
}

TEST_CASE("a backup can be made from a reading connection", "[store][maintenance]") {
    StoreFixture fixture;
    auto database = fixture.open();
    CHECK(add(database, 1));
    auto options = fixture.options();
    options.read_only = true;
    auto reader = fixture.open(options);
    CHECK(reader.backup_to(fixture.directory.path() / "copy.db"));
    CHECK(std::filesystem::file_size(fixture.directory.path() / "copy.db") > 0);
}

TEST_CASE("after a scrub no file holds what was deleted", "[store][maintenance]") {
    StoreFixture fixture;
    auto database = fixture.open();
    std::mt19937 random{3};
    std::string const marker = "zzmarkerzz";
    // Rows of many sizes, deleted in between, so that pages are split and merged.
    std::vector<std::int64_t> alive;
    for (std::int64_t key = 1; key <= 1500; ++key) {
        run(database, [&](WriteTransaction& transaction) {
            auto const words = marker + std::to_string(key % 40) + " word" + std::to_string(key);
            transaction.execute("INSERT INTO note_words (rowid, words) VALUES (?1, ?2)", key,
                                words);
            return insert(transaction, key,
                          std::string(random() % 700, 'x') + marker +
                              std::string(random() % 700, 'y'));
        });
        alive.push_back(key);
        if (random() % 3 == 0) {
            auto const place = random() % alive.size();
            auto const victim = alive[place];
            alive[place] = alive.back();
            alive.pop_back();
            run(database, [&](WriteTransaction& transaction) -> Outcome<Done> {
                transaction.execute("DELETE FROM note WHERE key = ?1", victim);
                transaction.execute(
                    "INSERT INTO note_words (note_words, rowid, words) VALUES ('delete', ?1, ?2)",
                    victim,
                    marker + std::to_string(victim % 40) + " word" + std::to_string(victim));
                return Done{};
            });
        }
    }
    CHECK(some_file_holds(fixture.options().directory, marker));
    for (auto const key : alive) {
        run(database, [&](WriteTransaction& transaction) -> Outcome<Done> {
            transaction.execute("DELETE FROM note WHERE key = ?1", key);
            transaction.execute(
                "INSERT INTO note_words (note_words, rowid, words) VALUES ('delete', ?1, ?2)", key,
                marker + std::to_string(key % 40) + " word" + std::to_string(key));
            return Done{};
        });
    }
    CHECK(add(database, 9999, "stays"));
    CHECK(database.scrub());
    CHECK_FALSE(some_file_holds(fixture.options().directory, marker));
    CHECK(some_file_holds(fixture.options().directory, "stays"));
    CHECK(database.inspect().value().problems.empty());
    CHECK(keys(database) == std::vector<std::int64_t>{9999});
}

TEST_CASE("a scrub waits for readers and lets writers pass", "[store][maintenance]") {
    StoreFixture fixture;
    auto database = fixture.open();
    CHECK(add(database, 1));
    std::thread scrubber;
    auto const read = database.read<Done>([&](ReadTransaction& view) -> Result<Done> {
        scrubber = std::thread{[&] { CHECK(database.scrub()); }};
        CHECK(add(database, 2));
        auto rows = view.query("SELECT count(*) FROM note");
        REQUIRE(rows.next());
        CHECK(rows.integer(0) == 1);
        return Done{};
    });
    CHECK(read);
    scrubber.join();
    CHECK(keys(database).size() == 2);
}

TEST_CASE("the log does not grow without bound", "[store][maintenance]") {
    StoreFixture fixture;
    auto database = fixture.open();
    std::uintmax_t longest = 0;
    for (std::int64_t key = 1; key <= 300; ++key) {
        CHECK(add(database, key, std::string(100'000, 'x')));
        longest = std::max(longest,
                           std::filesystem::file_size(fixture.options().directory / "loci.db-wal"));
    }
    CHECK(longest < 8u * 1024 * 1024); // of 30 MB written
}

} // namespace
} // namespace loci::store
