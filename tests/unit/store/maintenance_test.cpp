#include "fixture.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <numeric>
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

/// Replaces bytes of a file in which `text` occurs once.
void damage(std::filesystem::path const& file, std::string const& text, std::string const& by) {
    std::string bytes;
    {
        std::ifstream stream{file, std::ios::binary};
        bytes.assign(std::istreambuf_iterator<char>{stream}, {});
    }
    auto const at = bytes.find(text);
    REQUIRE(at != std::string::npos);
    REQUIRE(bytes.find(text, at + 1) == std::string::npos);
    std::fstream stream{file, std::ios::binary | std::ios::in | std::ios::out};
    stream.seekp(static_cast<std::streamoff>(at));
    stream << by;
}

TEST_CASE("an inspection looks into the word index, whoever may write", "[store][maintenance]") {
    StoreFixture fixture;
    std::optional<Database> opened{fixture.open()};
    for (std::int64_t key = 1; key <= 50; ++key) {
        run(*opened, [&](WriteTransaction& transaction) -> Outcome<Done> {
            transaction.execute("INSERT INTO note_words (rowid, words) VALUES (?1, ?2)", key,
                                key == 25 ? "zebra zyzzyva" : "aisle seat");
            return Done{};
        });
    }
    opened.reset();
    auto options = fixture.options();
    options.read_only = GENERATE(true, false);
    CAPTURE(options.read_only);
    opened.emplace(fixture.open(options));
    CHECK(opened->inspect().value().problems.empty());
    opened.reset();
    // What follows the beginning that it shares with the word before, and where it occurs.
    damage(fixture.file(), "yzzyva", std::string(12, '\xff'));
    opened.emplace(fixture.open(options));
    CHECK(opened->inspect().value().problems ==
          std::vector<std::string>{"word index: note_words contradicts itself"});
}

TEST_CASE("an inspection finds a damaged page", "[store][maintenance]") {
    StoreFixture fixture;
    std::optional<Database> opened{fixture.open()};
    std::string const marker = "zzmarkerzz";
    CHECK(add(*opened, 1, marker));
    opened.reset();
    damage(fixture.file(), marker, std::string(4, '\0'));
    auto options = fixture.options();
    options.read_only = true;
    CHECK(fixture.open(options).inspect().value().problems.empty()); // text may be anything
    auto const size = std::filesystem::file_size(fixture.file());
    {
        std::fstream stream{fixture.file(), std::ios::binary | std::ios::in | std::ios::out};
        for (std::uintmax_t at = 8 * 4096; at < size; at += 4096) {
            stream.seekp(static_cast<std::streamoff>(at));
            stream << "garbage";
        }
    }
    auto const found = fixture.open(options).inspect().value().problems;
    REQUIRE_FALSE(found.empty());
    CHECK(found.front().starts_with("pages: "));
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
    // Readers and the writer pass each other in a copy as well: it has a log again.
    auto const read = copy.read<Done>([&](ReadTransaction& view) -> Result<Done> {
        auto rows = view.query("SELECT count(*) FROM note");
        REQUIRE(rows.next());
        auto const before = rows.integer(0);
        CHECK(add(copy, 5000));
        auto again = view.query("SELECT count(*) FROM note");
        REQUIRE(again.next());
        CHECK(again.integer(0) == before);
        return Done{};
    });
    CHECK(read);
    CHECK(std::filesystem::file_size(target / "loci.db-wal") > 0);
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

void write_words(WriteTransaction& transaction, std::int64_t key, std::string const& words) {
    transaction.execute("INSERT INTO note_words (rowid, words) VALUES (?1, ?2)", key, words);
}

void erase(WriteTransaction& transaction, std::int64_t key, std::string const& words) {
    transaction.execute("DELETE FROM note WHERE key = ?1", key);
    transaction.execute(
        "INSERT INTO note_words (note_words, rowid, words) VALUES ('delete', ?1, ?2)", key, words);
}

TEST_CASE("after a scrub no file holds what was deleted", "[store][maintenance]") {
    StoreFixture fixture;
    std::optional<Database> opened{fixture.open()};
    auto& database = *opened;
    std::mt19937 random{GENERATE(1u, 2u, 3u)};
    std::string const marker = "zzmarkerzz";
    auto const is_marked = [](std::int64_t key) { return key % 3 != 0; };
    auto const words_of = [&](std::int64_t key) {
        return (is_marked(key) ? marker : "other") + std::to_string(key % 40) + " word" +
               std::to_string(key);
    };
    // Rows of many sizes come and go in mixed order, so that pages are split, filled and merged
    // while rows that stay lie between.
    constexpr std::int64_t rows = 4000;
    std::vector<std::int64_t> order(rows);
    std::iota(order.begin(), order.end(), 1);
    std::shuffle(order.begin(), order.end(), random);
    std::vector<std::int64_t> alive;
    for (std::size_t place = 0; place < order.size(); place += 40) {
        run(database, [&](WriteTransaction& transaction) -> Outcome<Done> {
            for (auto at = place; at < place + 40; ++at) {
                auto const key = order[at];
                write_words(transaction, key, words_of(key));
                static_cast<void>(insert(transaction, key,
                                         std::string(random() % 400, 'x') +
                                             (is_marked(key) ? marker : "other") +
                                             std::string(random() % 400, 'y')));
                alive.push_back(key);
                auto const victim = alive[random() % alive.size()];
                if (is_marked(victim) && random() % 3 == 0) {
                    erase(transaction, victim, words_of(victim));
                    std::erase(alive, victim);
                }
            }
            return Done{};
        });
    }
    CHECK(some_file_holds(fixture.options().directory, marker));
    run(database, [&](WriteTransaction& transaction) -> Outcome<Done> {
        for (auto const key : alive) {
            if (is_marked(key)) {
                erase(transaction, key, words_of(key));
            }
        }
        return Done{};
    });
    CHECK(database.scrub());
    CHECK_FALSE(some_file_holds(fixture.options().directory, marker));
    CHECK(some_file_holds(fixture.options().directory, "other"));
    CHECK(database.inspect().value().problems.empty());
    CHECK(keys(database).size() == rows / 3);
    // Pages that are written later must not bring old bytes back from the writer's memory.
    for (std::int64_t key = 3; key < rows; key += 60) {
        run(database, [&](WriteTransaction& transaction) -> Outcome<Done> {
            transaction.execute("UPDATE note SET text = 'changed' WHERE key = ?1", key);
            return Done{};
        });
    }
    opened.reset();
    CHECK_FALSE(some_file_holds(fixture.options().directory, marker));
}

TEST_CASE("a scrub calls who asked for it, as long as they do", "[store][maintenance]") {
    StoreFixture fixture;
    auto database = fixture.open();
    int calls = 0;
    bool fails = false;
    auto handle = database.scrub_also([&]() -> Result<Done> {
        ++calls;
        return fails ? Result<Done>{Error{ErrorKind::unavailable, "FILE_SYSTEM", "busy"}} : Done{};
    });
    REQUIRE(database.scrub());
    CHECK(calls == 1);
    fails = true;
    auto const failed = database.scrub();
    REQUIRE_FALSE(failed);
    CHECK(failed.error().message == "busy");
    handle.reset();
    REQUIRE(database.scrub());
    CHECK(calls == 2);
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
    CHECK(longest < 24u * 1024 * 1024); // of 30 MB written
}

} // namespace
} // namespace loci::store
